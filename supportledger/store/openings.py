"""Tickets that were opened here, found by their ids before the ledger has them."""

from sqlalchemy import Connection, select

from supportledger.model.handle import TicketPrefix
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action
from supportledger.store.tables import drafts

_DRAFT = drafts.c


def find(connection: Connection, prefix: TicketPrefix, limit: int) -> list[TicketId]:
    """List ids of openings that a prefix fits; the index of drafts by ticket is read there alone."""
    opened = select(_DRAFT.ticket).where(_DRAFT.action == Action.OPEN.value).distinct()
    found = {
        ticket
        for ids in prefix.ranges
        for (ticket,) in connection.execute(
            opened.where(_DRAFT.ticket.between(ids.low, ids.high)).order_by(_DRAFT.ticket).limit(limit)
        )
    }
    return [TicketId(one) for one in sorted(found)[:limit]]
