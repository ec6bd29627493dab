"""Transactions: each is one `with` block; what fails inside becomes an error of ours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from threading import RLock, local
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from supportledger.errors import InputError, StoreBusy, StoreError
from supportledger.store import sqlite
from supportledger.store.place import Place
from supportledger.store.prepared import Asked, Bare

Values = Mapping[str, Any]

CHUNK = 500
"""Most values listed in one statement: every database allows more."""
BUSY_TIMEOUT_S = 10.0


class Session:
    """
    The way to one database.

    Args:
        engine: Connections to it.
        place: Where it is.
        excuse: Says in our words what its driver raised.
    """

    def __init__(
        self, engine: Engine, place: Place, excuse: Callable[[BaseException | None, str], Exception]
    ) -> None:
        self.name = place.name
        self.place = place
        self._engine = engine
        self._excuse = excuse
        self._writer = engine.execution_options(writing=True)
        self._careless = engine.execution_options(writing=True, careless=True)
        self._loner = engine.execution_options(writing=True, alone=True)
        # threads queue here, which is fairer and quicker than at the file's lock
        self._queue = RLock() if writes_alone(engine) else nullcontext()
        self._here = local()
        self._drivers: type[Exception] = engine.dialect.loaded_dbapi.Error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one state of the database, whatever others write meanwhile."""
        now: Connection | None = getattr(self._here, "now", None)
        if now is not None:
            with self._excused():
                yield now
            return
        with self._excused(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Asked]:
        """Run a single prepared statement, which sees one state of the database by itself."""
        now: Connection | None = getattr(self._here, "now", None)
        if now is not None:
            with self._excused():
                yield now
            return
        with self._excused(), closing(self._engine.raw_connection()) as connection:
            try:
                yield Bare(self._engine, connection)
            except self._drivers:
                connection.invalidate()  # it may be lost: nobody is to get it again
                raise

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Let this thread see one state of the database in all that it reads inside."""
        with self.reading() as connection:
            before, self._here.now = getattr(self._here, "now", None), connection
            try:
                yield
            finally:
                self._here.now = before

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write all or nothing; others of this kind wait, if only for the same rows."""
        with self._queue, self._excused(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def careless(self) -> Iterator[Connection]:
        """Write all or nothing, and do not wait for the disk: the last of it may be lost with the power."""
        with self._queue, self._excused(), self._careless.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Write all or nothing, while nobody else writes anything."""
        with self._queue, self._excused(), self._loner.begin() as connection:
            yield connection

    def leave_nothing(self) -> None:
        """Write the database's files anew, so that nothing which was deleted is left there."""
        if writes_alone(self._engine):
            self.by_itself("VACUUM")
            self.by_itself("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            self.by_itself("VACUUM FULL contents")

    def by_itself(self, statement: str) -> None:
        """Run a statement that must not be part of a transaction."""
        with self._queue, self._excused():
            raw = self._engine.raw_connection()
            try:
                if not writes_alone(self._engine):  # in SQLite nothing is begun that was not asked for
                    raw.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg's
                raw.cursor().execute(statement)
            except Exception as error:
                raise self._excuse(error, self.name) from error
            finally:
                raw.invalidate()  # the next one begins as it should
                raw.close()

    def close(self) -> None:
        """Let go of all connections."""
        with self._excused():
            self._engine.dispose()

    @contextmanager
    def _excused(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._excuse(error.orig, self.name) from error
        except self._drivers as error:  # of a statement that the driver runs alone (`store.prepared`)
            raise self._excuse(error, self.name) from error
        except PoolTimeout as error:
            raise StoreBusy(f"all connections to {self.name} are in use", hint="try again") from error
        except (OverflowError, UnicodeError) as error:
            raise InputError(f"{self.name} cannot hold a value: {error}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name} failed ({error})") from error


def connect(place: Place, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Session:
    """
    Prepare the way to a database; a file is made when missing.

    Args:
        place: Where it is.
        busy_timeout_s: How long to wait for other processes that write.

    Raises:
        ConfigError: Its directory cannot be made, or the driver of PostgreSQL is not installed.
        StoreReadOnly: The file cannot be made.
    """
    if place.path is not None:
        return Session(sqlite.connect(place.path, busy_timeout_s), place, sqlite.excuse)
    from supportledger.store import postgres  # noqa: PLC0415 -- a desk with a file does without

    return Session(postgres.connect(place.url, busy_timeout_s), place, postgres.excuse)


def writes_alone(bind: Engine | Connection) -> bool:
    """Whether one transaction writes at a time, as in SQLite."""
    return bind.dialect.name == "sqlite"


def take_turn(connection: Connection, turn: int, *, shared: bool = False) -> None:
    """
    Let others who take the same turn wait until this transaction ends; in SQLite all who write do so anyway.

    Args:
        connection: Of a transaction that writes.
        turn: Number of the turn.
        shared: Wait only for those who do not share it.
    """
    if not writes_alone(connection):
        kind = "_shared" if shared else ""
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock{kind}({turn})")


def put(
    connection: Connection, table: Table, rows: Sequence[Values], *, replace: bool, key: Sequence[str] = ()
) -> None:
    """
    Insert rows whose key may be there already: they *replace* what is there, or leave it.

    Args:
        connection: Of a transaction that writes.
        table: Where to.
        rows: Each with all columns, or all but one that numbers itself.
        replace: Write over a row that is there.
        key: The columns that make rows the same; the primary key's, if none are named.
    """
    if not rows:
        return
    keys = list(key) or [column.name for column in table.primary_key]
    statement = inserting(connection, table)
    if replace:
        new = {name: statement.excluded[name] for name in table.columns.keys() if name not in keys}  # noqa: SIM118
        change = statement.on_conflict_do_update(index_elements=keys, set_=new)
    else:
        change = statement.on_conflict_do_nothing(index_elements=keys)
    # in one order whoever writes, so that two never wait for each other
    connection.execute(change, rows if key else sorted(rows, key=lambda row: [row[name] for name in keys]))


def inserting(connection: Connection, table: Table) -> Any:
    """Begin an insertion that can say what becomes of rows that are there already."""
    if writes_alone(connection):
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 -- one of the two is needed

        return insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- as above

    return postgresql.insert(table)


def chunks(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut a list into parts that one statement can name."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
