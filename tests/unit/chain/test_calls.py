"""Which function is called, and that what was shown for an entry is read back from the call."""

from dataclasses import replace

import pytest

from supportledger.chain.artifact import packaged
from supportledger.chain.calls import Calls
from supportledger.chain.decoding import Decoder
from supportledger.errors import InputError
from supportledger.model.acts import Act, Acts, SignedOpening
from supportledger.model.entry import Opening
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.proof import signed_acts, typed_data
from supportledger.proof.evidence import Signed
from supportledger.proof.signature import address_of, lengthen, shorten, sign_digest
from supportledger.proof.typed_data import Domain
from tests.vectors.lifecycle_cases import state

INTERFACE = packaged().interface
DOMAIN = Domain(1_337, Address(b"\x05" * 20))
CALLS, DECODER = Calls(INTERFACE, DOMAIN), Decoder(INTERFACE)
KEY, OWNER = b"\x01" * 32, b"\x02" * 32
ACTOR, WALLET = address_of(KEY), Address(b"\x77" * 20)
TICKET, OTHER = TicketId(keccak(b"a ticket")), TicketId(keccak(b"another"))
STATE = state()
UNTIL = 1_700_000_000
NOTE = Act(Action.NOTE, ACTOR, 0, 1, keccak(b"note"))
CLAIM = Act(Action.CLAIM, ACTOR, 0xABCDEF, 1, keccak(b"claim"), UNTIL, consent=b"consent of any length")


def signed(act: Act, key: bytes = KEY, ticket: TicketId = TICKET) -> Act:
    """Signed for the present sequence."""
    act = replace(act, deadline=UNTIL)
    digest = typed_data.digest(signed_acts.message(ticket, STATE, act), DOMAIN)
    return replace(act, signature=sign_digest(key, digest))


def opening(key: bytes = KEY) -> SignedOpening:
    """Signed by its customer."""
    who = address_of(key)
    asked = Opening(who, who, 1, keccak(b"terms"), keccak(b"question"))
    return SignedOpening(asked, UNTIL, typed_data.sign(typed_data.Open(*asked, UNTIL), DOMAIN, key))


def entry(act: Act, index: int = 1, ticket: TicketId = TICKET) -> EntryRecord:
    """What the ledger records of an act."""
    auth = Auth.ECDSA if act.signature else Auth.SENT
    said = (act.action, auth, act.actor, act.argument, act.seen, UNTIL, act.commitment)
    return EntryRecord(ticket, index, *said, keccak(b"transaction"), 1, index)


def name(data: bytes) -> str:
    """The function that is called."""
    return INTERFACE.by_selector[data[:4]].name


def shown(data: bytes, *entries: EntryRecord, skipped: tuple[int, ...] = ()) -> dict[int, Signed]:
    """What is read back, by index."""
    found = DECODER.signatures(entries, data, lambda: skipped)
    return {index: one for (_, index), one in found.items()}


@pytest.mark.parametrize(
    ("act", "function"),
    [
        (NOTE, "act"),
        (replace(NOTE, consent=b"of no use"), "act"),
        (signed(NOTE), "actSigned"),
        (signed(replace(NOTE, actor=WALLET), OWNER), "actApproved"),
        (replace(NOTE, actor=WALLET, signature=b"whatever it likes"), "actApproved"),
        (replace(signed(NOTE), seen=0), "actApproved"),
        (CLAIM, "actApproved"),
        (replace(CLAIM, consent=b""), "actApproved"),
        (signed(CLAIM), "actApproved"),
        (signed(Act(Action.ESCALATE, ACTOR)), "actSigned"),
        (replace(Act(Action.ESCALATE, ACTOR), signature=b"any"), "actApproved"),
    ],
)
def test_the_function_follows_from_who_signed(act: Act, function: str) -> None:
    """The actor's own key: two words; nobody: none; whatever else, and a claim: all the bytes there are."""
    assert function == name(CALLS.act(TICKET, STATE, act))


def test_a_call_presents_what_was_asked() -> None:
    """Each function has the same words, in an order of its own."""
    words = tuple(STATE.pack()[at : at + 32] for at in range(0, 128, 32))
    act = signed(NOTE)
    what = (act.pack(), ACTOR, act.commitment)
    for asked, expected in (
        (NOTE, (TICKET, words, NOTE.pack(), NOTE.commitment)),
        (act, ((*what, *shorten(act.signature)), TICKET, words)),
        (CLAIM, (TICKET, words, CLAIM.pack(), ACTOR, CLAIM.commitment, b"", CLAIM.consent)),
    ):
        data = CALLS.act(TICKET, STATE, asked)
        assert expected == INTERFACE.by_selector[data[:4]].inputs.decode(data, 4)


def test_a_batch_of_acts_carries_words_only() -> None:
    """An act without a signature has two empty ones."""
    act = signed(NOTE)
    data = CALLS.act_batch([Acts(TICKET, STATE, [act, NOTE])])
    (((ticket, words, acts),),) = INTERFACE["actBatch"].inputs.decode(data, 4)
    assert (TICKET, STATE.pack()) == (ticket, b"".join(words))
    assert [act.signature, b""] == [lengthen(r, vs) for *_, r, vs in acts]


