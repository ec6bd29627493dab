"""What became of transactions: waiting for receipts, and for blocks on top of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from supportledger.chain.rpc import Call, Rpc
from supportledger.errors import Error, ReorgDetected, TransactionDropped, TransactionPending
from supportledger.model.ids import Address

Finality = int | Literal["finalized"]
"""Blocks on top of the one that has a transaction, or the network's own word for final."""

_FIRST_WAIT_S: Final = 0.01
_LONGEST_WAIT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    That a transaction was mined, and what it did.

    Args:
        transaction: Hash; 32 bytes.
        block_number: Where it was mined.
        block_hash: 32 bytes.
        succeeded: The contract did not refuse.
        gas_used: Of the gas allowed.
        logs: As the node gives them.
        contract: The contract it deployed.
    """

    transaction: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    logs: tuple[dict[str, Any], ...]
    contract: Address | None = None


def parse(answer: dict[str, Any]) -> Receipt:
    """Read a receipt from a node's answer."""
    deployed = answer.get("contractAddress")
    return Receipt(
        transaction=bytes.fromhex(answer["transactionHash"][2:]),
        block_number=int(answer["blockNumber"], 16),
        block_hash=bytes.fromhex(answer["blockHash"][2:]),
        succeeded=int(answer["status"], 16) == 1,
        gas_used=int(answer["gasUsed"], 16),
        logs=tuple(answer["logs"]),
        contract=Address.parse(deployed.lower()) if deployed else None,
    )


class Receipts:
    """
    Waits for transactions of one chain.

    Args:
        timeout_s: How long one may take to be mined and confirmed.
        sleep: Instead of time.sleep, for tests.
    """

    def __init__(
        self, rpc: Rpc, *, timeout_s: float = 120.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._rpc = rpc
        self._timeout_s = timeout_s
        self._sleep = sleep

    def find(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """Give the receipts there are now."""
        calls = [Call("eth_getTransactionReceipt", ("0x" + one.hex(),)) for one in hashes]
        return [None if answer is None else parse(answer) for answer in self._rpc.all(calls)]

    def are_known(self, hashes: Sequence[bytes]) -> list[bool]:
        """Tell which transactions the node has, mined or waiting."""
        calls = [Call("eth_getTransactionByHash", ("0x" + one.hex(),)) for one in hashes]
        return [answer is not None for answer in self._rpc.all(calls)]

    def wait(self, transaction: bytes, finality: Finality = 0) -> Receipt:
        """
        Wait until a transaction is mined and final.

        Raises:
            TransactionDropped: The node does not have it any more.
            TransactionPending: It has not come that far in time.
            ReorgDetected: It was mined, and is not any more.
            RpcUnavailable: The node went away.
        """
        outcome = self.wait_all([transaction])[0]
        if isinstance(outcome, Error):
            raise outcome
        self.confirm(outcome, finality)
        return outcome

    def wait_all(self, hashes: Sequence[bytes]) -> list[Receipt | Error]:
        """
        Wait until transactions are mined; each outcome stands for itself.

        Returns:
            For each, its receipt, `TransactionDropped` or `TransactionPending`.

        Raises:
            RpcUnavailable: The node went away.
        """
        found: dict[bytes, Receipt] = {}
        deadline = time.monotonic() + self._timeout_s
        pause = _FIRST_WAIT_S
        while missing := [one for one in hashes if one not in found]:
            new = {receipt.transaction: receipt for receipt in self.find(missing) if receipt is not None}
            found |= new
            if len(new) == len(missing):
                break
            if time.monotonic() >= deadline:
                return [found.get(one) or self.given_up(one) for one in hashes]
            self._sleep(pause)
            pause = _FIRST_WAIT_S if new else min(2 * pause, _LONGEST_WAIT_S)
        return [found[one] for one in hashes]

    def confirm(self, receipt: Receipt, finality: Finality) -> None:
        """
        Wait until there are enough blocks on top of a transaction.

        Raises:
            TransactionPending: There are not, in time.
            ReorgDetected: The transaction is not in that block any more.
            RpcUnavailable: The node went away.
        """
        if finality == 0:
            return
        deadline = time.monotonic() + self._timeout_s
        while self.last_final(finality) < receipt.block_number:
            if time.monotonic() >= deadline:
                raise TransactionPending(
                    f"transaction 0x{receipt.transaction.hex()} is mined in block {receipt.block_number},"
                    f" and not final after {self._timeout_s:.0f} s"
                )
            self._sleep(_LONGEST_WAIT_S)
        now = self.find([receipt.transaction])[0]
        if now is None or now.block_hash != receipt.block_hash:
            raise ReorgDetected(f"block {receipt.block_number} was replaced while waiting for confirmations")

    def last_final(self, finality: Finality) -> int:
        """Give the number of the last block that is final; below 0 when none is."""
        if finality == "finalized":
            return int(self._rpc.block("finalized")["number"], 16)
        return int(self._rpc.call("eth_blockNumber"), 16) - finality

    def given_up(self, transaction: bytes) -> Error:
        """Say why a transaction that is not mined is waited for no longer."""
        shown = f"transaction 0x{transaction.hex()}"
        if self.are_known([transaction])[0]:
            return TransactionPending(
                f"{shown} is not mined after {self._timeout_s:.0f} s", hint="Look again later."
            )
        return TransactionDropped(f"{shown} is not mined, and the node does not have it any more")
