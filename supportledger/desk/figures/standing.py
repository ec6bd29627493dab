"""What stands at an instant, by age: active tickets, and messages that nobody has answered."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from supportledger.desk.figures.period import Period
from supportledger.desk.figures.picking import View
from supportledger.ports.figures import Measure

AGES: Final = (3_600, 4 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 30 * 86_400)
"""Where one bucket of ages ends and the next begins; seconds. The last has no end."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    The backlog at the end of a day.

    Args:
        day: Which.
        at: Its end, or that of the period, or now; Unix seconds.
        ages: How many active tickets there were in each bucket of `AGES`.
    """

    day: date
    at: int
    ages: tuple[int, ...]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    Active tickets with messages that nobody has answered.

    Args:
        never: Of those that nobody ever answered, how many there are in each bucket of `AGES`.
        again: The same of those that were answered before.
        oldest: Since when the oldest message waits; Unix seconds, 0 when none does.
    """

    never: tuple[int, ...]
    again: tuple[int, ...]
    oldest: int

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.never) + sum(self.again)


def unanswered(view: View) -> Waiting:
    """Count what waits, by age."""
    waiting = [
        one for ticket, one in view.laid.facts.items() if one.waiting_since and not view.is_merged(ticket)
    ]
    never = _buckets([view.now - one.waiting_since for one in waiting if not one.was_answered])
    again = _buckets([view.now - one.waiting_since for one in waiting if one.was_answered])
    return Waiting(never, again, min((one.waiting_since for one in waiting), default=0))


def backlog(view: View, period: Period) -> list[Standing]:
    """Count what was active at the end of each day that has begun, by age."""
    days = [(day, min(end, view.now)) for day, end in period.days()]
    days = [(day, end) for place, (day, end) in enumerate(days) if not place or end > days[place - 1][1]]
    ends = [end for _, end in days]
    counts = [[0] * (len(AGES) + 1) for _ in days]
    stays = view.laid.column(Measure.STAY)
    for since, ticket, until, age in zip(stays.at, stays.tickets, stays.values, stays.others, strict=True):
        if view.is_merged(ticket):
            continue
        first = bisect_right(ends, since - 1)
        last = bisect_right(ends, until - 1) if until else len(ends)
        for place in range(first, last):
            counts[place][bisect_right(AGES, ends[place] - since + age)] += 1
    return [Standing(day, end, tuple(found)) for (day, end), found in zip(days, counts, strict=True)]


def _buckets(ages: Sequence[int]) -> tuple[int, ...]:
    counts = [0] * (len(AGES) + 1)
    for age in ages:
        counts[bisect_right(AGES, age)] += 1
    return tuple(counts)
