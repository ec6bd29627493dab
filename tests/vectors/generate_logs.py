"""
Write logs.json: notes, checkpoints, proofs of lines and requests to witnesses, to accept and to refuse.

Notes are put together here from the definitions of the C2SP formats, with Ed25519 of the cryptography package
and nothing of ours; trees come from `generate_rfc6962`. The refused ones are each an accepted one with one
thing changed.

Run from the repository's root: `python -m tests.vectors.generate_logs`.
"""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors.generate_rfc6962 import path, subproof, tree_hash

FILE = Path(__file__).with_name("logs.json")
ORIGIN = "supportledger.log/1337/0x0101010101010101010101010101010101010101/talk"
LINES = [f"line {number}".encode() for number in range(13)]
OTHER = [b"another", *LINES[1:]]
LOG, WITNESS, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))
TIME = 1_800_000_000
PLAIN, TIMED = 1, 4


def generate() -> dict[str, Any]:
    """Make the same cases every time."""
    return {
        "log": verifier(ORIGIN, LOG, PLAIN),
        "witness": verifier("witness.example/1", WITNESS, TIMED),
        "checkpoints": list(checkpoints()),
        "lines": list(line_proofs()),
        "requests": list(requests()),
    }


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def key_id(name: str, key: Ed25519PrivateKey, kind: int) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public(key)).digest()[:4]


def verifier(name: str, key: Ed25519PrivateKey, kind: int) -> str:
    return f"{name}+{key_id(name, key, kind).hex()}+{coded(bytes([kind]) + public(key))}"


def body(leaves: list[bytes], origin: str = ORIGIN, size: object = None, more: str = "") -> str:
    return f"{origin}\n{len(leaves) if size is None else size}\n{coded(tree_hash(leaves))}\n{more}"


def signature(text: str, name: str = ORIGIN, key: Ed25519PrivateKey = LOG) -> str:
    return f"\u2014 {name} {coded(key_id(name, key, PLAIN) + key.sign(text.encode()))}\n"


def cosignature(text: str, name: str = "witness.example/1", key: Ed25519PrivateKey = WITNESS) -> str:
    signed = key.sign(f"cosignature/v1\ntime {TIME}\n{text}".encode())
    return f"\u2014 {name} {coded(key_id(name, key, TIMED) + TIME.to_bytes(8, 'big') + signed)}\n"


def note(text: str, *signatures: str) -> str:
    return "".join([text, "\n", *(signatures or [signature(text)])])


def checkpoints() -> Iterator[dict[str, Any]]:
    """Each with what the log's key, and a policy of the one witness, say of it."""
    text = body(LINES)
    both = note(text, signature(text), cosignature(text))
    yield case("signed", note(text), log=True)
    yield case("signed and cosigned", both, log=True, witness=True)
    yield case("cosigned first", note(text, cosignature(text), signature(text)), log=True, witness=True)
    yield case("cosigned only", note(text, cosignature(text)), witness=True)
    yield case("empty log", note(body([])), log=True)
    extended = body(LINES, more="one\ntwo\n")
    yield case("with extension lines", note(extended), log=True)
    junk = "\u2014 stranger " + coded(b"abcd" + bytes(4_000)) + "\n"
    yield case("an unknown signature", note(text, junk, signature(text)), log=True)
    many = [f"\u2014 stranger/{number} {coded(b'abcd' + bytes(64))}\n" for number in range(16)]
    yield case("sixteen unknown signatures", note(text, *many, signature(text)), log=True)
    yield case("signed by another key of the name", note(text, signature(text, key=STRANGER)))
    yield case("signed under another name", note(text, signature(text, name="stranger")))
    yield case(
        "witness of another key", note(text, signature(text), cosignature(text, key=STRANGER)), log=True
    )
    wrong = signature(text)[:-10] + "AAAAAAA==\n"
    yield case("wrong signature of the log", note(text, wrong, cosignature(text)), witness=True)
    yield case("another log", note(body(LINES, ORIGIN + "2")))
    yield case("another size", note(body(LINES, size=12), signature(text)))
    yield case("another root", note(body(OTHER), signature(text)))
    for what, size in ("leading zero", "013"), ("negative", "-13"), ("signed", "+13"), ("not a number", "x"):
        yield case(f"size: {what}", note(body(LINES, size=size)), malformed=True)
    yield case("no origin", note(body(LINES, origin="")), malformed=True)
    yield case("an empty extension line", note(text + "\nmore\n"), malformed=True)
    yield case("a short root", note(f"{ORIGIN}\n13\nAAAA\n"), malformed=True)
    yield case("two lines", note(f"{ORIGIN}\n13\n"), malformed=True)
    yield case("no signatures", text + "\n", malformed=True)
    yield case("no end of line", both[:-1], malformed=True)
    yield case("a carriage return", both.replace("\n", "\r\n"), malformed=True)
    yield case("two dashes", both.replace("\u2014", "--"), malformed=True)
    yield case("a space too many", both.replace("\u2014 ", "\u2014  "), malformed=True)
    yield case("something behind", both + "more\n", malformed=True)


