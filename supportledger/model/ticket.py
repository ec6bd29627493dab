"""
A ticket as its ledger knows it: one state of four words, whose hash is the ticket's slot.

The state is a `NamedTuple` rather than a dataclass: replaying a long ticket makes a few of them for every
entry, and a changed copy of one costs 2 µs instead of 10.

Source: LEDGER, "A ticket is one storage word"; contracts/types/Ticket.sol.
"""

import struct
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple, Self

from supportledger.errors import InputError
from supportledger.model.ids import NOBODY, Address, keccak

STATE_VERSION: Final = 1
STATE_SIZE: Final = 128


class Status(IntEnum):
    """Where a ticket stands; 0 is never valid."""

    OPEN = 1
    """The desk is to act."""
    PENDING = 2
    """It waits for the customer."""
    ON_HOLD = 3
    """It waits for a third party or the chain."""
    SOLVED = 4
    CLOSED = 5

    def __str__(self) -> str:
        """Write it as the ledger's documents do: `OnHold`."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def is_active(self) -> bool:
        """Whether clocks run."""
        return self in ACTIVE


ACTIVE: Final = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


class Lane(IntEnum):
    """The counter that orders an actor's signed actions."""

    NONE = 0
    """What anybody may do has no order, so it cannot be signed."""
    CUSTOMER = 1
    STAFF = 2


class Action(IntEnum):
    """What an actor does to a ticket; the numbers are part of every head and signature."""

    OPEN = 1
    REPLY = 2
    ANSWER = 3
    NOTE = 4
    ASSIGN = 5
    HOLD = 6
    RESUME = 7
    SOLVE = 8
    CLOSE = 9
    RATE = 10
    ESCALATE = 11
    REPOLICY = 12
    CLAIM = 13

    def __str__(self) -> str:
        """Write it as signers read it in a wallet: `Reply`."""
        return self.name.capitalize()


INTERNAL: Final = frozenset({Action.NOTE, Action.ASSIGN})
"""What staff write for each other: customers see that it is there, and not what it says."""


class Auth(IntEnum):
    """How the ledger knows who acted."""

    SENT = 0
    """The actor sent the transaction."""
    ECDSA = 1
    """The actor's signature is in the transaction's input."""
    ERC1271 = 2
    """The actor's contract accepted it: cannot be verified again offline."""
    RECORDED = 3
    """A certified agent recorded it for a keyless customer."""

    @property
    def is_signed(self) -> bool:
        """Whether the customer's or agent's own signature was accepted."""
        return self in (Auth.ECDSA, Auth.ERC1271)


class Clock(IntEnum):
    """The two promises that can be late; the numbers are part of every escalation."""

    RESPONSE = 1
    RESOLUTION = 2


class Flag(IntEnum):
    """What happened once and stays on record, as bits."""

    ANSWERED = 1
    LATE_FIRST = 2
    """The first response was late."""
    LATE_NEXT = 4
    """A later response was late."""
    LATE_RESOLVE = 8
    """The resolution was late."""
    CONTESTED = 16
    """The customer said that an answer's content never arrived."""


