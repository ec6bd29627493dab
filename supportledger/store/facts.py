"""Facts in the database of the store, beside the tickets that they are of."""
# ruff: noqa: D102 -- what facts do is documented at the interface, `ports.figures.Facts`

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from supportledger.model.ids import TicketId
from supportledger.ports.figures import TicketFacts
from supportledger.store import fact_rows, tables
from supportledger.store.prepared import Prepared
from supportledger.store.session import Session, put

_FACT: Final = tables.facts
_TICKET: Final = tables.tickets
_GONE: Final = bytes(32)
_CHANGED: Final = Prepared(
    select(_FACT).where(_FACT.c.revision > bindparam("since"), _FACT.c.revision <= bindparam("mark"))
)
_HEAD_AT: Final = 97
"""A state ends with its head; SQL counts its bytes from 1."""


class DatabaseFacts:
    """
    The `Facts` in SQL; their promises are written there.

    Args:
        session: The store's.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def stale(self, limit: int = 1_000) -> list[TicketId]:
        head = func.substr(_TICKET.c.state, _HEAD_AT, 32)
        changed = (
            select(_TICKET.c.id)
            .outerjoin(_FACT, _FACT.c.ticket == _TICKET.c.id)
            .where(_FACT.c.ticket.is_(None) | (_FACT.c.head != head))
            .limit(limit)
        )
        gone = (
            select(_FACT.c.ticket)
            .outerjoin(_TICKET, _FACT.c.ticket == _TICKET.c.id)
            .where(_TICKET.c.id.is_(None), _FACT.c.head != _GONE)
            .limit(limit)
        )
        with self._session.reading() as connection:
            found = [*connection.execute(changed).scalars(), *connection.execute(gone).scalars()]
        return sorted(map(TicketId, found))[:limit]

    def put(self, facts: Sequence[TicketFacts]) -> None:
        if not facts:
            return
        with self._session.alone() as connection:
            revision = _last(connection) + 1
            put(connection, _FACT, [fact_rows.values(one, revision) for one in facts], replace=True)

    def changed(self, after: int = 0) -> tuple[int, list[TicketFacts]]:
        with self._session.reading() as connection:
            mark = _last(connection)
            since = after if 0 <= after <= mark else 0
            found = _CHANGED.rows(connection, {"since": since, "mark": mark})
            return mark, [fact_rows.read(row) for row in found]

    def forget(self) -> None:
        with self._session.alone() as connection:
            empty = {"head": _GONE, "moments": b"", "waiting_since": 0, "revision": _last(connection) + 1}
            connection.execute(update(_FACT).values(**empty))


def _last(connection: Connection) -> int:
    return int(connection.execute(select(func.max(_FACT.c.revision))).scalar_one() or 0)
