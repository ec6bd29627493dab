"""
What nodes say when they take no transaction, in the words of Geth, Besu, Anvil and Ganache.

Nodes agree on no codes for this, only, roughly, on words.
"""

import re
from enum import Enum, auto
from typing import Any, Final

from supportledger.chain.rpc import Fault


class Rejection(Enum):
    """Why a transaction was not taken."""

    KNOWN = auto()
    """The node has it already."""
    NONCE = auto()
    """Another transaction of the sender has its place."""
    FEE = auto()
    """The offer is below the base fee by now."""
    FUNDS = auto()
    """The sender cannot pay."""
    OTHER = auto()
    """None of these."""


_WORDS: Final = (
    (Rejection.KNOWN, r"already known|already imported|known transaction"),
    (
        Rejection.NONCE,
        r"nonce too low|correct nonce|nonce is too low|replacement|be replaced|nonce has already been used",
    ),
    (Rejection.FEE, r"less than (the )?block base ?fee|underpriced|fee cap|max fee per gas"),
    (Rejection.FUNDS, r"insufficient (funds|balance)|doesn't have enough funds|upfront (gas )?cost"),
)
_PATTERNS: Final = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _WORDS)


def rejection(fault: Fault) -> Rejection:
    """Tell why a transaction was not taken."""
    return next((kind for kind, words in _PATTERNS if words.search(fault.message)), Rejection.OTHER)


def revert_data(fault: Fault) -> bytes | None:
    """
    Give what a contract returned when it refused; None when the fault is another.

    Ganache puts it into `data.result` for an estimate and `data` for a call; others into `data`.
    """
    data: Any = fault.data
    if isinstance(data, dict):
        data = data.get("result") or data.get("data")
    if isinstance(data, str) and data.startswith("0x"):
        return bytes.fromhex(data[2:])
    return b"" if "revert" in fault.message.lower() else None
