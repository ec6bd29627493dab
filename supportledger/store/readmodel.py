"""The read model: entries, tickets, and how far they were read; all of it can be rebuilt from events."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from supportledger.model.handle import TicketPrefix
from supportledger.model.ids import TicketId
from supportledger.model.records import Cursor, EntryRecord, TicketQuery, TicketRecord
from supportledger.store import rows, rules, tables
from supportledger.store.session import chunks, put

_ENTRY, _TICKET, _CURSOR = tables.entries, tables.tickets, tables.cursor


def record(
    connection: Connection,
    entries: Sequence[EntryRecord],
    tickets: Sequence[TicketRecord],
    cursor: Cursor | None,
) -> None:
    """Take over what was read from the chain."""
    put(connection, _ENTRY, [rows.entry_values(entry) for entry in entries], replace=True)
    put(connection, _TICKET, [rows.ticket_values(ticket) for ticket in tickets], replace=True)
    if cursor:
        values = {"id": 1, "block_number": cursor.block_number, "block_hash": cursor.block_hash}
        put(connection, _CURSOR, [values], replace=True)


def rewind(connection: Connection, block_number: int) -> list[TicketId]:
    """Forget what was mined after a block."""
    past = _ENTRY.c.block_number > block_number
    query = select(_ENTRY.c.ticket).where(past).distinct().order_by(_ENTRY.c.ticket)
    lost = [TicketId(ticket) for ticket in connection.execute(query).scalars()]
    connection.execute(delete(_ENTRY).where(past))
    for some in chunks(lost):
        connection.execute(delete(_TICKET).where(_TICKET.c.id.in_(some)))
    if block_number < 0:
        connection.execute(delete(_TICKET))
    connection.execute(delete(_CURSOR).where(_CURSOR.c.block_number > block_number))
    return lost


def cursor(connection: Connection) -> Cursor | None:
    """Give the last block read."""
    row = connection.execute(select(_CURSOR.c.block_number, _CURSOR.c.block_hash)).one_or_none()
    return row and Cursor(*row)


def entries(connection: Connection, ticket: TicketId, start: int) -> list[EntryRecord]:
    """List a ticket's entries."""
    query = (
        select(_ENTRY)
        .where(_ENTRY.c.ticket == ticket, _ENTRY.c.entry_index >= start)
        .order_by(_ENTRY.c.entry_index)
    )
    return [rows.to_entry(row) for row in connection.execute(query)]


def one(connection: Connection, ticket: TicketId) -> TicketRecord:
    """Give one ticket."""
    row = connection.execute(select(_TICKET).where(_TICKET.c.id == ticket)).one_or_none()
    if row is None:
        raise rules.no_ticket(ticket)
    return rows.to_ticket(row)


def known(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, TicketRecord]:
    """Give those of some tickets that are there."""
    found: dict[TicketId, TicketRecord] = {}
    for some in chunks(tickets):
        for row in connection.execute(select(_TICKET).where(_TICKET.c.id.in_(some))):
            record = rows.to_ticket(row)
            found[record.id] = record
    return found


def listed(connection: Connection, query: TicketQuery) -> list[TicketRecord]:
    """List one page of tickets."""
    statement = select(_TICKET).where(*_wanted(query)).limit(query.limit)
    if query.after:
        statement = statement.where(_behind(query, query.after))
    order = (
        (_TICKET.c.opened_at.desc(), _TICKET.c.id.desc())
        if query.overdue_at is None
        else (_TICKET.c.due_at, _TICKET.c.id)
    )
    return [rows.to_ticket(row) for row in connection.execute(statement.order_by(*order))]


def count(connection: Connection, query: TicketQuery) -> int:
    """Count the tickets of all pages."""
    statement = select(func.count()).select_from(_TICKET).where(*_wanted(query))
    return connection.execute(statement).scalar_one()


def _wanted(query: TicketQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.statuses:
        conditions.append(_TICKET.c.status.in_(sorted(map(int, query.statuses))))
    if query.customer is not None:
        conditions.append(_TICKET.c.customer == query.customer)
    if query.assignee is not None:
        conditions.append(_TICKET.c.assignee == query.assignee)
    if query.overdue_at is not None:
        conditions.append(_TICKET.c.due_at < query.overdue_at)
    return conditions


def _behind(query: TicketQuery, last: TicketRecord) -> ColumnElement[bool]:
    """Start after the last ticket of the page before; spelt out, so that every database uses its index."""
    if query.overdue_at is None:
        column, at = _TICKET.c.opened_at, last.state.opened_at
        return or_(column < at, and_(column == at, _TICKET.c.id < last.id))
    column, due = _TICKET.c.due_at, last.due_at
    return or_(column > due, and_(column == due, _TICKET.c.id > last.id))


def find(connection: Connection, prefix: TicketPrefix, limit: int) -> list[TicketId]:
    """List ids that a prefix fits."""
    fits = or_(*(_TICKET.c.id.between(one.low, one.high) for one in prefix.ranges))
    query = select(_TICKET.c.id).where(fits).order_by(_TICKET.c.id).limit(limit)
    return [TicketId(ticket) for ticket in connection.execute(query).scalars()]
