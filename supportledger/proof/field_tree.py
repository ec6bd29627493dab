"""
A Merkle tree over a handful of leaf hashes, and proofs of several leaves at once.

The published *standard* tree of `@openzeppelin/merkle-tree`: a complete binary tree in an array, leaves
sorted ascending and laid from the end of the array towards its front, each pair of nodes sorted before
hashing. Leaves are hashed twice by whoever makes them, so that a node's 64-byte preimage is never that of a
leaf.
"""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from supportledger.errors import CommitmentMismatch, InputError
from supportledger.model.ids import keccak


def root(leaves: Collection[bytes]) -> bytes:
    """
    Give the hash that stands for all leaves, in whatever order they come.

    Raises:
        InputError: There are none.
    """
    return _tree(leaves)[0]


@dataclass(frozen=True, slots=True)
class Path:
    """
    What joins several leaves to their root.

    Args:
        proof: Hashes of the subtrees without a proven leaf, in the order they are used.
        flags: For each pair: true if both sides come from what is proven, false if one comes from the proof.
    """

    proof: tuple[bytes, ...]
    flags: tuple[bool, ...]


def prove(leaves: Collection[bytes], chosen: Collection[bytes]) -> Path:
    """
    Prove that all of *chosen* are among *leaves*.

    Verification takes the chosen leaves in ascending order.

    Raises:
        InputError: Nothing is chosen, or something that is not a leaf, or one leaf twice.
    """
    tree = _tree(leaves)
    places = {leaf: place for place, leaf in enumerate(tree) if place >= len(leaves) - 1}
    if not chosen or len(set(chosen)) != len(chosen) or not places.keys() >= set(chosen):
        raise InputError("a proof needs at least one leaf, each of them in the tree and named once")
    waiting = deque(sorted((places[leaf] for leaf in chosen), reverse=True))
    proof: list[bytes] = []
    flags: list[bool] = []
    while waiting[0] > 0:
        place = waiting.popleft()
        sibling = place + 1 if place % 2 else place - 1
        both = bool(waiting) and waiting[0] == sibling
        if both:
            waiting.popleft()
        else:
            proof.append(tree[sibling])
        flags.append(both)
        waiting.append((place - 1) // 2)
    return Path(tuple(proof), tuple(flags))


def root_of_path(chosen: Sequence[bytes], path: Path) -> bytes:
    """
    Compute the root that *chosen* and *path* lead to.

    Raises:
        CommitmentMismatch: They do not fit together, or nothing is chosen: a proof of nothing would hold for
            every tree.
    """
    if not chosen:
        raise CommitmentMismatch("a proof of nothing proves nothing")
    nodes, proof = deque(chosen), deque(path.proof)
    lengths = {len(node) for node in (*chosen, *path.proof)}
    if (
        lengths != {32}
        or len(nodes) + len(proof) != len(path.flags) + 1
        or len(proof) != path.flags.count(False)
    ):
        raise CommitmentMismatch("the leaves and the hashes of a proof do not fit together")
    for (
        both
    ) in path.flags:  # as many pairs as it takes: the counts above leave one node at the end, never none
        left = nodes.popleft()
        nodes.append(_node(left, nodes.popleft() if both else proof.popleft()))
    return nodes[0]


def _tree(leaves: Collection[bytes]) -> list[bytes]:
    if not leaves:
        raise InputError("a field tree needs at least one leaf")
    tree = [b""] * (len(leaves) - 1) + sorted(leaves, reverse=True)
    for place in range(len(leaves) - 2, -1, -1):
        tree[place] = _node(tree[2 * place + 1], tree[2 * place + 2])
    return tree


def _node(one: bytes, other: bytes) -> bytes:
    return keccak(one + other if one < other else other + one)
