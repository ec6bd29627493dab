"""
Step 11: a ticket's deadlines, lateness and escalations, computed a second time from its policy.

The replay carries a state from entry to entry, as the contract does. Here the same is told another way: as
stretches of waiting, stretches of pause, and what each entry could see of them. The two share the numbers of
the policy and nothing else, so that a fault in one of them shows.

Source: LEDGER, "Time is settled before anything else"; docs/spec/verification.md, V11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from supportledger.errors import DeadlineMismatch
from supportledger.model.hours import BusinessHours
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Clock, Flag, Status, TicketState
from supportledger.proof.signed_entries import turns

_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
_THURSDAY: Final = 3 * _DAY
"""1970-01-01 was one: so many seconds after a Monday 00:00."""
_LONGEST_PAUSE: Final = (1 << 32) - 1
_LATE: Final = (Flag.LATE_FIRST, Flag.LATE_NEXT, Flag.LATE_RESOLVE)
_ENDS_PAUSE: Final = {Action.REPLY, Action.RESUME, Action.SOLVE, Action.CLOSE}
_PAUSING: Final = {Status.PENDING, Status.ON_HOLD}


def check_deadlines(
    entries: Sequence[EntryRecord], policies: Mapping[int, PolicyTerms], state: TicketState
) -> str:
    """
    Check a ticket's clocks against its policy.

    Args:
        entries: All of them, in order.
        policies: Those that it was opened under and changed to.
        state: Of the ticket after the last of them.

    Returns:
        What was checked.

    Raises:
        DeadlineMismatch: A deadline, a lateness flag or an escalation is another; `entry` names the latter.
    """
    moments = _moments(entries, policies)
    queues = _queues(moments)
    waits, pauses = _waits(moments, queues), _pauses(moments, queues)
    resolution = _resolution(moments, pauses)
    escalated = _check_escalations(moments, waits, resolution)
    late = [flag for flag in _LATE if _is_late(flag, waits, resolution)]
    expected = {
        "respond_by": waits[-1].deadline,
        "resolve_by": resolution.resolve_by,
        "paused_at": pauses.since,
        "paused_total": resolution.paused_total,
        "flags": state.flags & ~sum(_LATE) | sum(late),
        "level": len(escalated),
        "escalated_at": escalated[-1] if escalated else 0,
    }
    for name, value in expected.items():
        if getattr(state, name) != value:
            raise DeadlineMismatch(f"by the policy {name} is {value}, the state has {getattr(state, name)}")
    escalations = f"{len(escalated)} escalation{'' if len(escalated) == 1 else 's'}"
    return f"deadlines follow from the policy; {len(late)} of 3 kinds of lateness; {escalations}"


class _Moment(NamedTuple):
    """An entry, and what is known of the ticket around it."""

    entry: EntryRecord
    terms: PolicyTerms
    """In force before it; for the opening, by it."""
    new_terms: PolicyTerms
    """In force after it."""
    number: int
    """Of the message, if it is one: the customer sequence that an answer states to have read it."""
    is_active: bool
    """Clocks ran before it."""
    settled_at: int
    """When a solved ticket was solved, or last noted on."""

    @property
    def time(self) -> int:
        return self.entry.time

    @property
    def extends(self) -> int:
        """Seconds for which the ticket was solved, and which are no longer held against the desk."""
        counts = not self.is_active and self.entry.action in {Action.REPLY, Action.NOTE}
        return max(0, self.time - self.settled_at) if counts else 0


def _moments(entries: Sequence[EntryRecord], policies: Mapping[int, PolicyTerms]) -> list[_Moment]:
    found: list[_Moment] = []
    terms, is_active, settled_at = policies[entries[0].argument], True, 0
    for entry, sequence in turns(entries):
        new = policies[entry.argument] if entry.action is Action.REPOLICY else terms
        found.append(_Moment(entry, terms, new, sequence + 1, is_active, settled_at))
        terms = new
        if entry.action in {Action.SOLVE, Action.CLOSE}:
            is_active, settled_at = False, entry.time
        elif entry.action is Action.REPLY:
            is_active, settled_at = True, 0
        elif entry.action is Action.NOTE and not is_active:
            settled_at = entry.time
    return found


# -- messages that wait --------------------------------------------------------------------------------------


class _Queue(NamedTuple):
    """Numbers of the messages that wait before an entry, and after it."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def was_read(self) -> bool:
        return len(self.after) < len(self.before)


