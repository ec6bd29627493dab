"""Deadlines, lateness, pauses and escalations."""

import pytest

from supportledger.model.refusal import (
    ActionNotAllowed,
    ArgumentInvalid,
    CommitmentUnexpected,
    EscalatedRecently,
    LevelsExhausted,
    NothingOverdue,
)
from supportledger.model.sla import (
    LONGEST_PAUSE,
    Escalation,
    due,
    due_at,
    earlier,
    next_escalation,
    overdue,
    paused,
    settle,
)
from supportledger.model.ticket import Action, Clock, Flag, Status, TicketState
from tests.unit.model.acting import AS_STRANGER, after, changed, outcome, refused
from tests.vectors.lifecycle_cases import DAY, FLAT, NO_PROMISE, PLAIN, T, state

RESPOND_BY = T + 3_600
RESOLVE_BY = T + DAY
PAUSED_AT = T + 100
ALLOWANCE = PLAIN.pause_allowance
EVERY = PLAIN.escalate_every


class TestSettle:
    @pytest.mark.parametrize(
        ("flags", "expected"), [(0, Flag.LATE_FIRST), (Flag.ANSWERED, Flag.ANSWERED | Flag.LATE_NEXT)]
    )
    def test_puts_a_late_response_on_record(self, flags: int, expected: int) -> None:
        """The first response and later ones have flags of their own."""
        t = state(flags=int(flags))
        assert t == settle(t, PLAIN, RESPOND_BY)
        assert expected == settle(t, PLAIN, RESPOND_BY + 1).flags

    def test_only_while_messages_wait(self) -> None:
        """A response deadline binds only while somebody waits for the response."""
        assert 0 == settle(state(unseen=0), PLAIN, RESPOND_BY + 1).flags

    def test_never_late_without_a_promise(self) -> None:
        """A deadline of 0 never passes."""
        t = state(respond_by=0, resolve_by=0)
        assert t == settle(t, NO_PROMISE, 1 << 39)

    def test_puts_a_late_resolution_on_record(self) -> None:
        """One second after the deadline it is late."""
        t = state(unseen=0, paused_total=0)
        assert (0, Flag.LATE_RESOLVE) == (
            settle(t, PLAIN, RESOLVE_BY).flags,
            settle(t, PLAIN, RESOLVE_BY + 1).flags,
        )

    def test_banks_the_running_pause(self) -> None:
        """When it becomes late in a pause, the deadline keeps the value that has passed."""
        t = state(Status.ON_HOLD, unseen=0)
        time = RESOLVE_BY + ALLOWANCE + 1
        late = settle(t, PLAIN, time)
        assert time - PAUSED_AT + 50 == late.paused_total
        assert RESOLVE_BY + ALLOWANCE == due(late, PLAIN, time) == due(late, PLAIN, time + DAY)

    @pytest.mark.parametrize("action", [Action.ANSWER, Action.NOTE, Action.ESCALATE, Action.HOLD], ids=str)
    def test_comes_before_anything_else(self, action: Action) -> None:
        """An act three years late does not erase that it was late."""
        by = AS_STRANGER if action == Action.ESCALATE else {}
        later = after(state(), action, time=T + 3 * 365 * DAY, **by)
        assert later.has(Flag.LATE_FIRST)
        assert later.has(Flag.LATE_RESOLVE)

    def test_leaves_solved_tickets_alone(self) -> None:
        """What was solved in time stays in time."""
        assert 0 == after(state(Status.SOLVED), Action.NOTE, time=T + 30 * DAY).flags


