"""What a desk keeps of its own accord: drafts, receipts, and its reading of the ledger. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from supportledger.errors import Conflict, InputError
from supportledger.model import abi
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.ticket import Action, Auth, Status, TicketState


@dataclass(frozen=True, slots=True)
class Deployment:
    """
    The one contract that a store, a verifier or a client speaks of.

    Args:
        chain_id: Of its chain.
        ledger: Address of the contract.
        code_hash: keccak256 of its code on chain; 32 bytes.
    """

    chain_id: int
    ledger: Address
    code_hash: bytes

    def __str__(self) -> str:
        """Name it, for messages."""
        return f"ledger {self.ledger} on chain {self.chain_id} (code {self.code_hash.hex()[:8]})"


class DraftStatus(StrEnum):
    """How far an action has come from the desk to the chain."""

    STORED = "stored"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    MINED = "mined"
    FINAL = "final"
    REJECTED = "rejected"


WAITING: Final = frozenset({DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED})
"""What is on its way, and must not be forgotten."""
_LEADS_TO: Final[Mapping[DraftStatus, frozenset[DraftStatus]]] = MappingProxyType(
    {
        DraftStatus.STORED: WAITING | {DraftStatus.MINED, DraftStatus.FINAL, DraftStatus.REJECTED},
        DraftStatus.SIGNED: frozenset(DraftStatus) - {DraftStatus.STORED},
        DraftStatus.SUBMITTED: frozenset(DraftStatus) - {DraftStatus.STORED},
        DraftStatus.MINED: frozenset({DraftStatus.SUBMITTED, DraftStatus.MINED, DraftStatus.FINAL}),
        DraftStatus.FINAL: frozenset({DraftStatus.FINAL, DraftStatus.SUBMITTED}),
        DraftStatus.REJECTED: frozenset({DraftStatus.REJECTED, DraftStatus.MINED, DraftStatus.FINAL}),
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """
    An action as the desk wants it, written down before it is sent.

    Args:
        key: Makes sending twice impossible: the digest that was signed, or `unsigned_key`; 32 bytes.
        ticket: Known even before it is opened.
        action: What is done.
        auth: How the ledger will know the actor.
        actor: Who acts; for Open, the opener.
        argument: What the action argues; one word.
        seen: Staff: the customer sequence they have read up to.
        sequence: Value of the actor's lane that the action was made for; 0 where it has none.
        commitment: Of its content; 32 bytes, zero where there is none.
        created_at: Unix seconds.
        customer: Open: whose ticket it will be; nobody for a keyless one.
        terms: Open: hash of the promise; 32 bytes.
        deadline: Of the signature; Unix seconds; 0 without one.
        signature: Of the actor; empty when the actor sends.
        consent: Claim: the customer's signature.
        status: How far it has come.
        reason: Why it was rejected, in words of the contract's error; or why it waits.
        transaction: Hash of the last transaction that carried it.
        index: Position in the ticket, once mined.
    """

    key: bytes
    ticket: TicketId
    action: Action
    auth: Auth
    actor: Address
    argument: int
    seen: int
    sequence: int
    commitment: bytes
    created_at: int
    customer: Address | None = None
    terms: bytes | None = None
    deadline: int = 0
    signature: bytes = b""
    consent: bytes = b""
    status: DraftStatus = DraftStatus.STORED
    reason: str = ""
    transaction: bytes | None = None
    index: int | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """What never changes, however often it is signed and sent."""
        return (self.key, self.ticket, self.action, self.actor, self.argument, self.commitment)

    def check_same(self, other: "Draft") -> None:
        """
        Let one key stand for one action.

        Raises:
            Conflict: *other* is another action.
        """
        if other.identity != self.identity:
            raise Conflict(f"draft {self.key.hex()[:16]} is another action")

    def leads_to(self, status: DraftStatus) -> bool:
        """Tell whether it can become so from where it is."""
        return status in _LEADS_TO[self.status]

    def check_step_to(self, later: "Draft") -> None:
        """
        Let a draft go forward, back to submitted when its block is gone, and on chain from anywhere.

        Raises:
            Conflict: *later* is another action, or a step that does not exist.
        """
        self.check_same(later)
        if not self.leads_to(later.status):
            raise Conflict(f"draft {self.key.hex()[:16]} is {self.status} and cannot become {later.status}")


def unsigned_key(
    ticket: TicketId, action: Action, actor: Address, *, argument: int, commitment: bytes, sequence: int
) -> bytes:
    """
    Give an action that its actor sends without a signature the key that a digest would be.

    The sequence is the value of the actor's lane; without one, the number of the ticket's entries.
    """
    words = (ticket, abi.uint(action), abi.address(actor), abi.uint(argument), commitment, abi.uint(sequence))
    return keccak(b"".join(words))


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """
    The desk's signed promise to relay an action.

    Args:
        digest: Of the action promised; 32 bytes.
        received_at: Unix seconds.
        include_by: Unix seconds; after it, a ledger without the action proves a broken promise.
        signer: The certified agent who promised.
        signature: Of the `Receipt`.
    """

    digest: bytes
    received_at: int
    include_by: int
    signer: Address
    signature: bytes


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """
    Where a file is kept that a content names by its hash.

    Args:
        sha256: Of the file's bytes.
        name: As its sender called it.
        size: Bytes.
        media_type: As its sender said; not to be trusted.
        location: Where the bytes are: a path relative to the data directory, or empty when they are not kept.
    """

    sha256: bytes
    name: str
    size: int
    media_type: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last block that the read model has seen, with its hash, so that a reorganisation shows."""

    block_number: int
    block_hash: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """
    What somebody who follows the chain has read in one go, while others may follow it, too.

    Args:
        cursor: Where the read model stood at its beginning; None: nowhere.
        after: The block behind which it begins; -1 for the beginning of the chain.
        entries: How many were read so far.
    """

    cursor: Cursor | None
    after: int
    entries: int


