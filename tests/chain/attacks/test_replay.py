"""A signature is used where, when or for what it was not made."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.acts import SignedOpening
from supportledger.model.ids import Address, keccak
from supportledger.model.ticket import Action
from supportledger.proof import typed_data
from supportledger.proof.signature import sign_digest
from tests.chain.actions.places import opened, pending
from tests.chain.expect import refuses
from tests.chain.given import HOUR
from tests.chain.people import ALICE, ANN, BEN

ELSEWHERE = Address(keccak(b"another ledger")[12:])


def both(t):
    """A customer's action and an agent's."""
    return (t.plan(Action.REPLY, ALICE), ALICE), (t.plan(Action.ANSWER, ANN, argument=2), ANN)


def test_refuses_a_signature_for_another_ticket(desk):
    """Two tickets of one customer, alike in everything: a signature is for one of them."""
    t, u = opened(desk), opened(desk)
    for plan, who in both(t):
        with refuses(refusal.SignatureInvalid(who.address, 1)):
            u.send(desk.sign(t, plan, who))


@pytest.mark.parametrize("chain", [1, 1_336, 0])
def test_refuses_a_signature_for_another_chain(desk, chain):
    """The domain binds the chain id."""
    domain = replace(desk.domain, chain_id=chain)
    t = opened(desk)
    for plan, who in both(t):
        with refuses(refusal.SignatureInvalid(who.address, 1)):
            t.send(desk.sign(t, plan, who, domain=domain))
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(), ALICE, domain=domain))


def test_refuses_a_signature_for_another_contract(desk):
    """The domain binds the address, of openings, actions and claims."""
    domain = replace(desk.domain, ledger=ELSEWHERE)
    t, keyless = opened(desk), desk.open_keyless()
    for plan, who in both(t):
        with refuses(refusal.SignatureInvalid(who.address, 1)):
            t.send(desk.sign(t, plan, who, domain=domain))
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(), ALICE, domain=domain))
    claim = keyless.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=desk.now + HOUR)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        keyless.send(desk.consent(keyless, claim, ALICE, domain=domain), sender=ANN)


def test_refuses_a_signature_for_another_domain(desk):
    """Name and version are bound too: the separator is the one that wallets compute."""
    assert desk.domain.separator == desk.driver.view("domainSeparator")
    t = opened(desk)
    plan = replace(t.plan(Action.REPLY, ALICE), deadline=desk.now + HOUR)
    raw = desk.digest(t, plan)
    for digest in (keccak(raw), raw[::-1]):
        with refuses(refusal.SignatureInvalid(ALICE.address, 1)):
            t.send(replace(plan, signature=sign_digest(ALICE.key, digest)))


def test_refuses_an_action_again(desk):
    """After it was accepted its sequence has passed, in every later state."""
    t = opened(desk)
    for plan, who in both(t):
        signed = desk.sign(t, plan, who)
        t.send(signed)
        with refuses(refusal.SignatureInvalid(who.address, 2)):
            t.send(signed)
    t.reply().answer()
    with refuses(refusal.SignatureInvalid(ANN.address, 3)):
        t.send(signed)


def test_refuses_an_action_again_in_one_batch(desk):
    """Three times in one transaction, once on the record."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    results = desk.batch([(t, [signed, signed, signed])])
    reasons = [refusal.SignatureInvalid(ALICE.address, 2).encode()] * 2
    assert [None, *reasons] == [one and one.encode() for one in results]


def test_refuses_an_opening_again(desk):
    """The ticket exists, however it is sent."""
    signed = desk.sign_opening(desk.opening(), ALICE)
    t = desk.opened(signed)
    t.close()
    with refuses(refusal.TicketExists(t.id)):
        desk.opened(signed)
    (skipped,) = desk.open_batch([signed])
    assert refusal.TicketExists(t.id).encode() == skipped.encode()


def test_refuses_a_consent_again(desk):
    """A claim happens once for a ticket, so its consent needs no sequence."""
    t = desk.open_keyless()
    claim = t.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=desk.now + HOUR)
    claim = desk.consent(t, claim, ALICE)
    t.send(claim, sender=ANN)
    with refuses(refusal.AlreadyClaimed(ALICE.address)):
        t.send(claim, sender=ANN)


def test_refuses_after_a_direct_action(desk):
    """Acting on chain cancels what one has signed for that sequence."""
    t = opened(desk)
    signed = [(desk.sign(t, plan, who), who) for plan, who in both(t)]
    t.reply().note(ANN)
    for act, who in signed:
        with refuses(refusal.SignatureInvalid(who.address, 2)):
            t.send(act)


def test_refuses_after_an_action_of_the_same_lane_by_another(desk):
    """Staff share a lane: a colleague's entry cancels what was signed for the same sequence."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), ANN)
    t.note(BEN, signed=True)
    with refuses(refusal.SignatureInvalid(ANN.address, 2)):
        t.send(signed)


def test_refuses_one_of_two_for_the_same_sequence(desk):
    """Signed twice, whichever comes first is the one."""
    t = pending(desk)
    first, second = (desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE) for _ in range(2))
    t.send(second)
    with refuses(refusal.SignatureInvalid(ALICE.address, 2)):
        t.send(first)


def test_refuses_a_claim_as_an_action_and_an_action_as_a_claim(desk):
    """Each kind has a type of its own in what is signed."""
    t = desk.open_keyless()
    until = desk.now + HOUR
    claim = t.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=until)
    consent = typed_data.sign(typed_data.Claim(t.id, ALICE.address, until), desk.domain, ALICE.key)
    for signer in (ALICE, ANN):
        as_action = sign_digest(signer.key, desk.digest(t, claim))
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            t.send(replace(claim, consent=as_action), sender=ANN)
    with refuses(refusal.SignatureInvalid(ANN.address, 1)):
        t.send(replace(claim, signature=consent, consent=consent))
    o = desk.opening()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(SignedOpening(o, until, consent))


@pytest.mark.parametrize("word", ["Note", "Solve", "answer", "Answer ", ""])
def test_refuses_the_word_of_another_action(desk, word):
    """A wallet shows the word, and the word is what is signed."""
    t = opened(desk)
    plan = t.plan(Action.ANSWER, ANN, argument=2)
    with refuses(refusal.SignatureInvalid(ANN.address, 1)):
        t.send(desk.sign(t, plan, ANN, action=word))
