"""The customer writes."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import entry_head
from supportledger.model.ticket import Action, Auth, Flag, Status
from tests.chain.actions.places import ACTIVE, answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST, variant
from tests.chain.people import ADMIN, ALICE, ANN, BOB, EVE, SERVICE, STRANGER, SUPERVISOR

WINDOW = 7 * DAY


@pytest.mark.parametrize("who", [STRANGER, BOB], ids=lambda who: who.name)
def test_refuses_strangers(desk, who):
    """Another customer is a stranger here."""
    with refuses(refusal.CustomerOnly(who.address, ALICE.address)):
        desk.open().reply(who)


@pytest.mark.parametrize("who", [SERVICE, ANN, EVE, SUPERVISOR, ADMIN], ids=lambda who: who.name)
def test_refuses_staff(desk, who):
    """Nobody writes for a customer who has a key."""
    with refuses(refusal.CustomerOnly(who.address, ALICE.address)):
        desk.open().reply(who)


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR], ids=lambda who: who.name)
def test_refuses_whoever_is_not_in_force_as_an_agent(desk, who):
    """What a keyless customer wrote is recorded by certified agents only."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open_keyless().reply(who)


@pytest.mark.parametrize("who", [SERVICE, ANN, EVE], ids=lambda who: who.name)
def test_is_recorded_by_an_agent_of_any_tier(desk, who):
    """Recording needs a certificate, no tier; the entry says that the desk recorded it."""
    t = desk.open_keyless().reply(who)
    assert {"unseen": 2, "customer_seq": 2} == t.changed
    assert (Auth.RECORDED, who.address) == (t.event.auth, t.event.actor)


def test_counts_in_the_lane_of_the_customer(desk):
    """An agent's signature of a keyless reply carries the customer's sequence; it is recorded, not signed."""
    t = desk.open_keyless().reply(SERVICE, signed=True)
    assert {"unseen": 2, "customer_seq": 2} == t.changed
    assert Auth.RECORDED == t.event.auth


def test_refuses_a_reply_without_a_content(desk):
    """A message says something."""
    with refuses(refusal.CommitmentMissing(Action.REPLY)):
        desk.open().reply(commitment=NOTHING)


@pytest.mark.parametrize("argument", [2, 1 << 159, LARGEST])
def test_refuses_an_argument_above_one(desk, argument):
    """The argument is a yes or a no."""
    with refuses(refusal.ArgumentInvalid(Action.REPLY, argument)):
        desk.open().reply(argument=argument)


@pytest.mark.parametrize("seen", [1, 2, (1 << 32) - 1])
def test_refuses_a_customer_who_states_what_they_have_seen(desk, seen):
    """Only staff say how far they have read."""
    with refuses(refusal.SeenInvalid(seen, 0)):
        desk.open().reply(seen=seen)


def test_refuses(desk):
    """Closed is final; a later matter is a new ticket."""
    with refuses(refusal.ActionNotAllowed(Action.REPLY, Status.CLOSED)):
        closed(desk).reply()


def test_reopens_it_in_the_last_second_of_the_window(desk):
    """The window's end is in it."""
    t = solved(desk)
    desk.later(WINDOW)
    t.reply()
    assert (Status.OPEN, 0, 1) == (t.state.status, t.state.settled_at, t.state.unseen)


def test_refuses_a_second_after_the_window(desk):
    """After the window a solved ticket stays solved."""
    t = solved(desk)
    desk.later(WINDOW + 1)
    with refuses(refusal.ReopenWindowPassed(desk.now - 1)):
        t.reply()


def test_moves_the_resolution_by_the_time_it_was_solved(desk):
    """Time for which the ticket was solved does not count against the desk."""
    t = solved(desk)
    due = t.state.resolve_by
    desk.later(3 * DAY)
    t.reply()
    assert {
        "status": Status.OPEN,
        "settled_at": 0,
        "unseen": 1,
        "customer_seq": 2,
        "staff_run": 0,
        "respond_by": desk.now + 1_800,
        "resolve_by": due + 3 * DAY,
    } == {"staff_run": t.state.staff_run} | t.changed


