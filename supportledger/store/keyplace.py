"""Where the keys of a store are, and how what is deleted there is gone: beside it, and never in it."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, Table, inspect, text

from supportledger.store import sqlite
from supportledger.store.place import Place, at_file
from supportledger.store.session import BUSY_TIMEOUT_S, Session, writes_alone

SCHEMA: Final = "supportledger_keys"
"""On a PostgreSQL server, in the store's own database."""
_TURN: Final = 0x5355_5050_4B45_5953
"""Key of the advisory lock of those who write keys: another one than the store's."""


def beside(path: Path) -> Path:
    """Give the file of the keys of a store that is a file: `supportledger.keys.db`."""
    return path.with_name(f"{path.stem}.keys{path.suffix}")


def connect(place: Place, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Session:
    """
    Prepare the way to the keys of a store.

    Args:
        place: Of the store.
        busy_timeout_s: How long to wait for other processes that write.

    Raises: As `session.connect`.
    """
    if place.path is not None:
        keys = at_file(beside(place.path))
        assert keys.path is not None  # noqa: S101 -- just given
        return Session(sqlite.connect(keys.path, busy_timeout_s, forgets=True), keys, sqlite.excuse)
    from supportledger.store import postgres  # noqa: PLC0415 -- a desk with a file does without

    engine = postgres.connect(place.url, busy_timeout_s, turn=_TURN)
    apart = engine.execution_options(schema_translate_map={None: SCHEMA})
    return Session(apart, Place(place.url, f"{place.name} ({SCHEMA})"), postgres.excuse)


def has_table(connection: Connection, table: Table) -> bool:
    """Tell whether the keys have a table."""
    return inspect(connection).has_table(table.name, schema=_schema(connection))


def make(connection: Connection, metadata: MetaData) -> None:
    """Make the tables that are missing."""
    if schema := _schema(connection):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    metadata.create_all(connection)


def scrub(session: Session, table: Table) -> None:
    """Write a table anew, so that nothing which was deleted is left in its file."""
    on_a_server = session.place.path is None
    session.by_itself(f"VACUUM FULL {SCHEMA}.{table.name}" if on_a_server else "VACUUM")


def _schema(connection: Connection) -> str | None:
    return None if writes_alone(connection) else SCHEMA
