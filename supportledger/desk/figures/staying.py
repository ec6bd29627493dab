"""When a ticket was active, and when its status went to and fro."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Status, TicketState
from supportledger.ports.figures import Measure, Moment

FLAP_S: Final = 3_600
"""A status that comes back within so many seconds has flapped."""


class Staying:
    """
    A ticket's statuses over time.

    Args:
        entries: All of it.
        states: What each has left.
    """

    def __init__(self, entries: Sequence[EntryRecord], states: Sequence[TicketState]) -> None:
        self._entries = entries
        self._states = states

    def stays(self) -> Iterator[Moment]:
        """Give each time that it was active: from when, until when, and how old it was then."""
        opened, since = self._entries[0].time, self._entries[0].time
        for entry, (before, after) in self._steps():
            if before.is_active and not after.is_active:
                yield Moment(Measure.STAY, since, value=entry.time, other=since - opened)
                yield Moment(Measure.LEFT, entry.time, entry.actor, entry.time - since)
            elif after.is_active and not before.is_active:
                since = entry.time
        if self._states[-1].is_active:
            yield Moment(Measure.STAY, since, value=0, other=since - opened)

    def flaps(self) -> Iterator[Moment]:
        """Give each change of status by staff that undid the one before it, soon."""
        last: tuple[Status, int] | None = None
        for entry, (before, after) in self._steps():
            if entry.action in {Action.REPLY, Action.OPEN}:
                last = None
            elif before.status is not after.status:
                if last and last[0] is after.status and entry.time - last[1] <= FLAP_S:
                    yield Moment(Measure.FLAP, entry.time, entry.actor)
                last = (before.status, entry.time)

    def _steps(self) -> Iterator[tuple[EntryRecord, tuple[TicketState, TicketState]]]:
        return zip(self._entries[1:], pairwise(self._states), strict=True)
