"""
Text with signatures under it, as transparency logs exchange it.

* A note is a text, an empty line, and one line for each signature: an em dash, a key's name, and base64 of
  the key's id and the signature.
* Signatures of unknown keys are ignored; a wrong signature of a known key spoils the note.
* Two kinds of signature are known: plain Ed25519, and Ed25519 over the text and a time, by which witnesses
  cosign.

Warning: a text says nothing until `verified` has found a key that is trusted for it. A name is no key: the id
is short, and both stand there for whoever wrote the note.

Source: C2SP signed-note, tlog-cosignature; docs/spec/anchored-log.md, L4.1, L4.2.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from supportledger.errors import BundleFormatError, CosignatureMismatch, InputError

NOTE_LIMIT: Final = 1 << 20
"""Most bytes of a note."""
MOST_SIGNATURES: Final = 100
"""More are refused; at least 16 must be accepted."""
KEY_SIZE: Final = 32
ID_SIZE: Final = 4
_TIME_SIZE: Final = 8
_TIME_BITS: Final = 63
_DASH: Final = "\u2014 "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_ID: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)
_PRIVATE: Final = "PRIVATE+KEY+"


class KeyKind(IntEnum):
    """What a key signs, by the number that its id is made with."""

    ED25519 = 0x01
    """The text."""
    COSIGNATURE = 0x04
    """The text of a checkpoint, and when it was signed."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """
    A name, and the public key that signs for it.

    Args:
        name: Of a log or witness; without spaces and `+`.
        public: Ed25519; 32 bytes.
        kind: What it signs.

    Raises:
        InputError: Name or key cannot be.
    """

    name: str
    public: bytes
    kind: KeyKind = KeyKind.ED25519

    def __post_init__(self) -> None:
        """Refuse what no note can carry."""
        if not is_key_name(self.name):
            raise InputError(f"not a name of a key: {self.name[:80]!r}", hint="It has no spaces and no +.")
        if len(self.public) != KEY_SIZE:
            raise InputError(f"a public key is {KEY_SIZE} bytes, not {len(self.public)}")

    @property
    def id(self) -> bytes:
        """What tells the keys of one name apart: 4 bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[
            :ID_SIZE
        ]

    def __str__(self) -> str:
        """Write it as others read it: `name+id+key`."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read what `str()` of a key writes.

        Raises:
            InputError: It is no key, of an unknown kind, or its id is not its own.
        """
        name, kind, public = _parsed(text.strip(), "verifier")
        key = cls(name, public, kind)
        if str(key) != text.strip():
            raise InputError("the id in a verifier key is not the key's own", hint="Copy the key again.")
        return key

    def check(self, text: bytes, signature: bytes) -> int | None:
        """
        Check a signature of this key.

        Returns:
            When it was made, in Unix seconds; None if it does not say.

        Raises:
            CosignatureMismatch: It is wrong.
        """
        time = None
        if self.kind is KeyKind.COSIGNATURE:
            time, signature = int.from_bytes(signature[:_TIME_SIZE], "big"), signature[_TIME_SIZE:]
            if time >> _TIME_BITS:
                raise CosignatureMismatch(f"the cosignature of {self.name} is of no time")
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, _message(text, time))
        except (InvalidSignature, ValueError) as cause:
            raise CosignatureMismatch(f"the signature of {self.name} is wrong") from cause
        return time


@dataclass(frozen=True, slots=True)
class SignerKey:
    """
    A name, and the private key that signs for it.

    Warning: whoever has its text can sign for the name. It is kept in a file for its owner's eyes, unsealed,
    because logs and witnesses sign when nobody is there.

    Args:
        name: Of a log or witness; without spaces and `+`.
        secret: Ed25519; 32 bytes.
        kind: What it signs.
    """

    name: str
    secret: bytes = field(repr=False)
    kind: KeyKind = KeyKind.ED25519

    @classmethod
    def generate(cls, name: str, kind: KeyKind = KeyKind.ED25519) -> Self:
        """
        Make a new key.

        Raises:
            InputError: The name cannot be.
        """
        key = cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)
        str(key.verifier)
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        return VerifierKey(self.name, public, self.kind)

    def to_text(self) -> str:
        """Write it, secret and all, for `parse`."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_base64(bytes([self.kind]) + self.secret)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read what `to_text` wrote.

        Raises:
            InputError: It is no private key; the message does not repeat it.
        """
        if not text.startswith(_PRIVATE):
            raise InputError("this is no private key of a log or witness")
        name, kind, secret = _parsed(text.strip().removeprefix(_PRIVATE), "private")
        key = cls(name, secret, kind)
        if key.to_text() != text.strip():
            raise InputError("the id in a private key is not the key's own")
        return key

    def sign(self, text: str, time: int | None = None) -> "Signature":
        """
        Sign a text.

        Args:
            text: Ends with a line break.
            time: Unix seconds, for a cosignature; None for any other.

        Raises:
            InputError: The key signs no times, or only with one.
        """
        if (self.kind is KeyKind.COSIGNATURE) != (time is not None):
            raise InputError(f"the key of {self.name} signs {self.kind.name.lower()} only")
        signed = Ed25519PrivateKey.from_private_bytes(self.secret).sign(_message(text.encode(), time))
        stamp = b"" if time is None else time.to_bytes(_TIME_SIZE, "big")
        return Signature(self.name, self.verifier.id, stamp + signed)


