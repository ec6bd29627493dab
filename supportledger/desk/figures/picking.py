"""Which moments a figure is made of, and which group each of them belongs to."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from supportledger.desk.figures.columns import Column, Laid
from supportledger.desk.figures.definitions import FOLLOW_UP_S, Definition, Test
from supportledger.desk.figures.period import QUARTER, Group, Period, calendar
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.ports.filing import Filing

T = TypeVar("T")

_FILED_BY: Final[Mapping[Group, Callable[[Filing], str]]] = {
    Group.QUEUE: lambda filing: filing.queue,
    Group.CHANNEL: lambda filing: filing.channel,
    Group.TOPIC: lambda filing: filing.topic,
    Group.LANGUAGE: lambda filing: filing.language,
}


@dataclass(frozen=True, slots=True)
class Picked:
    """
    What a figure is made of.

    Args:
        column: Where the whole's moments are.
        whole: Their positions in it, oldest first.
        parts: Of a share: where the part's moments are.
        part: Their positions in it.
    """

    column: Column
    whole: Sequence[int]
    parts: Column
    part: Sequence[int]


@dataclass(frozen=True, slots=True)
class View:
    """
    The facts and filings that figures are made of.

    Args:
        laid: The facts.
        filed: The filings of all their tickets.
        now: What lies behind it has not happened yet; Unix seconds.
    """

    laid: Laid
    filed: Mapping[TicketId, Filing]
    now: int
    _named: dict[tuple[Group, str], dict[Any, str]] = field(default_factory=dict)

    def picked(self, d: Definition, period: Period) -> Picked:
        """Pick what a figure of a period is made of."""
        column = self.laid.column(d.measure)
        whole = self._counted(d, column, self._within(column, period))
        if d.part_of is not None:
            parts = self.laid.column(d.part_of)
            return Picked(column, whole, parts, _each_once(parts, self._within(parts, period)))
        return Picked(column, whole, column, self._part(d, column, whole))

    def keys(self, column: Column, at: Sequence[int], group: Group, zone: str) -> list[str]:
        """Name the group of each of some moments of a column."""
        if group in {Group.DAY, Group.WEEK, Group.MONTH}:
            named = self._named.setdefault((group, zone), {})
            return _looked_up([column.at[one] // QUARTER for one in at], named, calendar(group, zone))
        named = self._named.setdefault((group, ""), {})
        if group is Group.AGENT:
            return _looked_up([column.agents[one] for one in at], named, _agent)
        name = _FILED_BY.get(group)
        read = (lambda one: name(self.filed[one])) if name else self._policy
        return _looked_up([column.tickets[one] for one in at], named, read)

    def _policy(self, ticket: TicketId) -> str:
        return str(self.laid.facts[ticket].policy)

    def is_merged(self, ticket: TicketId) -> bool:
        """Tell whether the matter goes on in another ticket."""
        return self.filed[ticket].merged_into is not None

    def _within(self, column: Column, period: Period) -> range:
        """Give the positions of a period, as far as it has gone by."""
        until = min(period.until, self.now + 1)
        return range(bisect_left(column.at, period.since), bisect_left(column.at, until))

    def _counted(self, d: Definition, column: Column, found: Sequence[int]) -> Sequence[int]:
        if d.among is not None:
            found = _passing(d.among, column, found)
        if d.alone:
            merged = {ticket for ticket, filing in self.filed.items() if filing.merged_into is not None}
            found = [one for one in found if column.tickets[one] not in merged] if merged else found
        return found

    def _part(self, d: Definition, column: Column, whole: Sequence[int]) -> Sequence[int]:
        if d.part is None:
            return ()
        part = _passing(d.part, column, whole)
        if d.unfollowed:
            return [one for one in part if not self._is_followed(column.tickets[one], column.at[one])]
        return part

    def _is_followed(self, ticket: TicketId, solved_at: int) -> bool:
        """Tell whether a linked ticket was opened soon after this one was solved."""
        linked = (self.laid.facts.get(other) for other in self.filed[ticket].linked)
        return any(one is not None and 0 <= one.opened_at - solved_at <= FOLLOW_UP_S for one in linked)


def _agent(agent: Address) -> str:
    return "" if agent == NOBODY else str(agent)


def _looked_up(keys: Sequence[T], named: dict[T, str], name: Callable[[T], str]) -> list[str]:
    """Name keys, each but once."""
    for one in set(keys):
        if one not in named:
            named[one] = name(one)
    return [named[one] for one in keys]


def _passing(test: Test, column: Column, found: Sequence[int]) -> list[int]:
    values, others = column.values, column.others
    return [one for one in found if test(values[one], others[one])]


def _each_once(column: Column, found: Sequence[int]) -> list[int]:
    """Keep the first moment of each ticket."""
    first: dict[TicketId, int] = {}
    for one in found:
        first.setdefault(column.tickets[one], one)
    return list(first.values())
