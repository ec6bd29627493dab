"""The feed in the database: what happened, numbered in the order in which it can be seen."""
# ruff: noqa: D102 -- what a feed does is documented at the interface, `ports.filing.Feed`

from collections.abc import Sequence
from threading import Condition, Lock
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select

from supportledger.model.ids import TicketId
from supportledger.ports.filing import GENERAL, Happening
from supportledger.store import desk_tables
from supportledger.store.desk_seal import altered
from supportledger.store.listening import Listener, announce
from supportledger.store.session import Session, chunks, take_turn, writes_alone

_FILING, _HAPPENING = desk_tables.filings, desk_tables.happenings
_TURN: Final = 0x5355_5050_4645_4544
"""Who writes on the feed waits for whoever has, so that numbers are seen in their order."""
_LOOK_S: Final = 0.1
"""How often one of those who wait looks; the others wait for that one."""
_SELDOM_S: Final = 3.0
"""The same, while the database tells what happens."""


def write(connection: Connection, happenings: Sequence[Happening]) -> None:
    """
    Write down what happened, in the transaction in which it does; the last thing that this does.

    Args:
        connection: Of a transaction that writes.
        happenings: Without their numbers; those of a ticket get its queue, if they have none.
    """
    if not happenings:
        return
    take_turn(connection, _TURN)
    queues = _queues(connection, {one.ticket for one in happenings if one.ticket and not one.queue})
    connection.execute(insert(_HAPPENING), [_values(one, queues) for one in happenings])
    if not writes_alone(connection):
        announce(connection)


def _queues(connection: Connection, tickets: set[TicketId]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for some in chunks(sorted(tickets)):
        query = select(_FILING.c.ticket, _FILING.c.queue).where(_FILING.c.ticket.in_(some))
        found |= {row.ticket: row.queue for row in connection.execute(query)}
    return found


def _values(one: Happening, queues: dict[bytes, str]) -> dict[str, object]:
    queue = one.queue or (queues.get(one.ticket, GENERAL) if one.ticket else "")
    return {"kind": one.kind, "at": one.at, "ticket": one.ticket, "queue": queue, "about": one.about}


class DatabaseFeed:
    """
    The `Feed` on an SQL database; its promises are written there.

    Args:
        session: The way to the database.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: Final = Condition()
        self._reading: Final = Lock()
        self._is_looking = False
        self._is_woken = False
        self._is_closed = False
        self._seen = 0
        url = None if session.place.path else session.place.url
        self._listener = Listener(url, self.wake) if url else None

    def tell(self, *happenings: Happening) -> None:
        if happenings:
            with self._session.writing() as connection:
                write(connection, happenings)
            self.wake()

    def wake(self) -> None:
        """Let those who wait in this process look at once."""
        with self._waiting:
            self._is_woken = True
            self._waiting.notify_all()

    def close(self) -> None:
        """Let nobody wait any longer, and listen no more."""
        self._is_closed = True
        self.wake()
        if self._listener:
            self._listener.close()

    def since(self, after: int, limit: int = 1_000) -> list[Happening]:
        query = select(_HAPPENING).where(_HAPPENING.c.id > after).order_by(_HAPPENING.c.id).limit(limit)
        with self._session.reading() as connection:
            return [_happening(row) for row in connection.execute(query)]

    def last(self) -> int:
        with self._session.reading() as connection:
            return connection.execute(select(func.max(_HAPPENING.c.id))).scalar() or 0

    def wait(self, after: int, timeout_s: float) -> bool:
        until = monotonic() + timeout_s
        if self._listener and timeout_s > 0:
            self._listener.start()
        self._look()
        while not self._is_there(after):
            if monotonic() >= until or self._is_closed:
                return False
            self._look_or_rest(until)
        return True

    def _is_there(self, after: int) -> bool:
        with self._waiting:
            return self._seen > after

    def _look(self) -> None:
        with self._reading:  # one at a time, so that nobody puts an older answer over a newer one
            last = self.last()
            with self._waiting:
                is_new, self._seen = last != self._seen, last
                if is_new:
                    self._waiting.notify_all()

    def _look_or_rest(self, until: float) -> None:
        """Look for all who wait, if nobody else does; or let that one look."""
        with self._waiting:
            if self._is_looking:
                self._waiting.wait(max(until - monotonic(), 0))
                return
            self._is_looking = True
            if not self._is_woken:
                self._waiting.wait(min(self._rest_s, max(until - monotonic(), 0)))
            self._is_woken = False
        try:
            if not self._is_closed:
                self._look()
        finally:
            with self._waiting:
                self._is_looking = False
                self._waiting.notify()  # whoever waits longer looks on

    @property
    def _rest_s(self) -> float:
        return _SELDOM_S if self._listener and self._listener.is_on else _LOOK_S

    def forget_before(self, at: int) -> int:
        with self._session.writing() as connection:
            return connection.execute(delete(_HAPPENING).where(_HAPPENING.c.at < at)).rowcount


def _happening(row: Row[Any]) -> Happening:
    try:
        ticket = None if row.ticket is None else TicketId(row.ticket)
        return Happening(row.id, row.kind, row.at, ticket, row.queue, row.about)
    except (TypeError, ValueError) as error:
        raise altered("a line of the feed") from error
