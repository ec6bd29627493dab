"""Counting tickets, for the report."""

from collections import Counter
from dataclasses import dataclass, field

from supportledger.model.ticket import Flag, Status, TicketState


@dataclass(slots=True)
class Tally:
    """
    Tickets by where they stand, and by what is on record of them.

    Args:
        statuses: By status.
        flags: By the bits of their flags, all together.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    flags: Counter[int] = field(default_factory=Counter)

    def add(self, state: TicketState) -> None:
        """Count one more ticket."""
        self.statuses[state.status] += 1
        self.flags[state.flags] += 1

    def merge(self, other: "Tally") -> None:
        """Count those that another has counted."""
        self.statuses.update(other.statuses)
        self.flags.update(other.flags)

    def by_status(self) -> Counter[str]:
        """Give the number of tickets in each status."""
        return Counter({str(Status(one)): number for one, number in self.statuses.items()})

    def by_flag(self) -> Counter[str]:
        """Give the number of tickets that have each flag."""
        found: Counter[str] = Counter()
        for bits, number in self.flags.items():
            for flag in Flag:
                if bits & flag:
                    found[flag.name.lower()] += number
        return found
