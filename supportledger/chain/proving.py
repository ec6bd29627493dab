"""
A block's header and the proofs of its storage, as a node gives them, brought into the one form that hashes.

Nodes give headers as JSON, and proofs with what they like around the path. Whatever they give, the header
must hash to the block's hash, and the path to the state root.

Source: EIP-1186; Ethereum Yellow Paper, 4.4; EIP-1559, EIP-4895, EIP-4844, EIP-4788 and EIP-7685 for the
fields that were added.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import rlp

from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.errors import RpcRefused, RpcUnavailable
from supportledger.model.ids import Address, keccak
from supportledger.proof.evidence import StateProof
from supportledger.proof.storage import path, prove_account, read_header

_FIELDS: Final = (
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
)
"""In the order in which they are hashed; the last ones are missing on older chains."""
_MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)
_NUMBERS: Final = frozenset(
    {
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
    }
)


def state_proof(rpc: Rpc, ledger: Address, places: Sequence[bytes], block: int | None) -> StateProof:
    """
    Ask a node to show some words of a contract's storage.

    Args:
        rpc: The node.
        ledger: Address of the contract.
        places: Of the words; 32 bytes each.
        block: As of which; None: the latest.

    Raises:
        RpcRefused: The node makes no proofs, or none of that block.
        RpcUnavailable: It is away, or its answer makes no sense.
        StorageMismatch: Its proofs do not follow from its own block.
    """
    found = rpc.block("latest" if block is None else block)
    header = raw_header(rpc, found)
    keys = ["0x" + place.hex() for place in places]
    answer = rpc.call("eth_getProof", str(ledger), keys, found["number"])
    try:
        account = [_octets(node) for node in answer["accountProof"]]
        words = [[_octets(node) for node in one["proof"]] for one in answer["storageProof"]]
    except _MALFORMED as error:
        raise RpcUnavailable("the node's answer holds a proof that is malformed") from error
    if len(words) != len(places):
        raise RpcUnavailable(f"the node proves {len(words)} words, and was asked for {len(places)}")
    root = read_header(header).state_root
    on_path = path(root, keccak(ledger), account)
    storage_root = prove_account(read_header(header), ledger, on_path).storage_root
    pairs = zip(places, words, strict=True)
    return StateProof(header, on_path, tuple(path(storage_root, keccak(at), nodes) for at, nodes in pairs))


def raw_header(rpc: Rpc, block: Mapping[str, Any]) -> bytes:
    """
    Give the exact bytes that hash to a block's hash.

    Args:
        rpc: Asked for the bytes when the block has fields that are not known here.
        block: As the node gives it.

    Raises:
        RpcRefused: Neither is possible.
        RpcUnavailable: The block is malformed.
    """
    try:
        expected, built = _octets(block["hash"]), _encoded(block)
    except _MALFORMED as error:
        raise RpcUnavailable("the node's answer holds a block that is malformed") from error
    if keccak(built) == expected:
        return built
    given = _given(rpc, str(block["number"]))
    if keccak(given) == expected:
        return given
    raise RpcRefused(
        f"the header of block {int(block['number'], 16)} does not hash to the block's hash",
        hint="The chain has a header that this version does not know: use a node with debug_getRawHeader.",
    )


def _given(rpc: Rpc, number: str) -> bytes:
    """Ask for the exact bytes; empty where the node does not give any."""
    answer = rpc.attempt(Call("debug_getRawHeader", (number,)))
    try:
        return b"" if isinstance(answer, Fault) else _octets(answer)
    except _MALFORMED:
        return b""


def _encoded(block: Mapping[str, Any]) -> bytes:
    fields = [name for name in _FIELDS if block.get(name) is not None]
    encoded: bytes = rlp.encode([_field(name, block[name]) for name in fields])
    return encoded


def _field(name: str, value: str) -> bytes | int:
    return int(value, 16) if name in _NUMBERS else _octets(value)


def _octets(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