def line_proofs() -> Iterator[dict[str, Any]]:
    """Each with whether the line is under a checkpoint that the log signed."""
    for index, size in (0, 1), (0, 13), (7, 8), (12, 13), (5, 9):
        yield proof(f"line {index} of {size}", index, LINES[:size], accept=True)
    good = LINES[:13]
    yield proof("another line", 5, good, line=b"another")
    yield proof("another place", 5, good, index=6)
    yield proof("a place behind the end", 5, good, index=13)
    yield proof("another tree", 5, good, under=OTHER)
    yield proof("a shorter tree", 5, good, under=good[:8])
    yield proof("last hash missing", 5, good, hashes=path(5, good)[:-1])
    yield proof("a hash too many", 5, good, hashes=[*path(5, good), bytes(32)])
    yield proof("inner node as a line", 0, good[:4], line=tree_hash(good[:2]), hashes=path(0, good[:4])[1:])
    yield proof("root as a line", 0, good, line=tree_hash(good), hashes=[])
    yield proof("signed by another", 5, good, key=STRANGER)


def proof(  # noqa: PLR0917 - a case has so many parts
    what: str,
    at: int,
    leaves: list[bytes],
    line: bytes | None = None,
    index: int | None = None,
    hashes: list[bytes] | None = None,
    under: list[bytes] | None = None,
    key: Ed25519PrivateKey = LOG,
    *,
    accept: bool = False,
) -> dict[str, Any]:
    text = body(leaves if under is None else under)
    said = coded(leaves[at] if line is None else line)
    nodes = path(at, leaves) if hashes is None else hashes
    above = ["c2sp.org/tlog-proof@v1", f"extra {said}", f"index {at if index is None else index}"]
    lines = [*above, *map(coded, nodes), ""]
    whole = "".join(f"{one}\n" for one in lines) + note(text, signature(text, key=key))
    return {"desc": what, "proof": whole, "wantErr": not accept}


def requests() -> Iterator[dict[str, Any]]:
    """Each with where the witness stands, and what it says."""
    for old, new in (0, 1), (0, 13), (1, 13), (8, 13), (7, 13), (13, 13):
        yield request(f"from {old} to {new}", old, LINES[:new], accept=True)
    yield request("from elsewhere", 7, LINES, stands=8, why="conflict")
    yield request("from nothing", 0, LINES, stands=8, why="conflict")
    yield request("to an earlier checkpoint", 5, LINES[:7], stands=8, why="conflict")
    for old in 7, 8, 13:
        yield request(f"rewritten, from {old}", old, OTHER, why="inconsistent")
    yield request("without a proof", 7, LINES, hashes=[], why="inconsistent")
    yield request("with a proof of nothing", 0, LINES, hashes=[bytes(32)], why="inconsistent")
    yield request("signed by another", 7, LINES, key=STRANGER, why="forged")
    yield request("backwards", 13, LINES[:7], hashes=[], stands=13, why="malformed")
    yield request("64 hashes", 7, LINES, hashes=[bytes(32)] * 64, why="malformed")


def request(  # noqa: PLR0917 - a case has so many parts
    what: str,
    old: int,
    leaves: list[bytes],
    stands: int | None = None,
    hashes: list[bytes] | None = None,
    key: Ed25519PrivateKey = LOG,
    why: str = "",
    *,
    accept: bool = False,
) -> dict[str, Any]:
    whole = old and old <= len(leaves)
    nodes = (subproof(old, leaves, True) if whole else []) if hashes is None else hashes
    text, seen = body(leaves), body(LINES[: old if stands is None else stands])
    lines = [f"old {old}", *map(coded, nodes), ""]
    asked = "".join(f"{one}\n" for one in lines) + note(text, signature(text, key=key))
    stood = note(seen) if seen != body([]) else None
    return {"desc": what, "seen": stood, "request": asked, "wantErr": not accept, "why": why}


def case(what: str, data: str, **holds: bool) -> dict[str, Any]:
    found = {"malformed": False, "log": False, "witness": False} | holds
    return {"desc": what, "note": data, **found}


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    FILE.write_text(json.dumps(generate(), indent=1, ensure_ascii=False) + "\n")
