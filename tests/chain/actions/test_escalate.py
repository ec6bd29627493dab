"""A deadline has passed, and somebody says so."""

import pytest

from supportledger.model import refusal
from supportledger.model.ticket import Action, Auth, Flag, Status
from tests.chain.actions.places import answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST, PLAIN, variant
from tests.chain.people import ALICE, ANN, EVERYBODY

RESPONSE, RESOLUTION = 1, 2


def argument(clock: int, level: int, due: int) -> int:
    """What an escalation says."""
    return clock << 48 | level << 40 | due


def test_refuses_at_the_deadline(desk):
    """The deadline's own second is in time."""
    t = opened(desk)
    desk.at(t.state.respond_by)
    with refuses(refusal.NothingOverdue(t.state.respond_by, t.state.resolve_by)):
        t.escalate()


def test_refuses_a_response_that_nobody_waits_for(desk):
    """After an answer respondBy is a number without meaning, until somebody waits again."""
    t = answered(desk)
    desk.at(t.state.respond_by + 1)
    with refuses(refusal.NothingOverdue(t.state.respond_by, t.state.resolve_by)):
        t.escalate()


def test_refuses_where_nothing_is_promised(desk):
    """A deadline of 0 never passes."""
    silent = desk.publish(variant(first_response=0, resolution=0))
    t = desk.open(policy=silent)
    desk.later(1_000 * DAY)
    with refuses(refusal.NothingOverdue(0, 0)):
        t.escalate()


def test_refuses_while_pauses_move_the_resolution(desk):
    """A running pause moves due by the second, until the allowance is used up."""
    t = pending(desk)
    desk.at(t.state.resolve_by + PLAIN.pause_allowance)
    with refuses(refusal.NothingOverdue(t.state.respond_by, desk.now)):
        t.escalate()
    desk.later(1)
    assert argument(RESOLUTION, 1, desk.now - 1) == t.escalate().event.argument


@pytest.mark.parametrize("place", [solved, closed])
def test_refuses_in_status(desk, place):
    """Only active tickets can be late."""
    t = place(desk)
    desk.later(3 * DAY)
    with refuses(refusal.ActionNotAllowed(Action.ESCALATE, t.state.status)):
        t.escalate()


@pytest.mark.parametrize("value", [1, LARGEST])
def test_refuses_an_argument(desk, value):
    """The ledger says which clock, nobody else."""
    t = opened(desk)
    desk.later(2 * HOUR)
    with refuses(refusal.ArgumentInvalid(Action.ESCALATE, value)):
        t.escalate(argument=value)


def test_refuses_a_content(desk):
    """It is nobody's word."""
    t = opened(desk)
    desk.later(2 * HOUR)
    with refuses(refusal.CommitmentUnexpected(Action.ESCALATE)):
        t.escalate(commitment=desk.content())


def test_refuses_to_have_seen_something(desk):
    """Only staff read, and here even staff are strangers."""
    t = opened(desk)
    desk.later(2 * HOUR)
    with refuses(refusal.SeenInvalid(1, 0)):
        t.escalate(ANN, seen=1)


def test_cannot_be_signed(desk):
    """It has no sequence, so a signature of it could be replayed."""
    t = opened(desk)
    desk.later(2 * HOUR)
    with refuses(refusal.SignatureNotAllowed(Action.ESCALATE)):
        t.escalate(ALICE, signed=True)


def test_refuses_above_the_highest_level(desk):
    """Two levels, and no third, however late."""
    t = opened(desk)
    for level in (1, 2):
        desk.later(DAY)
        assert level == t.escalate().state.level
    desk.later(DAY)
    with refuses(refusal.LevelsExhausted(2)):
        t.escalate()


def test_refuses_where_there_are_no_levels(desk):
    """A policy without levels is never escalated; lateness is on record all the same."""
    flat = desk.publish(variant(levels=0, escalate_every=0))
    t = desk.open(policy=flat)
    desk.later(2 * HOUR)
    with refuses(refusal.LevelsExhausted(0)):
        t.escalate()
    assert Flag.LATE_FIRST | Flag.ANSWERED == t.answer().state.flags