class TestPauses:
    @pytest.mark.parametrize(
        ("seconds", "moved"),
        [(0, 50), (100, 150), (ALLOWANCE - 50, ALLOWANCE), (ALLOWANCE, ALLOWANCE), (DAY // 2, ALLOWANCE)],
    )
    def test_move_the_deadline_as_far_as_allowed(self, seconds: int, moved: int) -> None:
        """Earlier pauses and the running one count together, up to the policy's allowance."""
        assert RESOLVE_BY + moved == due(state(Status.PENDING), PLAIN, PAUSED_AT + seconds)

    def test_move_nothing_once_it_is_late(self) -> None:
        """Pausing after the deadline has passed does not bring it back."""
        t = state(Status.ON_HOLD, flags=int(Flag.LATE_RESOLVE))
        assert (50, RESOLVE_BY + 50) == (paused(t, T + DAY), due(t, PLAIN, T + DAY))

    def test_move_nothing_where_none_is_allowed(self) -> None:
        """An allowance of 0 keeps the deadline."""
        assert RESOLVE_BY == due(state(Status.PENDING, policy=6), FLAT, T + DAY // 2)

    def test_never_overflow(self) -> None:
        """A pause of more than 136 years counts as 136 years."""
        assert LONGEST_PAUSE == paused(state(Status.PENDING), T + (1 << 33))

    def test_are_not_negative(self) -> None:
        """On a chain whose clock went back a pause lasts no time."""
        assert 50 == paused(state(Status.PENDING), PAUSED_AT - 1)

    def test_of_no_promise_move_nothing(self) -> None:
        """Never stays never."""
        assert 0 == due(state(Status.PENDING, resolve_by=0), PLAIN, T + DAY)


class TestEscalate:
    def test_raises_the_level_and_moves_no_deadline(self) -> None:
        """Anyone may put on record that a deadline has passed; the argument says which, and at what level."""
        t = state(flags=int(Flag.LATE_FIRST))
        done = outcome(t, Action.ESCALATE, time=RESPOND_BY + 1, **AS_STRANGER)
        assert {"level": 1, "escalated_at": RESPOND_BY + 1} == changed(t, done.state)
        assert Clock.RESPONSE << 48 | 1 << 40 | RESPOND_BY == done.argument

    @pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD])
    def test_for_the_resolution_names_its_moved_deadline(self, status: Status) -> None:
        """A resolution is late only after what pauses have added."""
        t = state(status, unseen=0)
        last = RESOLVE_BY + ALLOWANCE
        with refused(NothingOverdue, RESPOND_BY, last):
            after(t, Action.ESCALATE, time=last, **AS_STRANGER)
        done = outcome(t, Action.ESCALATE, time=last + 1, **AS_STRANGER)
        assert Clock.RESOLUTION << 48 | 1 << 40 | last == done.argument

    def test_the_response_calls_first(self) -> None:
        """When both clocks are late, the response is called, and then the resolution, at once."""
        first = outcome(state(), Action.ESCALATE, time=RESOLVE_BY + 51, **AS_STRANGER)
        assert Clock.RESPONSE == first.argument >> 48
        with refused(EscalatedRecently, RESOLVE_BY + 51 + EVERY):
            after(first.state, Action.ESCALATE, time=RESOLVE_BY + 52, **AS_STRANGER)

    def test_each_clock_calls_when_it_passes(self) -> None:
        """An escalation for the response does not silence the resolution that passes later."""
        t = state(resolve_by=RESPOND_BY + 60, paused_total=0)
        first = after(t, Action.ESCALATE, time=RESPOND_BY + 1, **AS_STRANGER)
        second = outcome(first, Action.ESCALATE, time=RESPOND_BY + 61, **AS_STRANGER)
        assert (Clock.RESOLUTION, 2) == (second.argument >> 48, second.state.level)

    def test_calls_again_after_the_interval(self) -> None:
        """The same clock calls again when the policy's interval has gone by."""
        once = after(state(), Action.ESCALATE, time=RESPOND_BY + 1, **AS_STRANGER)
        again = RESPOND_BY + 1 + EVERY
        with refused(EscalatedRecently, again):
            after(once, Action.ESCALATE, time=again - 1, **AS_STRANGER)
        assert 2 == after(once, Action.ESCALATE, time=again, **AS_STRANGER).level

    def test_up_to_the_policys_level(self) -> None:
        """The highest level is the policy's."""
        with refused(LevelsExhausted, 2):
            after(state(level=2), Action.ESCALATE, time=RESPOND_BY + 1, **AS_STRANGER)

    def test_not_where_the_policy_has_no_levels(self) -> None:
        """Without levels lateness is on record, and nothing escalates."""
        with refused(LevelsExhausted, 0):
            after(state(policy=6), Action.ESCALATE, time=RESPOND_BY + 1, **AS_STRANGER)

    @pytest.mark.parametrize("status", [Status.SOLVED, Status.CLOSED])
    def test_not_once_settled(self, status: Status) -> None:
        """Clocks stand still."""
        with refused(ActionNotAllowed, Action.ESCALATE, status):
            after(state(status), Action.ESCALATE, time=T + 30 * DAY, **AS_STRANGER)

    def test_says_nothing_else(self) -> None:
        """An escalation argues nothing and commits to nothing: it is nobody's word."""
        with refused(ArgumentInvalid, Action.ESCALATE, 1):
            after(state(), Action.ESCALATE, argument=1, time=RESPOND_BY + 1, **AS_STRANGER)
        with refused(CommitmentUnexpected, Action.ESCALATE):
            after(state(), Action.ESCALATE, committed=True, time=RESPOND_BY + 1, **AS_STRANGER)


QUIET = state(unseen=0, resolve_by=0)
STATES = [
    state(),
    state(unseen=0),
    state(Status.PENDING),
    state(Status.PENDING, paused_total=ALLOWANCE),
    state(Status.ON_HOLD, flags=int(Flag.LATE_RESOLVE)),
    state(resolve_by=0),
    state(level=1, escalated_at=RESPOND_BY + 1),
    state(level=1, escalated_at=RESOLVE_BY + 51, flags=int(Flag.LATE_RESOLVE)),
    state(resolve_by=RESPOND_BY + 60, paused_total=0, level=1, escalated_at=RESPOND_BY + 1),
]


class TestForecast:
    @pytest.mark.parametrize("t", STATES, ids=range(len(STATES)))
    def test_due_at_is_the_last_instant_in_time(self, t: TicketState) -> None:
        """At that instant no clock is late, a second later one is."""
        last = due_at(t, PLAIN)
        assert last is not None
        assert ((), True) == (overdue(t, PLAIN, last), overdue(t, PLAIN, last + 1) != ())

    @pytest.mark.parametrize("t", STATES, ids=range(len(STATES)))
    def test_next_escalation_is_the_first_that_succeeds(self, t: TicketState) -> None:
        """A second before it the ledger refuses, then it accepts, for the clock and deadline foretold."""
        coming = next_escalation(t, PLAIN)
        assert coming is not None
        with refused((NothingOverdue, EscalatedRecently)):
            after(t, Action.ESCALATE, time=coming.at - 1, **AS_STRANGER)
        done = outcome(t, Action.ESCALATE, time=coming.at, **AS_STRANGER)
        assert coming.clock << 48 | t.level + 1 << 40 | coming.due == done.argument

    def test_of_the_response(self) -> None:
        """A waiting message can be escalated a second after its deadline."""
        assert Escalation(Clock.RESPONSE, RESPOND_BY, RESPOND_BY + 1) == next_escalation(state(), PLAIN)

    @pytest.mark.parametrize(
        "t", [QUIET, state(Status.SOLVED), state(Status.CLOSED)], ids=["no clock", *"sc"]
    )
    def test_nothing_is_due_where_no_clock_runs(self, t: TicketState) -> None:
        """Settled, or without waiting messages and promise, nothing can become late."""
        assert (None, None, ()) == (due_at(t, PLAIN), next_escalation(t, PLAIN), overdue(t, PLAIN, 1 << 39))

    def test_highest_level_cannot_rise(self) -> None:
        """At the policy's level there is no next escalation, though lateness goes on."""
        assert None is next_escalation(state(level=2), PLAIN)

    def test_both_clocks_can_be_late(self) -> None:
        """They are told apart."""
        assert (Clock.RESPONSE, Clock.RESOLUTION) == overdue(state(), PLAIN, T + 2 * DAY)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(0, 0, 0), (0, 5, 5), (5, 0, 5), (4, 5, 4), (5, 4, 4)]
)
def test_earlier_takes_zero_for_never(one: int, other: int, expected: int) -> None:
    """0 is later than any deadline."""
    assert expected == earlier(one, other)
