"""
Who and what: addresses, ticket ids, and the hash chain that ties entries to a ticket.

Inside, an id is bytes; at the edge it is text that says what it is. Both kinds here are `bytes`, so that they
hash, compare and concatenate as what they are, and `str()` of them is what people read.
"""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import sha3

from supportledger.errors import InputError
from supportledger.model import abi

_ADDRESS = re.compile(r"(0x)?[0-9a-fA-F]{40}", re.ASCII)
_TICKET = re.compile(r"(0x)?[0-9a-fA-F]{64}", re.ASCII)


def keccak(data: bytes) -> bytes:
    """Hash as the chain does: Keccak-256, not the later SHA3-256."""
    digest: bytes = sha3.keccak_256(data).digest()
    return digest


TICKET_TAG: Final = keccak(b"supportledger.ticket.v1")


class Address(bytes):
    """
    The 20 bytes of an account or contract; `str()` is its checksummed form.

    Source: EIP-55.
    """

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """
        Take 20 bytes as they are.

        Raises:
            InputError: *value* is not 20 bytes.
        """
        if len(value) != 20:
            raise InputError(f"an address is 20 bytes, not {len(value)}")
        return super().__new__(cls, value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read an address, with or without `0x`; letters of both cases must form a valid checksum.

        Raises:
            InputError: *text* is not an address, or its checksum is wrong.
        """
        if not _ADDRESS.fullmatch(text):
            raise InputError(f"not an address: {text!r}", hint="An address is 0x and 40 hexadecimal digits.")
        digits = text[-40:]
        parsed = cls(bytes.fromhex(digits))
        one_case = digits in (digits.lower(), digits.upper())
        if not one_case and digits != str(parsed)[2:]:
            raise InputError(
                f"the checksum of {text} is wrong", hint="A letter was changed: copy the address again."
            )
        return parsed

    def __str__(self) -> str:
        """Write with `0x` and the checksum in the case of its letters."""
        return _checksummed(bytes(self))

    def __repr__(self) -> str:
        """Name the address, for logs and test failures."""
        return f"Address({self})"


@lru_cache(maxsize=4096)
def _checksummed(address: bytes) -> str:
    digits = address.hex()
    case = keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if mark > "7" else digit for digit, mark in zip(digits, case, strict=False)
    )


NOBODY: Final = Address(bytes(20))
"""The zero address: no customer, no assignee, no gate."""


class TicketId(bytes):
    """
    The 32 bytes that name a ticket on its ledger; `str()` is `0x` and 64 lower-case digits.

    People see the handle instead: 80 bits are enough to tell the tickets of a desk apart, not to be trusted
    alone.
    """

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """
        Take 32 bytes as they are.

        Raises:
            InputError: *value* is not 32 bytes.
        """
        if len(value) != 32:
            raise InputError(f"a ticket id is 32 bytes, not {len(value)}")
        return super().__new__(cls, value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a full id, with or without `0x`; `model.handle` reads what people type.

        Raises:
            InputError: *text* is not 64 hexadecimal digits.
        """
        if not _TICKET.fullmatch(text):
            raise InputError(
                f"not a ticket id: {text[:80]!r}", hint="A ticket id is 0x and 64 hexadecimal digits."
            )
        return cls(bytes.fromhex(text[-64:]))

    @property
    def handle(self) -> str:
        """First 80 bits in lower-case base32 (RFC 4648: a-z, 2-7), grouped by four: `abcd-efgh-ijkl-mnop`."""
        return _handle(self[:10])

    def __str__(self) -> str:
        """Write in full, as files and APIs carry it."""
        return "0x" + self.hex()

    def __repr__(self) -> str:
        """Name the ticket, for logs and test failures."""
        return f"TicketId({self})"


@lru_cache(maxsize=4_096)
def _handle(data: bytes) -> str:
    text = base64.b32encode(data).decode().lower()
    return f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12:]}"


def ticket_id(chain_id: int, ledger: bytes, opener: bytes, commitment: bytes) -> TicketId:
    """
    Name a ticket before it exists: nobody but its opener can make this id.

    Args:
        chain_id: Of the chain at deployment.
        ledger: Address of the contract; 20 bytes.
        opener: The customer, or the agent who opens a keyless ticket; 20 bytes.
        commitment: Of the opening entry; 32 bytes.

    Source: LEDGER, "A ticket is one storage word".
    """
    words = (
        TICKET_TAG,
        abi.uint(chain_id),
        abi.address(ledger),
        abi.address(opener),
        abi.bytes32(commitment),
    )
    return TicketId(keccak(b"".join(words)))


@dataclass(frozen=True, slots=True)
class Meta:
    """
    The word of an event that says where, what, how and when.

    Args:
        index: Position in the ticket; Open is 0; 32 bits.
        action: Number of the action; 8 bits.
        auth: Number of how the ledger knows the actor; 8 bits.
        seen: Staff: the customer sequence they have read up to; 32 bits.
        time: Block timestamp in Unix seconds; 40 bits.
    """

    index: int
    action: int
    auth: int
    seen: int
    time: int

    def pack(self) -> int:
        """
        Give the word as the contract emits and hashes it.

        Raises:
            InputError: A part is too large for its place.
        """
        for name, value, bits in (
            ("index", self.index, 32),
            ("action", self.action, 8),
            ("auth", self.auth, 8),
            ("seen", self.seen, 32),
            ("time", self.time, 40),
        ):
            if value < 0 or value >> bits:
                raise InputError(f"{name} {value} does not fit into {bits} bits")
        return self.index << 88 | self.action << 80 | self.auth << 72 | self.seen << 40 | self.time

    @classmethod
    def unpack(cls, word: int) -> Self:
        """
        Take the word apart.

        Raises:
            InputError: Bits are set that have no meaning.
        """
        if word < 0 or word >> 120:
            raise InputError(f"meta has unknown bits: {word:#x}")
        return cls(
            word >> 88, word >> 80 & 0xFF, word >> 72 & 0xFF, word >> 40 & 0xFFFFFFFF, word & 0xFFFFFFFFFF
        )


def entry_head(  # noqa: PLR0917 - the six words in the order in which they are hashed
    head: bytes, meta: int, argument: int, actor: bytes, authority: bytes, commitment: bytes
) -> bytes:
    """
    Extend a ticket's hash chain by one entry; the head before the first entry is the ticket id.

    Args:
        head: The head so far; 32 bytes.
        meta: The entry's `Meta`, packed.
        argument: What the action argues; one word.
        actor: Who acted; 20 bytes.
        authority: What entitled them at that time; 32 bytes, zero for customers and strangers.
        commitment: Of the entry's content; 32 bytes, zero where there is none.

    Source: LEDGER, "A ticket is one storage word".
    """
    if not len(head) == len(authority) == len(commitment) == abi.WORD or len(actor) != 20:
        raise InputError("head, authority and commitment are 32 bytes, an actor is 20")
    try:
        numbers = meta.to_bytes(abi.WORD, "big") + argument.to_bytes(abi.WORD, "big")
    except OverflowError:
        raise InputError("meta and argument are words: not negative, of 256 bits") from None
    return keccak(head + numbers + bytes(12) + actor + authority + commitment)
