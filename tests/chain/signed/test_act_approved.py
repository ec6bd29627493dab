"""An action is signed by a contract's wallet, or is a claim that its customer consents to."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.acts import Act
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import TicketId, keccak
from supportledger.model.ticket import Action, Auth, Status
from tests.chain.actions.places import opened
from tests.chain.case import Case
from tests.chain.expect import cannot_be_asked, refuses
from tests.chain.given import ALWAYS, DAY, HOUR
from tests.chain.people import ALICE, ANN, BEN, BOB, RELAYER, STRANGER

REFUSES = 1
"""A mood of the wallet."""


@pytest.fixture
def ticket(desk, wallet):
    """A ticket whose customer is the wallet."""
    return desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))


def reply(desk, t, deadline=0):
    """A reply of the wallet that its owner signed."""
    plan = Act(Action.REPLY, t.state.customer, 0, 0, desk.content(), deadline)
    return desk.sign(t, plan, ALICE)


def claim(t, customer=ALICE, by=ANN, deadline=None):
    """A claim that nobody has signed."""
    until = t.desk.now + HOUR if deadline is None else deadline
    return t.plan(Action.CLAIM, by, argument=customer.word, deadline=until)


def send(t, act, sender=RELAYER, **more):
    """Through `actApproved`, whatever else would fit."""
    return t.send(act, sender=sender, through="actApproved", **more)


def test_refuses_an_old_state_before_all_else(desk, ticket):
    """With both hashes; even if nothing of the rest is right."""
    old, good = ticket.state, reply(desk, ticket)
    ticket.note()
    bad = replace(good, signature=b"", action=Action.CLAIM)
    for act in (good, bad):
        with refuses(refusal.TicketStale(ticket.id, ticket.state.hash(), old.hash())):
            send(ticket, act, state=old)


def test_refuses_a_ticket_that_does_not_exist(desk, ticket):
    """A ticket that was never opened has no state."""
    ghost = Case(desk, TicketId(keccak(b"ghost")), ticket.state)
    with refuses(refusal.TicketNotFound(ghost.id)):
        send(ghost, reply(desk, ghost))


def test_acts_for_the_sender(desk):
    """An empty signature means that the sender is the actor; the deadline is then nothing."""
    t = opened(desk)
    send(t, t.plan(Action.ANSWER, ANN, argument=2, deadline=1), sender=ANN)
    assert (Auth.SENT, ANN.address, Status.PENDING) == (t.event.auth, t.event.actor, t.state.status)


def test_refuses_a_sender_who_is_not_the_actor(desk, wallet, ticket):
    """Nobody acts for another without a signature, for a contract neither, though its owner."""
    with refuses(refusal.SenderNotActor(ALICE.address, wallet.address)):
        send(ticket, replace(reply(desk, ticket), signature=b""), sender=ALICE)
    t = desk.open_keyless()
    with refuses(refusal.SenderNotActor(STRANGER.address, ANN.address)):
        send(t, desk.consent(t, claim(t), ALICE), sender=STRANGER)


def test_refuses_to_take_a_signature(desk, wallet, ticket):
    """What anybody may do has no sequence, whoever would sign."""
    desk.later(2 * HOUR)
    for actor, key in ((wallet, ALICE), (STRANGER, STRANGER)):
        plan = Act(Action.ESCALATE, actor.address)
        with refuses(refusal.SignatureNotAllowed(Action.ESCALATE)):
            send(ticket, desk.sign(ticket, plan, key))


def test_refuses_a_signature_one_second_after_its_deadline(desk, ticket):
    """A contract's wallet is held to the same time."""
    act = reply(desk, ticket, desk.now + 10)
    desk.later(11)
    with refuses(refusal.SignatureExpired(desk.now - 1, desk.now)):
        send(ticket, act)


def test_accepts_a_signature_at_its_deadline(desk, ticket):
    """The deadline's own second is in time."""
    act = reply(desk, ticket, desk.now + 10)
    desk.later(10)
    assert 2 == send(ticket, act).state.unseen


@pytest.mark.parametrize("ahead", [30 * DAY + 1, 31 * DAY, ALWAYS - (1 << 33)])
def test_refuses_a_signature_good_for_thirty_one_days(desk, ticket, ahead):
    """Thirty days are the longest."""
    until = desk.now + ahead
    with refuses(refusal.DeadlineTooFar(until, desk.now + 30 * DAY)):
        send(ticket, reply(desk, ticket, until))
    with cannot_be_asked():
        send(ticket, reply(desk, ticket, 1 << 40))
    send(ticket, reply(desk, ticket, desk.now + 30 * DAY))


def test_asks_the_contract_and_says_so(desk, wallet, ticket):
    """A contract wallet signs by ERC-1271; the record tells it apart."""
    send(ticket, reply(desk, ticket))
    assert (Auth.ERC1271, wallet.address) == (ticket.event.auth, ticket.event.actor)


def test_refuses_what_the_contract_refuses(desk, wallet, ticket):
    """Another's signature, another sequence, and one that it does not feel like."""
    refused = refusal.SignatureInvalid(wallet.address, 1)
    good = reply(desk, ticket)
    for bad in (
        desk.sign(ticket, good, BEN),
        desk.sign(ticket, good, ALICE, sequence=2),
        replace(good, commitment=desk.content()),
        replace(good, signature=b"\x01"),
    ):
        with refuses(refused):
            send(ticket, bad)
    desk.tell(wallet, "setMood", REFUSES)
    with refuses(refused):
        send(ticket, good)


