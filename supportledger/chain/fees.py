"""
What a transaction offers for its gas.

The base fee may double before it is too much: it rises by an eighth a block at most, so that an offer stays
good for six full blocks. The tip is what half of the recent transactions paid.

Source: EIP-1559, "Specification"; Ethereum execution API, `eth_feeHistory`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from supportledger.chain.rpc import Call, Fault
from supportledger.errors import RpcRefused

CALLS: Final = (Call("eth_feeHistory", ("0x5", "latest", [50])), Call("eth_maxPriorityFeePerGas"))
"""What to ask a node; `offer` reads the answers."""
_HEADROOM: Final = 2


@dataclass(frozen=True, slots=True)
class Fees:
    """
    An offer.

    Args:
        tip: For the block's proposer; wei per gas.
        max_fee: In all; wei per gas.
    """

    tip: int
    max_fee: int


def offer(history: Mapping[str, Any] | Fault, suggested: str | Fault) -> Fees:
    """
    Make an offer from a node's answers to `CALLS`.

    Raises:
        RpcRefused: The node knows no base fee.
    """
    if isinstance(history, Fault) or not history.get("baseFeePerGas"):
        raise RpcRefused("the node knows no base fee: a chain with EIP-1559 is needed")
    base = int(history["baseFeePerGas"][-1], 16)
    paid = [int(block[0], 16) for block in history.get("reward") or [] if block and isinstance(block[0], str)]
    tip = int(median(paid)) if paid else 0
    if isinstance(suggested, str):
        tip = max(tip, int(suggested, 16))
    return Fees(tip, _HEADROOM * base + tip)


def raised(before: Fees, now: Fees) -> Fees:
    """
    Give what replaces an offer: a quarter more, where nodes ask for a tenth at least, or what is offered now.

    Args:
        before: What was offered.
        now: What would be offered for a new transaction.
    """
    tip = max(before.tip * 5 // 4 + 1, now.tip)
    return Fees(tip, max(before.max_fee * 5 // 4 + 1, now.max_fee, tip))
