"""An agent answers the customer."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import entry_head
from supportledger.model.ticket import Action, Auth, Flag, Status
from tests.chain.actions.places import ACTIVE, answered, closed, on_hold, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST
from tests.chain.people import ADMIN, ANN, BEN, EVE, SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR, ADMIN], ids=lambda who: who.name)
def test_refuses_whoever_is_not_certified(desk, who):
    """No role answers for an agent."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open().answer(who)


def test_refuses_a_service_that_only_records(desk):
    """Tier 0 cannot answer: every ticket asks for at least 1."""
    with refuses(refusal.TierTooLow(SERVICE.address, 0, 1)):
        desk.open().answer(SERVICE)


def test_refuses_a_tier_below_that_of_the_ticket(desk):
    """Under a policy of tier 2, agents of tier 1 do not answer; those of tier 2 do."""
    t = desk.open(policy=2)
    with refuses(refusal.TierTooLow(ANN.address, 1, 2)):
        t.answer(ANN)
    t.answer(EVE)


def test_refuses_an_agent_who_is_the_customer(desk):
    """Staff never act on their own ticket."""
    with refuses(refusal.OwnTicket(ANN.address)):
        desk.open(ANN).answer(ANN)


@pytest.mark.parametrize("status", [0, Status.SOLVED, Status.CLOSED, 6, 255, 256 + 1, LARGEST])
def test_refuses_a_next_status_that_is_not_active(desk, status):
    """An answer leads to Open, Pending or OnHold."""
    with refuses(refusal.ArgumentInvalid(Action.ANSWER, status)):
        desk.open().answer(status=status)


def test_refuses_an_answer_without_a_content(desk):
    """An answer says something."""
    with refuses(refusal.CommitmentMissing(Action.ANSWER)):
        desk.open().answer(commitment=NOTHING)


@pytest.mark.parametrize("seen", [2, (1 << 32) - 1])
def test_refuses_to_have_seen_what_was_not_written(desk, seen):
    """Nobody reads ahead."""
    with refuses(refusal.SeenInvalid(seen, 1)):
        desk.open().answer(seen=seen)


@pytest.mark.parametrize("place", [solved, closed])
def test_refuses_in_status(desk, place):
    """What is solved or closed is not answered."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.ANSWER, t.state.status)):
        t.answer()


def test_refuses_to_answer_nothing(desk):
    """While messages wait, an answer has read at least one of them."""
    t = desk.open()
    with refuses(refusal.AnswersNothing(0, 1, 1)):
        t.answer(seen=0)
    t.answer().reply().reply()
    with refuses(refusal.AnswersNothing(1, 3, 2)):
        t.answer(seen=1)
    with refuses(refusal.AnswersNothing(0, 3, 2)):
        t.answer(seen=0)


@pytest.mark.parametrize(("seen", "left"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_lowers_what_waits_to_what_is_unread(desk, seen, left):
    """Unseen' = customerSeq - seen, when that is fewer."""
    t = desk.open().reply().reply().reply()
    assert left == t.answer(seen=seen).state.unseen


@pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD])
def test_stays_open_while_some_still_wait(desk, status):
    """Whatever it asks for, it cannot send away a customer who waits."""
    t = desk.open().reply().answer(seen=1, status=status)
    assert (Status.OPEN, 0) == (t.state.status, t.state.paused_at)


def test_promises_the_next_answer_while_some_still_wait(desk):
    """The rest gets a deadline of its own, from now."""
    t = desk.open().reply()
    desk.later(100)
    t.answer(seen=1)
    assert {
        "unseen": 1,
        "respond_by": desk.now + 1_800,
        "assignee": ANN.address,
        "flags": Flag.ANSWERED,
        "staff_seq": 2,
    } == t.changed


def test_does_not_count_in_the_run_of_staff(desk):
    """An entry that lowers what waits is not idle."""
    t = desk.open().reply().note().answer(seen=1).answer()
    assert (1, 4) == (t.state.staff_run, t.state.staff_seq)


