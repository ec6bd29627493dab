"""A Ganache that mines when it is told to, at the second that it is told."""

from collections.abc import Sequence
from typing import Any, Final

from supportledger.chain.faults import revert_data
from supportledger.chain.rpc import Call, Fault, Rpc

GAS: Final = 12_000_000
MAX_FEE: Final = 20 * 10**9
RICH: Final = 10**24


class Reverted(Exception):  # noqa: N818 -- what happened, not a mistake
    """A contract reverted; `data` is what it returned."""

    def __init__(self, data: bytes) -> None:
        super().__init__("0x" + data.hex())
        self.data = data


class Node:
    """
    The node, with a clock that only these tests move.

    `eth_call` runs at the time of the latest block, so every block is mined at the time at which it was
    tried.
    """

    def __init__(self, url: str) -> None:
        self.rpc: Final = Rpc(url)
        self.chain_id: Final = int(self.rpc.call("eth_chainId"), 16)

    def take_over(self, accounts: Sequence[bytes]) -> None:
        """Let anyone send, and stop mining by itself."""
        self.rpc.call("miner_stop")
        for account in accounts:
            address = _hex(account)
            if self.rpc.call("evm_addAccount", address, ""):
                self.rpc.call("personal_unlockAccount", address, "", 0)
            self.rpc.call("evm_setAccountBalance", address, hex(RICH))

    def hand_back(self) -> None:
        """Mine each transaction again, as Brownie expects."""
        self.rpc.call("miner_start")

    def time(self) -> int:
        """Give the time of the latest block."""
        return int(self.rpc.block()["timestamp"], 16)

    def mine(self, time: int) -> None:
        """Mine what waits, at this second."""
        self.rpc.call("evm_mine", time)

    def call(self, sender: bytes, to: bytes, data: bytes, gas: int = GAS) -> bytes:
        """
        Try a call, at the time of the latest block.

        Raises:
            Reverted: The contract refused.
        """
        tried = {"from": _hex(sender), "to": _hex(to), "data": _hex(data), "gas": hex(gas)}
        answer = self.rpc.attempt(Call("eth_call", (tried, "latest")))
        if not isinstance(answer, Fault):
            return bytes.fromhex(answer[2:])
        returned = revert_data(answer)
        if returned is None:
            raise answer.error("eth_call")
        raise Reverted(returned)

    def send(self, sender: bytes, to: bytes | None, data: bytes, time: int, gas: int = GAS) -> dict[str, Any]:
        """Mine one transaction in a block of its own, at this second, and give its receipt."""
        name = self._hand_in(sender, to, data, gas)
        self.mine(time)
        receipt: dict[str, Any] = self.rpc.call("eth_getTransactionReceipt", name)
        return receipt

    def send_all(self, transactions: Sequence[tuple[bytes, bytes, bytes]], time: int) -> None:
        """Mine some in one block: sender, contract and data of each; in which order, the node says."""
        for sender, to, data in transactions:
            self._hand_in(sender, to, data, GAS // 8)
        # The answer is a fault when one of them reverted; the block is there all the same.
        self.rpc.attempt(Call("evm_mine", (time,)))
        assert time == self.time()

    def _hand_in(self, sender: bytes, to: bytes | None, data: bytes, gas: int) -> str:
        tried = {
            "from": _hex(sender),
            "data": _hex(data),
            "gas": hex(gas),
            "maxFeePerGas": hex(MAX_FEE),
            "maxPriorityFeePerGas": "0x1",
        }
        if to is not None:
            tried["to"] = _hex(to)
        name: str = self.rpc.call("eth_sendTransaction", tried)
        return name


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
