"""
Lists and pages: each follows an index from where the page before ended, and sorts no more than it gives.

A list of several kinds (statuses, ranges of ids) is put together from one short list of each kind: only of a
single kind does an index have the rows in the list's order. A page starts behind a place in the order, not
after a number of rows, so that no row is given twice or left out because others came or went.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    select,
    text,
    tuple_,
    union_all,
)

from supportledger.model.handle import IdRange, TicketPrefix
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import Draft, DraftStatus, TicketQuery, TicketRecord
from supportledger.model.ticket import Status
from supportledger.store import queue_lists, rows, rules, tables
from supportledger.store.prepared import Prepared

_TICKET, _DRAFT = tables.tickets, tables.drafts
_SORTED_BY: Final = {
    TicketOrder.NEWEST: ("opened_at", True),
    TicketOrder.OLDEST: ("opened_at", False),
    TicketOrder.DUE: ("due_at", False),
}
"""For each order, the column it looks at, and whether the greatest comes first."""

_NO_TICKET: Final = TicketId(bytes(32))
Condition = ColumnElement[bool]


# -- tickets -------------------------------------------------------------------------------------------------


def tickets(connection: Connection, query: TicketQuery) -> list[TicketRecord]:
    """List one page of tickets."""
    if _is_of_queues(query):
        found = connection.execute(text(queue_lists.statement(query)), queue_lists.values(query))
        return [rows.to_ticket(row) for row in found]
    values = {name: value for name, value in _named(query).items() if value is not None}
    return [rows.to_ticket(row) for row in _page(_shape(query)).rows(connection, values)]


def _named(query: TicketQuery) -> dict[str, Any]:
    """Give the values that lists of one shape differ in; None for those that a list does not have."""
    start = query.start
    of = {"customer": query.customer, "assignee": query.assignee, "person": query.person}
    behind_it = {"at": start.at, "id": start.id} if start else {}
    return {**of, "overdue": query.overdue_at, **behind_it}


def _shape(query: TicketQuery) -> TicketQuery:
    """Give one query for all whose statement is the same."""
    return replace(
        query,
        customer=query.customer and NOBODY,
        assignee=query.assignee and NOBODY,
        person=query.person and _NO_TICKET,
        overdue_at=query.overdue_at and 1,
        after=query.start and PageMark(query.sorting, 0, _NO_TICKET),
    )


@lru_cache(maxsize=256)
def _page(shape: TicketQuery) -> Prepared:
    """Write the statement of one page, once for each shape."""
    name, falls = _SORTED_BY[shape.sorting]
    beginning = [_behind(shape.sorting, bindparam("at"), bindparam("id"))] if shape.start else []
    kinds = [[*_wanted(shape, _by_name), *kind, *beginning] for kind in _kinds(shape)]
    return Prepared(_merged(_TICKET, kinds, (name, "id"), falls=falls, limit=shape.limit))


def _by_name(name: str, _value: object) -> Any:
    return bindparam(name)


def _as_it_is(_name: str, value: Any) -> Any:
    return value


def _kinds(query: TicketQuery) -> list[list[Condition]]:
    """One kind for each status; a list that nothing narrows has an index of its own."""
    statuses = query.statuses or (Status if _is_somebodys(query) else ())
    return [[_TICKET.c.status == int(one)] for one in sorted(statuses)] or [[]]


def _is_somebodys(query: TicketQuery) -> bool:
    """Tell whether a list is of one customer's or agent's tickets: an index has those, in whatever queues."""
    return any(one is not None for one in (query.customer, query.assignee, query.person))


def _is_of_queues(query: TicketQuery) -> bool:
    """Tell whether a list is put together from those of queues."""
    return queue_lists.fits(query) and not _is_somebodys(query)


def unhurried(query: TicketQuery) -> list[Condition]:
    """Write all that a query wants, for those who follow another index than lists do."""
    wanted = _wanted(query)
    if query.statuses:
        wanted.append(_TICKET.c.status.in_(sorted(map(int, query.statuses))))
    if _is_of_queues(query):
        wanted.append(_TICKET.c.queue.in_(sorted(query.queues or ())))
    return wanted


def _wanted(query: TicketQuery, value: Callable[[str, Any], Any] = _as_it_is) -> list[Condition]:
    conditions: list[Condition] = []
    for name in ("customer", "assignee", "person"):
        of = getattr(query, name)
        if of is not None:
            conditions.append(_TICKET.c[name] == value(name, of))
    if query.queues is not None and not _is_of_queues(query):
        # as an expression: another index is to be followed than that of queues
        conditions.append(func.coalesce(_TICKET.c.queue, "").in_(sorted(query.queues)))
    if not query.merged:
        conditions.append(_TICKET.c.merged == 0)
    if query.sorting is TicketOrder.DUE:
        conditions.append(_TICKET.c.due_at.is_not(None))
    if query.overdue_at is not None:
        conditions.append(_TICKET.c.due_at < value("overdue", query.overdue_at))
    return conditions


def behind(mark: PageMark) -> Condition:
    """Ask for what comes behind a mark in its order."""
    return _behind(mark.order, mark.at, mark.id)


def _behind(order: TicketOrder, at: Any, ticket: Any) -> Condition:
    name, falls = _SORTED_BY[order]
    here, there = tuple_(_TICKET.c[name], _TICKET.c.id), tuple_(at, ticket)
    return here < there if falls else here > there


def count(connection: Connection, query: TicketQuery) -> int:
    """Count the tickets of all pages."""
    statement = select(func.count()).select_from(_TICKET).where(*unhurried(query))
    return connection.execute(statement).scalar_one()


def find(connection: Connection, prefix: TicketPrefix, limit: int) -> list[TicketId]:
    """List ids that a prefix fits."""
    found = {row.id for one in prefix.ranges for row in connection.execute(within(one, limit))}
    return [TicketId(one) for one in sorted(found)[:limit]]


def within(ids: IdRange, limit: int) -> Select[Any]:
    """Write the statement that lists the ids of a range."""
    column = _TICKET.c.id
    return select(column).where(column.between(ids.low, ids.high)).order_by(column).limit(limit)


# -- drafts --------------------------------------------------------------------------------------------------


def drafts(
    connection: Connection,
    statuses: Collection[DraftStatus],
    of: Mapping[str, bytes | None],
    after: bytes | None,
    limit: int | None,
) -> list[Draft]:
    """
    List drafts in the order in which they were kept.

    Args:
        connection: Of a transaction.
        statuses: Any of these; empty for all.
        of: What columns must be, None for anything; if there is one, there are few.
        after: Key of the last draft of the page before.
        limit: At most this many.
    """
    narrowed = {name: value for name, value in of.items() if value is not None}
    wanted, start = frozenset(statuses), {} if after is None else {"start": _number(connection, after)}
    looked_at = (frozenset[DraftStatus](), None) if narrowed else (wanted, limit)
    found = _queue(*looked_at, (*narrowed, *start)).rows(connection, {**narrowed, **start})
    # of few, all are read, whatever their status
    listed = [draft for draft in map(rows.to_draft, found) if not wanted or draft.status in wanted]
    return listed[:limit]


@lru_cache(maxsize=64)
def _queue(statuses: frozenset[DraftStatus], limit: int | None, given: tuple[str, ...]) -> Prepared:
    """Write the statement of a list of drafts, once for each kind of list."""
    conditions = [
        _DRAFT.c.id > bindparam(name) if name == "start" else _DRAFT.c[name] == bindparam(name)
        for name in given
    ]
    kinds = [[_DRAFT.c.status == one.value, *conditions] for one in sorted(statuses)]
    return Prepared(_merged(_DRAFT, kinds or [conditions], ("id",), falls=False, limit=limit))


def _number(connection: Connection, key: bytes) -> int:
    number: int | None = connection.execute(select(_DRAFT.c.id).where(_DRAFT.c.key == key)).scalar()
    if number is None:
        raise rules.no_draft(key)
    return number


# -- statements ----------------------------------------------------------------------------------------------


def _merged(
    table: Table, kinds: Sequence[Sequence[Condition]], by: Sequence[str], *, falls: bool, limit: int | None
) -> Select[Any]:
    """Find the first of each kind in the indexes, and read the rows of only the first of them all."""
    if len(kinds) == 1:
        return _first(select(table).where(*kinds[0]), table.c, by, falls=falls, limit=limit)
    columns = [table.c[name] for name in by]
    parts = [_first(select(*columns).where(*kind), table.c, by, falls=falls, limit=limit) for kind in kinds]
    whole = union_all(*(select(part.subquery()) for part in parts)).subquery()
    first = _first(select(whole.c.id), whole.c, by, falls=falls, limit=limit)
    return _first(select(table).where(table.c.id.in_(first)), table.c, by, falls=falls, limit=None)


def _first(
    statement: Select[Any], columns: Any, by: Sequence[str], *, falls: bool, limit: int | None
) -> Select[Any]:
    order = [columns[name].desc() if falls else columns[name] for name in by]
    return statement.order_by(*order).limit(limit)
