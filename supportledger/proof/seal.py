"""
What people wrote, sealed: AES-256-GCM under a key of the ticket's own, which is wrapped by the desk's key.

    sealed  = version (1 byte, 0x01) ‖ nonce (12 random bytes) ‖ ciphertext ‖ tag (16 bytes)
    AAD     = "supportledger.seal.v1" ‖ 0x00 ‖ purpose ‖ 0x00 ‖ ticket (32 bytes) ‖ where
    wrapped = a ticket's key, sealed under the desk's for the purpose "key"

* The ticket, the purpose and the place are authenticated: what is moved elsewhere does not open.
* Before it is sealed, a content is filled up (`padded`), so that its size says little.
* A key of its own for each ticket: to destroy that key is to erase the ticket, whatever copies there are.

Source: docs/spec/sealed-content.md; docs/adr/0014-sealed-contents.md; NIST SP 800-38D; RFC 5869.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from supportledger.errors import CommitmentMismatch, InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE: Final = 32
_VERSION: Final = b"\x01"
_NONCE: Final = 12
_TAG: Final = 16
_DOMAIN: Final = b"supportledger.seal.v1\0"
_SMALLEST: Final = 1024
"""Every content is filled up to this many bytes at least: salts alone take half of it."""


class Purpose(StrEnum):
    """What is sealed; under one key, nothing of one kind passes for another."""

    KEY = "key"
    CONTENT = "content"
    ATTACHMENT = "attachment"
    LINE = "line"
    HOLD = "hold"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class TicketSeal:
    """
    Seals what belongs to one ticket, and opens it.

    Args:
        ticket: Its id; 32 bytes.
        key: Its key; 32 random bytes.
    """

    ticket: bytes
    key: bytes = field(repr=False)
    _cipher: "AESGCM" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare the cipher, once."""
        object.__setattr__(self, "_cipher", _cipher(self.key))

    @classmethod
    def new(cls, ticket: bytes) -> Self:
        """Make a key that there never was."""
        return cls(ticket, secrets.token_bytes(KEY_SIZE))

    def seal(self, purpose: Purpose, where: bytes, data: bytes) -> bytes:
        """
        Seal something for its place.

        Args:
            purpose: What it is.
            where: Its place among those of its kind: a commitment, a name, or nothing.
            data: What nobody without the key is to read.
        """
        return _seal(self._cipher, _aad(purpose, self.ticket, where), data)

    def unseal(self, purpose: Purpose, where: bytes, sealed: bytes) -> bytes:
        """
        Open what was sealed for this place.

        Raises:
            CommitmentMismatch: It was altered, moved, or sealed under another key.
        """
        return _unseal(self._cipher, _aad(purpose, self.ticket, where), sealed)

    def name(self, data: bytes) -> str:
        """Give a file a name that only the key's holder can tell from its bytes; 40 hexadecimal digits."""
        return _derived(self.key, b"name", sha256(data).digest())[:20].hex()

    def mark(self, use: str, data: bytes) -> bytes:
        """Give what tells data from other data, and what it is only to the key's holder; 32 bytes."""
        return _derived(self.key, b"mark", use.encode() + b"\0" + data)


@dataclass(frozen=True, slots=True)
class DeskKey:
    """
    The key that wraps the keys of all tickets.

    Args:
        secret: 32 random bytes.

    Raises:
        InputError: They are not 32.
    """

    secret: bytes = field(repr=False)
    id: bytes = field(init=False, repr=False, compare=False)
    """What tells this key from others, and nothing about it; 16 bytes."""
    _cipher: "AESGCM" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check its size, and derive what it is used by, once."""
        if len(self.secret) != KEY_SIZE:
            raise InputError(f"a desk key is {KEY_SIZE} bytes, not {len(self.secret)}")
        object.__setattr__(self, "id", _derived(self.secret, b"desk key id")[:16])
        object.__setattr__(self, "_cipher", _cipher(_derived(self.secret, b"desk key wraps")))

    @classmethod
    def new(cls) -> Self:
        """Make a key that there never was."""
        return cls(secrets.token_bytes(KEY_SIZE))

    def wrap(self, seal: TicketSeal) -> bytes:
        """Seal a ticket's key, to be kept."""
        return _seal(self._cipher, _aad(Purpose.KEY, seal.ticket, b""), seal.key)

    def unwrap(self, ticket: bytes, wrapped: bytes) -> TicketSeal:
        """
        Open a ticket's key.

        Raises:
            CommitmentMismatch: It was altered, is another ticket's, or wrapped by another desk key.
        """
        return TicketSeal(ticket, _unseal(self._cipher, _aad(Purpose.KEY, ticket, b""), wrapped))


def padded(data: bytes) -> bytes:
    """
    Fill up to one of few sizes: at most 12 % more, and 1,024 bytes at least.

    Source: Padmé, in Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
    PURBs", 2019, §4.
    """
    size = max(len(data) + 1, _SMALLEST)
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return (data + b"\x80").ljust(-(-size // step) * step, b"\0")


def unpadded(data: bytes) -> bytes:
    """
    Take off what `padded` added.

    Raises:
        CommitmentMismatch: Nothing was added: it is not what was sealed.
    """
    bare = data.rstrip(b"\0")
    if not bare.endswith(b"\x80"):
        raise CommitmentMismatch("what was sealed does not end as it must")
    return bare[:-1]


def _seal(cipher: "AESGCM", aad: bytes, data: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + cipher.encrypt(nonce, data, aad)


def _unseal(cipher: "AESGCM", aad: bytes, sealed: object) -> bytes:
    # whoever alters a file of SQLite can put a number or a text in place of bytes
    if not isinstance(sealed, bytes) or len(sealed) < 1 + _NONCE + _TAG or sealed[:1] != _VERSION:
        raise CommitmentMismatch("what is stored is not sealed as it must be: it was altered")
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], aad)
    except _library().invalid:
        raise CommitmentMismatch("the seal does not open: it was altered, or moved from elsewhere") from None


def _cipher(key: bytes) -> "AESGCM":
    return _library().cipher(key)


class _Library(NamedTuple):
    """What is used of `cryptography`."""

    cipher: type["AESGCM"]
    invalid: type[Exception]


@cache
def _library() -> _Library:
    """Load it when something is sealed or opened: most commands do neither."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- as it says
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- as it says

    return _Library(AESGCM, InvalidTag)


def _aad(purpose: Purpose, ticket: bytes, where: bytes) -> bytes:
    return _DOMAIN + purpose.encode() + b"\0" + ticket + where


def _derived(key: bytes, use: bytes, data: bytes = b"") -> bytes:
    """Derive 32 bytes for one use: HKDF-SHA256 without salt, and then HMAC of the data, if there is any."""
    extracted = hmac.digest(bytes(32), key, "sha256")
    made = hmac.digest(extracted, b"supportledger " + use + b"\x01", "sha256")
    return hmac.digest(made, data, "sha256") if data else made