def _queues(moments: Sequence[_Moment]) -> list[_Queue]:
    found: list[_Queue] = []
    for moment in moments:
        before = after = found[-1].after if found else ()
        if moment.entry.action in {Action.OPEN, Action.REPLY}:
            after = (*before, moment.number)
        elif moment.entry.action in {Action.ANSWER, Action.SOLVE}:
            after = tuple(one for one in before if one > moment.entry.seen)
        found.append(_Queue(before, after))
    return found


@dataclass(slots=True)
class _Wait:
    """
    A stretch in which messages wait under one deadline.

    Args:
        deadline: Unix seconds; 0 for never.
        is_first: Nobody had answered the ticket yet.
        seen: Times of the entries that found them waiting, by index.
    """

    deadline: int
    is_first: bool
    seen: dict[int, int] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        return self.deadline != 0 and max(self.seen.values(), default=0) > self.deadline


def _waits(moments: Sequence[_Moment], queues: Sequence[_Queue]) -> list[_Wait]:
    """Give the stretches in order; after the last message was read, an empty one keeps the last deadline."""
    found: list[_Wait] = []
    is_first = True
    for moment, queue in zip(moments, queues, strict=True):
        if queue.before and moment.is_active:
            found[-1].seen[moment.entry.index] = moment.time
        is_first = is_first and not queue.was_read and moment.entry.action is not Action.ANSWER
        deadline = _respond_by(moment, queue, found[-1].deadline if found else 0, is_first=is_first)
        if deadline is not None:
            found.append(_Wait(deadline, is_first))
    return found


def _respond_by(moment: _Moment, queue: _Queue, now: int, *, is_first: bool) -> int | None:
    """Give the deadline from an entry on; None if it changes neither that, nor who waits and since when."""
    new, action = moment.new_terms, moment.entry.action
    if action is Action.OPEN:
        return _due(new, moment.time, new.first_response)
    if action is Action.REPLY:
        return None if queue.before else _due(new, moment.time, new.next_response)
    if action is Action.REPOLICY and queue.before:
        promised = new.first_response if is_first else new.next_response
        return _sooner(now, _due(new, moment.time, promised))
    if action is Action.ANSWER or queue.was_read:
        return _due(new, moment.time, new.next_response) if queue.after else now
    return None


# -- pauses and the resolution -------------------------------------------------------------------------------


class _Pauses(NamedTuple):
    """The stretches in which the desk waits for somebody else."""

    seen: Sequence[int]
    """Seconds of pause so far, as each entry finds them."""
    total: int
    """Seconds of the stretches that are over."""
    since: int
    """When the present one began; 0 when there is none."""


def _pauses(moments: Sequence[_Moment], queues: Sequence[_Queue]) -> _Pauses:
    seen: list[int] = []
    total, since = 0, 0
    for moment, queue in zip(moments, queues, strict=True):
        action = moment.entry.action
        running = max(0, moment.time - since) if since else 0
        seen.append(min(_LONGEST_PAUSE, total + running))
        is_answered = action is Action.ANSWER and not queue.after
        begins = action is Action.HOLD or (is_answered and moment.entry.argument in _PAUSING)
        if action in _ENDS_PAUSE or (action is Action.ANSWER and not begins):
            total, since = seen[-1], 0
        elif begins and not since:
            since = moment.time
    return _Pauses(seen, total, since)


