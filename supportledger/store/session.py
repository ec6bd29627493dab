"""Transactions: each is one `with` block; what fails inside becomes an error of ours."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from supportledger.errors import InputError, StoreError
from supportledger.store import sqlite

Row = Mapping[str, Any]

CHUNK = 500
"""Most values listed in one statement: every database allows more."""


class Session:
    """
    The way to one database.

    Args:
        engine: Connections to it.
        name: For messages: its path, never a password.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self._engine = engine
        self._writing_engine = engine.execution_options(writing=True)
        self._writer = RLock()  # threads queue here, which is fairer and quicker than at the file's lock

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one state of the database, whatever others write meanwhile."""
        with self._excused(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write all or nothing; others of this kind wait."""
        with self._writer, self._excused(), self._writing_engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of all connections."""
        with self._excused():
            self._engine.dispose()

    @contextmanager
    def _excused(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise sqlite.excuse(error.orig, self.name) from error
        except (OverflowError, UnicodeError) as error:
            raise InputError(f"{self.name} cannot hold a value: {error}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name} failed ({error})") from error


def put(connection: Connection, table: Table, rows: Sequence[Row], *, replace: bool) -> None:
    """Insert rows whose primary key may be there already: they *replace* what is there, or leave it."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = sqlite.insert(table)
    if replace:
        new = {name: statement.excluded[name] for name in table.columns.keys() if name not in keys}  # noqa: SIM118
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
    else:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), rows)


def chunks(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut a list into parts that one statement can name."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
