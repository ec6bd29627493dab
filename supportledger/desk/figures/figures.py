"""
The figures of a desk, each with its definition and with what it was made of.

They are worked out from the facts of tickets, which follow from the ledger's entries alone: whoever reads the
same ledger comes to the same numbers. How tickets are filed only groups them, joins merged ones, and says
what follows what.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from supportledger.desk.figures.columns import Column, Columns
from supportledger.desk.figures.definitions import DEFINITIONS, Definition, Kind, definition
from supportledger.desk.figures.filed import Filed
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.picking import Picked, View
from supportledger.desk.figures.standing import Standing, Waiting, backlog, unanswered
from supportledger.desk.figures.values import Value, spread
from supportledger.errors import InputError
from supportledger.model.ids import Address, TicketId
from supportledger.ports import Store

ROWS: int = 1_000
"""Most rows of one page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One figure of a period.

    Args:
        definition: What it is.
        whole: What it comes to in all.
        groups: What it comes to for each group, the groups in order; empty when none was asked for.
    """

    definition: Definition
    whole: Value
    groups: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One thing that a figure was made of.

    Args:
        ticket: Whose.
        at: What it is dated by; Unix seconds.
        agent: Whose it is; nobody for none.
        value: Seconds of a duration; stars, a status, a number of answers.
        within: Of a duration: its seconds within hours.
        group: Which group it belongs to; empty when none was asked for.
        is_whole: Whether it counts in the whole.
        is_part: Whether it counts in a share's part.
    """

    ticket: TicketId
    at: int
    agent: Address
    value: int
    within: int
    group: str
    is_whole: bool
    is_part: bool


class Figures:
    """
    Works figures out.

    Args:
        store: Where facts and filings are kept; the worker that follows the chain keeps the facts up.
        now: Unix seconds, by the clock that entries are dated by.
        monotonic: Instead of time.monotonic, for tests.
    """

    def __init__(
        self, store: Store, now: Callable[[], int], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._columns = Columns(store.facts)
        self._filed = Filed(store.filings.filed, monotonic)
        self._now = now

    def dashboard(self, period: Period, group: Group | None = None) -> list[Figure]:
        """Work out every figure of a period, in the order of their definitions."""
        view = self._view()
        return [_figure(view, one, period, group) for one in DEFINITIONS.values()]

    def figure(self, name: str, period: Period, group: Group | None = None) -> Figure:
        """
        Work out one figure.

        Raises:
            NotFound: There is none of that name.
        """
        return _figure(self._view(), definition(name), period, group)

    def rows(
        self, name: str, period: Period, group: Group | None = None, start: int = 0, limit: int = ROWS
    ) -> list[Row]:
        """
        List what a figure was made of: a page, oldest first; a part that is none of the whole comes last.

        Raises:
            NotFound: There is no figure of that name.
            InputError: The page begins before the first row, or is too long.
        """
        if start < 0 or not 1 <= limit <= ROWS:
            raise InputError(f"a page of rows begins at 0 or later and has 1 to {ROWS} rows")
        d, view = definition(name), self._view()
        return _rows(view, d, view.picked(d, period), _Page(period, group, start, limit))

    def unanswered(self) -> Waiting:
        """Count the tickets with messages that wait now, by age."""
        return unanswered(self._view())

    def backlog(self, period: Period) -> list[Standing]:
        """Count the active tickets at the end of each day of a period that has begun, by age."""
        return backlog(self._view(), period)

    def _view(self) -> View:
        laid = self._columns.now()
        return View(laid, self._filed.of(laid.facts), self._now())


@dataclass(frozen=True, slots=True)
class _Page:
    period: Period
    group: Group | None
    start: int
    limit: int


def _figure(view: View, d: Definition, period: Period, group: Group | None) -> Figure:
    picked = view.picked(d, period)
    whole = _value(d, picked, picked.whole, len(picked.part))
    if group is None:
        return Figure(d, whole, {})
    names = view.keys(picked.column, picked.whole, group, period.zone)
    parts = Counter(view.keys(picked.parts, picked.part, group, period.zone))
    if d.kind is Kind.DURATION:
        return Figure(d, whole, _durations(d, picked, names))
    counts = Counter(names)
    share = d.kind is Kind.SHARE
    groups = {name: Value(counts[name], parts[name] if share else None) for name in sorted({*counts, *parts})}
    return Figure(d, whole, groups)


def _durations(d: Definition, picked: Picked, names: Sequence[str]) -> dict[str, Value]:
    """Work out a duration for each group."""
    wholes: dict[str, list[int]] = defaultdict(list)
    for one, name in zip(picked.whole, names, strict=True):
        wholes[name].append(one)
    return {name: _value(d, picked, wholes[name], 0) for name in sorted(wholes)}


def _value(d: Definition, picked: Picked, at: Sequence[int], part: int) -> Value:
    if d.kind is Kind.COUNT:
        return Value(len(at))
    if d.kind is Kind.SHARE:
        return Value(len(at), part)
    return Value(len(at), None, spread(_of(picked.column.values, at)), spread(_of(picked.column.others, at)))


def _of(numbers: Sequence[int], at: Sequence[int]) -> Sequence[int]:
    """Take the numbers at some positions: a slice, where they are one."""
    return numbers[at.start : at.stop] if isinstance(at, range) else [numbers[one] for one in at]


def _rows(view: View, d: Definition, picked: Picked, page: _Page) -> list[Row]:
    stop = page.start + page.limit
    whole = picked.whole[page.start : stop]
    part = set(picked.part) if d.part_of is None else set()
    found = _drawn(view, picked.column, whole, page, lambda one: (True, one in part))
    if d.part_of is None or len(found) == page.limit:
        return found
    behind = len(picked.whole)
    own = picked.part[max(0, page.start - behind) : stop - behind]
    return found + _drawn(view, picked.parts, own, page, lambda _: (False, True))


def _drawn(
    view: View, column: Column, at: Sequence[int], page: _Page, counts: Callable[[int], tuple[bool, bool]]
) -> list[Row]:
    names = view.keys(column, at, page.group, page.period.zone) if page.group else [""] * len(at)
    return [
        Row(
            column.tickets[one],
            column.at[one],
            column.agents[one],
            column.values[one],
            column.others[one],
            name,
            *counts(one),
        )
        for one, name in zip(at, names, strict=True)
    ]