def test_refuses_the_same_signature_twice(desk, wallet, ticket):
    """What was accepted has used its sequence up."""
    act = reply(desk, ticket)
    send(ticket, act)
    with refuses(refusal.SignatureInvalid(wallet.address, 2)):
        send(ticket, act)


def test_asks_before_it_looks_at_the_rules(desk, wallet, ticket):
    """Whether the actor may is asked of whoever it is."""
    plan = replace(reply(desk, ticket), commitment=NOTHING)
    with refuses(refusal.SignatureInvalid(wallet.address, 1)):
        send(ticket, desk.sign(ticket, plan, BEN))
    with refuses(refusal.CommitmentMissing(Action.REPLY)):
        send(ticket, desk.sign(ticket, plan, ALICE))


def test_takes_what_the_key_signed(desk):
    """An account's own signature is good here too, and is told apart."""
    t = opened(desk)
    send(t, desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), ANN))
    assert (Auth.ECDSA, ANN.address) == (t.event.auth, t.event.actor)


def test_refuses_what_another_key_signed(desk):
    """An account without code is asked nothing."""
    t = opened(desk)
    with refuses(refusal.SignatureInvalid(ANN.address, 1)):
        send(t, desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), BEN))


def test_looks_at_no_consent(desk):
    """Whatever stands where a claim's consent would."""
    t = opened(desk)
    send(t, replace(t.plan(Action.NOTE, ANN), consent=b"\xff" * 65), sender=ANN)
    assert Action.NOTE == t.event.action


def test_looks_at_the_actor_before_the_consent(desk):
    """A claim that is wrong twice is refused for its actor."""
    t = desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ANN.address, 1)):
        send(t, desk.sign(t, claim(t), BEN))
    with refuses(refusal.SenderNotActor(BEN.address, ANN.address)):
        send(t, claim(t), sender=BEN)


def test_refuses_a_claim_without_consent(desk):
    """Sent or signed by the agent."""
    t = desk.open_keyless()
    for act, sender in ((claim(t), ANN), (desk.sign(t, claim(t), ANN), RELAYER)):
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            send(t, act, sender=sender)


def test_refuses_the_consent_of_another(desk, wallet):
    """Of the agent, another customer, or the owner of a wallet that is not the customer."""
    t = desk.open_keyless()
    for key, named in ((ANN, ALICE), (BOB, ALICE), (BOB, BOB), (ALICE, wallet)):
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            send(t, desk.consent(t, claim(t), key, customer=named.address), sender=ANN)


def test_refuses_consent_to_another_ticket(desk):
    """Consent names the ticket."""
    t, other = desk.open_keyless(), desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        send(t, desk.consent(t, claim(t), ALICE, ticket=other.id), sender=ANN)


def test_refuses_consent_out_of_its_time(desk):
    """One deadline is for both signatures, and holds when only the consent is one."""
    t = desk.open_keyless()
    late, far = desk.now - 1, desk.now + 30 * DAY + 1
    with refuses(refusal.SignatureExpired(late, desk.now)):
        send(t, desk.consent(t, claim(t, deadline=late), ALICE), sender=ANN)
    with refuses(refusal.DeadlineTooFar(far, desk.now + 30 * DAY)):
        send(t, desk.consent(t, claim(t, deadline=far), ALICE), sender=ANN)
    for until in (desk.now, desk.now + 30 * DAY):
        u = desk.open_keyless()
        send(u, desk.consent(u, claim(u, deadline=until), ALICE), sender=ANN)


def test_looks_at_the_consent_before_the_rules(desk):
    """Who is no agent learns first that nobody consented."""
    t = desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        send(t, claim(t, by=STRANGER), sender=STRANGER)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.NONE, 0, 0)):
        send(t, desk.consent(t, claim(t, by=STRANGER), ALICE), sender=STRANGER)


@pytest.mark.parametrize("signed", [False, True])
def test_gives_the_ticket_its_customer(desk, signed):
    """With the consent, whether the agent sends or signs."""
    t = desk.open_keyless()
    act = desk.sign(t, claim(t), ANN) if signed else claim(t)
    send(t, desk.consent(t, act, ALICE), sender=RELAYER if signed else ANN)
    assert (ALICE.address, Auth.ECDSA if signed else Auth.SENT) == (t.state.customer, t.event.auth)


def test_may_be_all_contracts(desk, wallet):
    """An agent and a customer that both sign by ERC-1271; here they share an owner, and a wallet."""
    desk.certify(wallet.address)
    t = desk.open_keyless()
    act = desk.sign(t, claim(t, customer=wallet, by=wallet), ALICE)
    act = desk.consent(t, act, ALICE, customer=wallet.address)
    with refuses(refusal.OwnTicket(wallet.address)):
        send(t, act)
    other = desk.sign(t, claim(t, customer=BOB, by=wallet), ALICE)
    send(t, desk.consent(t, other, BOB))
    assert (Auth.ERC1271, BOB.address) == (t.event.auth, t.state.customer)
