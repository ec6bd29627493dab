"""The wait for a third party is over."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, LARGEST
from tests.chain.people import BEN, SERVICE, STRANGER, SUPERVISOR

ALLOWANCE = 7_200


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only agents resume."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        on_hold(desk).resume(who)


@pytest.mark.parametrize("place", [opened, answered, pending, solved, closed])
def test_refuses_in_status(desk, place):
    """Only what is on hold is resumed; Pending waits for the customer."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.RESUME, t.state.status)):
        t.resume()


@pytest.mark.parametrize("argument", [1, LARGEST])
def test_refuses_an_argument(desk, argument):
    """It argues nothing."""
    with refuses(refusal.ArgumentInvalid(Action.RESUME, argument)):
        on_hold(desk).resume(argument=argument)


@pytest.mark.parametrize("who", [SERVICE, BEN], ids=lambda who: who.name)
def test_opens_the_ticket_and_banks_the_pause(desk, who):
    """Pauses are wall-clock."""
    t = opened(desk).hold()
    desk.later(100)
    assert {
        "status": Status.OPEN,
        "paused_at": 0,
        "paused_total": 100,
        "staff_run": 2,
        "staff_seq": 3,
    } == t.resume(who).changed


def test_moves_the_resolution_by_the_pause(desk):
    """Due is resolveBy and what was paused: at that second in time, a second later late."""
    t = answered(desk).hold()
    desk.later(1_000)
    t.resume()
    due = t.state.resolve_by + 1_000
    desk.at(due)
    with refuses(refusal.NothingOverdue(t.state.respond_by, due)):
        t.escalate()
    desk.later(1)
    assert 2 << 48 | 1 << 40 | due == t.escalate().event.argument


def test_moves_it_by_no_more_than_the_allowance(desk):
    """Three holds of an hour each move it by the two hours that are allowed."""
    t = answered(desk)
    for _ in range(3):
        t.hold()
        desk.later(3_600)
        t.resume()
    assert 10_800 == t.state.paused_total
    due = t.state.resolve_by + ALLOWANCE
    desk.at(due)
    with refuses(refusal.NothingOverdue(t.state.respond_by, due)):
        t.escalate()
    desk.later(1)
    assert 2 << 48 | 1 << 40 | due == t.escalate().event.argument


def test_moves_nothing_once_the_resolution_was_late(desk):
    """Held after the deadline, resumed a day later: the deadline is where it was."""
    t = answered(desk)
    desk.at(t.state.resolve_by + 1)
    t.hold()
    assert Flag.ANSWERED | Flag.LATE_RESOLVE == t.state.flags
    desk.later(DAY)
    t.resume()
    assert {"status": Status.OPEN, "paused_at": 0, "staff_run": 2, "staff_seq": 4} == t.changed
    assert 0 == t.state.paused_total
