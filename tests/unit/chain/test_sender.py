from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from supportledger.chain.receipts import Receipts
from supportledger.chain.rpc import Call, Fault
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import KeySigner
from supportledger.errors import (
    InsufficientFunds,
    ReorgDetected,
    RpcRefused,
    RpcUnavailable,
    TransactionDropped,
    TransactionPending,
    TransactionReverted,
)
from supportledger.model.ids import Address
from tests.unit.chain.fake_node import FakeNode, once

SIGNER = KeySigner(b"\x07" * 32)
REQUEST = Request(Address(bytes(20)), b"hello")
SEND = "eth_sendRawTransaction"


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


def sender(node: FakeNode, **options: Any) -> Sender:
    return Sender(node, 5, sleep=lambda _: None, **options)


def test_sends_and_waits(node: FakeNode) -> None:
    """A request becomes one mined transaction with room for gas."""
    receipt = sender(node).send(SIGNER, REQUEST)
    assert (1, True) == (receipt.block_number, receipt.succeeded)
    assert 1 == node.count(SEND)


def test_finds_a_transaction_whose_answer_was_lost(node: FakeNode) -> None:
    """When the line breaks after the node has mined it, it is not sent again."""

    def lose(call: Call) -> Any:
        node.mine(call.params[0])
        raise RpcUnavailable("broke off")

    node.quirks.append(once(SEND, lose))
    assert sender(node).send(SIGNER, REQUEST).succeeded
    assert (1, 1) == (node.nonce, node.count(SEND))


def test_says_so_when_the_fate_is_unknown(node: FakeNode) -> None:
    """When the node stays away after it was given a transaction, the error names it."""

    def leave(call: Call) -> Any:
        node.is_away = True
        raise RpcUnavailable("broke off")

    node.quirks.append(once(SEND, leave))
    with pytest.raises(RpcUnavailable, match="perhaps mined: 0x"):
        sender(node).send(SIGNER, REQUEST)


def test_a_node_away_before_sending_means_nothing_was_sent(node: FakeNode) -> None:
    """Then the error mentions no transaction."""
    node.is_away = True
    with pytest.raises(RpcUnavailable) as caught:
        sender(node).send(SIGNER, REQUEST)
    assert "perhaps mined" not in caught.value.message


def test_believes_the_chain_rather_than_an_error(node: FakeNode) -> None:
    """Ganache was seen to mine a transaction and answer that its nonce was wrong."""

    def mine_and_complain(call: Call) -> Any:
        node.mine(call.params[0])
        return Fault(-32000, "the tx doesn't have the correct nonce")

    node.quirks.append(once(SEND, mine_and_complain))
    assert sender(node).send(SIGNER, REQUEST).succeeded
    assert 1 == node.count(SEND)


@pytest.mark.parametrize("words", ["nonce too low", "max fee per gas less than block base fee"])
def test_signs_anew_when_nonce_or_fee_no_longer_fit(node: FakeNode, words: str) -> None:
    """Another process used the nonce, or the base fee rose: the next try succeeds."""
    node.quirks.append(once(SEND, Fault(-32000, words)))
    assert sender(node).send(SIGNER, REQUEST).succeeded
    assert 2 == node.count(SEND)


def test_gives_up_when_the_account_is_too_busy(node: FakeNode) -> None:
    """After a few lost races, nothing was sent and the caller is told."""
    node.quirks.append(lambda call: Fault(-32000, "nonce too low") if call.method == SEND else NotImplemented)
    with pytest.raises(TransactionPending, match="busily"):
        sender(node).send(SIGNER, REQUEST)


@pytest.mark.parametrize(
    ("expected", "words"), [(InsufficientFunds, "insufficient funds for gas"), (RpcRefused, "tx too large")]
)
def test_a_refusal_of_the_node_is_told(node: FakeNode, expected: type[Exception], words: str) -> None:
    """A poor account and a node's own reasons have their exceptions."""
    node.quirks.append(once(SEND, Fault(-32000, words)))
    with pytest.raises(expected):
        sender(node).send(SIGNER, REQUEST)


def test_a_contracts_refusal_costs_nothing(node: FakeNode) -> None:
    """A contract that refuses the estimate is believed, and nothing is sent."""
    node.quirks.append(once("eth_estimateGas", Fault(3, "execution reverted", "0x4e487b71" + "11".zfill(64))))
    with pytest.raises(TransactionReverted, match=r"Panic\(arithmetic overflow\)"):
        sender(node).send(SIGNER, REQUEST)
    assert 0 == node.count(SEND)


def test_an_idle_simulators_clock_is_refreshed(node: FakeNode) -> None:
    """Ganache estimates as of its last block: a block is mined before its refusal is believed."""
    node.client = "Ganache/v7.9.2"
    node.quirks += [once("eth_estimateGas", Fault(3, "execution reverted")), once("evm_mine", "0x0")]
    assert sender(node).send(SIGNER, REQUEST).succeeded
    assert 1 == node.count("evm_mine")


