import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from supportledger.errors import InputError, SignatureMismatch
from supportledger.model.ids import Address
from supportledger.proof.signature import address_of, recover, sign_digest
from supportledger.proof.typed_data import (
    Action,
    Claim,
    Domain,
    Message,
    Open,
    Receipt,
    digest,
    sign,
    verify,
    wallet_request,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/hashes.json").read_text())["typedData"]
TYPES = {"Open": Open, "Action": Action, "Claim": Claim, "Receipt": Receipt}
KEY = bytes(31) + b"\x2a"
SIGNER = address_of(KEY)
DOMAIN = Domain(1337, bytes(range(20)))
RECEIPT = Receipt(b"\x07" * 32, 1_700_000_000, 1_700_000_600)
ACTION = Action(b"\x01" * 32, "Answer", 2, SIGNER, 1, 3, b"\x02" * 32, 1_700_000_000)
MESSAGES: list[Message] = [
    Open(SIGNER, bytes(20), 65535, b"\x03" * 32, b"\x04" * 32, 2**64 - 1),
    ACTION,
    replace(ACTION, action="Rate", argument=2**256 - 1),
    Claim(b"\x05" * 32, SIGNER, 0),
    RECEIPT,
]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def message_of(case: dict[str, Any]) -> tuple[Message, Domain]:
    cls = TYPES[case["type"]]
    read = {"address": Address.parse, "bytes32": lambda text: bytes.fromhex(text[2:]), "string": str}
    given = [read.get(kind, int)(case["message"][name]) for _, name, kind in cls.members]
    return cls(*given), Domain(int(case["chainId"]), Address.parse(case["ledger"]))


@pytest.mark.parametrize("case", VECTORS)
def test_digests_and_signatures_are_the_vectors(case: dict[str, Any]) -> None:
    """Digests and recovered signers equal those of eth-account."""
    message, domain = message_of(case)
    signature = bytes.fromhex(case["signature"][2:])
    assert case["digest"] == "0x" + digest(message, domain).hex()
    assert case["signer"] == str(recover(digest(message, domain), signature))
    verify(message, domain, signature, Address.parse(case["signer"]))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_wallet_signs_the_same(message: Message) -> None:
    """What eth-account makes of our JSON, as a wallet would, is our digest and our signature."""
    request = json.loads(json.dumps(wallet_request(message, DOMAIN)))
    theirs = Account.sign_message(encode_typed_data(full_message=request), KEY)
    assert bytes(theirs.message_hash) == digest(message, DOMAIN)
    assert bytes(theirs.signature) == sign(message, DOMAIN, KEY)


@pytest.mark.parametrize("cls", TYPES.values())
def test_members_are_the_attributes(cls: type[Message]) -> None:
    """Every attribute is signed, in the order of the struct."""
    assert [one.name for one in fields(cls)] == [attribute for attribute, _, _ in cls.members]


@pytest.mark.parametrize("message", MESSAGES)
def test_every_member_is_signed(message: Message) -> None:
    """Changing any one member, the chain or the contract changes the digest."""
    before = digest(message, DOMAIN)
    others = [replace(message, **{one.name: other(getattr(message, one.name))}) for one in fields(message)]
    digests = [digest(one, DOMAIN) for one in others]
    digests += [digest(message, replace(DOMAIN, chain_id=1)), digest(message, replace(DOMAIN, ledger=SIGNER))]
    assert len({before, *digests}) == len(others) + 3


def other(value: Any) -> Any:
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value ^ 1 if isinstance(value, int) else value + "!"


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 1 << 32},
        {"seen": -1},
        {"argument": 1 << 256},
        {"actor": bytes(19)},
        {"ticket": bytes(33)},
    ],
)
def test_members_fit_their_types(change: dict[str, Any]) -> None:
    """A member that does not fit is an InputError, never cut to size."""
    with pytest.raises(InputError):
        digest(replace(ACTION, **change), DOMAIN)


def test_a_receipt_proves_who_promised() -> None:
    """A receipt verifies for the key that signed it and for no other, nor with another promise."""
    signature = sign(RECEIPT, DOMAIN, KEY)
    verify(RECEIPT, DOMAIN, signature, SIGNER)
    with pytest.raises(SignatureMismatch, match="Receipt is signed by"):
        verify(RECEIPT, DOMAIN, signature, bytes(20))
    with pytest.raises(SignatureMismatch):
        verify(replace(RECEIPT, include_by=0), DOMAIN, signature, SIGNER)


class TestRecover:
    signature = sign_digest(KEY, b"\x07" * 32)

    def test_finds_the_signer(self) -> None:
        """A signature leads to the address of its key."""
        assert recover(b"\x07" * 32, self.signature) == SIGNER == Address.parse(Account.from_key(KEY).address)

    def test_refuses_high_s(self) -> None:
        """The same signature with n - s and the other v, valid elsewhere, is refused."""
        s = ORDER - int.from_bytes(self.signature[32:64], "big")
        twin = self.signature[:32] + s.to_bytes(32, "big") + bytes([55 - self.signature[64]])
        with pytest.raises(SignatureMismatch, match="upper half"):
            recover(b"\x07" * 32, twin)

    @pytest.mark.parametrize("v", [0, 1, 26, 29, 30, 255])
    def test_refuses_other_v(self, v: int) -> None:
        """Only 27 and 28 are taken for v."""
        with pytest.raises(SignatureMismatch, match="27 or 28"):
            recover(b"\x07" * 32, self.signature[:64] + bytes([v]))

    @pytest.mark.parametrize("length", [0, 64, 66])
    def test_refuses_other_lengths(self, length: int) -> None:
        """A signature has 65 bytes; the short form of EIP-2098 is refused."""
        with pytest.raises(SignatureMismatch, match="65 bytes"):
            recover(b"\x07" * 32, (self.signature + b"\x1b")[:length])

    @pytest.mark.parametrize(
        ("r", "s"), [(0, 1), (1, 0), (ORDER, 1), (ORDER + 1, 1), (2**256 - 1, 1), (5, 1)], ids=str
    )
    def test_refuses_what_fits_no_key(self, r: int, s: int) -> None:
        """Zero, numbers above the order, and an r that is no point are refused as a SignatureMismatch."""
        with pytest.raises(SignatureMismatch, match="fits no key"):
            recover(b"\x07" * 32, r.to_bytes(32, "big") + s.to_bytes(32, "big") + b"\x1b")

    def test_refuses_another_digest_size(self) -> None:
        """Only 32 bytes are signed."""
        with pytest.raises(SignatureMismatch):
            recover(b"", self.signature)
        with pytest.raises(InputError):
            sign_digest(KEY, b"")

    @pytest.mark.parametrize("key", [b"", bytes(32), ORDER.to_bytes(32, "big"), b"\x01" * 33])
    def test_refuses_what_is_no_key(self, key: bytes) -> None:
        """A private key that is none is an InputError without the key in its text."""
        with pytest.raises(InputError) as caught:
            sign_digest(key, bytes(32))
        assert key.hex() not in caught.value.message or key == b""


def test_the_vault_needs_no_heavy_library() -> None:
    """Importing all of model and proof brings in neither web3, nor eth-account, nor an ABI library."""
    code = "from supportledger.proof import disclosure, merkle, typed_data; import sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert set() == {"web3", "eth_account", "eth_abi", "eth_utils", "faster_eth_abi", "pydantic"} & set(
        loaded
    )
