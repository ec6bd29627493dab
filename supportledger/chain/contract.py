"""One contract on one chain: calling its views, reading its slots and its logs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from supportledger.chain.artifact import Artifact
from supportledger.chain.faults import revert_data
from supportledger.chain.reverts import Decoder
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.errors import RpcUnavailable
from supportledger.model.ids import Address, keccak

Log = dict[str, Any]
Topics = Sequence[str | Sequence[str] | None]

View = tuple[str, Sequence[Any], int | None]
"""Name and arguments of a view, and the block as of which it is called; None is the latest."""

LATEST: Final = "latest"
_WIDEST: Final = 1 << 32


class Contract:
    """
    A contract at an address.

    Args:
        rpc: The node.
        address: Of the contract.
        artifact: Its interface, and where its storage lies.
        since: First block that can have its logs.
        decode: Makes an exception of what it refuses with.
    """

    def __init__(self, rpc: Rpc, address: Address, artifact: Artifact, since: int, decode: Decoder) -> None:
        self.rpc: Final = rpc
        self.address: Final = address
        self.artifact: Final = artifact
        self.since: Final = since
        self.decode: Final = decode
        self._span = _WIDEST

    def view(self, name: str, *values: Any, block: int | None = None) -> Any:
        """
        Call a view that returns one value.

        Raises:
            RpcUnavailable: No usable answer.
            Refusal, TransactionReverted: The contract refused.
        """
        return self.views([(name, values, block)])[0]

    def views(self, wanted: Sequence[View]) -> list[Any]:
        """
        Call many views that return one value each, in one request.

        Raises: As `view`.
        """
        functions = [self.artifact.interface[name] for name, _, _ in wanted]
        calls = [
            self._call(one.call(*values), block)
            for one, (_, values, block) in zip(functions, wanted, strict=True)
        ]
        answers = self.rpc.batch(calls)
        return [one.result(self._returned(answer))[0] for one, answer in zip(functions, answers, strict=True)]

    def rehearse(self, sender: Address, data: bytes) -> None:
        """
        Let the node try a transaction of somebody, which is not sent.

        Raises: As `view`.
        """
        asked = {"from": str(sender), "to": str(self.address), "data": "0x" + data.hex()}
        self._returned(self.rpc.attempt(Call("eth_call", (asked, LATEST))))

    def slots(self, name: str, keys: Sequence[bytes], block: int | None = None) -> list[bytes]:
        """Read the words that a mapping holds for keys of one word."""
        answers = self.rpc.all([self.slot_call(name, key, block) for key in keys])
        return [word_of(answer) for answer in answers]

    def slot_call(self, name: str, key: bytes, block: int | None = None) -> Call:
        """Make the call that reads one word of a mapping; `word_of` reads the answer."""
        place = slot_of(key, self.artifact.storage[name])
        return Call("eth_getStorageAt", (str(self.address), "0x" + place.hex(), tag(block)))

    def logs(self, topics: Topics, first: int | None = None, last: int | None = None) -> Iterator[list[Log]]:
        """
        Read logs in order, in as few pieces as the node allows.

        The range is halved when the node refuses or does not answer, and doubled again as it goes on.

        Args:
            topics: As `eth_getLogs` takes them.
            first: Block to begin with; None: the deployment's.
            last: Block to end with; None: the latest.

        Raises:
            RpcRefused: The node refuses even a single block.
            RpcUnavailable: It is away.
        """
        at = self.since if first is None else first
        end = self._height() if last is None else last
        while at <= end:
            to = min(end, at + self._span - 1)
            found = self._logs(topics, at, to)
            if found is None:
                self._span = (to - at + 1) // 2
                continue
            yield found
            at, self._span = to + 1, min(2 * self._span, _WIDEST)

    def all_logs(self, topics: Topics, first: int | None = None, last: int | None = None) -> list[Log]:
        """Read logs in order, all of them."""
        return [log for part in self.logs(topics, first, last) for log in part]

    def log_filter(self, topics: Topics, first: int, last: int | None) -> Call:
        """Make the call that reads logs."""
        span = {"fromBlock": tag(first), "toBlock": tag(last)}
        return Call("eth_getLogs", ({"address": str(self.address), "topics": topics, **span},))

    def _logs(self, topics: Topics, first: int, last: int) -> list[Log] | None:
        """Read one range; None when a smaller one should be tried."""
        call = self.log_filter(topics, first, last)
        try:
            answer = self.rpc.attempt(call)
        except RpcUnavailable:
            if first == last:
                raise
            self._height()  # raises when the node is away rather than overwhelmed
            return None
        if not isinstance(answer, Fault):
            return list(answer)
        if first == last:
            raise answer.error(call.method)
        return None

    def _height(self) -> int:
        return int(self.rpc.call("eth_blockNumber"), 16)

    def _call(self, data: bytes, block: int | None) -> Call:
        return Call("eth_call", ({"to": str(self.address), "data": "0x" + data.hex()}, tag(block)))

    def _returned(self, answer: Any) -> bytes:
        if not isinstance(answer, Fault):
            return bytes.fromhex(answer[2:])
        data = revert_data(answer)
        raise answer.error("eth_call") if data is None else self.decode(data)


def slot_of(key: bytes, position: int) -> bytes:
    """
    Tell where a mapping keeps the value of a key of one word.

    Source: Solidity documentation, "Layout of State Variables in Storage", mappings.
    """
    return keccak(key.rjust(32, b"\0") + position.to_bytes(32, "big"))


def word_of(answer: str) -> bytes:
    """Read a slot's word, which some nodes write without leading zeros."""
    return bytes.fromhex(answer[2:].rjust(64, "0"))


def tag(block: int | None) -> str:
    """Write which block is meant, as nodes take it; None is the latest."""
    return LATEST if block is None else hex(block)
