"""
The facts of all tickets in memory, laid out by measure and in the order of time.

A period is then a slice, and a figure of a hundred thousand tickets is counted before anybody has noticed.
What changes is read behind a mark; the columns are laid out again when something has.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock
from typing import Any, Final

from supportledger.model.ids import Address, TicketId
from supportledger.ports.figures import Facts, Measure, TicketFacts

_FEW: Final = 1_000
"""So many changed tickets take their places one by one."""


Place = tuple[int, TicketId, Address, int, int]
"""What a column has at one position: instant, ticket, agent, value, other."""


@dataclass(frozen=True, slots=True)
class Column:
    """
    All moments of one measure, oldest first; position by position. Nobody changes it once it is shown.

    Args:
        at: Instants.
        tickets: Whose they are.
        agents: Who sent it; nobody for none.
        values: As the measure says.
        others: As the measure says.
    """

    at: list[int] = field(default_factory=list)
    tickets: list[TicketId] = field(default_factory=list)
    agents: list[Address] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)

    def altered(self, gone: Sequence[Place], come: Sequence[Place]) -> "Column":
        """Give a column in which some places are gone, and others have come."""
        made = Column(*(list(one) for one in self._lists()))
        for place in gone:
            made._remove(place)
        for place in come:
            made._insert(place)
        return made

    def _lists(self) -> tuple[list[Any], ...]:
        return self.at, self.tickets, self.agents, self.values, self.others

    def _remove(self, place: Place) -> None:
        position = bisect_left(self.at, place[0])
        while tuple(one[position] for one in self._lists()) != place:
            position += 1
        for one in self._lists():
            del one[position]

    def _insert(self, place: Place) -> None:
        low, high = bisect_left(self.at, place[0]), bisect_right(self.at, place[0])
        position = bisect_right(self.tickets, place[1], low, high)
        for one, value in zip(self._lists(), place, strict=True):
            one.insert(position, value)


@dataclass(frozen=True, slots=True)
class Laid:
    """
    The facts as of one mark.

    Args:
        facts: Of each ticket that is there.
        columns: Of each measure.
    """

    facts: Mapping[TicketId, TicketFacts] = field(default_factory=dict)
    columns: Mapping[Measure, Column] = field(default_factory=dict)

    def column(self, measure: Measure) -> Column:
        """Give the moments of a measure."""
        return self.columns.get(measure, _EMPTY)


_EMPTY: Final = Column()


class Columns:
    """
    Reads the facts, and what has changed in them.

    Args:
        facts: Where they are kept.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._lock = Lock()
        self._mark = 0
        self._laid = Laid()

    def now(self) -> Laid:
        """Give the facts as they are kept now."""
        with self._lock:
            mark, changed = self._facts.changed(self._mark)
            if mark < self._mark:
                self._laid = Laid()
            if changed or mark < self._mark:
                few = len(changed) <= _FEW and len(changed) < len(self._laid.facts)
                self._laid = (patched if few else laid)(self._laid, changed)
            self._mark = mark
            return self._laid


def laid(known: Laid, changed: Sequence[TicketFacts]) -> Laid:
    """Lay facts out: those that were known, and those that take their places."""
    facts = _together(known, changed)
    return Laid(facts, {measure: _column(found) for measure, found in _places(facts.values()).items()})


def patched(known: Laid, changed: Sequence[TicketFacts]) -> Laid:
    """Give what `laid` gives, when little has changed: what has not changed stays where it is."""
    gone = _places(known.facts[one.ticket] for one in changed if one.ticket in known.facts)
    come = _places(changed)
    columns = dict(known.columns)
    for measure in {*gone, *come}:
        columns[measure] = known.column(measure).altered(gone.get(measure, ()), come.get(measure, ()))
    return Laid(_together(known, changed), columns)


def _together(known: Laid, changed: Sequence[TicketFacts]) -> dict[TicketId, TicketFacts]:
    facts = {**known.facts, **{one.ticket: one for one in changed}}
    for one in changed:
        if not one.moments:
            del facts[one.ticket]
    return facts


def _places(facts: Iterable[TicketFacts]) -> dict[Measure, list[Place]]:
    found: dict[Measure, list[Place]] = defaultdict(list)
    for one in facts:
        ticket = one.ticket
        for measure, at, agent, value, other in one.moments:
            found[measure].append((at, ticket, agent, value, other))
    return found


def _column(places: list[Place]) -> Column:
    places.sort(key=itemgetter(0, 1))
    return Column(*(list(one) for one in zip(*places, strict=True)))
