"""The store by itself, without a chain: where it is, whose data belongs there, and its upkeep."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from supportledger.chain.local import LocalChain
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.config import Settings
from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.store import backup, checking, schema
from supportledger.store.backup import Backup
from supportledger.store.checking import Checked
from supportledger.store.place import Place, located
from supportledger.store.session import connect
from supportledger.wiring.known import Known


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
            schema.bring_up_to_date(session)
        return Upgraded(self.place.name, before, schema.HEAD)

    def check(self) -> Checked:
        """Read everything, as `checking.check`."""
        return checking.check(self.place)

    def back_up(self, file: Path, *, force: bool) -> Backup:
        """Write it all into one file, as `backup.back_up`."""
        return backup.back_up(self.place, file, force=force)

    def restore(self, file: Path, *, force: bool) -> Backup:
        """
        Put a backup in place of what the store holds, as `backup.restore`.

        Raises:
            ForeignData: It is of another ledger than the settings and the data directory name, too.
        """
        return backup.restore(file, self.place, admits=self._admits, force=force)

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
