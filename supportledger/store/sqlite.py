"""
What is true of SQLite only: how it is opened, begun and excused; the rest does not know its database.

* WAL, so that readers never wait; a commit is on disk before it returns (`synchronous=FULL`): an action that
  was sent must not be forgotten when the power fails.
* A writing transaction takes its lock at once (`BEGIN IMMEDIATE`): it waits at the start or not at all.
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event

from supportledger.errors import (
    ConfigError,
    Conflict,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
)

_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",  # words of erased tickets, and papers that were removed
)
_SYNCED: Final = "PRAGMA synchronous = FULL"
_UNSYNCED: Final = "PRAGMA synchronous = NORMAL"  # whole after a crash, but for the last transactions
_FORGETTING: Final = ("PRAGMA synchronous = EXTRA",)  # that the journal is gone is on disk, too

_OWNER: Final = "check who owns it, and its directory"
_BACKUP: Final = "restore a backup; the ledger itself is unharmed"
_EXCUSES: Final[dict[int, tuple[type[StoreError], str, str]]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "is locked by another process", "try again, or stop the other process"),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "is locked by another connection", "try again"),
    sqlite3.SQLITE_READONLY: (StoreReadOnly, "may not be written", _OWNER),
    sqlite3.SQLITE_PERM: (StoreReadOnly, "may not be accessed", _OWNER),
    sqlite3.SQLITE_CANTOPEN: (StoreReadOnly, "cannot be opened", _OWNER),
    sqlite3.SQLITE_FULL: (StoreFull, "cannot grow", "free some space on the disk; nothing was half-written"),
    sqlite3.SQLITE_IOERR: (StoreError, "met an error of the disk", "check the disk, then try again"),
    sqlite3.SQLITE_CORRUPT: (StoreCorrupt, "is damaged", _BACKUP),
    sqlite3.SQLITE_NOTADB: (StoreCorrupt, "is not a database", _BACKUP),
}


def connect(path: Path, busy_timeout_s: float, *, forgets: bool = False) -> Engine:
    """
    Prepare connections to a database file, which is made if missing, readable by its owner alone.

    Args:
        path: The file.
        busy_timeout_s: How long to wait for other processes that write.
        forgets: What is deleted is never in a write-ahead log, either; readers may have to wait.

    Raises:
        ConfigError: The directory cannot be made, or is none.
        StoreReadOnly: The file cannot be made.
    """
    _make(path)
    url = URL.create("sqlite", database=str(path))
    options = {"timeout": busy_timeout_s, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, hide_parameters=True)
    event.listen(
        engine, "connect", lambda connection, _: _prepare(connection, busy_timeout_s, forgets=forgets)
    )
    if not forgets:
        event.listen(engine, "begin", _choose_care)
    event.listen(engine, "begin", _begin)
    return engine


def connect_still(path: Path) -> Engine:
    """Prepare reading a file that nobody writes: nothing is made beside it, be it on a read-only disk."""
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"

    def make() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True)
        connection.text_factory = _text
        return connection

    return create_engine("sqlite://", creator=make, hide_parameters=True)


def excuse(error: BaseException | None, name: str) -> Exception:
    """Say in our words what SQLite said in its own."""
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(f"{name} holds something else under the same key: {error}")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    kind, what, hint = _EXCUSES.get(code, (StoreError, "failed", ""))
    return kind(f"{name} {what} ({error})", hint=hint)


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path.parent}: {error.strerror}", hint="name another data directory with --data"
        ) from error
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise StoreReadOnly(f"{path}: {error.strerror}", hint="check who owns the directory") from error


def _prepare(connection: sqlite3.Connection, busy_timeout_s: float, *, forgets: bool) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    connection.text_factory = _text
    if not forgets:
        _use_wal(connection, time.monotonic() + busy_timeout_s)
    for pragma in (*_PRAGMAS, *(_FORGETTING if forgets else ())):
        connection.execute(pragma).close()


def _use_wal(connection: sqlite3.Connection, until: float) -> None:
    """Wait for others who open the same new file: for this one change, SQLite's own waiting does not."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _text(data: bytes) -> str:
    """Read a text even if somebody made it invalid: one altered row must not hide the others."""
    return data.decode(errors="surrogateescape")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _choose_care(connection: Connection) -> None:
    """Say before each transaction that writes whether it waits for the disk: it cannot be said within."""
    options = connection.get_execution_options()
    if options.get("writing"):
        connection.exec_driver_sql(_UNSYNCED if options.get("careless") else _SYNCED)
