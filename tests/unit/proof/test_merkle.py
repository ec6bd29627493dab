import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import ConsistencyMismatch, Error, InclusionMismatch, InputError
from supportledger.proof import merkle

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/rfc6962.json").read_text())
SIZES = range(1, 35)
LEAVES = [bytes([number]) for number in range(SIZES.stop)]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def refused(error: type[Error], check: Callable[..., None], *given: Any) -> bool:
    try:
        check(*given)
    except error:
        return True
    return False


def test_inclusion_is_judged_as_the_vectors_do() -> None:
    """Every inclusion case is accepted or refused as the vector file says."""
    wrong = [
        case
        for case in VECTORS["inclusion"]
        if case["wantErr"]
        != refused(
            InclusionMismatch,
            merkle.verify_inclusion,
            raw(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            [raw(node) for node in case["proof"]],
            raw(case["root"]),
        )
    ]
    assert [] == wrong


def test_consistency_is_judged_as_the_vectors_do() -> None:
    """Every consistency case is accepted or refused as the vector file says."""
    wrong = [
        case
        for case in VECTORS["consistency"]
        if case["wantErr"]
        != refused(
            ConsistencyMismatch,
            merkle.verify_consistency,
            case["size1"],
            case["size2"],
            [raw(node) for node in case["proof"]],
            raw(case["root1"]),
            raw(case["root2"]),
        )
    ]
    assert [] == wrong


def test_known_roots() -> None:
    """Roots of the trees used by Certificate Transparency's own tests are as published."""
    leaves = [
        bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
    ]
    leaves.append(bytes(range(0x60, 0x70)))
    assert sha256().digest() == merkle.root([])
    assert "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" == merkle.root(leaves[:1]).hex()
    assert "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" == merkle.root(leaves).hex()


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proven(size: int) -> None:
    """Every leaf of every small tree has a proof that verifies at its place and at no other."""
    leaves, root = LEAVES[:size], merkle.root(LEAVES[:size])
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index)
        merkle.verify_inclusion(merkle.leaf_hash(leaves[index]), index, size, proof, root)
        elsewhere = [
            place
            for place in range(size)
            if place != index
            and not refused(
                InclusionMismatch,
                merkle.verify_inclusion,
                merkle.leaf_hash(leaves[index]),
                place,
                size,
                proof,
                root,
            )
        ]
        assert [] == elsewhere


@pytest.mark.parametrize("size", SIZES)
def test_every_extension_is_proven(size: int) -> None:
    """Every earlier size of every small tree has a proof, which fails for a root with a leaf changed."""
    root = merkle.root(LEAVES[:size])
    for old_size in range(1, size + 1):
        proof = merkle.consistency_proof(LEAVES[:size], old_size)
        merkle.verify_consistency(old_size, size, proof, merkle.root(LEAVES[:old_size]), root)
        rewritten = merkle.root([b"changed", *LEAVES[1:old_size]])
        assert refused(ConsistencyMismatch, merkle.verify_consistency, old_size, size, proof, rewritten, root)


def test_an_inner_node_is_no_leaf() -> None:
    """The two children of an inner node, handed in as a leaf's data, hash to something else than the node."""
    children = b"".join(map(merkle.leaf_hash, LEAVES[:2]))
    proof = [merkle.root(LEAVES[2:4])]
    with pytest.raises(InclusionMismatch):
        merkle.verify_inclusion(merkle.leaf_hash(children), 0, 2, proof, merkle.root(LEAVES[:4]))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_outside_the_tree(index: int) -> None:
    """An index outside the tree is an InputError."""
    with pytest.raises(InputError):
        merkle.inclusion_proof(LEAVES[:3], index)


@pytest.mark.parametrize("old_size", [-1, 0, 4])
def test_there_is_no_proof_from_nothing_or_from_later(old_size: int) -> None:
    """A consistency proof from size 0, or from more leaves than there are, does not exist."""
    with pytest.raises(InputError):
        merkle.consistency_proof(LEAVES[:3], old_size)


def test_negative_sizes_prove_nothing() -> None:
    """Two equal negative sizes are refused, not taken for two equal trees."""
    with pytest.raises(ConsistencyMismatch):
        merkle.verify_consistency(-1, -1, [], b"", b"")