@pytest.mark.parametrize("bad", [CLAIM, signed(CLAIM), replace(NOTE, signature=b"a contract's")])
def test_a_batch_refuses_what_goes_alone(bad: Act) -> None:
    """Wherever it stands in it."""
    groups = [Acts(TICKET, STATE, [signed(NOTE)]), Acts(OTHER, STATE, [NOTE, bad])]
    with pytest.raises(InputError, match="does not fit into a batch"):
        CALLS.act_batch(groups)


@pytest.mark.parametrize("signature", [b"", bytes(65), b"a contract's"])
def test_a_batch_of_openings_refuses_what_no_key_signed(signature: bytes) -> None:
    """Each is signed, and a batch asks no contract; alone it is carried as it is."""
    bad = replace(opening(), signature=signature)
    with pytest.raises(InputError, match="key's signature"):
        CALLS.open_batch([opening(), bad])
    *_, carried = INTERFACE["openSigned"].inputs.decode(CALLS.open(bad), 4)
    assert signature == carried


@pytest.mark.parametrize(
    "act",
    [
        signed(NOTE),
        signed(replace(NOTE, actor=WALLET, argument=(1 << 160) - 1, seen=(1 << 32) - 1), OWNER),
        CLAIM,
        signed(CLAIM),
        replace(CLAIM, signature=b"a contract's", deadline=(1 << 40) - 1),
    ],
    ids=["by the key", "by a contract", "a claim", "a signed claim", "a claim by a contract"],
)
def test_what_was_shown_for_an_act_is_read_back(act: Act) -> None:
    """Whichever function carried it: signature, deadline and consent; from no other call's input."""
    data = CALLS.act(TICKET, STATE, act)
    assert {1: Signed(act.signature, act.deadline, act.consent)} == shown(data, entry(act))
    assert {} == shown(data, entry(act, ticket=OTHER))
    assert {} == shown(data, entry(replace(act, argument=5)))
    assert {} == shown(data[:-32], entry(act))
    assert {} == shown(b"\0\0\0\0" + data[4:], entry(act))


def test_bits_without_a_meaning_hide_nothing() -> None:
    """As in the contract, they are ignored."""
    act = signed(NOTE)
    word = int.from_bytes(act.pack(), "big") | 0xFF << 72 | 0xFF << 88
    carried = (word.to_bytes(32, "big"), act.actor, act.commitment, *shorten(act.signature))
    data = CALLS("actSigned", carried, TICKET, STATE.pack())
    assert {1: Signed(act.signature, UNTIL)} == shown(data, entry(act))


def test_what_was_sent_has_no_signature() -> None:
    """Neither alone nor in a batch, and it does not take another's."""
    act, later = signed(NOTE), replace(NOTE, commitment=keccak(b"later"))
    data = CALLS.act_batch([Acts(TICKET, STATE, [later, act])])
    assert {2: Signed(act.signature, UNTIL)} == shown(data, entry(later), entry(act, 2))
    assert {} == shown(CALLS.act(TICKET, STATE, NOTE), entry(NOTE))


def test_of_two_that_look_the_same_the_accepted_one_counts() -> None:
    """Two signatures of one act: which was refused, the transaction's events say."""
    first, second = signed(NOTE), signed(NOTE, OWNER)
    data = CALLS.act_batch([Acts(TICKET, STATE, [first, second])])
    assert {1: Signed(first.signature, UNTIL)} == shown(data, entry(first), skipped=(1,))
    assert {1: Signed(second.signature, UNTIL)} == shown(data, entry(second), skipped=(0,))


def test_a_signature_is_not_lost_to_the_same_act_that_was_sent() -> None:
    """Of a note that is sent and then signed, the entry of the signed one finds its signature by itself."""
    data = CALLS.act_batch([Acts(TICKET, STATE, [NOTE, signed(NOTE)])])
    assert {2: Signed(signed(NOTE).signature, UNTIL)} == shown(data, entry(signed(NOTE), 2))


def test_an_entry_that_is_in_no_item_takes_nothing_from_others() -> None:
    """An escalation's entry says what the ledger found, not what was asked: what follows is still found."""
    escalation = entry(Act(Action.ESCALATE, ACTOR, 77))
    data = CALLS.act_batch([Acts(TICKET, STATE, [Act(Action.ESCALATE, ACTOR), signed(NOTE)])])
    assert {2: Signed(signed(NOTE).signature, UNTIL)} == shown(data, escalation, entry(signed(NOTE), 2))


@pytest.mark.parametrize("is_batch", [False, True])
def test_what_was_shown_for_an_opening_is_read_back(is_batch: bool) -> None:
    """From `openSigned` and from `openBatch`."""
    one = opening()
    o = one.opening
    data = CALLS.open_batch([opening(OWNER), one]) if is_batch else CALLS.open(one)
    act = Act(Action.OPEN, o.opener, o.policy, 0, o.commitment, UNTIL, one.signature)
    record = entry(act, 0)
    assert {0: Signed(one.signature, UNTIL)} == shown(data, record)