@pytest.mark.parametrize("seen", [0, 1])
def test_answers_of_its_own_accord(desk, seen):
    """With nothing waiting an agent may write at any time, whatever they have read."""
    t = pending(desk)
    t.answer(BEN, seen=seen)
    assert {"assignee": BEN.address, "staff_run": 1, "staff_seq": 3} == t.changed


def test_counts_in_the_run_of_staff(desk):
    """It answers nothing, so it is one of the sixteen."""
    assert 2 == answered(desk).answer().answer().state.staff_run


@pytest.mark.parametrize("place", ACTIVE)
@pytest.mark.parametrize("status", [Status.OPEN, Status.PENDING, Status.ON_HOLD])
def test_goes_where_it_is_asked_to(desk, place, status):
    """From each active status to each."""
    assert status == place(desk).answer(status=status).state.status


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD])
def test_starts_a_pause_where_the_desk_does_not_act(desk, status):
    """Waiting for the customer or a third party pauses the resolution."""
    t = opened(desk)
    desk.later(100)
    t.answer(status=status)
    assert {
        "status": status,
        "paused_at": desk.now,
        "unseen": 0,
        "assignee": ANN.address,
        "flags": Flag.ANSWERED,
        "staff_seq": 2,
    } == t.changed


@pytest.mark.parametrize("place", [pending, on_hold])
def test_ends_a_pause_where_the_desk_acts(desk, place):
    """What was paused is counted."""
    t = place(desk)
    desk.later(100)
    t.answer(status=1)
    assert {"status": 1, "paused_at": 0, "paused_total": 100, "staff_seq": 3, "staff_run": 1} == t.changed


def test_goes_on_with_a_pause_that_runs(desk):
    """From Pending to OnHold one pause runs, not two."""
    t = pending(desk)
    desk.later(100)
    t.answer(status=3)
    assert {"status": 3, "staff_seq": 3, "staff_run": 1} == t.changed


def test_is_in_time_at_the_deadline(desk):
    """An act exactly at the deadline is in time."""
    t = opened(desk)
    desk.later(HOUR)
    assert Flag.ANSWERED == t.answer().state.flags


def test_records_a_late_first_answer(desk):
    """One second after the deadline it is late."""
    t = opened(desk)
    desk.later(HOUR + 1)
    assert Flag.ANSWERED | Flag.LATE_FIRST == t.answer().state.flags


def test_records_a_late_next_answer(desk):
    """Once the ticket was answered, it is the next response that is late."""
    t = pending(desk).reply()
    desk.later(1_801)
    assert Flag.ANSWERED | Flag.LATE_NEXT == t.answer().state.flags


def test_cannot_erase_a_delay_of_years(desk):
    """Time is settled before anything else."""
    t = opened(desk)
    desk.later(3 * 365 * DAY)
    assert Flag.ANSWERED | Flag.LATE_FIRST | Flag.LATE_RESOLVE == t.answer().state.flags


def test_records_a_late_resolution(desk):
    """With nothing waiting only the resolution is late, and only after its deadline."""
    t = answered(desk)
    desk.at(t.state.resolve_by)
    assert Flag.ANSWERED == t.answer(status=1).state.flags
    desk.later(1)
    assert Flag.ANSWERED | Flag.LATE_RESOLVE == t.answer(status=1).state.flags


def test_makes_the_actor_the_assignee(desk):
    """Whoever answers has it."""
    t = pending(desk).answer(BEN)
    assert BEN.address == t.state.assignee
    assert (Auth.SENT, BEN.address, 2) == (t.event.auth, t.event.actor, t.event.argument)


def test_binds_the_certificate_into_the_head(desk):
    """The authority is the agent's word of that moment; what was read is in the meta."""
    t = desk.open()
    before, word = t.state.head, desk.driver.view("agentWord", ANN.address)
    t.answer()
    meta = 1 << 88 | Action.ANSWER << 80 | 1 << 40 | desk.now
    expected = entry_head(before, meta, 2, ANN.address, word.to_bytes(32, "big"), t.event.commitment)
    assert expected == t.state.head
