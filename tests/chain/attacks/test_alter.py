"""Something is changed after it was signed."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.acts import SignedOpening
from supportledger.model.ids import NOBODY, keccak
from supportledger.model.ticket import Action
from supportledger.proof.signature import shorten
from tests.chain.actions.places import opened
from tests.chain.expect import refuses, shown
from tests.chain.given import HOUR
from tests.chain.people import ALICE, ANN, BEN, BOB

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
OTHER = keccak(b"other")


@pytest.mark.parametrize(
    "change",
    [
        {"action": Action.NOTE},
        {"action": Action.HOLD},
        {"argument": 1},
        {"argument": 3},
        {"actor": BEN.address},
        {"seen": 1},
        {"commitment": OTHER},
        {"deadline": 1},
    ],
    ids=lambda change: " ".join(f"{name} {value!s:.12}" for name, value in change.items()),
)
def test_refuses_the_altered_action(desk, change):
    """Action, argument, actor, seen, commitment and deadline: each is signed."""
    t = opened(desk).reply()
    signed = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2, seen=2), ANN)
    if "deadline" in change:
        change = {"deadline": signed.deadline + 1}
    altered = replace(signed, **change)
    with refuses(refusal.SignatureInvalid(altered.actor, 1)):
        t.send(altered)
    (skipped,) = desk.batch([(t, [altered])])
    assert refusal.SignatureInvalid(altered.actor, 1).encode() == skipped.encode()
    t.send(signed)


@pytest.mark.parametrize(
    "change",
    [
        {"opener": BOB.address, "customer": BOB.address},
        {"customer": NOBODY},
        {"policy": 2},
        {"terms": OTHER},
        {"commitment": OTHER},
    ],
    ids=" ".join,
)
def test_refuses_the_altered_opening(desk, change):
    """Opener, customer, policy, terms, commitment and deadline: each is signed."""
    signed = desk.sign_opening(desk.opening(), ALICE)
    altered = replace(signed, opening=signed.opening._replace(**change))
    with refuses(refusal.SignatureInvalid(altered.opening.opener, 0)):
        desk.opened(altered)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(SignedOpening(signed.opening, signed.deadline + 1, signed.signature))
    desk.opened(signed)


def test_refuses_the_altered_claim(desk):
    """Ticket, customer and deadline: each is signed; and the agent's own part too."""
    t, u = desk.open_keyless(), desk.open_keyless()
    plan = t.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=desk.now + HOUR)
    claim = desk.consent(t, plan, ALICE)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        u.send(claim, sender=ANN)
    with refuses(refusal.SignatureInvalid(BOB.address, 0)):
        t.send(replace(claim, argument=BOB.word), sender=ANN)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(replace(claim, deadline=claim.deadline - 1), sender=ANN)
    signed = desk.consent(t, desk.sign(t, plan, ANN), ALICE)
    with refuses(refusal.SignatureInvalid(ANN.address, 1)):
        t.send(replace(signed, commitment=OTHER))
    t.send(signed)


def test_refuses_every_flipped_byte(desk):
    """Each of the 65 bytes matters, and of the two words each of the 64; the highest bit of `vs` too."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    reason = refusal.SignatureInvalid(ALICE.address, 1)
    for form in flips(signed.signature):
        with refuses(reason):
            t.send(replace(signed, signature=form), through="actApproved")
    words = b"".join(shorten(signed.signature))
    flipped = [replace(signed, signature=form) for form in flips(words)]
    assert [shown(reason)] * 64 == list(map(shown, desk.batch([(t, flipped)])))
    with refuses(reason):
        t.send(flipped[32], through="actSigned")
    t.send(replace(signed, signature=words), through="actSigned")


def flips(signature):
    """The signature with another bit flipped in each of its bytes; of the 33rd the highest."""
    for at in range(len(signature)):
        raw = bytearray(signature)
        raw[at] ^= 0x80 >> at % 8
        yield bytes(raw)


def test_refuses_a_high_s(desk):
    """The other form of the same signature is none: one signature, one form."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    r, s, v = signed.signature[:32], int.from_bytes(signed.signature[32:64]), signed.signature[64]
    other = r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    for through in ("actApproved", "actSigned"):
        with refuses(refusal.SignatureInvalid(ALICE.address, 1)):
            t.send(replace(signed, signature=other), through=through)
    t.send(signed)


def test_refuses_another_v(desk):
    """27 or 28: neither 0 and 1, nor with a chain id."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    right = signed.signature[64]
    for v in {0, 1, 26, 27, 28, 29, 35, 36, right - 27, 255} - {right}:
        with refuses(refusal.SignatureInvalid(ALICE.address, 1)):
            t.send(replace(signed, signature=signed.signature[:64] + bytes([v])))
    t.send(signed)


def test_refuses_the_short_form_of_64_bytes(desk):
    """EIP-2098 folds v into s: the form of two words, and no other form of the bytes."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    for form in (b"".join(shorten(signed.signature)), signed.signature[:64]):
        with refuses(refusal.SignatureInvalid(ALICE.address, 1)):
            t.send(replace(signed, signature=form))
    t.send(signed)


@pytest.mark.parametrize("size", [1, 32, 66, 96, 130, 4_096])
def test_refuses_more_or_fewer_bytes(desk, size):
    """65 bytes, with nothing behind them."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    with refuses(refusal.SignatureInvalid(ALICE.address, 1)):
        t.send(replace(signed, signature=(signed.signature * 64)[:size]))
