"""What is asked of the ledger, and what it answers: openings, acts, and what became of them. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass

from supportledger.errors import InputError
from supportledger.model.entry import NOTHING, Entry, Opening
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth, TicketState


@dataclass(frozen=True, slots=True)
class SignedOpening:
    """
    A ticket whose opener does not send it themselves.

    Args:
        opening: What is asked for.
        deadline: Of the signature; Unix seconds.
        signature: Of the opener, of `Open`.
    """

    opening: Opening
    deadline: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """
    An action on a ticket, as its actor wants it.

    Args:
        action: What to do; not Open.
        actor: Who does it.
        argument: As LEDGER lists it for the action; 160 bits.
        seen: Staff: the customer sequence they have read up to; 32 bits.
        commitment: Of its content; 32 bytes, zero where there is none.
        deadline: Of the signatures; Unix seconds, 40 bits.
        signature: Of `Action`; empty when the actor sends it.
        consent: Claim: the customer's signature of `Claim`.
    """

    action: Action
    actor: Address
    argument: int = 0
    seen: int = 0
    commitment: bytes = NOTHING
    deadline: int = 0
    signature: bytes = b""
    consent: bytes = b""

    def entry(self, auth: Auth) -> Entry:
        """Give the entry that this asks for."""
        return Entry(self.action, auth, self.actor, self.argument, self.seen, self.commitment)

    def pack(self) -> bytes:
        """
        Lay what is done into one word, as the contract's `Act` has it.

        Raises:
            InputError: A part is too large for its place, so no call can carry it.
        """
        for name, value, bits in (
            ("argument", self.argument, 160),
            ("action", self.action, 8),
            ("seen", self.seen, 32),
            ("deadline", self.deadline, 40),
        ):
            if value < 0 or value >> bits:
                raise InputError(f"{name} {value} does not fit into {bits} bits")
        word = self.argument << 96 | self.action << 80 | self.seen << 40 | self.deadline
        return word.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Acts:
    """
    Consecutive acts on one ticket.

    Args:
        ticket: Which.
        state: As it is before the first of them.
        acts: In order.
    """

    ticket: TicketId
    state: TicketState
    acts: Sequence[Act]


@dataclass(frozen=True, slots=True)
class Block:
    """
    A block, by which readers agree how far they have read.

    Args:
        number: Of the block.
        hash: 32 bytes.
        time: Unix seconds.
    """

    number: int
    hash: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Mined:
    """
    A transaction that the ledger accepted.

    Args:
        transaction: Hash; 32 bytes.
        block_number: Where it was mined.
        gas_used: By all of it.
    """

    transaction: bytes
    block_number: int
    gas_used: int


@dataclass(frozen=True, slots=True)
class Posted:
    """
    An entry that the ledger accepted.

    Args:
        entry: As its event tells it.
        state: Of the ticket after it.
        gas_used: By its transaction, which may carry other entries too.
    """

    entry: EntryRecord
    state: TicketState
    gas_used: int

    @property
    def ticket(self) -> TicketId:
        """The ticket."""
        return self.entry.ticket


@dataclass(frozen=True, slots=True)
class Ticket:
    """
    A ticket with its history, replayed and equal to its slot.

    Args:
        id: Its name.
        state: After its last entry.
        entries: In order.
    """

    id: TicketId
    state: TicketState
    entries: tuple[EntryRecord, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """
    An anchored size and root of an append-only log; all zero before the first.

    Args:
        size: Lines.
        root: RFC 6962; 32 bytes.
        time: When it was anchored; Unix seconds.
    """

    size: int = 0
    root: bytes = NOTHING
    time: int = 0
