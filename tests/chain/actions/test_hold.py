"""An agent waits for a third party."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import HOUR, LARGEST
from tests.chain.people import SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only agents hold tickets."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open().hold(who)


@pytest.mark.parametrize("place", [pending, on_hold, solved, closed])
def test_refuses_in_status(desk, place):
    """Only an open ticket is held."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.HOLD, t.state.status)):
        t.hold()


@pytest.mark.parametrize("argument", [1, LARGEST])
def test_refuses_an_argument(desk, argument):
    """Why it is held is in the content."""
    with refuses(refusal.ArgumentInvalid(Action.HOLD, argument)):
        desk.open().hold(argument=argument)


def test_refuses_a_hold_without_a_reason(desk):
    """The reason is committed to."""
    with refuses(refusal.CommitmentMissing(Action.HOLD)):
        desk.open().hold(commitment=NOTHING)


@pytest.mark.parametrize("place", [opened, answered])
def test_starts_a_pause(desk, place):
    """Any agent may, a service too."""
    t = place(desk)
    run, sequence = t.state.staff_run, t.state.staff_seq
    desk.later(100)
    assert {
        "status": Status.ON_HOLD,
        "paused_at": desk.now,
        "staff_run": run + 1,
        "staff_seq": sequence + 1,
    } == t.hold(SERVICE).changed


def test_never_stops_the_response_clock(desk):
    """Who waits for an answer goes on waiting: held or not, the answer is late after its deadline."""
    t = opened(desk).hold()
    desk.later(HOUR + 1)
    t.escalate()
    assert (1, Flag.LATE_FIRST) == (t.state.level, t.state.flags)
    assert Flag.LATE_FIRST | Flag.ANSWERED == t.answer().state.flags
