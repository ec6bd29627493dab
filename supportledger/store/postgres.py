"""
What is true of PostgreSQL only: how it is opened, begun and excused.

* Who reads sees one state of the database (`REPEATABLE READ`, read only).
* Those who write do not wait for each other but at the same rows. Who must be alone (migrations, a rewind,
  a restore) waits for all of them and lets none in: an advisory lock, shared by the one, exclusive for the
  other, that ends with the transaction.
* A connection that the server has closed is found out before it is used.
"""

from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event

from supportledger.errors import (
    ConfigError,
    Conflict,
    InputError,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)

_TURN: Final = 0x5355_5050_4C45_4447
"""Key of the advisory lock; locks of other databases on the same server do not meet it."""
_CONNECT_TIMEOUT_S: Final = 10
_LIVENESS: Final = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

_Excuse = tuple[type[StoreError | Conflict | InputError | ConfigError], str, str]

_RIGHTS: Final = "let the administrator grant the right to write, or name another user"
_AGAIN: Final = "try again"
_START: Final = "start the server, or look into its log; then try again"
_LOG: Final = "look into the server's log; restore a backup if data was lost"
_EXCUSES: Final[dict[str, _Excuse]] = {
    "22": (InputError, "cannot hold a value", ""),
    "23": (Conflict, "holds something else under the same key", ""),
    "25006": (StoreReadOnly, "may not be written: the server is a standby, or set to read only", _RIGHTS),
    "42501": (StoreReadOnly, "may not be written by this user", _RIGHTS),
    "40": (StoreBusy, "was changed by another process at the same moment", _AGAIN),
    "55P03": (StoreBusy, "is locked by another process", "try again, or stop the other process"),
    "57014": (StoreBusy, "took too long", _AGAIN),
    "53300": (StoreBusy, "has too many connections", "try again, or let the server take more"),
    "53100": (StoreFull, "cannot grow", "free some space on the server's disk; nothing was half-written"),
    "53": (StoreError, "lacks resources", "look into the server's log"),
    "57": (StoreUnavailable, "was stopped or restarted in the middle", _AGAIN),
    "08": (StoreUnavailable, "has closed the connection", _AGAIN),
    "28": (StoreError, "does not let this user in", "check user and password of the store's address"),
    "3D": (StoreError, "does not exist on the server", "let the administrator make it (createdb)"),
    "42P01": (StoreError, "lacks a table", "run `supportledger db upgrade`"),
    "58": (StoreError, "met an error of the server's disk", _LOG),
    "XX001": (StoreCorrupt, "is damaged", _LOG),
    "XX002": (StoreCorrupt, "has a damaged index", "let the administrator run REINDEX"),
}
"""By SQLSTATE, or its first two characters, which are its class."""

_REFUSALS: Final[tuple[tuple[str, str], ...]] = (
    ("password authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ("too many clients", "53300"),
    ("remaining connection slots", "53300"),
    ("does not exist", "3D"),
)
"""Why a server lets nobody in: the driver then knows its words, but not its code."""


def connect(url: URL, busy_timeout_s: float, *, turn: int = _TURN) -> Engine:
    """
    Prepare connections to a server's database; none is made before it is needed.

    Args:
        url: Of the database, with the password.
        busy_timeout_s: How long to wait for other processes that write.
        turn: Key of the advisory lock of those who write.

    Raises:
        ConfigError: The driver is not installed.
    """
    _check_driver()
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=busy_timeout_s,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "supportledger",
            **_LIVENESS,
        },
    )
    event.listen(engine, "connect", lambda connection, _: _prepare(connection, busy_timeout_s))
    event.listen(engine, "begin", lambda connection: _begin(connection, turn))
    return engine


def _check_driver() -> None:
    try:
        import psycopg  # noqa: F401, PLC0415 -- an optional extra
    except ImportError as error:
        raise ConfigError(
            "the driver of PostgreSQL is not installed", hint="Run: pip install 'supportledger[postgres]'"
        ) from error


def _prepare(connection: Any, busy_timeout_s: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {max(int(busy_timeout_s * 1000), 1)}")
        cursor.execute("SET idle_in_transaction_session_timeout = '5min'")
    connection.commit()


def _begin(connection: Connection, turn: int) -> None:
    options = connection.get_execution_options()
    if options.get("alone"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({turn})")
    elif options.get("writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({turn})")
        if options.get("careless"):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def excuse(error: BaseException | None, name: str) -> Exception:
    """Say in our words what PostgreSQL said in its own: never the values of a row, nor a password."""
    state, said = _state(error), _said(error)
    kind, what, hint = _EXCUSES.get(state) or _EXCUSES.get(state[:2]) or _unknown(state)
    return kind(f"{name} {what} ({said})", hint=hint)


def _state(error: BaseException | None) -> str:
    if state := getattr(error, "sqlstate", None):
        return str(state)
    text = str(error)
    return next((code for words, code in _REFUSALS if words in text), "")


def _said(error: BaseException | None) -> str:
    diagnosis = getattr(error, "diag", None)  # whose details would show the row
    said = getattr(diagnosis, "message_primary", None) or str(error)
    return " ".join(said.split())


def _unknown(state: str) -> _Excuse:
    """A failure without a code happened on the way to the server."""
    return (StoreError, "failed", "") if state else (StoreUnavailable, "cannot be reached", _START)
