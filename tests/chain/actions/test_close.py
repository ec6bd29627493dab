"""A ticket becomes final."""

import pytest

from supportledger.model import refusal
from supportledger.model.entry import NOTHING
from supportledger.model.ids import NOBODY
from supportledger.model.rules import is_terminal
from supportledger.model.ticket import Action, Auth, Flag, Status
from tests.chain.actions.places import ACTIVE, closed, on_hold, opened, pending, solved
from tests.chain.expect import cannot_be_asked, refuses
from tests.chain.given import DAY, HOUR, LARGEST
from tests.chain.people import ADMIN, ALICE, ANN, BOB, SERVICE, STRANGER, SUPERVISOR

WINDOW = 7 * DAY


@pytest.mark.parametrize("place", ACTIVE)
def test_closes_an_active_ticket(desk, place):
    """Customers leave when they like, with messages waiting or not."""
    t = place(desk)
    desk.later(100)
    t.close()
    assert (Status.CLOSED, desk.now, 0) == (t.state.status, t.state.settled_at, t.state.paused_at)


@pytest.mark.parametrize("after", [0, WINDOW, WINDOW + 1])
def test_closes_a_solved_ticket_at_any_time(desk, after):
    """For the customer there is no window to wait for."""
    t = solved(desk)
    desk.later(after)
    t.close()
    assert (Status.CLOSED, desk.now, 2) == (t.state.status, t.state.settled_at, t.state.customer_seq)


def test_may_say_something(desk):
    """With a content or without."""
    content = desk.content()
    assert content == desk.open().close(commitment=content).event.commitment
    assert NOTHING == desk.open().close().event.commitment


def test_counts_in_the_lane_of_the_customer(desk):
    """It is an entry of the customer: their sequence goes on, a run of staff ends."""
    t = opened(desk).note()
    desk.later(10)
    expected = {"status": 5, "settled_at": desk.now, "customer_seq": 2, "staff_run": 0}
    assert expected == t.close(signed=True).changed
    assert Auth.ECDSA == t.event.auth


@pytest.mark.parametrize("place", ACTIVE)
@pytest.mark.parametrize("who", [STRANGER, BOB, ANN, SUPERVISOR, ADMIN], ids=lambda who: who.name)
def test_refuses_an_active_ticket(desk, place, who):
    """Nobody but the customer ends what is not solved, whatever their role."""
    with refuses(refusal.CustomerOnly(who.address, ALICE.address)):
        place(desk).close(who)


@pytest.mark.parametrize("after", [0, WINDOW])
def test_refuses_a_solved_ticket_while_it_can_be_reopened(desk, after):
    """The window belongs to the customer, its last second too."""
    t = solved(desk)
    until = desk.now + WINDOW
    desk.later(after)
    for who in (STRANGER, ANN, ADMIN):
        with refuses(refusal.ReopenWindowOpen(until)):
            t.close(who)


@pytest.mark.parametrize("who", [STRANGER, BOB, ANN, ADMIN], ids=lambda who: who.name)
def test_closes_a_solved_ticket_after_the_window(desk, who):
    """Then anyone may tidy up."""
    t = solved(desk)
    desk.later(WINDOW + 1)
    assert {"status": Status.CLOSED, "settled_at": desk.now} == t.close(who).changed


def test_refuses_a_word_of_a_stranger(desk):
    """A stranger says nothing."""
    t = solved(desk)
    desk.later(WINDOW + 1)
    with refuses(refusal.CommitmentUnexpected(Action.CLOSE)):
        t.close(STRANGER, commitment=desk.content())


def test_counts_in_no_lane(desk):
    """Nobody's signed action is cancelled by a stranger; and none can be signed."""
    t = solved(desk)
    desk.later(WINDOW + 1)
    with refuses(refusal.SignatureNotAllowed(Action.CLOSE)):
        t.close(STRANGER, signed=True)
    sequences = (t.state.customer_seq, t.state.staff_seq, t.state.staff_run)
    t.close(STRANGER)
    assert sequences == (t.state.customer_seq, t.state.staff_seq, t.state.staff_run)


def test_refuses_everybody_while_it_is_active(desk):
    """Nobody closes for somebody who cannot sign, not even the agent who recorded them."""
    t = desk.open_keyless()
    for who in (SERVICE, ANN, STRANGER, ADMIN):
        with refuses(refusal.CustomerOnly(who.address, NOBODY)):
            t.close(who)


def test_is_closed_by_anyone_after_the_window(desk):
    """A keyless ticket ends like any other that was left."""
    t = desk.open_keyless().solve()
    until = desk.now + WINDOW
    with refuses(refusal.ReopenWindowOpen(until)):
        t.close(ANN)
    desk.at(until + 1)
    t.close(ANN)
    assert Status.CLOSED == t.state.status
    assert is_terminal(t.state, desk.now)


@pytest.mark.parametrize("who", [ALICE, STRANGER], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Once is enough."""
    t = closed(desk)
    desk.later(WINDOW + 1)
    with refuses(refusal.ActionNotAllowed(Action.CLOSE, Status.CLOSED)):
        t.close(who)


@pytest.mark.parametrize("argument", [1, LARGEST])
def test_refuses_any_when_none_is_named(desk, argument):
    """A ticket is not sent off to wherever somebody likes."""
    with refuses(refusal.SuccessorMismatch(NOBODY, argument)):
        desk.open().close(argument=argument)


def test_refuses_another_than_the_named_one(desk):
    """To the last bit; above the address there is none."""
    desk.name_successor(BOB.address)
    for argument in (ANN.word, BOB.word ^ 1, BOB.word ^ 1 << 159):
        with refuses(refusal.SuccessorMismatch(BOB.address, argument)):
            desk.open().close(argument=argument)
    with cannot_be_asked():
        desk.open().close(argument=BOB.word | 1 << 160)


def test_records_the_named_one(desk):
    """The event says where the matter goes on; closing without naming one stays possible."""
    desk.name_successor(BOB.address)
    assert BOB.word == desk.open().close(argument=BOB.word).event.argument
    assert 0 == desk.open().close().event.argument


def test_settles_an_active_ticket(desk):
    """Closing does not hide that the answer was late."""
    t = opened(desk)
    desk.later(HOUR + 1)
    assert Flag.LATE_FIRST == t.close().state.flags


@pytest.mark.parametrize("place", [pending, on_hold])
def test_freezes_the_clocks(desk, place):
    """A pause ends, and nothing becomes late any more."""
    t = place(desk)
    desk.later(100)
    t.close()
    assert (0, 100) == (t.state.paused_at, t.state.paused_total)
    desk.later(30 * DAY)
    with refuses(refusal.ActionNotAllowed(Action.ESCALATE, Status.CLOSED)):
        t.escalate()


def test_is_final(desk):
    """Nothing but a rating follows."""
    t = closed(desk)
    acts = (t.reply, t.answer, t.note, t.hold, t.resume, t.solve, t.close, t.escalate, t.assign)
    for act in acts:
        with pytest.raises(refusal.ActionNotAllowed):
            act()
    with refuses(refusal.ActionNotAllowed(Action.REPOLICY, Status.CLOSED)):
        t.repolicy(1)
    t.rate(4)
    assert is_terminal(t.state, desk.now)