class TicketState(NamedTuple):
    """
    The whole state of a ticket; times are Unix seconds, and 0 in a deadline means "never".

    `pack` and `unpack` know the place of each field; the rules that change it are in `model.lifecycle`.
    """

    customer: Address
    """Nobody for a keyless customer."""
    opened_at: int
    respond_by: int
    """Binds only while messages wait."""
    policy: int
    assignee: Address
    resolve_by: int
    """Before pauses: see `model.sla.due`."""
    paused_at: int
    """0 when no pause runs."""
    status: Status
    level: int
    """Escalations so far."""
    version: int
    flags: int
    """Bits of `Flag`; once set, never cleared."""
    rating: int
    """0 not rated, else 1 to 5."""
    unseen: int
    """Customer messages that wait for an answer."""
    staff_run: int
    """Staff entries in a row that answered nothing."""
    tier: int
    """Lowest agent tier that may answer."""
    escalated_at: int
    settled_at: int
    """When it was solved or closed; 0 while active."""
    paused_total: int
    """Seconds."""
    entries: int
    customer_seq: int
    staff_seq: int
    head: bytes
    """Hash chain over the ticket's entries."""

    @property
    def is_active(self) -> bool:
        """Whether clocks run."""
        return self.status in ACTIVE

    @property
    def is_keyless(self) -> bool:
        """Whether the customer has no key: an agent records what they write."""
        return self.customer == NOBODY

    def changed(self, **fields: Any) -> Self:
        """Give the same ticket with other values in some fields; in half the time of `_replace`."""
        values: list[Any] = [*self]
        for name, value in fields.items():
            values[_FIELD[name]] = value
        return tuple.__new__(type(self), values)

    def has(self, flag: Flag) -> bool:
        """Tell whether something is on record."""
        return self.flags & flag != 0

    def sequence(self, lane: Lane) -> int:
        """
        Give what the next signed action of a lane must carry.

        Raises:
            InputError: The lane is none, which has no order.
        """
        if lane is Lane.NONE:
            raise InputError("an action without a lane cannot be signed")
        return self.customer_seq if lane is Lane.CUSTOMER else self.staff_seq

    def words(self) -> tuple[int, int, int, int]:
        """
        Give the four words that a call of the contract presents.

        Raises:
            InputError: A field does not fit into its place.
        """
        data = self.pack()
        first, second, third, fourth = (int.from_bytes(data[at : at + 32], "big") for at in range(0, 128, 32))
        return first, second, third, fourth

    def pack(self) -> bytes:
        """
        Give the four words as 128 bytes.

        Raises:
            InputError: A field does not fit into its place.
        """
        fields: tuple[Any, ...] = self
        try:
            return b"".join(
                value if isinstance(value, bytes) else value.to_bytes(width, "big")
                for value, width in zip(fields, _WIDTHS, strict=True)
            )
        except OverflowError:
            raise InputError(f"a field does not fit into its place: {self}") from None

    def hash(self) -> bytes:
        """Give what the ticket's slot holds while this is its state."""
        return _hash(self)

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """
        Read a state from its four words.

        Raises:
            InputError: It is not 128 bytes, of a version this code does not know, or of no valid status.
        """
        return cls._make(_unpacked(data))

    @classmethod
    def from_words(cls, words: tuple[int, int, int, int]) -> Self:
        """
        Read a state from four words as numbers.

        Raises:
            InputError: As `unpack`, or a number is not a word.
        """
        try:
            return cls.unpack(b"".join(word.to_bytes(32, "big") for word in words))
        except OverflowError:
            raise InputError("a word of a ticket's state is not 256 bits") from None


_WIDTHS: Final = (20, 5, 5, 2, 20, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 4, 4, 4, 4, 32)
"""Bytes of each field of `TicketState`, in order: they lie one after the other."""
_SPLIT: Final = struct.Struct("".join(f"{width}s" for width in _WIDTHS))
_FIELD: Final = {name: at for at, name in enumerate(TicketState._fields)}


# the same tickets are listed and read again and again


@lru_cache(maxsize=4_096)
def _hash(state: TicketState) -> bytes:
    return keccak(state.pack())


@lru_cache(maxsize=4_096)
def _unpacked(data: bytes) -> tuple[Any, ...]:
    if len(data) != STATE_SIZE:
        raise InputError(f"a ticket's state is {STATE_SIZE} bytes, not {len(data)}")
    raw = _SPLIT.unpack(data)
    fields: list[Any] = [*map(int.from_bytes, raw)]  # the default is big-endian
    for name in ("customer", "assignee"):
        fields[_FIELD[name]] = Address(raw[_FIELD[name]])
    fields[_FIELD["head"]] = raw[_FIELD["head"]]
    if fields[_FIELD["version"]] != STATE_VERSION:
        raise InputError(
            f"a ticket's state has version {fields[_FIELD['version']]}, this code knows {STATE_VERSION}",
            hint="Use a newer supportledger.",
        )
    try:
        fields[_FIELD["status"]] = Status(fields[_FIELD["status"]])
    except ValueError as cause:
        raise InputError(f"a ticket has no such status: {cause}") from None
    return tuple(fields)
