"""A seal opens with its key, at its place, and not after a single bit was changed."""

import hmac
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import coincurve
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from supportledger.errors import CommitmentMismatch, InputError, SignatureMismatch
from supportledger.model.ids import Address, keccak
from supportledger.proof import signature
from supportledger.proof.handed import hand, open_key
from supportledger.proof.seal import DeskKey, Purpose, TicketSeal, padded, unpadded

TICKET, OTHER = b"\x01" * 32, b"\x02" * 32
SEAL = TicketSeal(TICKET, b"\x07" * 32)
SEALED = SEAL.seal(Purpose.CONTENT, b"place", b"hello")


def test_it_opens_at_its_place() -> None:
    """What was sealed opens with the same key, purpose and place."""
    assert b"hello" == SEAL.unseal(Purpose.CONTENT, b"place", SEALED)


@pytest.mark.parametrize("bit", range(len(SEALED) * 8))
def test_a_changed_bit_is_found(bit: int) -> None:
    """Whichever bit is changed, nothing opens."""
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CommitmentMismatch):
        SEAL.unseal(Purpose.CONTENT, b"place", bytes(changed))


@pytest.mark.parametrize("size", range(len(SEALED)))
def test_a_cut_seal_does_not_open(size: int) -> None:
    """However much is left, nothing opens."""
    with pytest.raises(CommitmentMismatch):
        SEAL.unseal(Purpose.CONTENT, b"place", SEALED[:size])


@pytest.mark.parametrize(
    ("seal", "purpose", "where"),
    [
        (TicketSeal(TICKET, b"\x08" * 32), Purpose.CONTENT, b"place"),
        (TicketSeal(OTHER, SEAL.key), Purpose.CONTENT, b"place"),
        (SEAL, Purpose.ATTACHMENT, b"place"),
        (SEAL, Purpose.CONTENT, b"elsewhere"),
    ],
    ids=["key", "ticket", "purpose", "place"],
)
def test_it_opens_nowhere_else(seal: TicketSeal, purpose: Purpose, where: bytes) -> None:
    """With another key, or for another ticket, purpose or place, nothing opens."""
    with pytest.raises(CommitmentMismatch):
        seal.unseal(purpose, where, SEALED)


def test_no_seal_is_like_another() -> None:
    """The same text sealed twice does not look the same."""
    assert SEALED != SEAL.seal(Purpose.CONTENT, b"place", b"hello")


def test_keys_are_not_shown() -> None:
    """Neither key is in what is printed of it."""
    desk = DeskKey(b"\x07" * 32)
    assert [] == [one for one in (repr(SEAL), repr(desk), str(desk)) if "\\x07" in one or "07" * 4 in one]


def test_a_wrapped_key_opens_for_its_ticket_only() -> None:
    """A ticket's key opens with the desk key it was wrapped with, in its own place."""
    desk = DeskKey.new()
    wrapped = desk.wrap(SEAL)
    assert SEAL == desk.unwrap(TICKET, wrapped)
    for key, ticket in ((desk, OTHER), (DeskKey.new(), TICKET)):
        with pytest.raises(CommitmentMismatch):
            key.unwrap(ticket, wrapped)


def test_what_a_desk_key_is_known_by() -> None:
    """The id of a desk key stays the same, differs from others', and is not part of the key."""
    assert DeskKey(b"\x07" * 32).id.hex() == "bf4cd6375bcf24f56bd41d0d0dccb299"
    assert DeskKey(b"\x07" * 32).id != DeskKey(b"\x08" * 32).id
    with pytest.raises(InputError):
        DeskKey(b"short")


def test_names_depend_on_key_and_bytes() -> None:
    """The same file has another name under another key."""
    names = {SEAL.name(b"a"), SEAL.name(b"b"), TicketSeal(TICKET, b"\x08" * 32).name(b"a")}
    assert (3, {40}) == (len(names), set(map(len, names)))
    assert SEAL.name(b"a") == SEAL.name(b"a")


@pytest.mark.parametrize("size", [0, 1, 1_022, 1_023, 1_024, 1_025, 4_096, 70_000, 1_000_000])
def test_padding_comes_off_again(size: int) -> None:
    """Whatever the data end with, they come back; few sizes are left of many, and none is far larger."""
    for data in (b"x" * size, b"\x80" * size, b"\0" * size):
        assert data == unpadded(padded(data))
        assert max(1024, size + 1) <= len(padded(data)) <= max(1024, (size + 1) * 1.12)


