"""The read model: entries, tickets, and how far they were read; all of it can be rebuilt from events."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select

from supportledger.errors import StoreCorrupt
from supportledger.model.ids import TicketId
from supportledger.model.records import Cursor, EntryRecord, Span, TicketRecord
from supportledger.model.ticket import TicketState
from supportledger.store import feed, feed_rules, filings, rows, rules, search, tables
from supportledger.store.prepared import Prepared, among
from supportledger.store.session import chunks, put, take_turn

_ALL: Final = 2**62
_ENTRY, _TICKET, _CURSOR = tables.entries, tables.tickets, tables.cursor
_KNOWN: Final = among(_TICKET.c.id)
_OF_TICKET: Final = Prepared(
    select(_ENTRY)
    .where(_ENTRY.c.ticket == bindparam("of"), _ENTRY.c.entry_index >= bindparam("start"))
    .order_by(_ENTRY.c.entry_index)
    .limit(bindparam("limit"))
)


def record(
    connection: Connection,
    entries: Sequence[EntryRecord],
    tickets: Sequence[TicketRecord],
    at: Cursor | None,
    span: Span | None,
    *,
    now: int,
) -> None:
    """Take over what was read from the chain, and tell of what is new."""
    take_turn(connection, filings.TURN, shared=True)
    news = _news(connection, entries, now)
    if span:
        rules.check_cursor(span, cursor(connection, locked=True))
    put(connection, _ENTRY, [rows.entry_values(entry) for entry in entries], replace=True)
    latest = rules.latest(tickets, _progress(connection, [ticket.id for ticket in tickets]))
    _put_tickets(connection, latest)
    if span and at:
        rules.check_span(span, at, _counted(connection, span.after, at.block_number))
    if at:
        values = {"id": 1, "block_number": at.block_number, "block_hash": at.block_hash}
        put(connection, _CURSOR, [values], replace=True)
    feed.write(connection, feed_rules.of_entries(news, now))


def _put_tickets(connection: Connection, tickets: Sequence[TicketRecord]) -> None:
    """Write tickets as they are, where they are filed, and let them be found by their words."""
    listed_in = filings.listed_in(connection, [ticket.id for ticket in tickets])
    values = [{**rows.ticket_values(ticket), **listed_in[ticket.id]} for ticket in tickets]
    put(connection, _TICKET, values, replace=True)
    search.list_again(connection, {ticket.id: ticket.state.opened_at for ticket in tickets})


def _news(connection: Connection, read: Sequence[EntryRecord], now: int) -> list[EntryRecord]:
    """Pick what happened lately, and was not known."""
    lately = [entry for entry in read if feed_rules.is_news(entry, now)]
    known: dict[tuple[bytes, int], EntryRecord] = {}
    for some in chunks(sorted({entry.ticket for entry in lately})):
        for row in connection.execute(select(_ENTRY).where(_ENTRY.c.ticket.in_(some))):
            with suppress(StoreCorrupt):  # what somebody altered is replaced, and is news
                known[row.ticket, row.entry_index] = rows.to_entry(row)
    return [one for one in lately if not feed_rules.same_entry(known.get((one.ticket, one.index)), one)]


def _counted(connection: Connection, after: int, upto: int) -> int:
    """Count the entries of the blocks between two."""
    inside = (_ENTRY.c.block_number > after, _ENTRY.c.block_number <= upto)
    return connection.execute(select(func.count()).select_from(_ENTRY).where(*inside)).scalar_one()


def _progress(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, int]:
    """Tell how many entries the known states of some tickets have; one that cannot be read has none."""
    found: dict[TicketId, int] = {}
    for some in chunks(sorted(tickets)):
        query = select(_TICKET.c.id, _TICKET.c.state).where(_TICKET.c.id.in_(some))
        for row in connection.execute(query.order_by(_TICKET.c.id).with_for_update()):
            with suppress(ValueError, TypeError):
                found[TicketId(row.id)] = TicketState.unpack(row.state).entries
    return found


def rewind(connection: Connection, block_number: int) -> list[TicketId]:
    """Forget what was mined after a block."""
    past = _ENTRY.c.block_number > block_number
    found = set(connection.execute(select(_ENTRY.c.ticket).where(past)).scalars())
    lost = sorted(map(TicketId, found))
    connection.execute(delete(_ENTRY).where(past))
    for some in chunks(lost):
        connection.execute(delete(_TICKET).where(_TICKET.c.id.in_(some)))
    if block_number < 0:
        connection.execute(delete(_TICKET))
    connection.execute(delete(_CURSOR).where(_CURSOR.c.block_number > block_number))
    return lost


def cursor(connection: Connection, *, locked: bool = False) -> Cursor | None:
    """Give the last block read; *locked*, nobody else writes it before this transaction ends."""
    query = select(_CURSOR.c.block_number, _CURSOR.c.block_hash)
    row = connection.execute(query.with_for_update() if locked else query).one_or_none()
    return row and Cursor(*row)


def entries(connection: Connection, ticket: TicketId, start: int, limit: int | None) -> list[EntryRecord]:
    """List a ticket's entries."""
    given = {"of": ticket, "start": start, "limit": _ALL if limit is None else limit}
    return [rows.to_entry(row) for row in _OF_TICKET.rows(connection, given)]


def one(connection: Connection, ticket: TicketId) -> TicketRecord:
    """Give one ticket."""
    row = connection.execute(select(_TICKET).where(_TICKET.c.id == ticket)).one_or_none()
    if row is None:
        raise rules.no_ticket(ticket)
    return rows.to_ticket(row)


def known(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, TicketRecord]:
    """Give those of some tickets that are there."""
    found = map(rows.to_ticket, _KNOWN.among(connection, tickets))
    return {record.id: record for record in found}
