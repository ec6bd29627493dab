from typing import Any

import pytest

from supportledger.chain.bulk import CHUNK, send_many
from supportledger.chain.receipts import Receipt
from supportledger.chain.rpc import Call, Fault
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import KeySigner
from supportledger.errors import InputError, InsufficientFunds, RpcUnavailable, TransactionReverted
from supportledger.model.ids import Address
from tests.unit.chain.fake_node import FakeNode, once

SIGNER = KeySigner(b"\x07" * 32)
SEND = "eth_sendRawTransaction"
N = 2 * CHUNK + 50


def requests(count: int = N) -> list[Request]:
    return [Request(Address(bytes(20)), number.to_bytes(4, "big"), 21_000) for number in range(count)]


@pytest.fixture
def node() -> FakeNode:
    return FakeNode()


def nth(method: str, number: int, answer: Any) -> Any:
    """Answer one later call of a method differently."""
    seen = [0]
    inner = once(method, answer)

    def quirk(call: Call) -> Any:
        seen[0] += call.method == method
        return inner(call) if seen[0] == number else NotImplemented

    return quirk


def test_sends_all_in_order(node: FakeNode) -> None:
    """Each request has its receipt, mined in the order of the requests, each sent once."""
    outcomes = send_many(Sender(node, 5), SIGNER, iter(requests()))
    assert list(range(1, N + 1)) == [one.block_number for one in outcomes if isinstance(one, Receipt)]
    assert N == node.count(SEND)


def test_nothing_is_sent_for_nothing(node: FakeNode) -> None:
    """No requests, no outcomes."""
    assert [] == send_many(Sender(node, 5), SIGNER, [])


def test_tells_what_is_about_to_be_sent(node: FakeNode) -> None:
    """Hashes are known before anything is on its way, and progress after."""
    told: list[bytes] = []
    progress: list[int] = []
    outcomes = send_many(
        Sender(node, 5),
        SIGNER,
        requests(),
        before=lambda signed: told.extend(one.hash for one in signed),
        progress=progress.append,
    )
    assert told == [one.transaction for one in outcomes if isinstance(one, Receipt)]
    assert [CHUNK, 2 * CHUNK, N] == progress


@pytest.mark.parametrize("at", [1, 50, CHUNK, CHUNK + 7, N])
def test_one_that_is_not_taken_is_sent_alone(node: FakeNode, at: int) -> None:
    """A nonce that another process took, or a fee too low by now, delays and loses nothing."""
    node.quirks.append(nth(SEND, at, Fault(-32000, "transaction underpriced")))
    outcomes = send_many(Sender(node, 5), SIGNER, requests())
    assert N == sum(isinstance(one, Receipt) for one in outcomes) == node.nonce


def test_a_broken_line_is_mended(node: FakeNode) -> None:
    """When a batch's answer is lost, what was mined is found and the rest is sent."""
    node.quirks.append(nth(SEND, CHUNK + 30, RpcUnavailable("broke off")))
    outcomes = send_many(Sender(node, 5), SIGNER, requests())
    assert N == sum(isinstance(one, Receipt) for one in outcomes) == node.nonce


def test_a_node_that_goes_away_ends_it(node: FakeNode) -> None:
    """What was mined before has its receipt; what may have been sent says so; the rest was not sent."""

    def leave(call: Call) -> Any:
        node.is_away = True
        raise RpcUnavailable("broke off")

    node.quirks.append(nth(SEND, CHUNK + 30, leave))
    outcomes = send_many(Sender(node, 5), SIGNER, requests())
    assert N == len(outcomes)
    assert all(isinstance(one, RpcUnavailable) for one in outcomes[CHUNK:])


def test_a_poor_account_ends_it(node: FakeNode) -> None:
    """Before each hundred the balance is looked at: what can be paid is sent, and nothing behind it."""
    cost = 21_000 * 3
    balances = iter([hex(cost * 1000), hex(cost * 2 + 1)])
    node.quirks.append(lambda call: next(balances) if call.method == "eth_getBalance" else NotImplemented)
    outcomes = send_many(Sender(node, 5), SIGNER, requests())
    assert CHUNK + 2 == sum(isinstance(one, Receipt) for one in outcomes) == node.nonce
    assert all(isinstance(one, InsufficientFunds) for one in outcomes[CHUNK + 2 :])


def test_one_refused_does_not_stop_the_others(node: FakeNode) -> None:
    """A transaction that the contract refuses has its reason, the others their receipts."""
    node.quirks += [
        nth(SEND, 5, lambda call: node.mine(call.params[0], status="0x0")),
        once("eth_call", Fault(3, "execution reverted", "0x12345678")),
    ]
    big = [Request(one.to, one.data, 30_000) for one in requests()]
    outcomes = send_many(Sender(node, 5), SIGNER, big)
    assert [4] == [at for at, one in enumerate(outcomes) if isinstance(one, TransactionReverted)]


def test_gas_must_be_said(node: FakeNode) -> None:
    """Estimating each would cost the node as much as doing it."""
    with pytest.raises(InputError, match="gas"):
        send_many(Sender(node, 5), SIGNER, [Request(None, b"")])
