from typing import Any

import pytest

from supportledger.chain.artifact import packaged
from supportledger.chain.contract import Contract, slot_of
from supportledger.chain.reader import Reader, decode_refusal
from supportledger.chain.rpc import Call, Fault
from supportledger.errors import ClockSkew, RpcRefused, RpcUnavailable
from supportledger.model.ids import Address, keccak
from supportledger.model.records import Deployment
from supportledger.model.refusal import TicketNotFound
from tests.unit.chain.fake_node import FakeNode

LEDGER = Address(b"\x05" * 20)


class LogNode(FakeNode):
    """A node with one log in each block that serves at most so many blocks, or logs, at once."""

    def __init__(self, height: int, widest: int, *, silent: bool = False) -> None:
        super().__init__()
        self.height, self.widest, self.silent = height, widest, silent

    def answer(self, call: Call) -> Any:
        if call.method == "eth_blockNumber":
            return hex(self.height)
        if call.method != "eth_getLogs":
            return super().answer(call)
        first, last = (int(call.params[0][key], 16) for key in ("fromBlock", "toBlock"))
        if last - first + 1 > self.widest:
            if self.silent:
                raise RpcUnavailable("no answer in time")
            return Fault(-32602, "block range is too wide")
        return list(range(first, last + 1))


def contract(node: FakeNode, since: int = 3) -> Contract:
    return Contract(node, LEDGER, packaged(), since, decode_refusal)


@pytest.mark.parametrize("silent", [False, True])
@pytest.mark.parametrize("widest", [1, 7, 100, 10_000])
def test_ranges_adapt_to_the_node(widest: int, silent: bool) -> None:
    """Every log is read once and in order, whatever range the node allows, refusing or falling silent."""
    node = LogNode(500, widest, silent=silent)
    assert list(range(3, 501)) == contract(node).all_logs([])
    asked = node.count("eth_getLogs")
    assert asked <= 40 + 3 * (500 // widest + 1)


def test_a_range_can_be_named() -> None:
    """From one block to another, both included; nothing when the range is empty."""
    node = LogNode(500, 100)
    assert list(range(10, 21)) == contract(node).all_logs([], 10, 20)
    assert [] == contract(node).all_logs([], 501)


def test_a_node_that_refuses_one_block_refuses() -> None:
    """There is no smaller range to try."""
    with pytest.raises(RpcRefused, match="too wide"):
        contract(LogNode(500, 0)).all_logs([])


def test_a_node_that_is_away_is_told() -> None:
    """Silence of a node that answers nothing else either is no reason to go on asking."""
    node = LogNode(500, 0, silent=True)
    node.quirks.append(lambda call: _away(node, call))
    with pytest.raises(RpcUnavailable, match="away"):
        contract(node).all_logs([])


def _away(node: FakeNode, call: Call) -> Any:
    if node.count("eth_getLogs"):
        raise RpcUnavailable("away")
    return NotImplemented


def test_a_slot_lies_where_solidity_puts_it() -> None:
    """The place of a mapping's value is the hash of key and position."""
    assert keccak(b"\x01" * 32 + (6).to_bytes(32, "big")) == slot_of(b"\x01" * 32, 6)
    assert keccak(bytes(12) + LEDGER + (3).to_bytes(32, "big")) == slot_of(LEDGER, 3)


def test_a_views_refusal_is_the_ledgers() -> None:
    """A view that reverts raises the exception of its contract error."""
    node = FakeNode()
    data = "0x" + TicketNotFound(b"\x01" * 32).encode().hex()
    node.quirks.append(
        lambda call: Fault(3, "execution reverted", data) if call.method == "eth_call" else NotImplemented
    )
    with pytest.raises(TicketNotFound):
        contract(node).view("agentWord", LEDGER)


def test_a_chain_ahead_of_this_machine_is_told() -> None:
    """Deadlines cannot be judged by a clock that is behind; the local chain may be ahead on purpose."""
    node = FakeNode()
    node.quirks.append(
        lambda call: {"timestamp": hex(1 << 34)} if call.method == "eth_getBlockByNumber" else NotImplemented
    )
    with pytest.raises(ClockSkew):
        Reader(node, Deployment(5, LEDGER, bytes(32))).now()
    assert 1 << 34 == Reader(node, Deployment(31337, LEDGER, bytes(32))).now()
