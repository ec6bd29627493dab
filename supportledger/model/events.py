"""
What the ledger's events tell beside the entries of tickets. Values only.

Events are ordered by block and by their position in it; `place` compares them.
"""

from dataclasses import dataclass

from supportledger.model.agent import Agent
from supportledger.model.history import Position
from supportledger.model.ids import Address
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """A certificate was given or changed."""

    agent: Address
    certifier: Address
    certificate: Agent
    time: int
    transaction: bytes
    place: Position


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """A role was given to an account, or taken from it."""

    role: bytes
    account: Address
    by: Address
    is_granted: bool
    transaction: bytes
    place: Position


@dataclass(frozen=True, slots=True)
class PolicyPublished:
    """A promise was published."""

    policy: int
    supervisor: Address
    terms: PolicyTerms
    transaction: bytes
    place: Position


@dataclass(frozen=True, slots=True)
class PolicyRetired:
    """No new ticket is opened under a policy any more."""

    policy: int
    supervisor: Address
    transaction: bytes
    place: Position


@dataclass(frozen=True, slots=True)
class Anchored:
    """A checkpoint of a log was anchored."""

    log: bytes
    anchorer: Address
    size: int
    root: bytes
    time: int
    transaction: bytes
    place: Position


@dataclass(frozen=True, slots=True)
class SuccessorNamed:
    """New tickets go to another ledger."""

    successor: Address
    transaction: bytes
    place: Position


LedgerEvent = (
    EntryRecord | AgentChanged | RoleChanged | PolicyPublished | PolicyRetired | Anchored | SuccessorNamed
)


def place(event: LedgerEvent) -> Position:
    """Tell where an event is."""
    if isinstance(event, EntryRecord):
        return Position(event.block_number, event.log_index)
    return event.place