@dataclass(frozen=True, slots=True)
class Signature:
    """
    One signature line, verified or not.

    Args:
        name: Of the key.
        id: Of the key; 4 bytes.
        data: As its key's kind has it.
    """

    name: str
    id: bytes
    data: bytes

    def __str__(self) -> str:
        """Write the line, without its end."""
        return f"{_DASH}{self.name} {_base64(self.id + self.data)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """
        Read a line.

        Raises:
            BundleFormatError: It is no signature line.
        """
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        data = _decoded(encoded)
        if not line.startswith(_DASH) or not space or data is None or len(data) <= ID_SIZE:
            raise BundleFormatError("a signature line is an em dash, a name, and base64 of id and signature")
        if not is_key_name(name):
            raise BundleFormatError("a signature line has no name of a key")
        return cls(name, data[:ID_SIZE], data[ID_SIZE:])


@dataclass(frozen=True, slots=True)
class Note:
    """
    A text with signatures.

    Args:
        text: Ends with a line break; may have empty lines.
        signatures: In order; at least one.
    """

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read a note; nothing of it is verified yet (L4.1).

        Raises:
            BundleFormatError: It is malformed, too large, or has too many signatures.
        """
        text, _, below = _checked(data).rpartition("\n\n")
        if not text or not below.endswith("\n"):
            raise BundleFormatError("a note is a text, an empty line, and signature lines")
        lines = below[:-1].split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise BundleFormatError(f"a note of {len(lines)} signatures has more than {MOST_SIGNATURES}")
        return cls(text + "\n", tuple(map(Signature.parse, lines)))

    def to_bytes(self) -> bytes:
        """Write it."""
        return "".join([self.text, "\n", *(f"{one}\n" for one in self.signatures)]).encode()

    def with_signatures(self, more: Iterable[Signature]) -> Self:
        """Add signatures; one of a key that signed before replaces it."""
        by_key = {(one.name, one.id): one for one in (*self.signatures, *more)}
        return type(self)(self.text, tuple(by_key.values()))

    def verified(self, keys: Iterable[VerifierKey]) -> Mapping[VerifierKey, int | None]:
        """
        Find the trusted keys that signed (L4.2).

        Args:
            keys: Those that the caller trusts, never taken from the note.

        Returns:
            For each that signed, the time that it signed; None where its kind has no time.

        Raises:
            CosignatureMismatch: A signature of one of the keys is wrong.
        """
        trusted = {(key.name, key.id): key for key in keys}
        text, found = self.text.encode(), dict[VerifierKey, int | None]()
        for one in self.signatures:
            key = trusted.get((one.name, one.id))
            if key is not None:
                found[key] = key.check(text, one.data)
        return found


def is_key_name(name: str) -> bool:
    """Tell whether a key can have this name."""
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < "\x20" for sign in name)


def _checked(data: bytes) -> str:
    if len(data) > NOTE_LIMIT:
        raise BundleFormatError(f"a note of {len(data)} bytes is larger than {NOTE_LIMIT}")
    try:
        text = data.decode()
    except UnicodeDecodeError as cause:
        raise BundleFormatError(f"a note is not UTF-8: byte {cause.start}") from cause
    if found := _CONTROL.search(text):
        raise BundleFormatError(f"a note has a control character at {found.start()}")
    return text


def _message(text: bytes, time: int | None) -> bytes:
    return text if time is None else b"cosignature/v1\ntime %d\n%b" % (time, text)


def _parsed(text: str, what: str) -> tuple[str, KeyKind, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not is_key_name(name) or not _ID.fullmatch(key_id) or data is None or len(data) != 1 + KEY_SIZE:
        raise InputError(f"not a {what} key", hint="It is written name+id+key, with 8 digits as the id.")
    try:
        return name, KeyKind(data[0]), data[1:]
    except ValueError as cause:
        raise InputError(f"the {what} key of {name} is of an unknown kind, {data[0]:#04x}") from cause


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes | None:
    """Read base64 written in the one way; None if it is not."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _base64(data) == text else None
