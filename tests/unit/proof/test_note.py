import base64
from hashlib import sha256

import pytest

from supportledger.errors import BundleFormatError, CosignatureMismatch, InputError
from supportledger.proof.note import KeyKind, Note, Signature, SignerKey, VerifierKey
from tests.unit.proof.logs_of import LOG, WITNESSES

TEXT = "supportledger.log/1337/0x01/talk\n3\nAAAA\n"
DASH = "\u2014 "


def note_of(*signers: SignerKey, text: str = TEXT) -> Note:
    times = (None if one.kind is KeyKind.ED25519 else 1_800_000_000 for one in signers)
    return Note(text, tuple(one.sign(text, time) for one, time in zip(signers, times, strict=True)))


def test_a_note_comes_back() -> None:
    """A note with signatures of both kinds is read as it was written, and its keys are found."""
    note = note_of(LOG, WITNESSES[0])
    again = Note.from_bytes(note.to_bytes())
    assert note == again
    keys = [LOG.verifier, WITNESSES[0].verifier]
    assert {LOG.verifier: None, WITNESSES[0].verifier: 1_800_000_000} == again.verified(keys)


def test_unknown_signatures_are_ignored() -> None:
    """Signatures of keys that nobody trusts change nothing, even under a trusted key's name or id (L4.2)."""
    same_name = Signature(LOG.name, b"\x00" * 4, bytes(64))
    same_id = Signature("another", LOG.verifier.id, bytes(64))
    of_no_kind = Signature("post-quantum", b"abcd", bytes(4_000))
    note = note_of(LOG).with_signatures([same_name, same_id, of_no_kind])
    assert {LOG.verifier: None} == Note.from_bytes(note.to_bytes()).verified([LOG.verifier])
    assert {} == note.verified([WITNESSES[0].verifier])


@pytest.mark.parametrize("signer", [LOG, WITNESSES[0]], ids=["log", "witness"])
@pytest.mark.parametrize("bit", [0, 70, 71 * 8])
def test_a_wrong_signature_spoils_the_note(signer: SignerKey, bit: int) -> None:
    """One changed bit of a trusted key's signature, or of its time, refuses the note."""
    (good,) = note_of(signer).signatures
    data = bytearray(good.data)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    note = Note(TEXT, (Signature(good.name, good.id, bytes(data)),))
    with pytest.raises(CosignatureMismatch):
        note.verified([signer.verifier])


def test_another_text_has_another_signature() -> None:
    """A signature taken from one text does not hold under another."""
    note = Note("another\n", note_of(LOG).signatures)
    with pytest.raises(CosignatureMismatch):
        note.verified([LOG.verifier])


@pytest.mark.parametrize("length", [0, 7, 8, 63, 64, 73])
def test_signatures_of_another_length(length: int) -> None:
    """A cosignature that is too short or too long is wrong, not an accident."""
    witness = WITNESSES[0].verifier
    with pytest.raises(CosignatureMismatch):
        witness.check(TEXT.encode(), bytes(length))


def test_a_time_that_is_none() -> None:
    """A time of more than 63 bits is refused, whatever signed it."""
    signature = WITNESSES[0].sign(TEXT, 1 << 63)
    with pytest.raises(CosignatureMismatch):
        Note(TEXT, (signature,)).verified([WITNESSES[0].verifier])


def test_sixteen_signatures_and_more() -> None:
    """Many signatures are read and found; more than a hundred are refused."""
    note = note_of(LOG, *WITNESSES)
    found = Note.from_bytes(note.to_bytes()).verified(one.verifier for one in WITNESSES)
    assert 20 == len(found)
    junk = tuple(Signature(f"n{number}", b"abcd", b"x") for number in range(100))
    assert 100 == len(Note.from_bytes(Note(TEXT, junk).to_bytes()).signatures)
    with pytest.raises(BundleFormatError):
        Note.from_bytes(Note(TEXT, (*junk, junk[0])).to_bytes())


def test_a_key_signs_once() -> None:
    """A newer signature of a key takes the place of its older one."""
    older, newer = WITNESSES[0].sign(TEXT, 1), WITNESSES[0].sign(TEXT, 2)
    note = Note(TEXT, (older,)).with_signatures([newer])
    assert (newer,) == note.signatures


