"""
Where the ledger keeps what a proof file proves, as the verifier itself knows it.

The positions are those of the compiled contract, pinned here and never read from a file; a test compares them
with the compiler's storage layout.

Source: Solidity documentation, "Layout of State Variables in Storage", mappings; docs/spec/verification.md,
V6.2.
"""

from typing import Final

from supportledger.model import abi
from supportledger.model.ids import Address, TicketId, keccak

AGENTS: Final = 3
"""Slot of the mapping from an account to its certificate."""
POLICIES: Final = 4
"""Slot of the mapping from a number to a policy, whose word comes first."""
TICKETS: Final = 6
"""Slot of the mapping from a ticket's id to the hash of its state."""
ANCHORS: Final = 7
"""Slot of the mapping from a log's id to the hash of its last checkpoint."""


def ticket_place(ticket: TicketId) -> bytes:
    """Tell where the hash of a ticket's state is."""
    return _place(ticket, TICKETS)


def agent_place(account: Address) -> bytes:
    """Tell where an account's certificate is."""
    return _place(account, AGENTS)


def policy_place(number: int) -> bytes:
    """Tell where the word of a policy is."""
    return _place(abi.uint(number), POLICIES)


def anchor_place(log: bytes) -> bytes:
    """Tell where the hash of a log's last checkpoint is."""
    return _place(log, ANCHORS)


def _place(key: bytes, position: int) -> bytes:
    return keccak(key.rjust(abi.WORD, b"\0") + abi.uint(position))
