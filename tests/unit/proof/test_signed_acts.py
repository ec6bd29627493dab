from dataclasses import replace

import pytest

from supportledger.errors import InputError
from supportledger.model.acts import Act
from supportledger.model.ids import NOBODY, TicketId, keccak
from supportledger.model.ticket import Action
from supportledger.proof import signed_acts, typed_data
from supportledger.proof.signature import address_of, sign_digest
from supportledger.proof.typed_data import Domain
from tests.vectors.lifecycle_cases import CUSTOMER, state

KEY, OTHER = b"\x01" * 32, b"\x02" * 32
ACTOR = address_of(KEY)
TICKET = TicketId(keccak(b"a ticket"))
DOMAIN = Domain(1_337, b"\x05" * 20)
STATE = state()._replace(customer_seq=7, staff_seq=9)
NOTE = Act(Action.NOTE, ACTOR, 0, 3, b"\x04" * 32, 1_700_000_000)
DIGEST = typed_data.digest(signed_acts.message(TICKET, STATE, NOTE), DOMAIN)
SIGNED = replace(NOTE, signature=sign_digest(KEY, DIGEST))


def test_a_message_says_what_the_act_says() -> None:
    """And the place in the lane of whoever acts."""
    expected = typed_data.Action(TICKET, "Note", 0, ACTOR, 9, 3, b"\x04" * 32, 1_700_000_000)
    assert expected == signed_acts.message(TICKET, STATE, NOTE)


@pytest.mark.parametrize(
    ("action", "actor", "sequence"),
    [
        (Action.REPLY, CUSTOMER, 7),
        (Action.CLOSE, CUSTOMER, 7),
        (Action.CLAIM, ACTOR, 9),
        (Action.CLOSE, ACTOR, signed_acts.NO_SEQUENCE),
        (Action.ESCALATE, CUSTOMER, signed_acts.NO_SEQUENCE),
    ],
)
def test_a_message_carries_the_place_in_the_lane(action: Action, actor: bytes, sequence: int) -> None:
    """What anybody may do has none."""
    message = signed_acts.message(TICKET, STATE, replace(NOTE, action=action, actor=actor))
    assert sequence == message.sequence


def test_what_the_actors_key_signed_need_not_go_alone() -> None:
    """Nor what the actor sends."""
    assert not signed_acts.goes_alone(SIGNED, DIGEST)
    assert not signed_acts.goes_alone(NOTE, DIGEST)
    signed_acts.check_batchable(SIGNED)
    signed_acts.check_batchable(NOTE)


@pytest.mark.parametrize(
    "act",
    [
        replace(SIGNED, signature=sign_digest(OTHER, DIGEST)),
        replace(SIGNED, actor=NOBODY),
        replace(SIGNED, signature=b"\x01"),
        replace(SIGNED, signature=SIGNED.signature * 2),
        replace(SIGNED, action=Action.CLAIM),
        replace(NOTE, action=Action.CLAIM),
    ],
    ids=["an owner's", "nobody's", "a byte", "two", "a claim", "a claim sent"],
)
def test_all_else_goes_alone(act: Act) -> None:
    """A wallet's owner signs as a key does, and is another than the actor."""
    assert signed_acts.goes_alone(act, DIGEST)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (replace(NOTE, action=Action.CLAIM), f"Claim by {ACTOR} does not fit into a batch"),
        (replace(SIGNED, action=Action.CLAIM, consent=b"\x01"), "two signatures"),
        (replace(SIGNED, signature=SIGNED.signature[:64]), "no key makes such a signature"),
        (replace(SIGNED, signature=bytes(32) + SIGNED.signature[32:]), "no key makes such a signature"),
    ],
)
def test_a_batch_refuses_what_it_cannot_carry(act: Act, why: str) -> None:
    """And says what to do."""
    with pytest.raises(InputError, match=why) as caught:
        signed_acts.check_batchable(act)
    assert "Send it alone." == caught.value.hint


def test_a_batch_takes_what_looks_like_a_keys_signature() -> None:
    """Whose it is depends on what comes before it; the ledger says, and the others stand."""
    signed_acts.check_batchable(replace(SIGNED, signature=sign_digest(OTHER, DIGEST)))