def test_a_mined_refusal_is_explained(node: FakeNode) -> None:
    """When the contract refuses in the block, the call is repeated there to learn why."""
    node.quirks += [
        once(SEND, lambda call: node.mine(call.params[0], status="0x0")),
        once("eth_call", Fault(3, "execution reverted", "0x12345678")),
    ]
    with pytest.raises(TransactionReverted, match="0x12345678"):
        sender(node).send(SIGNER, REQUEST)


def test_a_refusal_that_cannot_be_repeated_is_still_one(node: FakeNode) -> None:
    """When the call succeeds now, the transaction has still failed."""
    node.quirks += [once(SEND, lambda call: node.mine(call.params[0], status="0x0")), once("eth_call", "0x")]
    with pytest.raises(TransactionReverted, match="revert"):
        sender(node).send(SIGNER, REQUEST)


def test_running_out_of_gas_is_named(node: FakeNode) -> None:
    """A failed transaction that used all its gas ran out of it."""
    node.quirks.append(once(SEND, lambda call: node.mine(call.params[0], status="0x0")))
    with pytest.raises(TransactionReverted, match="OutOfGas"):
        sender(node).send(SIGNER, Request(REQUEST.to, b"", gas=21_000))


def test_threads_share_an_account(node: FakeNode) -> None:
    """Many threads leave no gap and use no nonce twice."""
    shared = sender(node)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: shared.send(SIGNER, REQUEST), range(40)))
    assert 40 == len({receipt.transaction for receipt in receipts}) == node.nonce


def test_a_forgotten_transaction_is_dropped(node: FakeNode) -> None:
    """A transaction that the node took and does not have any more is reported as dropped."""
    node.quirks.append(once(SEND, "0x00"))
    with pytest.raises(TransactionDropped):
        sender(node, timeout_s=0).send(SIGNER, REQUEST)


def test_a_place_that_another_process_took_is_left_to_it(node: FakeNode) -> None:
    """When both were told "taken" and the other's was mined, the request is signed anew, and mined once."""

    def lose(call: Call) -> str:
        node.nonce += 1
        return "0x00"

    node.quirks.append(once(SEND, lose))
    assert sender(node).send(SIGNER, REQUEST).succeeded
    assert (2, 2, 1) == (node.nonce, node.count(SEND), len(node.mined))


def test_a_busy_account_is_given_up(node: FakeNode) -> None:
    """When others take the place each time, the error says what to do."""

    def lose(call: Call) -> Any:
        if call.method != SEND:
            return NotImplemented
        node.nonce += 1
        return "0x00"

    node.quirks.append(lose)
    with pytest.raises(TransactionPending, match="so busily"):
        sender(node).send(SIGNER, REQUEST)


def test_a_waiting_transaction_is_pending(node: FakeNode) -> None:
    """A transaction that the node has and does not mine is reported as pending."""
    node.quirks += [
        once(SEND, "0x00"),
        lambda call: {} if call.method == "eth_getTransactionByHash" else NotImplemented,
    ]
    with pytest.raises(TransactionPending):
        sender(node, timeout_s=0).send(SIGNER, REQUEST)


def test_waits_for_blocks_on_top(node: FakeNode) -> None:
    """With confirmations, it counts once so many blocks follow."""
    heights = iter(["0x1", "0x2", "0x3", "0x4"])
    node.quirks.append(lambda call: next(heights) if call.method == "eth_blockNumber" else NotImplemented)
    assert sender(node, finality=2).send(SIGNER, REQUEST).succeeded
    assert 3 == node.count("eth_blockNumber")


def test_waits_for_the_finalized_block(node: FakeNode) -> None:
    """With `finalized`, the network's own word counts."""
    assert sender(node, finality="finalized").send(SIGNER, REQUEST).succeeded
    assert 1 == node.count("eth_getBlockByNumber")


def test_notices_a_block_that_was_replaced(node: FakeNode) -> None:
    """A transaction whose block is gone once there are confirmations is reported."""
    made = sender(node, finality=1)
    node.quirks.append(lambda call: "0x9" if call.method == "eth_blockNumber" else NotImplemented)
    signed = made.submit(SIGNER, REQUEST)
    found = made.receipts.wait(signed.hash)
    node.mined.clear()
    with pytest.raises(ReorgDetected):
        made.receipts.confirm(found, 1)


def test_waiting_for_blocks_ends(node: FakeNode) -> None:
    """Confirmations that do not come in time leave the transaction pending."""
    receipts = Receipts(node, timeout_s=0, sleep=lambda _: None)
    found = sender(node).send(SIGNER, REQUEST)
    with pytest.raises(TransactionPending, match="not final"):
        receipts.confirm(found, 100)
