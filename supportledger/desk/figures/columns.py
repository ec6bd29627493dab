"""
The facts of all tickets in memory, laid out by measure and in the order of time.

A period is then a slice, and a figure of a hundred thousand tickets is counted before anybody has noticed.
What changes is read behind a mark; the columns are laid out again when something has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock
from typing import Final

from supportledger.model.ids import Address, TicketId
from supportledger.ports.figures import Facts, Measure, TicketFacts

_AT: Final = 0


@dataclass(frozen=True, slots=True)
class Column:
    """
    All moments of one measure, oldest first; position by position.

    Args:
        at: Instants.
        tickets: Whose they are.
        agents: Who sent it; nobody for none.
        values: As the measure says.
        others: As the measure says.
    """

    at: tuple[int, ...] = ()
    tickets: tuple[TicketId, ...] = ()
    agents: tuple[Address, ...] = ()
    values: tuple[int, ...] = ()
    others: tuple[int, ...] = ()


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
                self._laid = laid(self._laid.facts, changed)
            self._mark = mark
            return self._laid


def laid(known: Mapping[TicketId, TicketFacts], changed: Iterable[TicketFacts]) -> Laid:
    """Lay facts out: those that were known, and those that take their places."""
    facts = {**known, **{one.ticket: one for one in changed}}
    facts = {ticket: one for ticket, one in facts.items() if one.moments}
    rows: dict[Measure, list[tuple[int, TicketId, Address, int, int]]] = {one: [] for one in Measure}
    for ticket, one in facts.items():
        for measure, at, agent, value, other in one.moments:
            rows[measure].append((at, ticket, agent, value, other))
    return Laid(facts, {measure: _column(found) for measure, found in rows.items() if found})


def _column(rows: list[tuple[int, TicketId, Address, int, int]]) -> Column:
    rows.sort(key=itemgetter(_AT, 1))
    at, tickets, agents, values, others = zip(*rows, strict=True)
    return Column(at, tickets, agents, values, others)