class EntryRecord(NamedTuple):
    """
    An accepted action, as its event and transaction tell it.

    Args:
        ticket: Whose entry it is.
        index: Position in the ticket; Open is 0.
        action: What was done.
        auth: How the ledger knew the actor.
        actor: Who acted.
        argument: What the action argued; one word.
        seen: Staff: the customer sequence they had read up to.
        time: Block timestamp; Unix seconds.
        commitment: Of its content; 32 bytes, zero where there is none.
        transaction: Hash; 32 bytes.
        block_number: Where it was mined.
        log_index: Position of the event in its block.
        signature: Of the actor, where the transaction's input shows it.
    """

    ticket: TicketId
    index: int  # type: ignore[assignment] # instead of the method of tuples that looks for a value
    action: Action
    auth: Auth
    actor: Address
    argument: int
    seen: int
    time: int
    commitment: bytes
    transaction: bytes
    block_number: int
    log_index: int
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """
    A ticket as of its last entry that was read.

    Args:
        id: Its name.
        state: Its state, which hashes to the ticket's slot.
        due_at: No clock is overdue at or before this instant; one may be later. Unix seconds, None for never.
    """

    id: TicketId
    state: TicketState
    due_at: int | None = None


PAGE_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """
    Which tickets, and in what order: newest first, or, when asked for overdue ones, most overdue first.

    Args:
        statuses: Any of these; empty for all.
        customer: Whose tickets.
        assignee: Given to whom.
        overdue_at: Those with `due_at` before this instant; Unix seconds.
        order: Another order; overdue ones have but one.
        after: Where the page before ended, or its last ticket.
        limit: At most this many; 1 to `PAGE_LIMIT`.
        queues: Filed in any of these; None for all, and none at all if there are none.
        person: Of this customer's account.
        merged: Also those whose matter goes on in another ticket; all the same, they are on the ledger.

    Raises:
        InputError: The limit is out of range, or the order is not that of what is asked for or continued.
    """

    statuses: frozenset[Status] = frozenset()
    customer: Address | None = None
    assignee: Address | None = None
    overdue_at: int | None = None
    order: TicketOrder | None = None
    after: TicketRecord | PageMark | None = None
    limit: int = 100
    queues: frozenset[str] | None = None
    person: TicketId | None = None
    merged: bool = False

    def __post_init__(self) -> None:
        """Check what can be wrong."""
        if not 1 <= self.limit <= PAGE_LIMIT:
            raise InputError(f"a page has 1 to {PAGE_LIMIT} tickets, not {self.limit}")
        if self.overdue_at is not None and self.sorting is not TicketOrder.DUE:
            raise InputError("overdue tickets are listed by when they were due, and in no other order")
        if isinstance(self.after, PageMark) and self.after.order is not self.sorting:
            raise InputError(
                f"the page before is of a list that is sorted by {self.after.order}, not by {self.sorting}",
                hint="Begin again with the first page.",
            )

    @property
    def sorting(self) -> TicketOrder:
        """The order of the list."""
        return self.order or (TicketOrder.NEWEST if self.overdue_at is None else TicketOrder.DUE)

    @property
    def start(self) -> PageMark | None:
        """Where the list goes on; None for its beginning."""
        return self.mark(self.after) if isinstance(self.after, TicketRecord) else self.after

    def mark(self, ticket: TicketRecord) -> PageMark:
        """Tell where a ticket stands in the list: behind it the next page begins."""
        at = ticket.due_at if self.sorting is TicketOrder.DUE else ticket.state.opened_at
        return PageMark(self.sorting, at or 0, ticket.id)