class _Resolution(NamedTuple):
    """How the second clock went."""

    resolve_by: int
    """Before pauses, after the last entry."""
    paused_total: int
    """Seconds of pause that count: once the resolution was found late, no further ones do."""
    is_late: bool
    due: Sequence[int]
    """The deadline as each entry found it, pauses counted; 0 for never."""


def _resolution(moments: Sequence[_Moment], pauses: _Pauses) -> _Resolution:
    opened = moments[0]
    deadline = _due(opened.terms, opened.time, opened.terms.resolution)
    late_with: int | None = None
    found = [0]
    for moment, seen in zip(moments[1:], pauses.seen[1:], strict=True):
        if deadline:
            deadline += moment.extends
        paused = seen if late_with is None else late_with
        due = deadline + min(moment.terms.pause_allowance, paused) if deadline else 0
        found.append(due)
        runs = moment.is_active or moment.entry.action is Action.REPLY
        if late_with is None and runs and 0 < due < moment.time:
            late_with = seen
        if moment.entry.action is Action.REPOLICY:
            new = moment.new_terms
            deadline = _sooner(deadline, _due(new, moment.time, new.resolution))
    counted = pauses.total if late_with is None else late_with
    return _Resolution(deadline, counted, late_with is not None, found)


def _is_late(flag: Flag, waits: Sequence[_Wait], resolution: _Resolution) -> bool:
    if flag is Flag.LATE_RESOLVE:
        return resolution.is_late
    return any(one.is_late for one in waits if one.is_first == (flag is Flag.LATE_FIRST))


# -- escalations ---------------------------------------------------------------------------------------------


def _check_escalations(
    moments: Sequence[_Moment], waits: Sequence[_Wait], resolution: _Resolution
) -> tuple[int, ...]:
    """Check what each escalation says, and give their times."""
    times: list[int] = []
    for moment in moments:
        if moment.entry.action is not Action.ESCALATE:
            continue
        called = _called(moment, waits, resolution, times[-1] if times else 0)
        expected = None if called is None else called[0] << 48 | (len(times) + 1) << 40 | called[1]
        if moment.entry.argument != expected or len(times) >= moment.terms.levels:
            raise DeadlineMismatch(
                f"entry {moment.entry.index} is no escalation that the policy allows then",
                entry=moment.entry.index,
            )
        times.append(moment.time)
    return tuple(times)


def _called(
    moment: _Moment, waits: Sequence[_Wait], resolution: _Resolution, last: int
) -> tuple[Clock, int] | None:
    """Give the clock that an escalation may call late at this moment, and its deadline."""
    index = moment.entry.index
    waiting = next((one.deadline for one in waits if index in one.seen), 0)
    for clock, deadline in ((Clock.RESPONSE, waiting), (Clock.RESOLUTION, resolution.due[index])):
        fresh = last <= deadline or moment.time >= last + moment.terms.escalate_every
        if 0 < deadline < moment.time and fresh:
            return clock, deadline
    return None


# -- instants ------------------------------------------------------------------------------------------------


def _due(terms: PolicyTerms, start: int, duration: int) -> int:
    """Give the deadline of a promise; 0 is no promise."""
    if duration == 0 or terms.hours is None:
        return start + duration if duration else 0
    return in_open_hours(terms.hours, start, duration)


def in_open_hours(hours: BusinessHours, start: int, duration: int) -> int:
    """Walk over the hours of the week until the open ones reach a duration; whole weeks at once."""
    shift = _THURSDAY + hours.offset_minutes * 60
    weeks, left = divmod(duration - 1, hours.mask.bit_count() * _HOUR)
    at, left = start + shift + weeks * _WEEK, left + 1
    while True:
        hour_ends = (at // _HOUR + 1) * _HOUR
        if hours.mask >> (at // _HOUR % 168) & 1:
            if left <= hour_ends - at:
                return at + left - shift
            left -= hour_ends - at
        at = hour_ends


def _sooner(one: int, other: int) -> int:
    """Give the earlier of two deadlines, of which 0 is never."""
    return min(one, other) if one and other else one or other
