"""
Who signs: a key in this process, or a program elsewhere that keeps the key and is asked.

Both sign transactions and the messages of `proof.typed_data`, never bare digests that somebody hands them.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

import coincurve

from supportledger.chain.rpc import Rpc
from supportledger.chain.transaction import SignedTransaction, Transaction
from supportledger.chain.wellknown import LocalName, private_key, refuse_elsewhere
from supportledger.errors import Denied, InputError, SignatureMismatch
from supportledger.model.ids import Address
from supportledger.ports import Signer
from supportledger.proof import signature as ecdsa
from supportledger.proof import typed_data
from supportledger.proof.typed_data import Domain, Message


class KeySigner:
    """
    A private key in this process's memory.

    Args:
        private_key: 32 bytes. Never shown, logged, or written anywhere.
    """

    __slots__ = ("_key", "address")

    def __init__(self, private_key: bytes) -> None:
        self.address: Final = ecdsa.address_of(private_key)
        self._key = coincurve.PrivateKey(private_key)

    def __repr__(self) -> str:
        """Name the signer, never the key."""
        return f"KeySigner({self.address})"

    def sign_message(self, message: Message, domain: Domain) -> bytes:
        """As `ports.Signer.sign_message`."""
        refuse_elsewhere(self.address, domain.chain_id)
        return self._sign(typed_data.digest(message, domain))

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """As `ports.Signer.sign_transaction`."""
        refuse_elsewhere(self.address, transaction.chain_id)
        return transaction.signed(self._sign(transaction.digest))

    def _sign(self, digest: bytes) -> bytes:
        """Sign as `proof.signature.sign_digest`, with the key prepared once."""
        signature = self._key.sign_recoverable(digest, hasher=None)
        return bytes(signature[:64]) + bytes((27 + signature[64],))


def local_signer(name: str | int) -> KeySigner:
    """
    Give a signer of the local chain.

    Args:
        name: One of `LocalName`, or the number of an account of the mnemonic.

    Raises:
        InputError: The local chain has no such name.
    """
    if isinstance(name, str):
        try:
            name = LocalName[name]
        except KeyError:
            raise InputError(f"the local chain has no identity {name}", hint=f"It has {_names()}.") from None
    return KeySigner(private_key(int(name)))


def _names() -> str:
    return ", ".join(member.name for member in LocalName)


def check_sender(signer: Signer, actor: Address) -> None:
    """
    Let only the actor send what they did not sign.

    Raises:
        InputError: Somebody else would send it.
    """
    if signer.address != actor:
        raise InputError(f"{signer.address} cannot send what {actor} is to do", hint="Let them sign it.")


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    How a kind of signing program is asked.

    Args:
        transaction: Method that signs a transaction.
        message: Method that signs typed data.
        as_text: The typed data is a JSON string rather than an object.
    """

    transaction: str
    message: str
    as_text: bool = False


DIALECTS: Final = {
    "node": Dialect("eth_signTransaction", "eth_signTypedData_v4"),
    "web3signer": Dialect("eth_signTransaction", "eth_signTypedData", as_text=True),
    "clef": Dialect("account_signTransaction", "account_signTypedData"),
}
"""Kinds of signing programs, by name."""


class ExternalSigner:
    """
    A program that keeps the key and signs when asked by JSON-RPC; nothing that it returns is believed.

    Args:
        rpc: The program, with a time limit that lets a person confirm.
        address: The account to sign with.
        dialect: One of `DIALECTS`.

    Raises:
        InputError: The dialect is unknown.
    """

    def __init__(self, rpc: Rpc, address: Address, dialect: str = "node") -> None:
        if dialect not in DIALECTS:
            raise InputError(f"no such kind of signer: {dialect}", hint=f"There are {', '.join(DIALECTS)}.")
        self.address: Final = address
        self._rpc = rpc
        self._dialect = DIALECTS[dialect]

    def __repr__(self) -> str:
        """Name the signer and where it is."""
        return f"ExternalSigner({self.address}, {self._rpc.shown})"

    def sign_message(self, message: Message, domain: Domain) -> bytes:
        """As `ports.Signer.sign_message`."""
        refuse_elsewhere(self.address, domain.chain_id)
        request = typed_data.wallet_request(message, domain)
        shown = json.dumps(request) if self._dialect.as_text else request
        answer = self._rpc.call(self._dialect.message, str(self.address), shown)
        signature = _canonical(_bytes(answer))
        self._check(typed_data.digest(message, domain), signature)
        return signature

    def sign_transaction(self, transaction: Transaction) -> SignedTransaction:
        """As `ports.Signer.sign_transaction`."""
        refuse_elsewhere(self.address, transaction.chain_id)
        answer = self._rpc.call(self._dialect.transaction, _shown(transaction, self.address))
        raw = _bytes(answer.get("raw") if isinstance(answer, dict) else answer)
        signature = _signature_in(raw)
        signed = transaction.signed(signature)
        if signed.raw != raw:
            raise Denied(f"the signer at {self._rpc.shown} signed another transaction than asked for")
        self._check(transaction.digest, signature)
        return signed

    def _check(self, digest: bytes, signature: bytes) -> None:
        try:
            signer = ecdsa.recover(digest, signature)
        except SignatureMismatch as error:
            raise Denied(f"the signer at {self._rpc.shown} gave no valid signature") from error
        if signer != self.address:
            raise Denied(f"the signer at {self._rpc.shown} signed as {signer}, not as {self.address}")


def _shown(transaction: Transaction, sender: Address) -> dict[str, Any]:
    shown = {
        "type": "0x2",
        "from": str(sender),
        "chainId": hex(transaction.chain_id),
        "nonce": hex(transaction.nonce),
        "maxPriorityFeePerGas": hex(transaction.tip),
        "maxFeePerGas": hex(transaction.max_fee),
        "gas": hex(transaction.gas),
        "value": hex(transaction.value),
        "data": "0x" + transaction.data.hex(),
        "accessList": [],
    }
    return shown if transaction.to is None else shown | {"to": str(transaction.to)}


def _signature_in(raw: bytes) -> bytes:
    import rlp  # noqa: PLC0415 -- 0.1 s, and only external signers need it

    try:
        parity, r, s = rlp.decode(raw[1:])[-3:]
        return bytes(r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes((27 + int.from_bytes(parity, "big"),)))
    except (rlp.DecodingError, ValueError, AttributeError, TypeError) as error:
        raise Denied("the signer answered with something that is not a signed transaction") from error


def _canonical(signature: bytes) -> bytes:
    """Write v as 27 or 28, where signers differ."""
    if len(signature) == ecdsa.SIGNATURE_SIZE and signature[64] < 2:
        return signature[:64] + bytes((27 + signature[64],))
    return signature


def _bytes(answer: Any) -> bytes:
    try:
        return bytes.fromhex(answer.removeprefix("0x"))
    except (AttributeError, ValueError) as error:
        raise Denied("the signer answered with something that is not hexadecimal") from error
