"""A supervisor publishes a promise."""

import pytest

from supportledger.model import refusal
from supportledger.model.ids import keccak
from tests.chain.conftest import OFFICE
from tests.chain.expect import refuses
from tests.chain.given import PLAIN, role_of, variant
from tests.chain.people import ADMIN, ANN, BOB, CERTIFIER, GATE, SUPERVISOR

TEXT = keccak(b"We answer within the hour.")
GATED, HOURS = 1 << 40, 2 << 40


def publish(desk, word, hours=0, gate=bytes(20), by=SUPERVISOR):
    """Publish words as they are."""
    return desk.do(by, "publishPolicy", word, hours, gate, TEXT)


@pytest.mark.parametrize("who", [ADMIN, CERTIFIER, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only supervisors promise."""
    with refuses(refusal.RoleMissing(who.address, role_of("supervisor"))):
        desk.publish(PLAIN, by=who)


@pytest.mark.parametrize("bit", [0, 1, 31])
def test_refuses_bits_that_mean_nothing(desk, bit):
    """The low four bytes are zero."""
    word = PLAIN.word | 1 << bit
    with refuses(refusal.PolicyWordInvalid(word)):
        publish(desk, word)


@pytest.mark.parametrize("bits", [1 << 32, 0xFF << 32])
def test_refuses_to_be_published_retired(desk, bits):
    """A promise begins by being one."""
    with refuses(refusal.PolicyWordInvalid(PLAIN.word | bits)):
        publish(desk, PLAIN.word | bits)


@pytest.mark.parametrize("bit", range(2, 8))
def test_refuses_unknown_flags(desk, bit):
    """What this ledger does not know it does not promise."""
    with refuses(refusal.PolicyWordInvalid(PLAIN.word | 1 << 40 + bit)):
        publish(desk, PLAIN.word | 1 << 40 + bit)


@pytest.mark.parametrize(
    ("flags", "hours", "gate"),
    [
        (0, OFFICE.word, bytes(20)),
        (0, 0, GATE.address),
        (GATED, 0, bytes(20)),
        (HOURS, 0, bytes(20)),
        (GATED, OFFICE.word, bytes(20)),
        (GATED | HOURS, 0, GATE.address),
    ],
    ids=["hours unsaid", "gate unsaid", "no gate", "no hours", "the other", "one of two"],
)
def test_refuses_flags_other_than_those_of_hours_and_gate(desk, flags, hours, gate):
    """The flags say which words beside are in use, all and no others."""
    with refuses(refusal.PolicyWordInvalid(PLAIN.word | flags)):
        publish(desk, PLAIN.word | flags, hours, gate)


def test_refuses_a_tier_of_nobody(desk):
    """Every promise is answered by a certified tier."""
    terms = variant(tier=0)
    with refuses(refusal.PolicyTierMissing()):
        publish(desk, terms.word)


@pytest.mark.parametrize("every", [0, 299])
def test_refuses_escalations_that_follow_too_fast(desk, every):
    """Five minutes at least, where there are levels at all."""
    with refuses(refusal.EscalationTooFrequent(every, 300)):
        desk.publish(variant(escalate_every=every))
    desk.publish(variant(escalate_every=every, levels=0))
    desk.publish(variant(escalate_every=300))


@pytest.mark.parametrize(
    "hours",
    [1 << 168, 1 | 1 << 184, 1 | 1 << 255, 1 | 841 << 168, 1 | (-721 & 0xFFFF) << 168, 1 | 1 << 183],
    ids=["no hour", "a bit above", "the highest bit", "too far east", "too far west", "far west"],
)
def test_refuses_hours_that_do_not_exist(desk, hours):
    """At least one hour of the week, at an offset that is on this earth."""
    with refuses(refusal.HoursInvalid(hours)):
        publish(desk, PLAIN.word | HOURS, hours)


def test_numbers_policies_from_one(desk):
    """Four are there; the next are 5 and 6."""
    assert [4, 5, 6, 6] == [
        desk.driver.view("policyCount"),
        desk.publish(PLAIN),
        desk.publish(PLAIN),
        desk.driver.view("policyCount"),
    ]
    assert (0, 0, bytes(20), bytes(32), bytes(32)) == desk.driver.view("policyOf", 7)


@pytest.mark.parametrize("east", [-720, 0, 840])
def test_stores_word_and_hours_and_gate_and_text_and_terms(desk, east):
    """`Desk.publish` compares all five with the twin's, and the event; the terms are the hash of the rest."""
    hours = type(OFFICE)(OFFICE.mask, east)
    terms = variant(hours=hours, gate=GATE.address, text_hash=TEXT, levels=255, tier=255)
    number = desk.publish(terms)
    words = [terms.word, hours.word, int.from_bytes(GATE.address), int.from_bytes(TEXT)]
    packed = b"".join(word.to_bytes(32, "big") for word in words)
    assert keccak(packed) == desk.driver.view("policyOf", number)[4]


def test_never_changes(desk):
    """Retiring sets one bit; the terms, which customers signed, are those of the word without it."""
    before = desk.driver.view("policyOf", 1)
    desk.retire(1)
    after = desk.driver.view("policyOf", 1)
    assert (before[0] | 1 << 32, *before[1:]) == after
