"""
What people sign instead of sending a transaction, in words that a wallet shows.

Signatures cover no state of the ticket, only the sequence of their lane: a relayer may carry them over a
newer state without asking again. The domain binds chain id and contract.

Source: EIP-712; LEDGER, "Signed actions".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any, ClassVar, Final

from supportledger.errors import SignatureMismatch
from supportledger.model import abi
from supportledger.model.ids import Address, keccak
from supportledger.proof import signature as ecdsa

NAME: Final = "SupportLedger"
VERSION: Final = "1"

Members = tuple[tuple[str, str, str], ...]
"""Attribute, name in EIP-712, and type of each member, in order."""


@dataclass(frozen=True, slots=True)
class Domain:
    """
    Where signatures are good: one contract on one chain.

    Args:
        chain_id: Of the chain now; the contract rebuilds its domain if that ever changes.
        ledger: Address of the contract; 20 bytes.
    """

    chain_id: int
    ledger: bytes

    @property
    def separator(self) -> bytes:
        """Hash of the domain, as the contract's own."""
        return _separator(self.chain_id, bytes(self.ledger))


@dataclass(frozen=True, slots=True)
class Open:
    """
    A customer opens a ticket, or an agent does for a keyless one.

    Args:
        opener: The customer, or the agent; 20 bytes.
        customer: Zero when keyless; 20 bytes.
        policy: Number of the promise.
        terms: Hash of the promise itself, so that the number alone cannot change it; 32 bytes.
        commitment: Of the content; 32 bytes.
        deadline: Last second at which it may be recorded; Unix seconds.
    """

    members: ClassVar[Members] = (
        ("opener", "opener", "address"),
        ("customer", "customer", "address"),
        ("policy", "policy", "uint16"),
        ("terms", "terms", "bytes32"),
        ("commitment", "commitment", "bytes32"),
        ("deadline", "deadline", "uint64"),
    )

    opener: bytes
    customer: bytes
    policy: int
    terms: bytes
    commitment: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Action:
    """
    An actor does something to a ticket.

    Args:
        ticket: The ticket's id; 32 bytes.
        action: The action's word: Reply, Answer, Note …
        argument: As LEDGER lists it for the action; one word.
        actor: Who signs; 20 bytes.
        sequence: The present one of the actor's lane.
        seen: Staff: the customer sequence they have read up to; otherwise 0.
        commitment: Of the content; 32 bytes, zero where there is none.
        deadline: Last second at which it may be recorded; Unix seconds.
    """

    members: ClassVar[Members] = (
        ("ticket", "ticketId", "bytes32"),
        ("action", "action", "string"),
        ("argument", "argument", "uint256"),
        ("actor", "actor", "address"),
        ("sequence", "sequence", "uint32"),
        ("seen", "seen", "uint32"),
        ("commitment", "commitment", "bytes32"),
        ("deadline", "deadline", "uint64"),
    )

    ticket: bytes
    action: str
    argument: int
    actor: bytes
    sequence: int
    seen: int
    commitment: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A customer takes over a ticket that was opened for them without a key.

    Args:
        ticket: The ticket's id; 32 bytes.
        customer: Who signs; 20 bytes.
        deadline: Last second at which it may be recorded; Unix seconds.
    """

    members: ClassVar[Members] = (
        ("ticket", "ticketId", "bytes32"),
        ("customer", "customer", "address"),
        ("deadline", "deadline", "uint64"),
    )

    ticket: bytes
    customer: bytes
    deadline: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    The desk accepts a signed action and promises to record it in time; signed by a certified key.

    Args:
        digest: Of the accepted Open, Action or Claim; 32 bytes.
        received_at: Unix seconds.
        include_by: Last second at which it may be missing from the chain; Unix seconds.
    """

    members: ClassVar[Members] = (
        ("digest", "digest", "bytes32"),
        ("received_at", "receivedAt", "uint64"),
        ("include_by", "includeBy", "uint64"),
    )

    digest: bytes
    received_at: int
    include_by: int


Message = Open | Action | Claim | Receipt


def digest(message: Message, domain: Domain) -> bytes:
    """
    Give the 32 bytes that are signed.

    Raises:
        InputError: A member does not fit into its type.
    """
    cls = type(message)
    words = [_ENCODERS[kind](getattr(message, attribute)) for attribute, _, kind in cls.members]
    return keccak(
        b"\x19\x01" + domain.separator + keccak(_type_hash(cls.__name__, cls.members) + b"".join(words))
    )


def sign(message: Message, domain: Domain, private_key: bytes) -> bytes:
    """
    Sign with a key at hand; 65 bytes.

    Raises:
        InputError: A member does not fit into its type, or the key is none.
    """
    return ecdsa.sign_digest(private_key, digest(message, domain))


def verify(message: Message, domain: Domain, signature: bytes, signer: bytes) -> None:
    """
    Check that *signer*, and nobody else, signed.

    Raises:
        SignatureMismatch: Somebody else did, or nobody.
    """
    actual = ecdsa.recover(digest(message, domain), signature)
    if actual != signer:
        raise SignatureMismatch(f"{type(message).__name__} is signed by {actual}, not by {Address(signer)}")


def wallet_request(message: Message, domain: Domain) -> dict[str, Any]:
    """
    Give the JSON that wallets take in `eth_signTypedData_v4`.

    Integers are decimal strings: JavaScript's numbers would lose digits.

    Source: EIP-712, "Specification of the eth_signTypedData JSON RPC".
    """
    cls = type(message)
    return {
        "types": {
            "EIP712Domain": _listed(_DOMAIN_MEMBERS),
            cls.__name__: _listed((name, kind) for _, name, kind in cls.members),
        },
        "primaryType": cls.__name__,
        "domain": {
            "name": NAME,
            "version": VERSION,
            "chainId": str(domain.chain_id),
            "verifyingContract": str(Address(domain.ledger)),
        },
        "message": {name: _shown(kind, getattr(message, attribute)) for attribute, name, kind in cls.members},
    }


def _listed(members: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in members]


def _shown(kind: str, value: Any) -> str:
    if kind == "address":
        return str(Address(value))
    return "0x" + value.hex() if kind == "bytes32" else str(value)


def _text_hash(text: str) -> bytes:
    return keccak(text.encode())


_DOMAIN_MEMBERS: Final = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_ENCODERS: Final[dict[str, Callable[[Any], bytes]]] = {
    "string": _text_hash,
    "address": abi.address,
    "bytes32": abi.bytes32,
    **{f"uint{bits}": partial(abi.uint, bits=bits) for bits in (16, 32, 64, 256)},
}


@cache
def _type_hash(name: str, members: Members) -> bytes:
    return _text_hash(f"{name}({','.join(f'{kind} {member}' for _, member, kind in members)})")


@lru_cache(maxsize=64)
def _separator(chain_id: int, ledger: bytes) -> bytes:
    members = ",".join(f"{kind} {name}" for name, kind in _DOMAIN_MEMBERS)
    words = (
        _text_hash(f"EIP712Domain({members})"),
        _text_hash(NAME),
        _text_hash(VERSION),
        abi.uint(chain_id),
        abi.address(ledger),
    )
    return keccak(b"".join(words))
