"""Transactions that are stuck are helped, and each is mined once."""

from collections.abc import Callable
from typing import Any

import pytest
import rlp

from supportledger.chain.fees import Fees, raised
from supportledger.chain.pursuit import Pursuit
from supportledger.chain.rpc import Call, Fault
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import KeySigner
from supportledger.chain.transaction import SignedTransaction
from supportledger.errors import TransactionDropped, TransactionPending
from supportledger.model.ids import Address, keccak
from tests.unit.chain.fake_node import FakeNode

SIGNER = KeySigner(b"\x07" * 32)
REQUEST = Request(Address(bytes(20)), b"hello", 50_000)
OFFER = Fees(1, 3)
SEND, COUNT, BY_HASH = "eth_sendRawTransaction", "eth_getTransactionCount", "eth_getTransactionByHash"


class Pool(FakeNode):
    """A node that keeps transactions until `mine_from` lets it mine those that offer as much."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[int, str] = {}
        self.least_fee = 1_000

    def answer(self, call: Call) -> Any:
        if call.method == SEND:
            return self.take(call.params[0])
        if call.method == BY_HASH:
            names = {name_of(raw): {"nonce": "0x0"} for raw in self.waiting.values()}
            return names.get(call.params[0]) or self.mined.get(call.params[0])
        if call.method == "eth_feeHistory":
            return {"baseFeePerGas": [hex(self.least_fee // 4)], "reward": [["0x1"]]}
        return super().answer(call)

    def take(self, raw: str) -> Any:
        nonce, fee = nonce_of(raw), fee_of(raw)
        if nonce < self.nonce:
            return Fault(-32000, "nonce too low")
        if nonce in self.waiting and fee < fee_of(self.waiting[nonce]) * 1.1:
            return Fault(-32000, "replacement transaction underpriced")
        self.waiting[nonce] = raw
        while self.nonce in self.waiting and fee_of(self.waiting[self.nonce]) >= self.least_fee:
            self.mine(self.waiting.pop(self.nonce))
        return name_of(raw)


def fields(raw: str) -> list[bytes]:
    return rlp.decode(bytes.fromhex(raw[4:]))


def nonce_of(raw: str) -> int:
    return int.from_bytes(fields(raw)[1], "big")


def fee_of(raw: str) -> int:
    return int.from_bytes(fields(raw)[3], "big")


def name_of(raw: str) -> str:
    return "0x" + keccak(bytes.fromhex(raw[2:])).hex()


@pytest.fixture
def node() -> Pool:
    return Pool()


def signed(node: Pool, nonce: int, offer: Fees = OFFER) -> SignedTransaction:
    return SIGNER.sign_transaction(Sender(node, 5).transaction(REQUEST, nonce, offer, 50_000))


def sent(node: Pool, nonce: int, offer: Fees = OFFER) -> SignedTransaction:
    one = signed(node, nonce, offer)
    node.take("0x" + one.raw.hex())
    return one


def ticking() -> Callable[[], float]:
    """A clock that goes on by a second each time somebody looks."""
    now = iter(range(10**9))
    return lambda: float(next(now))


def pursue(node: Pool, *transactions: SignedTransaction) -> list[Any]:
    sender = Sender(node, 5, sleep=lambda _: None)
    pursuit = Pursuit(
        sender, SIGNER, transactions, timeout_s=200, stuck_s=5, sleep=lambda _: None, monotonic=ticking()
    )
    return pursuit.outcomes()


def test_what_is_too_cheap_is_replaced_by_itself(node: Pool) -> None:
    """A transaction that offers too little is mined once, at a higher fee, with those behind it."""
    first, second = sent(node, 0), sent(node, 1, Fees(1, 5_000))
    outcomes = pursue(node, first, second)
    assert [True, True] == [one.succeeded for one in outcomes]
    assert second.hash == outcomes[1].transaction
    assert (2, 2) == (node.nonce, len(node.mined))


def test_a_forgotten_pool_is_filled_again(node: Pool) -> None:
    """What the node has forgotten is given to it as it was."""
    one = signed(node, 0, Fees(1, 5_000))
    [outcome] = pursue(node, one)
    assert (one.hash, 1) == (outcome.transaction, len(node.mined))


def test_a_gap_is_filled_with_nothing(node: Pool) -> None:
    """When the node waits for a place that nobody here knows, the account pays itself nothing there."""
    one = sent(node, 2, Fees(1, 5_000))
    [outcome] = pursue(node, one)
    assert (one.hash, 3) == (outcome.transaction, node.nonce)


def test_a_stranger_that_is_stuck_is_replaced(node: Pool) -> None:
    """A cheap transaction of an earlier run before ours makes way."""
    sent(node, 0, Fees(1, 400))
    one = sent(node, 1, Fees(1, 5_000))
    [outcome] = pursue(node, one)
    assert one.hash == outcome.transaction


def test_a_place_that_was_taken_is_given_up(node: Pool) -> None:
    """Once another transaction was mined in its place, it is dropped, and never sent again."""
    sent(node, 0, Fees(1, 5_000))
    [outcome] = pursue(node, signed(node, 0, Fees(1, 6_000)))
    assert isinstance(outcome, TransactionDropped)
    assert 0 == node.count(SEND)


def test_a_node_that_mines_nothing_is_left_in_time(node: Pool) -> None:
    """When nothing helps, the transaction is called pending."""
    node.least_fee = 10**30
    node.quirks.append(
        lambda call: Fault(-32000, "insufficient funds") if call.method == SEND else NotImplemented
    )
    [outcome] = pursue(node, sent(node, 0))
    assert isinstance(outcome, TransactionPending)


def test_a_raised_offer_is_taken_for_one() -> None:
    """It is a tenth more at least in both parts, and never less than what is offered now."""
    assert Fees(126, 251) == raised(Fees(100, 200), Fees(1, 2))
    assert Fees(300, 900) == raised(Fees(100, 200), Fees(300, 900))
