"""
Being told by PostgreSQL that something happened, instead of asking again and again.

    who writes   pg_notify in the transaction that writes on the feed: it is told when that is committed
    who waits    one connection of this process, outside of the pool, that listens

What is told while nobody listens is lost: so whoever waits looks once when listening begins, more often while
nobody listens, and now and then in any case (a proxy before the server may swallow what it tells).

Source: PostgreSQL, "NOTIFY" and "LISTEN".
"""

import os
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from threading import Event, Lock, Thread
from typing import Any, Final

from sqlalchemy import URL, Connection

CHANNEL: Final = "supportledger_feed"
_FIRST_REST_S: Final = 0.25
_LONGEST_REST_S: Final = 10.0
_PATIENCE_S: Final = 6.0
"""For a connection that is just being made; then it ends by itself."""
_CONNECT: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "application_name": "supportledger-listener",
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def announce(connection: Connection) -> None:
    """Tell all who listen, as soon as the transaction is committed, that it has written on the feed."""
    connection.exec_driver_sql(f"SELECT pg_notify('{CHANNEL}', '')")


class Listener:
    """
    Listens, in a thread of its own, from when it is first asked to until it is closed.

    Args:
        url: Of the database, with the password.
        heard: Called whenever there may be something new.
    """

    def __init__(self, url: URL, heard: Callable[[], None]) -> None:
        self._heard = heard
        self._url = url
        self._is_on = Event()
        self._stop = Event()
        self._starting = Lock()
        self._bell: tuple[int, int] | None = None
        self._thread: Thread | None = None

    @property
    def is_on(self) -> bool:
        """The server tells us what happens, as far as is known."""
        return self._is_on.is_set()

    def start(self) -> None:
        """Begin to listen, unless that has happened."""
        with self._starting:
            if self._thread is None and not self._stop.is_set():
                self._bell = os.pipe()
                self._thread = Thread(target=self._run, args=(self._bell[0],), name="listener", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Listen no more, and let go of the connection."""
        with self._starting:
            self._stop.set()
            bell, self._bell = self._bell, None
            if bell is None or self._thread is None:
                return
            os.close(bell[1])  # which whoever waits at the other end notices
            self._thread.join(_PATIENCE_S)
            if not self._thread.is_alive():
                os.close(bell[0])

    def _run(self, bell: int) -> None:
        import psycopg  # noqa: PLC0415 -- an optional extra, which is there: the pool has used it

        _, address = self._url.get_dialect()().create_connect_args(self._url)
        rest = _FIRST_REST_S
        while not self._stop.is_set():
            try:
                with psycopg.connect(autocommit=True, **{**_CONNECT, **address}) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    rest = _FIRST_REST_S
                    self._is_on.set()
                    self._heard()
                    self._listen(connection, bell)
            except psycopg.Error:  # whoever waits asks again and again meanwhile, and is told why it fails
                self._is_on.clear()
                self._heard()
                self._stop.wait(rest)
                rest = min(rest * 2, _LONGEST_REST_S)
            finally:
                self._is_on.clear()

    def _listen(self, connection: Any, bell: int) -> None:
        with DefaultSelector() as waiting:
            waiting.register(connection.fileno(), EVENT_READ)
            waiting.register(bell, EVENT_READ)
            while not self._stop.is_set():
                waiting.select()
                if any(True for _ in connection.notifies(timeout=0)):
                    self._heard()
