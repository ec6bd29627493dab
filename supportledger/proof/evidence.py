"""What a verifier of one ticket is given; nothing of it is believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supportledger.model.history import Registry
from supportledger.model.ids import TicketId
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.proof.erasure import Erasure
from supportledger.proof.fields import Fields


@dataclass(frozen=True, slots=True)
class Signed:
    """
    Signatures under an entry, from the store or from the transaction's input.

    Args:
        signature: Of the actor; empty when the actor sent the action.
        deadline: The last second at which it could be recorded; Unix seconds.
        consent: Claim: the customer's signature.
    """

    signature: bytes
    deadline: int
    consent: bytes = b""


@dataclass(frozen=True, slots=True)
class StateProof:
    """
    A block, and what it says about some words of the ledger's storage.

    Args:
        header: The exact bytes that hash to the block's hash.
        account: Nodes from the state root to the contract's account.
        words: For each word, nodes from the contract's storage root to it, or to where it is missing.
    """

    header: bytes
    account: tuple[bytes, ...]
    words: tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Everything about one ticket.

    Args:
        ticket: Its id.
        ledger: The contract that it was read from, as it was found there.
        entries: Its events, in order.
        registry: Certificates, policies, supervisors and successor, with everything known until now.
        slot: What the ticket's slot holds; None if it was not read.
        state: The state that somebody claims, a store or a file; None if nobody does.
        signatures: By index of the entry.
        contents: By index of the entry.
        unreadable: By index of the entry: why a content that is held cannot even be read.
        erased: By index of the entry: when a store says that it erased the content; Unix seconds.
        erasure: What shows that the ticket's contents were erased; None if nothing does.
        as_of: Number and time of the block up to which the events are complete; None if that is not known.
    """

    ticket: TicketId
    ledger: Deployment
    entries: Sequence[EntryRecord]
    registry: Registry
    slot: bytes | None = None
    state: TicketState | None = None
    signatures: Mapping[int, Signed] = field(default_factory=dict)
    contents: Mapping[int, Fields] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    erased: Mapping[int, int] = field(default_factory=dict)
    erasure: Erasure | None = None
    as_of: tuple[int, int] | None = None
