"""
Deadlines, lateness and pauses of a ticket.

* Time is settled before anything else, so lateness once true stays true; an act exactly at a deadline is in
  time.
* A deadline of 0 means "never", and is later than any other.
* Escalating never moves a deadline.

Source: LEDGER, "Time is settled before anything else"; contracts/lifecycle/Clocks.sol.
"""

from typing import Final, NamedTuple

from supportledger.model.policy import PolicyTerms
from supportledger.model.ticket import Clock, Flag, TicketState

LONGEST_PAUSE: Final = (1 << 32) - 1


class Escalation(NamedTuple):
    """
    A clock that may be called late.

    Args:
        clock: Which promise.
        due: The deadline that passed, or will; Unix seconds.
        at: First second at which anyone may escalate; Unix seconds.
    """

    clock: Clock
    due: int
    at: int


def due(t: TicketState, terms: PolicyTerms, time: int) -> int:
    """Give the resolution deadline as pauses have moved it by *time*; 0 when there is none."""
    if t.resolve_by == 0:
        return 0
    return t.resolve_by + min(terms.pause_allowance, paused(t, time))


def paused(t: TicketState, time: int) -> int:
    """Count the seconds of pause by *time*; once the resolution is late, pausing moves nothing."""
    if t.paused_at == 0 or t.flags & Flag.LATE_RESOLVE:
        return t.paused_total
    return min(LONGEST_PAUSE, t.paused_total + elapsed(t.paused_at, time))


def elapsed(since: int, time: int) -> int:
    """Count the seconds from *since* to *time*; 0 on a chain whose clock went back."""
    return max(0, time - since)


def earlier(deadline: int, other: int) -> int:
    """Give the earlier of two deadlines, of which 0 is later than any other."""
    return min(deadline or other, other or deadline)


def is_response_late(t: TicketState, time: int) -> bool:
    """Tell whether messages wait and their deadline has passed."""
    return t.unseen != 0 and 0 < t.respond_by < time


def is_resolution_late(t: TicketState, terms: PolicyTerms, time: int) -> bool:
    """Tell whether the resolution's deadline has passed."""
    return 0 < t.resolve_by < time and time > due(t, terms, time)


def overdue(t: TicketState, terms: PolicyTerms, time: int) -> tuple[Clock, ...]:
    """List the clocks of an active ticket that are late at *time*."""
    if not t.is_active:
        return ()
    late = (
        (Clock.RESPONSE, is_response_late(t, time)),
        (Clock.RESOLUTION, is_resolution_late(t, terms, time)),
    )
    return tuple(clock for clock, is_late in late if is_late)


def settle(t: TicketState, terms: PolicyTerms, time: int) -> TicketState:
    """Put on record what is late by *time*, before anything else happens."""
    if is_response_late(t, time):
        late = Flag.LATE_NEXT if t.flags & Flag.ANSWERED else Flag.LATE_FIRST
        t = t.changed(flags=t.flags | late)
    if is_resolution_late(t, terms, time):
        # The running pause is banked, so that `due` keeps the value it had when it passed.
        t = t.changed(flags=t.flags | Flag.LATE_RESOLVE, paused_total=paused(t, time))
    return t


def start_pause(t: TicketState, time: int) -> TicketState:
    """Let the pause run from *time*, if none runs."""
    return t if t.paused_at else t.changed(paused_at=time)


def end_pause(t: TicketState, time: int) -> TicketState:
    """Bank the running pause, if one runs."""
    return t.changed(paused_total=paused(t, time), paused_at=0) if t.paused_at else t


def credit_solved(t: TicketState, time: int) -> TicketState:
    """Shift the resolution's deadline by the time for which the ticket was solved."""
    return t.changed(resolve_by=t.resolve_by + elapsed(t.settled_at, time)) if t.resolve_by else t


def due_at(t: TicketState, terms: PolicyTerms) -> int | None:
    """
    Give the last instant at which no clock is late, if nothing happens before.

    A running pause moves the resolution's deadline as long as it is allowed to.

    Returns:
        Unix seconds; None if no clock runs or none can ever be late.
    """
    return min((deadline for _, deadline in deadlines(t, terms)), default=None)


def next_escalation(t: TicketState, terms: PolicyTerms) -> Escalation | None:
    """
    Tell which clock can be escalated first and when, if nothing happens before.

    Returns:
        None if no clock will ever be late, or the ticket has its highest level.
    """
    if t.level >= terms.levels:
        return None
    again = t.escalated_at + terms.escalate_every
    possible = [
        Escalation(clock, deadline, deadline + 1 if t.escalated_at <= deadline else max(again, deadline + 1))
        for clock, deadline in deadlines(t, terms)
    ]
    return min(possible, key=lambda one: (one.at, one.clock), default=None)


def deadlines(t: TicketState, terms: PolicyTerms) -> list[tuple[Clock, int]]:
    """List the deadlines of an active ticket's clocks; the resolution's as if a running pause never ended."""
    if not t.is_active:
        return []
    found = []
    if t.unseen and t.respond_by:
        found.append((Clock.RESPONSE, t.respond_by))
    if t.resolve_by:
        endless = t.paused_at and not t.flags & Flag.LATE_RESOLVE
        pause = terms.pause_allowance if endless else min(terms.pause_allowance, t.paused_total)
        found.append((Clock.RESOLUTION, t.resolve_by + pause))
    return found
