"""Deadlines as people see them: how long is left, or for how long it is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from supportledger.language import mark, translated
from supportledger.model.records import TicketRecord
from supportledger.model.ticket import Clock, TicketState

_UNITS: Final = (
    (86_400, mark("{n} d")),
    (3_600, mark("{n} h")),
    (60, mark("{n} min")),
    (1, mark("{n} s")),
)
_SOON_S: Final = 1_800
_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Countdown:
    """
    One deadline.

    Args:
        clock: Of which promise.
        due: When; Unix seconds.
        is_paused: The clock stands still.
        is_late: It is over.
        is_soon: Half an hour is left, or less.
    """

    clock: Clock
    due: int
    is_paused: bool
    is_late: bool
    is_soon: bool

    @property
    def tone(self) -> str:
        """How bad it is: a class of the style sheet."""
        if self.is_late:
            return "bad"
        return "warn" if self.is_soon and not self.is_paused else "good"


def next_countdown(record: TicketRecord, now: int) -> Countdown | None:
    """Give the deadline of a ticket that comes next; None if there is none."""
    if record.due_at is None:
        return None
    state = record.state
    clock = Clock.RESPONSE if state.unseen and state.respond_by == record.due_at else Clock.RESOLUTION
    return _countdown(clock, record.due_at, state, now)


def countdowns(deadlines: Iterable[tuple[Clock, int]], state: TicketState, now: int) -> list[Countdown]:
    """Give all deadlines of a ticket."""
    return [_countdown(clock, due, state, now) for clock, due in deadlines]


def lasting(language: str, seconds: float) -> str:
    """Write a length of time with its two largest units: `3 h 5 min`."""
    rest, parts = int(abs(seconds)), list[str]()
    for size, text in _UNITS:
        number, rest = divmod(rest, size)
        if number or (size == 1 and not parts):
            parts.append(translated(language, text).format(n=number))
        elif parts:
            break
        if len(parts) == _PARTS:
            break
    return " ".join(parts)


def _countdown(clock: Clock, due: int, state: TicketState, now: int) -> Countdown:
    is_paused = bool(state.paused_at) and clock is Clock.RESOLUTION
    return Countdown(clock, due, is_paused, due < now, due - now <= _SOON_S)
