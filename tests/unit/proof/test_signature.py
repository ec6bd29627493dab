import pytest
from eth_account.messages import defunct_hash_message

from supportledger.errors import InputError, SignatureMismatch
from supportledger.proof.signature import (
    address_of,
    is_shortenable,
    lengthen,
    recover,
    shorten,
    sign_digest,
)

KEY = bytes.fromhex("1234567890123456789012345678901234567890123456789012345678901234")
VECTORS = [
    (
        "Hello World",
        "68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90",
        "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064",
        27,
        "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064",
    ),
    (
        "It's a small(er) world",
        "9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76",
        "139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793",
        28,
        "939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793",
    ),
]
"""Source: EIP-2098, "Test Cases": text, r, s, v, and r's companion in the short form."""
GOOD = sign_digest(KEY, b"\x01" * 32)
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


@pytest.mark.parametrize(("text", "r", "s", "v", "vs"), VECTORS)
def test_the_short_form_is_that_of_the_standard(text: str, r: str, s: str, v: int, vs: str) -> None:
    """Both ways, and the key of the standard's example has signed them."""
    full, short = bytes.fromhex(r + s) + bytes([v]), (bytes.fromhex(r), bytes.fromhex(vs))
    assert short == shorten(full)
    assert full == lengthen(*short)
    assert address_of(KEY) == recover(defunct_hash_message(text=text), full)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        GOOD[:64],
        GOOD + b"\0",
        GOOD[:64] + b"\x00",
        GOOD[:64] + b"\x01",
        GOOD[:64] + b"\x1d",
        bytes(32) + GOOD[32:],
        GOOD[:32] + (HALF_ORDER + 1).to_bytes(32, "big") + GOOD[64:],
        GOOD[:32] + b"\xff" * 32 + GOOD[64:],
    ],
    ids=["none", "64 bytes", "66 bytes", "v 0", "v 1", "v 29", "r zero", "s high", "s highest"],
)
def test_what_no_key_makes_has_no_short_form(signature: bytes) -> None:
    """It would be read as another signature, or as none."""
    assert not is_shortenable(signature)
    with pytest.raises(InputError, match="key's signature only"):
        shorten(signature)
    with pytest.raises(SignatureMismatch):
        recover(b"\x01" * 32, signature)


def test_the_highest_low_s_has_a_short_form() -> None:
    """Its highest bit is free."""
    highest = GOOD[:32] + HALF_ORDER.to_bytes(32, "big") + b"\x1c"
    assert highest == lengthen(*shorten(highest))


def test_no_signature_has_two_words_too() -> None:
    """With `r` zero the ledger takes the sender for the actor, whatever the other word is."""
    assert b"" == lengthen(bytes(32), bytes(32)) == lengthen(bytes(32), b"\xff" * 32)
