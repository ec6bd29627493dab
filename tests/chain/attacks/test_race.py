"""Somebody puts a transaction before somebody else's."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import opened, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, variant
from tests.chain.people import ALICE, ANN, BEN, SERVICE, STRANGER


def test_keeps_on_record_that_the_answer_was_late(desk):
    """A late answer before the escalation stops the escalation, and tells on itself."""
    t = opened(desk)
    desk.later(HOUR + 1)
    t.answer()
    assert Flag.ANSWERED | Flag.LATE_FIRST == t.state.flags
    with refuses(refusal.NothingOverdue(t.state.respond_by, t.state.resolve_by)):
        t.escalate()


def test_cannot_be_held_off_by_a_stricter_policy(desk):
    """A new promise clears no old lateness: the clock that passed can still be called."""
    strict = desk.publish(variant(first_response=60, resolution=HOUR))
    t = opened(desk)
    desk.later(HOUR + 1)
    t.repolicy(strict)
    assert Flag.LATE_FIRST == t.state.flags
    assert 1 == t.escalate().state.level


@pytest.mark.parametrize("ago", [1, 3_600, DAY])
def test_cannot_be_held_off_by_a_pause(desk, ago):
    """A hold before the escalation changes nothing for the response, nor for a resolution late by then."""
    t = opened(desk)
    desk.at(t.state.resolve_by + ago)
    t.hold()
    assert Flag.LATE_FIRST | Flag.LATE_RESOLVE == t.state.flags
    assert 1 == t.escalate().state.level


def test_ends_after_sixteen_entries(desk):
    """A staff entry before each of the customer's transactions: sixteen times, not for ever."""
    t = opened(desk)
    for _ in range(16):
        old = t.state
        t.note()
        with refuses(refusal.TicketStale(t.id, t.state.hash(), old.hash())):
            t.send(t.plan(Action.REPLY, ALICE), sender=ALICE, state=old)
    with refuses(refusal.StaffRunTooLong(16)):
        t.note()
    t.reply()


def test_lets_a_relayer_carry_the_signed_reply_over_all_of_them(desk):
    """A signature covers no state, so whoever carries it presents the newest."""
    t = opened(desk)
    reply = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    for _ in range(16):
        t.note(SERVICE)
    assert 2 == t.send(reply).state.unseen


def test_leaves_the_window_to_the_customer(desk):
    """In the last second of the window, a stranger's closing before the customer's reply is refused."""
    t = solved(desk)
    desk.later(7 * DAY)
    with refuses(refusal.ReopenWindowOpen(desk.now)):
        t.close(STRANGER)
    assert Status.OPEN == t.reply().state.status


def test_opens_the_ticket_of_the_copied_commitment_for_the_customer_too(desk):
    """Copied from the mempool by a stranger and an agent, it is still free for the customer."""
    content, second = desk.content(), desk.content()
    desk.open(STRANGER, commitment=content)
    desk.open_keyless(ANN, commitment=content)
    assert ALICE.address == desk.open(ALICE, commitment=content).state.customer
    signed = desk.sign_opening(desk.opening(commitment=second), ALICE)
    desk.open(STRANGER, commitment=second)
    assert ALICE.address == desk.opened(signed, sender=STRANGER).state.customer


def test_stands_if_it_came_first(desk):
    """An answer mined before the revocation stands, one after it is refused, in the same second."""
    t, u = opened(desk), opened(desk)
    t.answer(ANN)
    word = desk.revoke(ANN)
    with refuses(refusal.AgentNotInForce(ANN.address, AgentStatus.REVOKED, word.from_, desk.now)):
        u.answer(ANN)
    assert Status.PENDING == t.state.status
    u.answer(BEN)
