import random

import pytest
from eth_account import Account

from supportledger.chain.signer import KeySigner
from supportledger.chain.transaction import Transaction
from supportledger.chain.wellknown import LOCAL_CHAIN_ID, private_key
from supportledger.model.ids import Address

KEY = private_key(0)
TO = Address(bytes(range(20)))


def theirs(transaction: Transaction) -> tuple[bytes, bytes]:
    fields = {
        "type": 2,
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "maxPriorityFeePerGas": transaction.tip,
        "maxFeePerGas": transaction.max_fee,
        "gas": transaction.gas,
        "value": transaction.value,
        "data": transaction.data,
    }
    if transaction.to is not None:
        fields["to"] = str(transaction.to)
    signed = Account.from_key(KEY).sign_transaction(fields)
    return bytes(signed.raw_transaction), bytes(signed.hash)


@pytest.mark.parametrize("size", [0, 1, 54, 55, 56, 255, 256, 70_000])
def test_is_encoded_as_by_eth_account(size: int) -> None:
    """Bytes and hash equal eth-account's, whatever the length of the data."""
    random.seed(size)
    for first in (0, 0x7F, 0x80):
        data = (bytes([first]) + random.randbytes(size))[:size]
        made = Transaction(LOCAL_CHAIN_ID, random.randrange(300), 1, 10**10, 21_000, TO, data, first)
        signed = KeySigner(KEY).sign_transaction(made)
        assert theirs(made) == (signed.raw, signed.hash)


def test_deploys_without_a_recipient() -> None:
    """A deployment is encoded as by eth-account."""
    made = Transaction(LOCAL_CHAIN_ID, 0, 0, 0, 1_000_000, None, b"\x60\x00")
    signed = KeySigner(KEY).sign_transaction(made)
    assert theirs(made) == (signed.raw, signed.hash)


def test_writes_short_signatures_without_leading_zeros() -> None:
    """Signatures with a short r or s are encoded as by eth-account, over many nonces."""
    signer = KeySigner(KEY)
    for nonce in range(600):
        made = Transaction(LOCAL_CHAIN_ID, nonce, 1, 2, 21_000, TO, b"")
        assert theirs(made)[0] == signer.sign_transaction(made).raw


def test_says_what_must_be_owned() -> None:
    """The most it can cost is all its gas at the highest fee, and its value."""
    assert 21_000 * 7 + 5 == Transaction(1, 0, 1, 7, 21_000, TO, b"", 5).most_wei
