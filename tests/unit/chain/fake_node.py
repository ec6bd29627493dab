"""A node that misbehaves as real ones were seen to do, without a socket."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import rlp

from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.errors import RpcUnavailable
from supportledger.model.ids import keccak


@dataclass
class FakeNode(Rpc):
    """
    Mines each transaction at once, as Ganache does; `quirks` are tried first on each call.

    A quirk is given the call, and returns an answer, raises, or returns NotImplemented to leave it alone.
    """

    nonce: int = 0
    balance: int = 10**18
    mined: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    quirks: list[Any] = field(default_factory=list)
    client: str = "Geth/v1"
    is_away: bool = False
    shown: str = "http://fake"

    def attempt(self, call: Call) -> Any:
        self.calls.append(call)
        for quirk in self.quirks:
            answer = quirk(call)
            if answer is not NotImplemented:
                return answer
        if self.is_away:
            raise RpcUnavailable("away")
        return self.answer(call)

    def batch(self, calls: Sequence[Call], *, patience_s: float | None = None) -> list[Any]:
        return [self.attempt(call) for call in calls]

    def answer(self, call: Call) -> Any:
        fixed = {
            "eth_getTransactionCount": hex(self.nonce),
            "eth_feeHistory": {"baseFeePerGas": ["0x1"], "reward": [["0x1"]]},
            "eth_maxPriorityFeePerGas": "0x1",
            "eth_estimateGas": hex(21_000),
            "eth_getBalance": hex(self.balance),
            "eth_getBlockByNumber": {"number": hex(len(self.mined)), "timestamp": "0x0"},
            "eth_blockNumber": hex(len(self.mined)),
            "web3_clientVersion": self.client,
        }
        if call.method == "eth_sendRawTransaction":
            return self.mine(call.params[0])
        if call.method in {"eth_getTransactionReceipt", "eth_getTransactionByHash"}:
            return self.mined.get(call.params[0])
        return fixed.get(call.method, Fault(-32601, f"unknown method {call.method}"))

    def mine(self, raw: str, status: str = "0x1") -> Any:
        data = bytes.fromhex(raw[2:])
        nonce = int.from_bytes(rlp.decode(data[1:])[1], "big")
        if nonce != self.nonce:
            return Fault(-32000, f"nonce too low: next nonce {self.nonce}, tx nonce {nonce}")
        self.nonce += 1
        name = "0x" + keccak(data).hex()
        self.mined[name] = {
            "transactionHash": name,
            "blockNumber": hex(len(self.mined) + 1),
            "blockHash": "0x" + bytes(32).hex(),
            "status": status,
            "gasUsed": hex(21_000),
            "logs": [],
            "contractAddress": None,
        }
        return name

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)


def once(method: str, answer: Any) -> Any:
    """Answer the first call of a method differently; an exception is raised, a callable is called."""
    left = [answer]

    def quirk(call: Call) -> Any:
        if call.method != method or not left:
            return NotImplemented
        found = left.pop()
        if isinstance(found, Exception):
            raise found
        return found(call) if callable(found) else found

    return quirk
