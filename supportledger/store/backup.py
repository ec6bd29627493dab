"""
Backups: one file, whatever database it was made from, and whatever it goes back to.

The file is an SQLite database with the store's own tables, so that it can be opened with any tool, and moves
a store from SQLite to PostgreSQL or back. Contents are in it as in the store, sealed; their keys
have a backup of their own (`store.key_backup`). A backup is

1. one state of the store, while others go on writing, and no trace of what was deleted in it before,
2. written under another name, readable by its owner alone,
3. read again as a whole and compared with what was read from the store,
4. and only then given its name, on disk for good.

A restore is one transaction: everything of the backup is there, compared again, or everything is as before.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from supportledger.errors import Conflict, InputError, NotFound, StoreCorrupt, StoreError
from supportledger.model.records import Deployment
from supportledger.ports import Vault
from supportledger.store import binding, copying, rules, schema, sqlite
from supportledger.store.copying import Inventory
from supportledger.store.place import Place, at_file
from supportledger.store.session import Session, connect, writes_alone


@dataclass(frozen=True, slots=True)
class Backup:
    """
    What a backup holds.

    Args:
        deployment: Whose data; None for a store that nobody has used yet.
        version: The last migration of its tables.
        inventory: Its rows.
        size: Of the file; bytes.
    """

    deployment: Deployment | None
    version: str
    inventory: Inventory
    size: int


# -- making one ----------------------------------------------------------------------------------------------


def back_up(place: Place, file: Path, *, force: bool = False) -> Backup:
    """
    Write everything that a store holds into one file.

    Args:
        place: Of the store.
        file: Is made as a whole or not at all.
        force: Replace the file if there is one.

    Raises:
        NotFound: There is no store.
        Conflict: There is a file already, and *force* is not given.
        InputError: The file cannot be written.
        StoreError: The store cannot be read, or what was written is not what was read.
    """
    check_there(place)
    if file.exists() and not force:
        raise _taken(file)
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        _make(new)
        with closing(connect(place)) as session:
            made = _write(session, new)
        _check_written(new, made)
        _put(new, file, force=force)
    except FileExistsError:
        raise _taken(file) from None
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from error
    finally:
        for one in (new, new.with_name(f"{new.name}-journal")):
            one.unlink(missing_ok=True)
    return made


def check_there(place: Place) -> None:
    """
    Let a file be there before it is opened, which would make it.

    Raises:
        NotFound: It is not.
    """
    if place.path is not None and not place.path.exists():
        raise NotFound(f"there is no store at {place.path}", hint="Name it with --data or --store.")


def _taken(file: Path) -> Conflict:
    return Conflict(
        f"there is a file {file} already", hint="Choose another name, or replace it with --force."
    )


def _make(new: Path) -> None:
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _write(session: Session, new: Path) -> Backup:
    with session.reading() as connection:
        version = schema.version(connection)
        if version is None:
            raise StoreCorrupt(f"{session.name} is no store of supportledger", hint="use another database")
        deployment, held = binding.held(connection), copying.inventory(connection)
        transfer = _copy_pages if writes_alone(connection) else _copy_rows(version)
        transfer(connection, new)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    return Backup(deployment, version, held, new.stat().st_size)


def _copy_pages(connection: Connection, new: Path) -> None:
    """Copy the file as it is in this transaction, without a journal, and without what was deleted in it."""
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)  # noqa: S101 -- the driver that was named
    with _excused(new), closing(sqlite3.connect(new, isolation_level=None)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE").close()
        target.execute("VACUUM").close()


def _copy_rows(version: str) -> Callable[[Connection, Path], None]:
    def transfer(connection: Connection, new: Path) -> None:
        with closing(connect(at_file(new))) as session, session.alone() as target:
            schema.migrate(target, version)
            copying.copy(connection, target)
        with _excused(new), closing(sqlite3.connect(new)) as target:
            target.execute("PRAGMA journal_mode = DELETE")

    return transfer


def _check_written(new: Path, made: Backup) -> None:
    with _reading(new) as connection:
        if copying.inventory(connection) != made.inventory:
            raise StoreError(
                "the backup does not hold what the store holds, and was not kept",
                hint="check the disk, then try again",
            )


def _put(new: Path, file: Path, *, force: bool) -> None:
    """Give it its name at once, and have that on disk."""
    if force:
        new.replace(file)
    else:
        os.link(new, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


# -- reading one ---------------------------------------------------------------------------------------------


@contextmanager
def opened(file: Path, vault: Vault | None = None) -> Iterator[tuple[Connection, Backup]]:
    """
    Read a backup, in today's tables whatever version has made it.

    Raises:
        NotFound: There is no such file.
        StoreCorrupt: It is damaged, or no backup.
        StoreError: A newer version of the package has made it.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    with TemporaryDirectory(prefix="supportledger-") as folder:
        copy = Path(folder) / "backup.db"
        with _reading(file) as connection:
            version = schema.version(connection)
        if version is None:
            raise StoreCorrupt(f"{file} is no backup of a store")
        if version != schema.HEAD:
            _upgrade(file, copy, vault)
        with _reading(copy if copy.exists() else file) as connection:
            held = copying.inventory(connection)
            yield connection, Backup(binding.held(connection), version, held, file.stat().st_size)


