"""
Write hashes.json: ids, heads, commitments and typed data, made with eth-abi, eth-account and eth-utils only.

Solidity and Python both read it. Run from the repository's root: `python -m tests.vectors.generate_hashes`.
"""

import json
import random
from pathlib import Path
from typing import Any

from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address

FILE = Path(__file__).with_name("hashes.json")
KEY = keccak(text="supportledger test key")
NAMES = [
    ["body"],
    ["body", "kind"],
    ["author", "body", "channel", "createdAt", "kind", "language"],
    ["attachment.0", "attachment.0.name", "attachment.10", "attachment.2", "body", "log.count", "log.last"],
]
STRUCTS = {
    "Open": "address opener,address customer,uint16 policy,bytes32 terms,bytes32 commitment,uint64 deadline",
    "Action": "bytes32 ticketId,string action,uint256 argument,address actor,uint32 sequence,uint32 seen,"
    "bytes32 commitment,uint64 deadline",
    "Claim": "bytes32 ticketId,address customer,uint64 deadline",
    "Receipt": "bytes32 digest,uint64 receivedAt,uint64 includeBy",
}
WORDS = ["Reply", "Answer", "Note", "Assign", "Hold", "Resume", "Solve", "Close", "Rate", "Repolicy", "Claim"]


def generate() -> dict[str, Any]:
    """Make the same cases every time."""
    draw = random.Random(712)
    return {
        "ticketIds": [ticket_id(draw) for _ in range(8)],
        "heads": [head(draw) for _ in range(8)],
        "commitments": [commitment(draw, names) for names in NAMES],
        "typedData": [typed_data(draw, name) for name in STRUCTS for _ in range(4)],
    }


def ticket_id(draw: random.Random) -> dict[str, Any]:
    given = {
        "chainId": draw.randrange(1, 1 << 64),
        "ledger": address(draw),
        "opener": address(draw),
        "commitment": word(draw),
    }
    types = ["bytes32", "uint256", "address", "address", "bytes32"]
    values = [keccak(text="supportledger.ticket.v1"), *map(raw, given.values())]
    return {**shown(given), "ticketId": hexed(keccak(encode(types, values)))}


def head(draw: random.Random) -> dict[str, Any]:
    parts = {
        name: draw.randrange(1 << bits)
        for name, bits in (("index", 32), ("action", 8), ("auth", 8), ("seen", 32), ("time", 40))
    }
    meta = sum(
        parts[name] << shift
        for name, shift in (("index", 88), ("action", 80), ("auth", 72), ("seen", 40), ("time", 0))
    )
    given = {
        "head": word(draw),
        "meta": meta,
        "argument": draw.randrange(1 << 256),
        "actor": address(draw),
        "authority": word(draw),
        "commitment": word(draw),
    }
    types = ["bytes32", "uint256", "uint256", "address", "bytes32", "bytes32"]
    after = keccak(encode(types, [raw(value) for value in given.values()]))
    return {**shown(given), "parts": parts, "nextHead": hexed(after)}


def commitment(draw: random.Random, names: list[str]) -> dict[str, Any]:
    given = {
        "chainId": draw.randrange(1, 1 << 64),
        "ledger": address(draw),
        "ticketId": word(draw),
        "action": draw.randrange(1, 14),
        "actor": address(draw),
    }
    context = keccak(
        encode(["uint256", "address", "bytes32", "uint8", "address"], [raw(one) for one in given.values()])
    )
    leaves, root = [draw.randbytes(32) for _ in names], draw.randbytes(32)
    manifest = keccak(encode(["string[]", "bytes32[]"], [names, leaves]))
    tag = keccak(text="supportledger.commitment.v1")
    return {
        **shown(given),
        "names": names,
        "leaves": [hexed(leaf) for leaf in leaves],
        "fieldRoot": hexed(root),
        "context": hexed(context),
        "manifest": hexed(manifest),
        "commitment": hexed(keccak(encode(["bytes32"] * 4, [tag, context, root, manifest]))),
    }


def typed_data(draw: random.Random, name: str) -> dict[str, Any]:
    members = [member.split(" ") for member in STRUCTS[name].split(",")]
    types = {name: [{"type": kind, "name": member} for kind, member in members]}
    message = {member: value(draw, kind) for kind, member in members}
    domain = {
        "name": "SupportLedger",
        "version": "1",
        "chainId": draw.randrange(1, 1 << 32),
        "verifyingContract": to_checksum_address(address(draw)),
    }
    signed = Account.sign_message(encode_typed_data(domain, types, message), KEY)
    return {
        "type": name,
        "chainId": str(domain["chainId"]),
        "ledger": domain["verifyingContract"],
        "message": shown(message),
        "signer": Account.from_key(KEY).address,
        "digest": hexed(signed.message_hash),
        "signature": hexed(signed.signature),
    }


def value(draw: random.Random, kind: str) -> Any:
    if kind == "string":
        return draw.choice(WORDS)
    if kind == "address":
        return address(draw)
    return word(draw) if kind == "bytes32" else draw.randrange(1 << int(kind.removeprefix("uint")))


def address(draw: random.Random) -> str:
    return to_checksum_address(draw.randbytes(20))


def word(draw: random.Random) -> str:
    return hexed(draw.randbytes(32))


def raw(given: Any) -> Any:
    """Give bytes for 32-byte words in hexadecimal, and anything else as it is."""
    return bytes.fromhex(given[2:]) if isinstance(given, str) and len(given) == 66 else given


def shown(given: dict[str, Any]) -> dict[str, Any]:
    """Write integers as decimal strings: JSON readers may lose digits."""
    return {name: str(one) if isinstance(one, int) else one for name, one in given.items()}


def hexed(data: bytes) -> str:
    return "0x" + bytes(data).hex()


if __name__ == "__main__":
    FILE.write_text(json.dumps(generate(), indent=1) + "\n")
