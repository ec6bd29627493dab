"""
What a block says about the ledger: its header, its account, and single words of its storage.

Each proof is the exact path of trie nodes from a root to what it shows, no node more: nothing in it could be
changed without changing the root.

Source: Ethereum Yellow Paper, 4.1 and appendix D; EIP-1186; docs/spec/verification.md, V7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import rlp
from trie import HexaryTrie

from supportledger.errors import StorageMismatch
from supportledger.model.ids import Address, keccak
from supportledger.model.records import Deployment
from supportledger.proof.evidence import StateProof

_FEWEST_FIELDS, _MOST_FIELDS = 15, 32
_STATE_ROOT, _NUMBER, _TIME = 3, 8, 11
_EMPTY_ROOT: Final = keccak(b"\x80")
_INLINE: Final = 32
"""A node of fewer bytes lies inside its parent, and is no item of a proof."""
_HEADER_LIMIT: Final = 1 << 16
_NODE_LIMIT: Final = 1 << 10
"""Most bytes; a node with sixteen children has 532. Reading RLP takes time by the square of its length."""


@dataclass(frozen=True, slots=True)
class Header:
    """
    What is needed of a block's header.

    Args:
        hash: keccak256 of the exact bytes.
        number: Of the block.
        time: Unix seconds.
        state_root: Of all accounts.
    """

    hash: bytes
    number: int
    time: int
    state_root: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """What a block says about a contract: the root of its storage, and the hash of its code."""

    storage_root: bytes
    code_hash: bytes


def read_header(data: bytes) -> Header:
    """
    Read a header from its exact bytes (V7.1).

    Raises:
        StorageMismatch: They are not a header.
    """
    if len(data) > _HEADER_LIMIT:
        raise StorageMismatch(f"the block's header has more than {_HEADER_LIMIT} bytes")
    fields = _decoded(data, "the block's header")
    if (
        not isinstance(fields, list)
        or not _FEWEST_FIELDS <= len(fields) <= _MOST_FIELDS
        or not all(isinstance(one, bytes) for one in fields)
        or len(fields[_STATE_ROOT]) != 32
    ):
        raise StorageMismatch("the block's header does not have the fields of one")
    number, time = _number(fields[_NUMBER]), _number(fields[_TIME])
    return Header(keccak(data), number, time, fields[_STATE_ROOT])


def prove_account(header: Header, address: Address, nodes: Sequence[bytes]) -> Account:
    """
    Show an account under a block's state root (V7.2).

    Raises:
        StorageMismatch: The nodes do not show it, or show that there is none.
    """
    found = _value(header.state_root, keccak(address), nodes, f"account {address}")
    if not found:
        raise StorageMismatch(f"block {header.number} has no contract at {address}")
    fields = _decoded(found, f"account {address}")
    if (
        not isinstance(fields, list)
        or not all(isinstance(one, bytes) for one in fields)
        or [len(one) for one in fields[2:]] != [32, 32]
    ):
        raise StorageMismatch(f"account {address} does not have the fields of one")
    return Account(storage_root=fields[2], code_hash=fields[3])


def prove_word(storage_root: bytes, place: bytes, nodes: Sequence[bytes], what: str) -> bytes:
    """
    Show one word of a contract's storage; 32 zero bytes where the nodes show that nothing is there (V7.3).

    Args:
        storage_root: Of the contract.
        place: Of the word; 32 bytes.
        nodes: From the root on.
        what: For messages.

    Raises:
        StorageMismatch: The nodes show neither.
    """
    found = _value(storage_root, keccak(place), nodes, what)
    if not found:
        return bytes(32)
    word = _decoded(found, what)
    if not isinstance(word, bytes) or not 0 < len(word) <= 32 or word[0] == 0:
        raise StorageMismatch(f"{what}: what is stored is not a word")
    return word.rjust(32, b"\0")


@dataclass(frozen=True, slots=True)
class ProvenBlock:
    """
    What a block was shown to say.

    Args:
        header: Of the block; whether it is on the chain is another question.
        words: Those that were asked for, in order; 32 bytes each, zero where nothing is stored.
    """

    header: Header
    words: tuple[bytes, ...]


def prove(proof: StateProof, ledger: Deployment, wanted: Sequence[tuple[bytes, str]]) -> ProvenBlock:
    """
    Show what a block says of a contract.

    Args:
        proof: Header, account and words.
        ledger: The contract that is meant.
        wanted: Place of each word, and its name for messages; as many as *proof* has.

    Raises:
        StorageMismatch: One of the proofs does not hold, or the contract has other code.
    """
    header = read_header(proof.header)
    account = prove_account(header, ledger.ledger, proof.account)
    if account.code_hash != ledger.code_hash:
        raise StorageMismatch(
            f"block {header.number} has other code at {ledger.ledger}: {account.code_hash.hex()}"
        )
    if len(proof.words) != len(wanted):
        raise StorageMismatch(f"{len(proof.words)} words are proven, and {len(wanted)} are needed")
    pairs = zip(wanted, proof.words, strict=True)
    words = tuple(prove_word(account.storage_root, place, nodes, what) for (place, what), nodes in pairs)
    return ProvenBlock(header, words)


def path(root: bytes, key: bytes, nodes: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Pick the nodes that lead from a root to a key, in order, out of all that are given.

    Args:
        root: Of the trie.
        key: As it is hashed into the trie; 32 bytes.
        nodes: In any order, with others among them.

    Raises:
        StorageMismatch: One is missing, or malformed.
    """
    return _walk(root, key, nodes, "the proof")[1]


def _value(root: bytes, key: bytes, nodes: Sequence[bytes], what: str) -> bytes:
    value, used = _walk(root, key, nodes, what)
    if not isinstance(value, bytes):
        raise StorageMismatch(f"{what}: what the nodes lead to is no value")
    if used != tuple(nodes):
        raise StorageMismatch(f"{what}: the proof has nodes that do not belong on its path")
    return value


def _walk(root: bytes, key: bytes, nodes: Sequence[bytes], what: str) -> tuple[bytes, tuple[bytes, ...]]:
    """Give what a key leads to, and the nodes on the way."""
    if root == _EMPTY_ROOT:
        return b"", ()
    if any(len(node) > _NODE_LIMIT for node in nodes):
        raise StorageMismatch(f"{what}: a node of the proof has more than {_NODE_LIMIT} bytes")
    trie = HexaryTrie({keccak(node): bytes(node) for node in nodes}, root)
    try:
        value, steps = trie.get(key), trie.get_proof(key)
        encoded = [rlp.encode(step) for step in steps]
    except Exception as cause:  # trie raises errors of many kinds for nodes that are none
        raise StorageMismatch(f"{what}: the proof does not follow from the block's state root") from cause
    return value, tuple(node for at, node in enumerate(encoded) if at == 0 or len(node) >= _INLINE)


def _decoded(data: bytes, what: str) -> Any:
    try:
        return rlp.decode(data)
    except Exception as cause:  # rlp raises errors of many kinds, RecursionError among them
        raise StorageMismatch(f"{what} is not RLP") from cause


def _number(field: bytes) -> int:
    if len(field) > 8 or field[:1] == b"\0":
        raise StorageMismatch("the block's header has a number that is none")
    return int.from_bytes(field, "big")
