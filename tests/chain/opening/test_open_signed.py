"""A ticket is opened by signature; somebody else pays."""

import pytest

from supportledger.model import refusal
from supportledger.model.acts import SignedOpening
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import NOBODY
from supportledger.model.ticket import Auth
from tests.chain.expect import refuses
from tests.chain.given import DAY
from tests.chain.people import ALICE, BOB, GATE, RELAYER, SERVICE, STRANGER


def test_refuses_to_open_for_somebody_else(desk):
    """The opener is the customer, or there is none."""
    o = desk.opening(BOB, opener=ALICE)
    with refuses(refusal.OpenerInvalid(ALICE.address, BOB.address)):
        desk.opened(desk.sign_opening(o, ALICE))


def test_refuses_a_signature_one_second_after_its_deadline(desk):
    """What was signed for yesterday is not carried today."""
    signed = desk.sign_opening(desk.opening(), ALICE, deadline=desk.now + 10)
    desk.later(11)
    with refuses(refusal.SignatureExpired(desk.now - 1, desk.now)):
        desk.opened(signed)


def test_accepts_a_signature_at_its_deadline(desk):
    """The deadline's own second is in time."""
    signed = desk.sign_opening(desk.opening(), ALICE, deadline=desk.now + 10)
    desk.later(10)
    desk.opened(signed)


@pytest.mark.parametrize("ahead", [30 * DAY + 1, 31 * DAY, 2**64 - 1 - 2_000_000_000])
def test_refuses_a_deadline_more_than_thirty_days_ahead(desk, ahead):
    """No signature is good for ever."""
    signed = desk.sign_opening(desk.opening(), ALICE, deadline=desk.now + ahead)
    with refuses(refusal.DeadlineTooFar(desk.now + ahead, desk.now + 30 * DAY)):
        desk.opened(signed)


def test_accepts_a_deadline_thirty_days_ahead(desk):
    """Thirty days are the longest."""
    desk.opened(desk.sign_opening(desk.opening(), ALICE, deadline=desk.now + 30 * DAY))


def test_refuses_an_empty_signature(desk):
    """Not even the opener opens this way without signing."""
    unsigned = SignedOpening(desk.opening(), desk.now + 10, b"")
    for sender in (ALICE, RELAYER):
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            desk.opened(unsigned, sender=sender)


def test_refuses_the_signature_of_another(desk):
    """Only the opener's own signature opens for them."""
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(), BOB))


def test_refuses_another_sender_than_the_gate(desk):
    """A customer's signature alone does not pass a gate, whoever sends it."""
    signed = desk.sign_opening(desk.opening(policy=4), ALICE)
    for sender in (ALICE, RELAYER):
        with refuses(refusal.GateOnly(4, GATE.address)):
            desk.opened(signed, sender=sender)


def test_opens_through_the_gate(desk):
    """The gate sends, the customer signed: both are needed, and both are there."""
    t = desk.opened(desk.sign_opening(desk.opening(policy=4), ALICE), sender=GATE)
    assert (ALICE.address, 4, Auth.ECDSA) == (t.state.customer, t.state.policy, t.event.auth)


def test_opens_through_the_gate_for_a_contract_wallet(desk, wallet):
    """A contract's signature is a signature, at a gate too."""
    t = desk.opened(desk.sign_opening(desk.opening(wallet, policy=4), ALICE), sender=GATE)
    assert (wallet.address, Auth.ERC1271) == (t.state.customer, t.event.auth)


def test_refuses_a_keyless_customer_through_the_gate(desk):
    """A recorded ticket carries no customer's signature, so no gate lets it pass."""
    signed = desk.sign_opening(desk.opening(None, policy=4), SERVICE)
    with refuses(refusal.GateOnly(4, GATE.address)):
        desk.opened(signed, sender=GATE)


def test_records_it_as_the_word_of_the_desk(desk):
    """The agent signed, the customer did not: auth 3."""
    t = desk.opened(desk.sign_opening(desk.opening(None), SERVICE))
    assert (NOBODY, Auth.RECORDED, SERVICE.address) == (t.state.customer, t.event.auth, t.event.actor)


def test_refuses_an_agent_who_is_not_in_force(desk):
    """A stranger's signature records nobody's ticket."""
    signed = desk.sign_opening(desk.opening(None, opener=STRANGER), STRANGER)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.NONE, 0, 0)):
        desk.opened(signed)


def test_asks_the_contract_and_says_so(desk, wallet):
    """A contract wallet opens by ERC-1271, which the record tells apart: it cannot be verified offline."""
    t = desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))
    assert (wallet.address, Auth.ERC1271) == (t.state.customer, t.event.auth)


def test_refuses_what_the_contract_refuses(desk, wallet):
    """The wallet's owner is ALICE; nobody else signs for it."""
    with refuses(refusal.SignatureInvalid(wallet.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(wallet), BOB))


@pytest.mark.parametrize("payer", [RELAYER, STRANGER, ALICE], ids=lambda who: who.name)
def test_opens_for_the_opener_whoever_pays(desk, payer):
    """The sender of the transaction leaves no trace in the ticket."""
    t = desk.opened(desk.sign_opening(desk.opening(), ALICE), sender=payer)
    assert (ALICE.address, ALICE.address) == (t.state.customer, t.event.actor)
    assert Auth.ECDSA == t.event.auth


def test_refuses_the_same_opening_again(desk):
    """A signature opens once: the ticket exists."""
    signed = desk.sign_opening(desk.opening(), ALICE)
    t = desk.opened(signed)
    with refuses(refusal.TicketExists(t.id)):
        desk.opened(signed)
