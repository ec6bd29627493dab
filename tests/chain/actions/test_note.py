"""An agent leaves an internal note."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import ACTIVE, closed, opened, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST
from tests.chain.people import ALICE, SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Notes are staff's."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open().note(who)


@pytest.mark.parametrize("argument", [1, LARGEST])
def test_refuses_an_argument(desk, argument):
    """A note argues nothing."""
    with refuses(refusal.ArgumentInvalid(Action.NOTE, argument)):
        desk.open().note(argument=argument)


def test_refuses_a_closed_ticket(desk):
    """Closed is final."""
    with refuses(refusal.ActionNotAllowed(Action.NOTE, Status.CLOSED)):
        closed(desk).note()


@pytest.mark.parametrize("place", ACTIVE)
def test_stops_no_clock(desk, place):
    """It is counted, and changes nothing else."""
    t = place(desk)
    run, sequence = t.state.staff_run, t.state.staff_seq
    desk.later(100)
    assert {"staff_run": run + 1, "staff_seq": sequence + 1} == t.note().changed


def test_needs_no_tier_and_no_content(desk):
    """A service may note; what it read it may say. Lateness is put on record by it too."""
    t = opened(desk)
    desk.later(HOUR + 1)
    t.note(SERVICE, commitment=NOTHING, seen=0)
    assert {"staff_run": 1, "staff_seq": 2, "flags": Flag.LATE_FIRST} == t.changed


def test_credits_the_time_and_starts_the_window_anew(desk):
    """The desk gains no time: the resolution moves by what has passed since it was solved."""
    t = solved(desk)
    due = t.state.resolve_by
    desk.later(2 * DAY)
    run = t.state.staff_run
    assert {
        "resolve_by": due + 2 * DAY,
        "settled_at": desk.now,
        "staff_run": run + 1,
        "staff_seq": 3,
    } == t.note().changed


def test_cannot_shorten_the_time_in_which_the_customer_may_reopen(desk):
    """Six days after solving, a note gives the customer seven days more, and no stranger may close."""
    t = solved(desk)
    desk.later(6 * DAY)
    t.note()
    until = desk.now + 7 * DAY
    desk.at(until)
    with refuses(refusal.ReopenWindowOpen(until)):
        t.close(STRANGER)
    assert Status.OPEN == t.reply(ALICE).state.status
    assert Flag.ANSWERED == t.state.flags
