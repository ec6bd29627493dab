import pytest

from supportledger.chain.faults import Rejection, rejection, revert_data
from supportledger.chain.rpc import Fault


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (Rejection.KNOWN, "already known"),
        (Rejection.KNOWN, "transaction already imported"),
        (Rejection.KNOWN, "Known transaction"),
        (Rejection.NONCE, "nonce too low"),
        (Rejection.NONCE, "nonce too low: next nonce 5, tx nonce 4"),
        (
            Rejection.NONCE,
            "the tx doesn't have the correct nonce. account has nonce of: 3 tx has nonce of: 2",
        ),
        (Rejection.NONCE, "replacement transaction underpriced"),
        (Rejection.NONCE, "Nonce too low"),
        (Rejection.NONCE, "transaction can't be replaced, mining has already started."),
        (Rejection.FEE, "max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1 baseFee: 7"),
        (Rejection.FEE, "transaction underpriced"),
        (Rejection.FUNDS, "insufficient funds for gas * price + value: balance 0, tx cost 5"),
        (Rejection.FUNDS, "Insufficient funds for gas * price + value"),
        (Rejection.FUNDS, "Upfront cost exceeds account balance"),
        (Rejection.OTHER, "intrinsic gas too low"),
    ],
)
def test_nodes_words_are_understood(expected: Rejection, words: str) -> None:
    """What Geth, Besu, Anvil and Ganache say is told apart."""
    assert expected is rejection(Fault(-32000, words))


@pytest.mark.parametrize(
    ("expected", "fault"),
    [
        (b"\x01", Fault(3, "execution reverted", "0x01")),
        (b"\x01", Fault(-32000, "VM Exception", {"result": "0x01", "hash": None})),
        (b"", Fault(3, "execution reverted")),
        (b"", Fault(3, "execution reverted", "0x")),
        (None, Fault(-32601, "the method does not exist")),
    ],
)
def test_revert_data_is_found(expected: bytes | None, fault: Fault) -> None:
    """Each node's place for what a contract returned is known, and its absence."""
    assert expected == revert_data(fault)
