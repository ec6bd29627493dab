import pytest

from supportledger.chain.fees import Fees, offer
from supportledger.chain.rpc import Fault
from supportledger.errors import RpcRefused

NO_TIP = Fault(-32601, "unknown method")


def test_leaves_room_for_the_base_fee_to_double() -> None:
    """The offer is twice the next block's base fee, and the median tip on top."""
    history = {"baseFeePerGas": ["0x5", "0xa"], "reward": [["0x1"], ["0x3"], ["0x9"]]}
    assert Fees(3, 23) == offer(history, NO_TIP)


def test_takes_the_nodes_advice_when_it_is_higher() -> None:
    """A tip the node suggests is not undercut."""
    assert Fees(5, 5) == offer({"baseFeePerGas": ["0x0"], "reward": []}, "0x5")


def test_a_chain_without_fees_costs_nothing() -> None:
    """On a consortium's chain with a base fee of zero nothing is offered."""
    assert Fees(0, 0) == offer({"baseFeePerGas": ["0x0"]}, NO_TIP)


def test_a_chain_without_a_base_fee_is_refused() -> None:
    """Only chains with EIP-1559 are served."""
    with pytest.raises(RpcRefused, match="EIP-1559"):
        offer(NO_TIP, NO_TIP)