def test_raises_the_level_for_a_late_response(desk):
    """The event names the clock, the new level and the deadline that passed."""
    t = opened(desk)
    due = t.state.respond_by
    desk.at(due + 1)
    t.escalate()
    assert {"level": 1, "escalated_at": desk.now, "flags": Flag.LATE_FIRST} == t.changed
    assert argument(RESPONSE, 1, due) == t.event.argument


def test_raises_the_level_for_a_late_resolution(desk):
    """Answered in time, solved never."""
    t = answered(desk)
    due = t.state.resolve_by
    desk.at(due + 1)
    t.escalate()
    expected = {"level": 1, "escalated_at": desk.now, "flags": Flag.ANSWERED | Flag.LATE_RESOLVE}
    assert expected == t.changed
    assert argument(RESOLUTION, 1, due) == t.event.argument


def test_raises_the_level_for_a_late_next_response(desk):
    """Later answers have a deadline too."""
    t = pending(desk).reply()
    due = t.state.respond_by
    desk.at(due + 1)
    t.escalate()
    assert Flag.ANSWERED | Flag.LATE_NEXT == t.state.flags
    assert argument(RESPONSE, 1, due) == t.event.argument


def test_refuses_before_the_interval_is_over(desk):
    """One clock is not called twice in a row."""
    t = opened(desk)
    desk.later(2 * HOUR)
    t.escalate()
    again = desk.now + PLAIN.escalate_every
    desk.at(again - 1)
    with refuses(refusal.EscalatedRecently(again)):
        t.escalate()


def test_raises_it_again_when_the_interval_is_over(desk):
    """Exactly then."""
    t = opened(desk)
    desk.later(2 * HOUR)
    t.escalate()
    desk.later(PLAIN.escalate_every)
    assert {"level": 2, "escalated_at": desk.now} == t.escalate().changed
    assert argument(RESPONSE, 2, t.state.respond_by) == t.event.argument


def test_names_the_response_first(desk):
    """When both are late, the customer who waits comes first."""
    t = opened(desk)
    desk.later(3 * DAY)
    t.escalate()
    assert argument(RESPONSE, 1, t.state.respond_by) == t.event.argument
    assert Flag.LATE_FIRST | Flag.LATE_RESOLVE == t.state.flags


def test_calls_each_clock_once_without_waiting(desk):
    """A clock that passes after an escalation calls at once; then the interval holds for both."""
    tight = desk.publish(variant(resolution=HOUR + 100, levels=9))
    t = desk.open(policy=tight)
    desk.later(HOUR + 50)
    t.escalate()
    desk.later(51)
    assert desk.now < t.state.escalated_at + PLAIN.escalate_every
    t.escalate()
    assert argument(RESOLUTION, 2, t.state.resolve_by) == t.event.argument
    desk.later(1)
    with refuses(refusal.EscalatedRecently(t.state.escalated_at + PLAIN.escalate_every)):
        t.escalate()


def test_raises_one_level_at_a_time(desk):
    """Days late on both clocks, one call is one level."""
    t = opened(desk)
    desk.later(30 * DAY)
    assert 1 == t.escalate().state.level
    with refuses(refusal.EscalatedRecently(desk.now + PLAIN.escalate_every)):
        t.escalate()


@pytest.mark.parametrize("place", [opened, pending, on_hold])
def test_never_moves_a_deadline(desk, place):
    """Nothing that anyone may do gives the desk time."""
    t = place(desk)
    desk.later(3 * DAY)
    before = t.state
    t.escalate()
    for name in ("respond_by", "resolve_by", "paused_at", "status", "unseen", "settled_at"):
        assert getattr(before, name) == getattr(t.state, name)
    assert {"level", "escalated_at", "flags"} <= set(t.changed) | {"flags"}


def test_counts_in_no_lane(desk):
    """It cancels nobody's signed action, and ends nobody's run."""
    t = opened(desk).note()
    desk.later(2 * HOUR)
    assert {"level": 1, "escalated_at": desk.now, "flags": Flag.LATE_FIRST} == t.escalate().changed


@pytest.mark.parametrize("who", [*EVERYBODY], ids=lambda who: who.name)
def test_is_open_to_anyone(desk, who):
    """The customer, staff, a stranger: it is the clock that speaks."""
    t = opened(desk)
    desk.later(2 * HOUR)
    t.escalate(who)
    assert (Auth.SENT, who.address, Status.OPEN) == (t.event.auth, t.event.actor, t.state.status)