@pytest.mark.parametrize("data", [b"", b"\0\0", b"x", b"x\0"])
def test_what_has_no_padding_is_no_content(data: bytes) -> None:
    """Bytes that do not end as padding must are refused."""
    with pytest.raises(CommitmentMismatch):
        unpadded(data)


PRIVATE = b"\x09" * 32


def test_a_changed_handing_does_not_open() -> None:
    """A key that was handed over opens whole, and with no bit changed and no byte missing."""
    handed = hand(SEAL, coincurve.PrivateKey(PRIVATE).public_key.format(compressed=False))
    assert SEAL == open_key(handed, TICKET, PRIVATE)
    for at in range(len(handed)):
        changed = handed[:at] + bytes([handed[at] ^ 1]) + handed[at + 1 :]
        for wrong in (changed, handed[:at]):
            with pytest.raises(CommitmentMismatch):
                open_key(wrong, TICKET, PRIVATE)


# -- the specification, by another way -----------------------------------------------------------------------

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "sealed-content.md").read_text("utf-8")
VALUES = {
    what: bytes.fromhex(data)
    for what, data in re.findall(r"^\| (.+?) \| `([0-9a-f]{32,})` \|$", PAGE, re.MULTILINE)
}
DESK, KEY, COMMITMENT = b"\x09" * 32, b"\x07" * 32, b"\x02" * 32


def derived(key: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(key)


def opened(key: bytes, sealed: bytes, purpose: bytes, where: bytes = b"") -> bytes:
    """Open a seal as the page says."""
    aad = b"supportledger.seal.v1\0" + purpose + b"\0" + TICKET + where
    return AESGCM(key).decrypt(sealed[1:13], sealed[13:], aad)


def handed_over(data: bytes) -> bytes:
    """Open a key that was handed over, as the page says."""
    point, nonce, rest = data[1:34], data[34:46], data[46:]
    customer = coincurve.PrivateKey(b"\x0b" * 32)
    shared = sha256(coincurve.PublicKey(point).multiply(customer.secret).format()).digest()
    label = b"supportledger.handed.v1"
    key = derived(shared, label, point + customer.public_key.format())
    return AESGCM(key).decrypt(nonce, rest, label + b"\0" + TICKET)


READINGS: dict[str, tuple[Callable[[bytes], bytes], bytes]] = {
    "the text, sealed as a content": (lambda data: opened(KEY, data, b"content", COMMITMENT), b"hello"),
    "the ticket key, wrapped": (
        lambda data: opened(derived(DESK, b"supportledger desk key wraps"), data, b"key"),
        KEY,
    ),
    "what the desk key is known by": (
        lambda data: data,
        derived(DESK, b"supportledger desk key id")[:16],
    ),
    "the name of a file `hello`": (
        lambda data: data,
        hmac.digest(derived(KEY, b"supportledger name"), sha256(b"hello").digest(), "sha256")[:20],
    ),
    "the key, handed over": (handed_over, KEY),
}


@pytest.mark.parametrize("what", READINGS)
def test_the_page_can_be_followed(what: str) -> None:
    """Whoever follows the page without our code opens what it shows."""
    read, expected = READINGS[what]
    assert set(READINGS) == set(VALUES)
    assert expected == read(VALUES[what])


def test_our_code_opens_what_the_page_shows() -> None:
    """The code reads the page's values, and derives its names."""
    seal, desk = TicketSeal(TICKET, KEY), DeskKey(DESK)
    sealed, wrapped, known, name, handed = (VALUES[what] for what in READINGS)
    assert b"hello" == seal.unseal(Purpose.CONTENT, COMMITMENT, sealed)
    assert seal == desk.unwrap(TICKET, wrapped) == open_key(handed, TICKET, b"\x0b" * 32)
    assert (known, name.hex()) == (desk.id, seal.name(b"hello"))


def test_a_signature_gives_the_public_key_of_its_signer() -> None:
    """A key is handed over to whoever has signed, and to nobody who is only said to have."""
    private = coincurve.PrivateKey(PRIVATE)
    digest = sha256(b"signed").digest()
    signed = signature.sign_digest(PRIVATE, digest)
    signer = Address(keccak(private.public_key.format(compressed=False)[1:])[-20:])
    assert private.public_key.format() == signature.public_key(digest, signed, signer)
    with pytest.raises(SignatureMismatch):
        signature.public_key(digest, signed, Address(b"\x01" * 20))
