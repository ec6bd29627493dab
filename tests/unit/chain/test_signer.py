from typing import Any

import pytest
from eth_account import Account

from supportledger.chain.signer import ExternalSigner, KeySigner, local_signer
from supportledger.chain.transaction import Transaction
from supportledger.chain.wellknown import LOCAL_CHAIN_ID, MNEMONIC, WATCHED, private_key
from supportledger.errors import Denied, InputError
from supportledger.model.ids import Address
from supportledger.proof import typed_data
from supportledger.proof.typed_data import Claim, Domain

HERE = Domain(LOCAL_CHAIN_ID, bytes(20))
MAINNET = Domain(1, bytes(20))
CLAIM = Claim(bytes(32), bytes(20), 9)
OWN = KeySigner(b"\x07" * 32)


def transaction(chain_id: int) -> Transaction:
    return Transaction(chain_id, 0, 1, 2, 21_000, Address(bytes(20)), b"hello")


class FakeSigner:
    """A signing program that answers as it is told."""

    shown = "fake"

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[tuple[Any, ...]] = []

    def call(self, method: str, *params: Any) -> Any:
        self.asked.append((method, *params))
        return self.answer


def test_local_keys_are_those_of_the_mnemonic() -> None:
    """Our derivation equals eth-account's for many accounts."""
    Account.enable_unaudited_hdwallet_features()
    for index in (0, 1, 9, 57, 1_000):
        expected = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
        assert bytes(expected.key) == private_key(index)


@pytest.mark.parametrize("index", [0, 9, WATCHED - 1])
def test_well_known_keys_sign_on_the_local_chain_only(index: int) -> None:
    """A transaction or message for another chain id is refused, wherever the key came from."""
    signer = KeySigner(private_key(index))
    signer.sign_message(CLAIM, HERE)
    signer.sign_transaction(transaction(LOCAL_CHAIN_ID))
    with pytest.raises(Denied, match="public knowledge"):
        signer.sign_message(CLAIM, MAINNET)
    with pytest.raises(Denied, match="public knowledge"):
        signer.sign_transaction(transaction(1))


def test_own_keys_sign_anywhere() -> None:
    """A key of one's own signs what `proof.typed_data` verifies, on any chain."""
    for domain in (HERE, MAINNET):
        typed_data.verify(CLAIM, domain, OWN.sign_message(CLAIM, domain), OWN.address)


def test_a_signer_does_not_show_its_key() -> None:
    """Neither text nor representation of a signer holds the key."""
    assert f"KeySigner({OWN.address})" == repr(OWN) == str(OWN)


def test_the_local_chain_has_names() -> None:
    """An unknown name is refused with those that exist."""
    assert local_signer(8).address == local_signer("customer").address
    with pytest.raises(InputError, match="no identity mallory") as caught:
        local_signer("mallory")
    assert "customer" in caught.value.hint


def external(answer: Any, dialect: str = "node") -> tuple[ExternalSigner, FakeSigner]:
    program = FakeSigner(answer)
    return ExternalSigner(program, OWN.address, dialect), program  # type: ignore[arg-type]


@pytest.mark.parametrize("wrap", [lambda raw: raw, lambda raw: {"raw": raw, "tx": {}}])
def test_an_external_signer_returns_what_the_key_would(wrap: Any) -> None:
    """Nodes answer with the bytes, Clef with an object around them."""
    expected = OWN.sign_transaction(transaction(5))
    signer, program = external(wrap("0x" + expected.raw.hex()), "clef")
    assert expected == signer.sign_transaction(transaction(5))
    assert program.asked[0][0] == "account_signTransaction"


def test_an_external_signer_may_write_v_from_0() -> None:
    """A signature with v 0 or 1 is brought into the ledger's form."""
    expected = OWN.sign_message(CLAIM, MAINNET)
    short = expected[:64] + bytes([expected[64] - 27])
    signer, program = external("0x" + short.hex(), "web3signer")
    assert expected == signer.sign_message(CLAIM, MAINNET)
    assert isinstance(program.asked[0][2], str)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "0x",
        "nonsense",
        "0x02c0",
        "0x" + OWN.sign_transaction(transaction(6)).raw.hex(),
        "0x" + KeySigner(b"\x08" * 32).sign_transaction(transaction(5)).raw.hex(),
    ],
)
def test_an_external_signer_is_not_believed(answer: Any) -> None:
    """Anything but this transaction, signed by this account, is refused."""
    with pytest.raises(Denied):
        external(answer)[0].sign_transaction(transaction(5))


def test_an_external_signers_message_is_checked() -> None:
    """The signature of another account is refused."""
    wrong = KeySigner(b"\x08" * 32).sign_message(CLAIM, MAINNET)
    with pytest.raises(Denied, match="signed as"):
        external("0x" + wrong.hex())[0].sign_message(CLAIM, MAINNET)


def test_an_unknown_kind_of_signer_is_refused() -> None:
    """The known kinds are named."""
    with pytest.raises(InputError, match="no such kind"):
        external("0x", "trezor")
