"""
Lists of several queues: one short list of each queue and status, and of them all the first.

The statement is written as text: the same parts so often would take longer to put together than to carry out.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from supportledger.model.paging import TicketOrder
from supportledger.model.records import TicketQuery

_ORDERS: Final = {
    TicketOrder.NEWEST: ("opened_at", " DESC", "<"),
    TicketOrder.OLDEST: ("opened_at", "", ">"),
    TicketOrder.DUE: ("due_at", "", ">"),
}
"""For each order its column, its direction, and what stands behind a mark."""


_MOST: Final = 400
"""Most parts of a statement; SQLite takes 500."""


class _Shape(NamedTuple):
    """What a statement depends on, whatever the values are."""

    order: TicketOrder
    queues: int
    statuses: int
    has_start: bool
    is_overdue: bool
    with_merged: bool


def fits(query: TicketQuery) -> bool:
    """Tell whether a list is one of queues, and of not too many."""
    return bool(query.queues) and len(query.queues or ()) * max(len(query.statuses), 1) <= _MOST


def statement(query: TicketQuery) -> str:
    """Write the statement of one page of a list of queues, for `values`."""
    has_start, is_overdue = query.start is not None, query.overdue_at is not None
    counts = (len(query.queues or ()), len(query.statuses))
    return _text(_Shape(query.sorting, *counts, has_start, is_overdue, query.merged))


def values(query: TicketQuery) -> dict[str, object]:
    """Give the values that the statement names."""
    named: dict[str, object] = {"n": query.limit}
    named |= {f"q{number}": queue for number, queue in enumerate(sorted(query.queues or ()))}
    named |= {f"s{number}": int(status) for number, status in enumerate(sorted(query.statuses))}
    if query.start:
        named |= {"at": query.start.at, "id": query.start.id}
    if query.overdue_at is not None:
        named |= {"overdue": query.overdue_at}
    return named


@lru_cache(maxsize=512)
def _text(shape: _Shape) -> str:
    column, falls, _ = _ORDERS[shape.order]
    sorting = f"ORDER BY {column}{falls}, id{falls}"
    kinds = [
        [f"queue = :q{number}", *kind, *_conditions(shape)]
        for number in range(shape.queues)
        for kind in _statuses(shape.statuses)
    ]
    parts = [f"FROM tickets WHERE {' AND '.join(kind)} {sorting} LIMIT :n" for kind in kinds]
    return f"SELECT * {parts[0]}" if len(parts) == 1 else _merged(parts, column, sorting)


def _merged(parts: list[str], column: str, sorting: str) -> str:
    """Find the first of each part in the indexes, and read the rows of only the first of them all."""
    # names of our own columns; values are bound
    found = [f"SELECT * FROM (SELECT {column}, id {part}) AS anon_part" for part in parts]  # noqa: S608
    first = f"SELECT id FROM ({' UNION ALL '.join(found)}) AS anon_whole {sorting} LIMIT :n"  # noqa: S608
    return f"SELECT * FROM tickets WHERE id IN ({first}) {sorting}"  # noqa: S608


def _statuses(count: int) -> list[list[str]]:
    return [[f"status = :s{number}"] for number in range(count)] or [[]]


def _conditions(shape: _Shape) -> list[str]:
    column, _, behind = _ORDERS[shape.order]
    wanted = {
        "merged = 0": not shape.with_merged,
        "due_at IS NOT NULL": shape.order is TicketOrder.DUE,
        "due_at < :overdue": shape.is_overdue,
        f"({column}, id) {behind} (:at, :id)": shape.has_start,
    }
    return [condition for condition, is_wanted in wanted.items() if is_wanted]