def _upgrade(file: Path, copy: Path, vault: Vault | None) -> None:
    """Bring a copy to today's tables: the backup itself is left as it is."""
    shutil.copyfile(file, copy)
    with closing(connect(at_file(copy))) as session:
        schema.bring_up_to_date(session, vault)
    with _excused(copy), closing(sqlite3.connect(copy)) as database:
        database.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    """Read a file that nobody writes, and leave nothing beside it."""
    session = Session(sqlite.connect_still(file), at_file(file), sqlite.excuse)
    try:
        with session.reading() as connection:
            _check_whole(file, connection)
            yield connection
    finally:
        session.close()


def _check_whole(file: Path, connection: Connection) -> None:
    said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if said != "ok":
        raise StoreCorrupt(f"{file} is damaged ({said})", hint="use another backup")


@contextmanager
def _excused(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise sqlite.excuse(error, str(file)) from error


# -- going back to one ---------------------------------------------------------------------------------------


def restore(
    file: Path,
    place: Place,
    *,
    admits: Callable[[Deployment], bool] = lambda _: True,
    force: bool = False,
    vault: Vault | None = None,
) -> Backup:
    """
    Put everything of a backup into a store, in place of what it holds.

    Args:
        file: The backup.
        place: Of the store; a file is made when missing.
        admits: Whether the data of a deployment belongs there.
        force: Replace what the store holds.
        vault: Keys of the store, to seal what an older version has kept in clear.

    Raises:
        NotFound: There is no such backup.
        WrongDeskKey: An older version has made it, and there are no keys to seal it with.
        ForeignData: It is the data of another deployment than the store's, or than the one expected.
        Conflict: The store holds something, and *force* is not given.
        StoreError: The backup is damaged, or the store cannot be written; it is then as it was.
    """
    with opened(file, vault) as (source, backup):
        if backup.deployment is None:
            raise StoreCorrupt(f"{file} holds nobody's data")
        if not admits(backup.deployment):
            raise rules.foreign_backup(file, backup.deployment)
        with closing(connect(place)) as session:
            schema.bring_up_to_date(session, vault)
            with session.alone() as target:
                _check_place(session.name, target, backup.deployment, force=force)
                _replace(source, target, backup.inventory)
    return backup


def check_admitted(file: Path, admits: Callable[[Deployment], bool]) -> None:
    """
    Let a backup be one of a ledger that is expected, before anything is changed.

    Raises:
        NotFound: There is no such backup.
        ForeignData: It is the data of another deployment.
        StoreError: It is damaged, or no backup.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    with _reading(file) as connection:
        if schema.version(connection) is None:
            raise StoreCorrupt(f"{file} is no backup of a store")
        held = binding.held(connection)
    if held is not None and not admits(held):
        raise rules.foreign_backup(file, held)


def _check_place(name: str, target: Connection, deployment: Deployment, *, force: bool) -> None:
    held = binding.held(target)
    if held not in {None, deployment}:
        assert held is not None  # noqa: S101 -- just seen
        raise rules.foreign(name, held, deployment)
    if not force and not copying.is_empty(target):
        raise Conflict(
            f"{name} holds data already",
            hint="Make a backup of it first, then replace it with --force.",
        )


def _replace(source: Connection, target: Connection, wanted: Inventory) -> None:
    copying.clear(target)
    copying.copy(source, target)
    if copying.inventory(target) != wanted:
        raise StoreError(
            "the store does not hold what the backup holds; it was left as it was",
            hint="check its disk, then try again",
        )
