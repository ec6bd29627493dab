"""
Write rfc6962.json: inclusion and consistency proofs to accept and to refuse.

The proofs come from RFC 6962's recursive definitions, written down as they stand there and shared with
nothing else; the refused ones are each an accepted one with one thing changed.

Run from the repository's root: `python -m tests.vectors.generate_rfc6962`.
"""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("rfc6962.json")
LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
LEAVES += [f"line {number}".encode() for number in range(len(LEAVES), 21)]
OTHER = sha256(b"WrongLeaf").digest()
PLACES = [
    (0, 1),
    (0, 2),
    (1, 2),
    (2, 3),
    (0, 8),
    (5, 8),
    (7, 8),
    (1, 5),
    (4, 5),
    (6, 7),
    (11, 13),
    (12, 13),
    (20, 21),
]
STEPS = [
    (1, 1),
    (1, 2),
    (1, 8),
    (2, 3),
    (3, 4),
    (2, 5),
    (4, 5),
    (6, 8),
    (7, 8),
    (8, 16),
    (6, 13),
    (8, 21),
    (20, 21),
]


def tree_hash(data: list[bytes]) -> bytes:
    """MTH(D[n]) of RFC 6962 §2.1."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + tree_hash(data[:k]) + tree_hash(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1."""
    if len(data) == 1:
        return []
    k = split(len(data))
    if m < k:
        return [*path(m, data[:k]), tree_hash(data[k:])]
    return [*path(m - k, data[k:]), tree_hash(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2."""
    n = len(data)
    if m == n:
        return [] if whole else [tree_hash(data)]
    k = split(n)
    if m <= k:
        return [*subproof(m, data[:k], whole), tree_hash(data[k:])]
    return [*subproof(m - k, data[k:], False), tree_hash(data[:k])]


def split(n: int) -> int:
    """Largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def generate() -> dict[str, Any]:
    """Make the same cases every time."""
    return {"inclusion": list(inclusion()), "consistency": list(consistency())}


def inclusion() -> Iterator[dict[str, Any]]:
    for index, size in PLACES:
        data = LEAVES[:size]
        leaf, proof, root = tree_hash([data[index]]), path(index, data), tree_hash(data)
        yield inclusion_case("happy path", index, size, leaf, proof, root, accept=True)
        for what, changed in changed_proofs(proof, root):
            yield inclusion_case(what, index, size, leaf, changed, root)
        for what, place in ("index + 1", index + 1), ("index - 1", index - 1), ("index ^ 2", index ^ 2):
            yield inclusion_case(what, place, size, leaf, proof, root)
        for what, other in ("size * 2", size * 2), ("size // 2", size // 2):
            yield inclusion_case(what, index, other, leaf, proof, root)
        yield inclusion_case("other leaf", index, size, OTHER, proof, root)
        yield inclusion_case("short leaf", index, size, b"WrongLeaf", proof, root)
        yield inclusion_case("other root", index, size, leaf, proof, OTHER)
        yield inclusion_case("empty root", index, size, leaf, proof, b"")
    pair = LEAVES[:2]
    yield inclusion_case("root as a leaf", 0, 2, tree_hash(pair), [], tree_hash(pair))
    yield inclusion_case(
        "inner node as a leaf", 0, 4, tree_hash(pair), [tree_hash(LEAVES[2:4])], tree_hash(LEAVES[:4])
    )
    yield inclusion_case("leaf of an empty tree", 0, 0, tree_hash([b""]), [], tree_hash([]))


def consistency() -> Iterator[dict[str, Any]]:
    for old, new in STEPS:
        proof = subproof(old, LEAVES[:new], True)
        roots = tree_hash(LEAVES[:old]), tree_hash(LEAVES[:new])
        yield consistency_case("happy path", old, new, proof, *roots, accept=True)
        for what, changed in changed_proofs(proof, roots[1]):
            yield consistency_case(what, old, new, changed, *roots)
        yield consistency_case("other old root", old, new, proof, OTHER, roots[1])
        yield consistency_case("other new root", old, new, proof, roots[0], OTHER)
        if old != new:
            yield consistency_case("swapped roots", old, new, proof, roots[1], roots[0])
        for what, first, second in (
            ("old + 1", old + 1, new),
            ("old - 1", old - 1, new),
            ("new * 2", old, new * 2),
        ):
            if (first, second) != (old, new):
                yield consistency_case(what, first, second, proof, *roots)
        yield consistency_case("old > new", new + 1, new, proof, *roots)
    empty = tree_hash([])
    yield consistency_case("both empty", 0, 0, [], empty, empty, accept=True)
    yield consistency_case("both empty, other roots", 0, 0, [], empty, OTHER)
    yield consistency_case("both empty, with a proof", 0, 0, [OTHER], empty, empty)
    yield consistency_case("from an empty tree", 0, 3, [], empty, tree_hash(LEAVES[:3]))
    yield consistency_case("from an empty tree, with a proof", 0, 1, [OTHER], empty, OTHER)


def changed_proofs(proof: list[bytes], root: bytes) -> Iterator[tuple[str, list[bytes]]]:
    yield "garbage behind", [*proof, b""]
    yield "garbage before", [b"", *proof]
    yield "root behind", [*proof, root]
    yield "root before", [root, *proof]
    if proof:
        yield "last hash missing", proof[:-1]
        yield "first hash missing", proof[1:]
        yield "hash put in", [proof[0], OTHER, *proof[1:]]
        yield "short hash", [proof[0][:31], *proof[1:]]
        yield "long hash", [proof[0] + b"\x00", *proof[1:]]
    for place, node in enumerate(proof):
        yield f"bit of hash {place}", [*proof[:place], bytes([node[0] ^ 8]) + node[1:], *proof[place + 1 :]]


def inclusion_case(  # noqa: PLR0917 - a case has so many parts
    what: str, index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes, *, accept: bool = False
) -> dict[str, Any]:
    case = {"leafIdx": index, "treeSize": size, "leafHash": coded(leaf), "root": coded(root)}
    return {"desc": what, **case, "proof": [coded(node) for node in proof], "wantErr": not accept}


def consistency_case(  # noqa: PLR0917 - a case has so many parts
    what: str,
    old: int,
    new: int,
    proof: list[bytes],
    old_root: bytes,
    new_root: bytes,
    *,
    accept: bool = False,
) -> dict[str, Any]:
    case = {"size1": old, "size2": new, "root1": coded(old_root), "root2": coded(new_root)}
    return {"desc": what, **case, "proof": [coded(node) for node in proof], "wantErr": not accept}


def coded(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    FILE.write_text(json.dumps(generate(), indent=1) + "\n")
