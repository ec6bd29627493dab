"""An agent says that the matter is solved."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST
from tests.chain.people import ALICE, ANN, BEN, SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR, ALICE], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only agents solve, and never their own tickets."""
    expected = (
        refusal.OwnTicket(ALICE.address)
        if who is ALICE
        else refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)
    )
    with refuses(expected):
        desk.open().solve(who)


@pytest.mark.parametrize("place", [solved, closed])
def test_refuses_in_status(desk, place):
    """It is solved once, until it is reopened."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.SOLVE, t.state.status)):
        t.solve()


@pytest.mark.parametrize("argument", [1, LARGEST])
def test_refuses_an_argument(desk, argument):
    """It argues nothing."""
    with refuses(refusal.ArgumentInvalid(Action.SOLVE, argument)):
        desk.open().solve(argument=argument)


def test_refuses_a_tier_below_that_of_the_ticket(desk):
    """Solving what waits is answering it."""
    with refuses(refusal.TierTooLow(SERVICE.address, 0, 1)):
        desk.open().solve(SERVICE)
    with refuses(refusal.TierTooLow(ANN.address, 1, 2)):
        desk.open(policy=2).solve(ANN)


def test_refuses_to_answer_without_a_content(desk):
    """What answers says something."""
    with refuses(refusal.CommitmentMissing(Action.SOLVE)):
        desk.open().solve(commitment=NOTHING)


def test_refuses_to_answer_nothing(desk):
    """A message that nobody read is not solved away."""
    with refuses(refusal.AnswersNothing(0, 1, 1)):
        desk.open().solve(seen=0)


def test_refuses_to_leave_a_message_unread(desk):
    """It must answer all that waits."""
    t = desk.open().reply().reply()
    with refuses(refusal.MessagesWaiting(2)):
        t.solve(seen=1)
    with refuses(refusal.MessagesWaiting(1)):
        t.solve(seen=2)


def test_answers_all_of_them(desk):
    """It answers, and the actor has the ticket; this is not one of the sixteen."""
    t = desk.open().reply()
    desk.later(100)
    assert {
        "status": Status.SOLVED,
        "settled_at": desk.now,
        "unseen": 0,
        "flags": Flag.ANSWERED,
        "assignee": BEN.address,
        "staff_seq": 2,
    } == t.solve(BEN).changed


def test_needs_no_tier_and_no_content(desk):
    """With nothing to answer, a service may say that it is solved."""
    t = answered(desk)
    desk.later(100)
    assert {
        "status": Status.SOLVED,
        "settled_at": desk.now,
        "staff_run": 1,
        "staff_seq": 3,
    } == t.solve(SERVICE, commitment=NOTHING, seen=0).changed


def test_leaves_the_assignee_and_answers_nothing(desk):
    """Who closes the book did not therefore answer."""
    t = answered(desk).solve(BEN)
    assert ANN.address == t.state.assignee


@pytest.mark.parametrize("place", [pending, on_hold])
def test_ends_a_pause(desk, place):
    """What was paused is banked."""
    t = place(desk)
    desk.later(100)
    t.solve()
    assert (0, 100) == (t.state.paused_at, t.state.paused_total)


def test_settles_what_was_late(desk):
    """Solved late is late, at the deadline in time."""
    t, u = opened(desk), opened(desk)
    desk.later(HOUR)
    assert Flag.ANSWERED == t.solve().state.flags
    desk.later(1)
    assert Flag.ANSWERED | Flag.LATE_FIRST == u.solve().state.flags


def test_stops_the_clocks(desk):
    """What was solved in time does not become late."""
    t = opened(desk).solve()
    desk.later(9 * DAY)
    with refuses(refusal.ActionNotAllowed(Action.ESCALATE, Status.SOLVED)):
        t.escalate()
    t.close(STRANGER)
    assert Flag.ANSWERED == t.state.flags
