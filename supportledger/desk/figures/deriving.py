"""
What counts of a ticket, from its replayed entries and nothing else: not the time, not the store.

* Whoever answers is a certified agent: the ledger accepts an answer from nobody else, and a service of tier 0
  cannot answer. A solution with a text is an answer. Notes and recorded messages are none.
* A promise that still runs is noted as broken at the first second after its deadline: before that second it
  does not count, and an act in time takes its place.

Source: the definitions of `supportledger.desk.figures.definitions`; LEDGER, "Time is settled before anything
else".
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from supportledger.desk.figures.staying import Staying
from supportledger.model import sla
from supportledger.model.entry import NOTHING
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.replay import Replay
from supportledger.model.ticket import Action, Clock, Flag, Status, TicketState
from supportledger.ports.figures import Measure, Moment, TicketFacts

Terms = Callable[[int], PolicyTerms]
"""The promise of a policy, by its number."""
_SPEAKING: Final = (Action.ANSWER, Action.SOLVE)
_WAITS: Final[Mapping[Measure, tuple[Status, ...]]] = {
    Measure.REQUESTER_WAIT: (Status.OPEN, Status.ON_HOLD),
    Measure.AGENT_WORK: (Status.OPEN,),
    Measure.CUSTOMER_WAIT: (Status.PENDING,),
}


def facts(replayed: Replay, terms: Terms) -> TicketFacts:
    """
    Work out what counts of a ticket.

    Args:
        replayed: Its whole history.
        terms: Of every policy that it ever had.
    """
    return _Story(replayed, terms).told()


def open_seconds(hours: BusinessHours | None, start: int, end: int) -> int:
    """Count the seconds between two instants that are within hours; all of them without hours."""
    return max(0, end - start) if hours is None else hours.between(start, end)


class _Story:
    """A ticket's entries, gone through once."""

    def __init__(self, replayed: Replay, terms: Terms) -> None:
        self._entries = replayed.entries
        self._states = tuple(one.state for one in replayed.outcomes)
        self._terms = terms
        self._opened_at = self._states[0].opened_at
        self._moments: list[Moment] = []
        self._waiting = [self._opened_at]
        self._answers = self._reopens = self._rated_at = self._stars = 0
        self._solves: list[EntryRecord] = []
        self._broken: set[Measure] = set()
        self._is_first = True

    def told(self) -> TicketFacts:
        """Go through it."""
        self._note(Measure.OPENED, self._opened_at)
        for entry, (before, after) in zip(self._entries[1:], pairwise(self._states), strict=True):
            self._break_promises(before, after, entry)
            self._hear(before, after, entry)
        self._end()
        last = self._states[-1]
        waits = self._waiting[0] if self._waiting and last.is_active else 0
        return TicketFacts(
            self._entries[0].ticket,
            last.head,
            self._opened_at,
            last.policy,
            waits,
            self._answers > 0,
            tuple(self._moments),
        )

    # -- entries ---------------------------------------------------------------------------------------------

    def _hear(self, before: TicketState, after: TicketState, entry: EntryRecord) -> None:
        """Take one entry."""
        if entry.action in _SPEAKING and entry.commitment != NOTHING:
            self._answered(before, after, entry)
        match entry.action:
            case Action.REPLY:
                self._customer_wrote(before, entry)
            case Action.SOLVE:
                self._solves.append(entry)
                self._note(Measure.SOLVED, entry.time, entry.actor, self._answers)
            case Action.CLOSE:
                self._note(Measure.CLOSED, entry.time)
            case Action.RATE:
                self._rated_at = self._settled(entry.time, before)
                self._stars = entry.argument
            case Action.ESCALATE:
                self._note(Measure.ESCALATED, entry.time, value=after.level)

    def _customer_wrote(self, before: TicketState, entry: EntryRecord) -> None:
        self._waiting.append(entry.time)
        if before.status is Status.SOLVED:
            self._reopens += 1
            self._last(Measure.REOPENED, before.settled_at, entry, before, agent=self._solves[-1].actor)

    def _answered(self, before: TicketState, after: TicketState, entry: EntryRecord) -> None:
        """Take what an agent wrote: it answers the oldest messages, as far as they were read."""
        self._answers += 1
        self._note(Measure.ANSWERED, entry.time, entry.actor, after.status)
        if not before.unseen:
            return
        self._last(Measure.REPLY, self._waiting[0], entry, before)
        if not before.has(Flag.ANSWERED):
            self._last(Measure.FIRST_RESPONSE, self._waiting[0], entry, before)
        self._keep_response(before, entry)
        self._waiting = self._waiting[len(self._waiting) - after.unseen :]
        self._broken -= {Measure.FIRST_CLOCK, Measure.NEXT_CLOCK}

    def _last(
        self,
        measure: Measure,
        since: int,
        entry: EntryRecord,
        before: TicketState,
        *,
        agent: Address | None = None,
    ) -> None:
        """Note how long something lasted that an entry has ended."""
        hours = self._terms(before.policy).hours
        who = entry.actor if agent is None else agent
        lasted = sla.elapsed(since, entry.time)
        self._note(measure, entry.time, who, lasted, open_seconds(hours, since, entry.time))

    # -- promises --------------------------------------------------------------------------------------------

    def _keep_response(self, before: TicketState, entry: EntryRecord) -> None:
        clock = _response(before)
        if before.respond_by and clock not in self._broken:
            self._note(clock, entry.time, entry.actor, 1)

    def _break_promises(self, before: TicketState, after: TicketState, entry: EntryRecord) -> None:
        """Note promises that were broken before an entry, whoever sent it."""
        if not before.is_active:
            return
        clock = _response(before)
        if sla.is_response_late(before, entry.time):
            self._break(clock, before.respond_by)
        if after.has(Flag.LATE_RESOLVE):
            terms = self._terms(before.policy)
            self._break(Measure.SOLVE_CLOCK, sla.due(before, terms, entry.time))

    def _break(self, clock: Measure, due: int) -> None:
        if clock not in self._broken:
            self._broken.add(clock)
            self._note(clock, due + 1)

    # -- how it ended ----------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Note what only the last entry decides."""
        last = self._states[-1]
        if self._solves:
            self._first_solved()
        if last.is_active:
            self._run_on(last)
        else:
            self._settle(last)
        if self._stars and last.is_active:
            self._note(Measure.ASKED, self._rated_at, self._solver, self._stars)
        staying = Staying(self._entries, self._states)
        self._moments.extend(staying.flaps())
        self._moments.extend(staying.stays())

    def _run_on(self, last: TicketState) -> None:
        """Note the promises that run as broken when they will be, if nothing happens before."""
        clocks = {Clock.RESPONSE: _response(last), Clock.RESOLUTION: Measure.SOLVE_CLOCK}
        for clock, due in sla.deadlines(last, self._terms(last.policy)):
            self._break(clocks[clock], due)

    def _settle(self, last: TicketState) -> None:
        """Note what counts of a ticket that is settled."""
        at = self._settled(last.settled_at, last)
        for measure, statuses in _WAITS.items():
            self._note(measure, at, self._solver, *self._spent(statuses))
        if last.customer != NOBODY:
            self._note(Measure.ASKED, self._rated_at or at, self._solver, self._stars)
        if not self._solves:
            return
        final = self._solves[-1]
        hours = self._terms(last.policy).hours
        lasted = sla.elapsed(self._opened_at, final.time), open_seconds(hours, self._opened_at, final.time)
        self._note(Measure.FULLY_SOLVED, final.time, final.actor, *lasted)
        if self._states[final.index].resolve_by and Measure.SOLVE_CLOCK not in self._broken:
            self._note(Measure.SOLVE_CLOCK, final.time, final.actor, 1)

    def _first_solved(self) -> None:
        first = self._solves[0]
        self._last(Measure.FIRST_SOLVED, self._opened_at, first, self._states[first.index - 1])
        self._note(Measure.TOUCHES, first.time, first.actor, self._answers, self._reopens)

    def _spent(self, statuses: tuple[Status, ...]) -> tuple[int, int]:
        """Count the seconds in some statuses: all, and those within hours."""
        lasted = within = 0
        for entry, (before, _after) in zip(self._entries[1:], pairwise(self._states), strict=True):
            if before.status in statuses:
                since = self._entries[entry.index - 1].time
                lasted += sla.elapsed(since, entry.time)
                within += open_seconds(self._terms(before.policy).hours, since, entry.time)
        return lasted, within

    def _settled(self, otherwise: int, state: TicketState) -> int:
        """Give when the ticket was last solved; else when it was closed."""
        return self._solves[-1].time if self._solves else (state.settled_at or otherwise)

    @property
    def _solver(self) -> Address:
        return self._solves[-1].actor if self._solves else NOBODY

    def _note(
        self, measure: Measure, at: int, agent: Address = NOBODY, value: int = 0, other: int = 0
    ) -> None:
        self._moments.append(Moment(measure, at, agent, value, other))


def _response(state: TicketState) -> Measure:
    """Tell which promise of an answer runs."""
    return Measure.NEXT_CLOCK if state.has(Flag.ANSWERED) else Measure.FIRST_CLOCK