def test_moves_the_deadline_before_it_settles(desk):
    """What was solved in time stays in time, however late it is reopened."""
    t = solved(desk)
    desk.later(5 * DAY)
    t.reply()
    assert int(Flag.ANSWERED) == t.state.flags


def test_settles_what_was_late_before_it_was_solved(desk):
    """Solved two days late, reopened: late it was, and late it stays."""
    t = pending(desk)
    t.reply()
    desk.later(3 * DAY)
    t.solve()
    late = Flag.ANSWERED | Flag.LATE_NEXT | Flag.LATE_RESOLVE
    assert late == t.state.flags
    desk.later(HOUR)
    assert late == t.reply().state.flags


def test_leaves_no_promise_as_it_is(desk):
    """A deadline of 0 is never shifted."""
    silent = desk.publish(variant(resolution=0, next_response=0))
    t = desk.open(policy=silent).solve()
    desk.later(DAY)
    t.reply()
    assert (0, 0) == (t.state.resolve_by, t.state.respond_by)


def test_refuses_the_tenth(desk):
    """Nine messages wait on chain at most; further ones go to the anchored log."""
    t = desk.open()
    for waiting in range(2, 10):
        assert waiting == t.reply().state.unseen
    with refuses(refusal.TooManyWaiting(9)):
        t.reply()
    t.answer(seen=1)
    assert 9 == t.reply().state.unseen


@pytest.mark.parametrize("place", ACTIVE)
def test_opens_the_ticket_and_ends_a_pause(desk, place):
    """The desk is to act again, and the pause is banked."""
    t = place(desk)
    since = t.state.paused_at
    desk.later(100)
    t.reply()
    assert (Status.OPEN, 0, 100 if since else 0) == (t.state.status, t.state.paused_at, t.state.paused_total)


@pytest.mark.parametrize("place", [answered, pending, on_hold])
def test_sets_the_deadline_when_nobody_waited(desk, place):
    """The first message that waits starts the response clock."""
    t = place(desk)
    desk.later(100)
    assert desk.now + 1_800 == t.reply().state.respond_by


def test_leaves_the_deadline_when_somebody_waits(desk):
    """Writing again does not win the desk time."""
    t = opened(desk)
    desk.later(100)
    assert {"unseen": 2, "customer_seq": 2} == t.reply().changed
    desk.later(100)
    assert {"unseen": 3, "customer_seq": 3} == t.reply().changed


def test_records_that_an_answer_never_arrived(desk):
    """Once contested, it stays on record."""
    t = pending(desk).reply(argument=1)
    assert Flag.ANSWERED | Flag.CONTESTED == t.state.flags
    assert 1 == t.event.argument
    assert Flag.ANSWERED | Flag.CONTESTED == t.reply().state.flags


def test_puts_on_record_what_is_late(desk):
    """A second message after the deadline finds the first one late; one at the deadline does not."""
    t = opened(desk)
    desk.later(HOUR)
    assert 0 == t.reply().state.flags
    desk.later(1)
    assert {"unseen": 3, "customer_seq": 3, "flags": Flag.LATE_FIRST} == t.reply().changed


def test_ends_a_run_of_staff(desk):
    """A customer's entry lets staff go on."""
    t = desk.open().note().note()
    assert 2 == t.state.staff_run
    assert {"unseen": 2, "customer_seq": 2, "staff_run": 0} == t.reply().changed


def test_binds_no_authority_into_the_head(desk):
    """A customer acts by nobody's leave: the authority is 0."""
    t = desk.open()
    before = t.state.head
    t.reply()
    meta = 1 << 88 | Action.REPLY << 80 | desk.now
    assert entry_head(before, meta, 0, ALICE.address, NOTHING, t.event.commitment) == t.state.head