LINE = f"{DASH}name {base64.b64encode(b'abcdx').decode()}"
MALFORMED = [
    b"",
    b"\n",
    b"text\n",
    b"text\n\n",
    f"text\n{LINE}\n".encode(),
    f"text\n\n{LINE}".encode(),
    f"\n\n{LINE}\n".encode(),
    f"text\n\n{LINE}\n\n".encode(),
    f"text\n\n{LINE}\n\n{LINE[1:]}\n".encode(),
    f"text\n\n-- name {LINE[-8:]}\n".encode(),
    f"text\n\n{DASH}name\n".encode(),
    f"text\n\n{DASH} {LINE[-8:]}\n".encode(),
    f"text\n\n{DASH}na+me {LINE[-8:]}\n".encode(),
    f"text\n\n{DASH}na\u2003me {LINE[-8:]}\n".encode(),
    f"text\n\n{DASH}name abcd\n".encode(),
    f"text\n\n{DASH}name YWJjZA==\n".encode(),
    f"text\n\n{DASH}name YWJjZHg\n".encode(),
    f"text\n\n{DASH}name YWJjZHh=\n".encode(),
    f"text\n\n{DASH}name YWJj ZHg=\n".encode(),
    f"text\n\n{DASH}name YWJjZHg!\n".encode(),
    f"te\txt\n\n{LINE}\n".encode(),
    f"te\rxt\n\n{LINE}\n".encode(),
    f"te\x00xt\n\n{LINE}\n".encode(),
    b"te\xffxt\n\n" + LINE.encode() + b"\n",
    b"x" * (1 << 20) + f"\n\n{LINE}\n".encode(),
]


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_notes(data: bytes) -> None:
    """What is not written in the one form is no note (L4.1)."""
    with pytest.raises(BundleFormatError):
        Note.from_bytes(data)


def test_a_text_may_have_empty_lines() -> None:
    """The last empty line of a note divides text and signatures; those before belong to the text."""
    note = note_of(LOG, text="one\n\ntwo\n")
    assert note == Note.from_bytes(note.to_bytes())


def test_keys_as_text() -> None:
    """Both halves of a key come back from their texts, of either kind."""
    for signer in (LOG, WITNESSES[0]):
        assert signer == SignerKey.parse(signer.to_text())
        assert signer.verifier == VerifierKey.parse(str(signer.verifier))
    assert SignerKey.generate("a").secret != SignerKey.generate("a").secret


@pytest.mark.parametrize("kind", KeyKind)
def test_the_id_of_a_key(kind: KeyKind) -> None:
    """The id is the beginning of SHA-256 over name, line break, kind and public key."""
    key = SignerKey("name", bytes(range(32)), kind).verifier
    data = bytes([kind]) + bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
    expected = sha256(b"name\n" + data).digest()[:4]
    assert expected == key.id
    assert f"name+{expected.hex()}+{base64.b64encode(data).decode()}" == str(key)


def test_a_secret_is_not_shown() -> None:
    """Neither the text nor the error of a private key repeats it."""
    assert "0101" not in repr(LOG)
    text = LOG.to_text()
    with pytest.raises(InputError) as caught:
        SignerKey.parse(text[:-3] + "AAA")
    assert text[-20:-3] not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+12345678", "name+12345678+AAAA", "na me+00000000+AA==", "+00000000+AAAA", "a+XYZ+b"],
)
def test_malformed_keys(text: str) -> None:
    """What is not a key is wrong input."""
    with pytest.raises(InputError):
        VerifierKey.parse(text)
    with pytest.raises(InputError):
        SignerKey.parse("PRIVATE+KEY+" + text)


def test_the_id_of_another_key() -> None:
    """A key whose id was copied from another is refused; so is one of an unknown kind."""
    name, own, key = str(LOG.verifier).split("+", 2)
    with pytest.raises(InputError):
        VerifierKey.parse(f"{name}+{'0' * 8}+{key}")
    unknown = base64.b64encode(b"\x06" + LOG.verifier.public).decode()
    with pytest.raises(InputError):
        VerifierKey.parse(f"{name}+{own}+{unknown}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x00"])
def test_names_that_no_key_has(name: str) -> None:
    """A name that would break a note's lines is refused when the key is made."""
    with pytest.raises(InputError):
        VerifierKey(name, bytes(32))
    with pytest.raises(InputError):
        SignerKey.generate(name)


def test_a_log_signs_no_times() -> None:
    """A log's key signs without a time, a witness's only with one."""
    with pytest.raises(InputError):
        LOG.sign(TEXT, 1)
    with pytest.raises(InputError):
        WITNESSES[0].sign(TEXT)
