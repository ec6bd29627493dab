"""The store by itself, without a chain: where it is, whose data belongs there, and its upkeep."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from supportledger.chain.local import LocalChain
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.config import Settings
from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.store import backup, checking, key_backup, schema, vault
from supportledger.store.backup import Backup
from supportledger.store.checking import Checked
from supportledger.store.files import FolderFiles
from supportledger.store.place import Place, located
from supportledger.store.session import connect
from supportledger.wiring.desk_key import desk_key, open_keys, read_key
from supportledger.wiring.known import Known


def keys_of(file: Path) -> Path:
    """Give the name of the keys' backup that belongs to one of contents."""
    return file.with_name(f"{file.name}.keys")


@dataclass(frozen=True, slots=True)
class Upgraded:
    """
    What an upgrade has done.

    Args:
        name: Of the store.
        before: The last migration that was applied; None for none.
        after: The same, now.
    """

    name: str
    before: str | None
    after: str


class Upkeep:
    """
    Looks after the store that settings name.

    Args:
        settings: Where it is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.place: Place = located(settings.store, settings.data_dir)

    def upgrade(self) -> Upgraded:
        """
        Bring the store to today's tables.

        Raises:
            NotFound: There is no store.
            StoreError: It is not ours, of a newer version, or cannot be written.
        """
        backup.check_there(self.place)
        with closing(connect(self.place)) as session:
            with session.reading() as connection:
                before = schema.version(connection)
            with closing(open_keys(self._settings, self.place)) as keys:
                schema.bring_up_to_date(session, keys, FolderFiles(self._settings.data_dir, keys))
        return Upgraded(self.place.name, before, schema.HEAD)

    def check(self) -> Checked:
        """
        Read everything, and open every content, as `checking.check`.

        Raises:
            WrongDeskKey: The desk key is missing, or not the one.
        """
        backup.check_there(self.place)
        if not vault.exists(self.place):
            return checking.check(self.place)
        with closing(open_keys(self._settings, self.place)) as keys:
            return checking.check(self.place, keys)

    def back_up(self, file: Path, *, force: bool) -> tuple[Backup, int]:
        """
        Write it all into one file, as `backup.back_up`, and then the keys into another, `FILE.keys`.

        Returns:
            What the first holds, and how many keys the second.
        """
        backup.check_there(self.place)
        has_keys, keys = vault.exists(self.place), keys_of(file)
        if has_keys:
            key_backup.check_free(keys, force=force)
        made = backup.back_up(self.place, file, force=force)  # keys come later: none that it needs is missing
        return made, key_backup.back_up(self.place, keys, force=force) if has_keys else 0

    def restore(self, file: Path, *, force: bool) -> tuple[Backup, int | None]:
        """
        Put a backup in place of what the store holds, as `backup.restore`, and its keys beside those there.

        Returns:
            What it held, and how many keys there are; None if there is no backup of keys beside it.

        Raises:
            ForeignData: It is of another ledger than the settings and the data directory name, too.
            WrongDeskKey: The desk key does not open the keys; those that are there stay.
        """
        backup.check_admitted(file, self._admits)
        keys = keys_of(file)
        if force and keys.exists() and vault.exists(self.place):
            key_backup.check_key(keys, desk_key(self._settings, self.place).id)
        count = key_backup.restore(keys, self.place, force=force) if keys.exists() else None
        with closing(open_keys(self._settings, self.place)) as opened:
            made = backup.restore(file, self.place, admits=self._admits, force=force, vault=opened)
        return made, count

    def rotate(self, new: Path) -> int:
        """
        Wrap all keys for the desk key in a file; the one before is refused afterwards.

        Returns:
            How many keys were wrapped anew.

        Raises:
            WrongDeskKey: One of the two keys cannot be read, or the one before is not the one.
            Conflict: A rotation to another key was not finished.
        """
        backup.check_there(self.place)
        key = read_key(new)
        with closing(open_keys(self._settings, self.place, half_rotated=True)) as keys:
            return keys.rotate(key)

    def _admits(self, deployment: Deployment) -> bool:
        """A ledger that the settings name is the only one; else any that the data directory knows."""
        if self._settings.ledger is not None:
            return deployment.ledger == Address.parse(self._settings.ledger)
        known = self._known()
        return not known or (deployment.chain_id, deployment.ledger) in known

    def _known(self) -> set[tuple[int, Address]]:
        data = self._settings.data_dir
        local, other = LocalChain(data).record(), Known(data).read()
        found = {(LOCAL_CHAIN_ID, local.ledger)} if local and local.ledger else set()
        return found | ({(other.chain_id, other.ledger)} if other else set())
