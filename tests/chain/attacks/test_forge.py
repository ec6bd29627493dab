"""Somebody acts for somebody else."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.acts import Act
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import NOBODY
from supportledger.model.ticket import Action
from tests.chain.actions.places import opened, solved
from tests.chain.expect import refuses
from tests.chain.given import HOUR
from tests.chain.people import ALICE, ANN, BOB, RELAYER, SERVICE, STRANGER, SUPERVISOR

STAFFS = (Action.ANSWER, Action.NOTE, Action.ASSIGN, Action.HOLD, Action.SOLVE)


@pytest.mark.parametrize("action", [Action.REPLY, Action.RATE, Action.CLOSE], ids=str)
@pytest.mark.parametrize("forger", [BOB, ANN, SUPERVISOR, RELAYER], ids=lambda who: who.name)
def test_refuses_every_action_of_the_customer(desk, action, forger):
    """Neither another customer, nor staff, nor the relayer signs for the customer."""
    t = solved(desk)
    plan = t.plan(action, ALICE, argument=5 if action == Action.RATE else 0)
    with refuses(refusal.SignatureInvalid(ALICE.address, t.state.customer_seq)):
        t.send(desk.sign(t, plan, forger))


@pytest.mark.parametrize("action", STAFFS, ids=str)
@pytest.mark.parametrize("forger", [ALICE, SUPERVISOR, RELAYER], ids=lambda who: who.name)
def test_refuses_every_action_of_staff(desk, action, forger):
    """Nobody signs for an agent, a supervisor neither."""
    t = opened(desk)
    arguments = {Action.ANSWER: 2, Action.ASSIGN: ANN.word}
    plan = t.plan(action, ANN, argument=arguments.get(action, 0))
    with refuses(refusal.SignatureInvalid(ANN.address, t.state.staff_seq)):
        t.send(desk.sign(t, plan, forger))


@pytest.mark.parametrize("forger", [BOB, ANN, RELAYER], ids=lambda who: who.name)
def test_refuses_an_opening(desk, forger):
    """Nobody opens in ALICE's name."""
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(ALICE), forger))


def test_refuses_an_actor_who_did_not_send(desk):
    """Without a signature the sender is the actor, or nothing happens."""
    t = opened(desk)
    with refuses(refusal.SenderNotActor(STRANGER.address, ANN.address)):
        t.send(t.plan(Action.ANSWER, ANN, argument=2), sender=STRANGER, through="actSigned")
    (skipped,) = desk.batch([(t, [t.plan(Action.REPLY, ALICE)])], sender=ANN)
    assert refusal.SenderNotActor(ANN.address, ALICE.address).encode() == skipped.encode()


@pytest.mark.parametrize(
    "signature", [bytes(65), bytes(64) + b"\x1b", bytes(64) + b"\x1c", b"\xff" * 65, b"\x01" * 65]
)
def test_refuses_a_signature_that_recovers_to_nobody(desk, signature):
    """The zero address signs nothing: neither for a keyless customer, nor as an agent."""
    t = desk.open_keyless()
    for action in (Action.REPLY, Action.RATE, Action.ANSWER):
        act = Act(action, NOBODY, 1, 0, desk.content(), desk.now + HOUR, signature)
        with refuses(refusal.SignatureInvalid(NOBODY, 1)):
            t.send(act)
        # Where a signature is two words, r = 0 is none at all.
        unsigned, invalid = (
            refusal.SenderNotActor(RELAYER.address, NOBODY),
            refusal.SignatureInvalid(NOBODY, 1),
        )
        with refuses(invalid if any(signature[:32]) else unsigned):
            t.send(act, through="actSigned")
    claim = t.plan(Action.CLAIM, ANN, argument=0, deadline=desk.now + HOUR)
    with refuses(refusal.SignatureInvalid(NOBODY, 0)):
        t.send(replace(claim, consent=signature), sender=ANN)


def test_refuses_the_agent_as_the_customer_of_a_keyless_ticket(desk):
    """An agent who claims for themselves, or lets a colleague: refused, or their own ticket from then on."""
    with refuses(refusal.OwnTicket(ANN.address)):
        desk.open_keyless().claim(ANN, by=ANN)
    t = desk.open_keyless().claim(ANN, by=SERVICE)
    for act in (t.answer, t.note, t.hold, t.solve):
        with refuses(refusal.OwnTicket(ANN.address)):
            act()


def test_refuses_a_consent_signed_by_the_agent(desk):
    """The customer's key is needed, for whichever customer."""
    t = desk.open_keyless()
    claim = t.plan(Action.CLAIM, ANN, argument=BOB.word, deadline=desk.now + HOUR)
    forged = desk.consent(t, claim, ANN, customer=BOB.address)
    with refuses(refusal.SignatureInvalid(BOB.address, 0)):
        t.send(forged, sender=ANN)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.NONE, 0, 0)):
        t.claim(BOB, by=STRANGER)
