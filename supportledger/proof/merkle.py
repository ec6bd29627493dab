"""
The append-only log as an RFC 6962 tree: SHA-256, leaves and nodes told apart by their first byte.

Verifiers accept and reject exactly as the published vectors of `transparency-dev/merkle` do, in sizes and
orders too: a proof of the wrong length is refused before anything is hashed. An empty tree has a root,
SHA-256 of nothing, but proves
nothing: no leaf is in it, and there is no consistency proof from it to a larger tree, because every tree
extends it. Trees of equal size are consistent when their roots are equal and the proof is empty, size 0
included.

Warning: a proof is about a *leaf hash*. Whoever holds the data must hash it with `leaf_hash`: a hash taken
from the other side may be that of an inner node.

Source: RFC 6962 §2.1.
"""

import hashlib
from collections.abc import Sequence

from supportledger.errors import ConsistencyMismatch, InclusionMismatch, InputError

HASH_SIZE = 32


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry of the log."""
    return hashlib.sha256(b"\x00" + data).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """
    Give the hash that stands for the whole log.

    Args:
        leaves: Leaf data in log order; may be empty.
    """
    return _root_of([leaf_hash(leaf) for leaf in leaves])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """
    Prove that one leaf belongs to the tree.

    Args:
        leaves: Leaf data in log order; n ≥ 1 items.
        index: Position of the leaf; 0 ≤ index < n.

    Returns:
        Sibling hashes from leaf to root; at most ⌈log2 n⌉ of 32 bytes.

    Raises:
        InputError: *index* is outside the tree.

    Source: RFC 6962 §2.1.1.
    """
    if not 0 <= index < len(leaves):
        raise InputError(f"leaf {index} is outside a tree of {len(leaves)}")
    return _path([leaf_hash(leaf) for leaf in leaves], index)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """
    Check that a leaf is at its place in the tree with this root.

    Args:
        leaf_hash: Of the entry, computed by the verifier; 32 bytes.
        index: Position of the leaf; 0 ≤ index < size.
        size: Number of leaves of the tree.
        proof: Sibling hashes from leaf to root.
        root: The trusted root.

    Raises:
        InclusionMismatch: It is not, or the proof has another length than this place has.

    Source: RFC 6962 §2.1.1, RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        raise InclusionMismatch(f"leaf {index} is outside a tree of {size}")
    if len(leaf_hash) != HASH_SIZE or any(len(node) != HASH_SIZE for node in proof):
        raise InclusionMismatch(f"hashes of an inclusion proof are {HASH_SIZE} bytes")
    inner, border = _path_lengths(index, size)
    if len(proof) != inner + border:
        raise InclusionMismatch(
            f"leaf {index} of {size} has a proof of {inner + border} hashes, not {len(proof)}"
        )
    if _climb_border(_climb(leaf_hash, proof[:inner], index), proof[inner:]) != root:
        raise InclusionMismatch(f"leaf {index} is not in the tree of {size} with this root")


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """
    Prove that the tree's first leaves are those of an earlier tree.

    Args:
        leaves: Leaf data of the later tree, in log order; n ≥ 1 items.
        old_size: Size of the earlier tree; 1 ≤ old_size ≤ n.

    Returns:
        Hashes from the bottom up; empty when the sizes are equal.

    Raises:
        InputError: There is no such proof; from size 0 there is none.

    Source: RFC 6962 §2.1.2.
    """
    if not 1 <= old_size <= len(leaves):
        raise InputError(f"a tree of {len(leaves)} has no consistency proof from size {old_size}")
    return _subproof([leaf_hash(leaf) for leaf in leaves], old_size, known=True)


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """
    Check that a later tree only appended to an earlier one.

    Args:
        old_size: Of the earlier tree; 0 only if *new_size* is 0 too.
        new_size: Of the later tree.
        proof: Hashes from the bottom up; empty for equal sizes, whose roots are compared byte by byte.
        old_root: The trusted root of the earlier tree.
        new_root: The trusted root of the later tree.

    Raises:
        ConsistencyMismatch: It did more than append, or the proof has another length than these sizes have.

    Source: RFC 6962 §2.1.2, RFC 9162 §2.1.4.2.
    """
    if old_size == new_size and old_size >= 0:
        if proof or old_root != new_root:
            raise ConsistencyMismatch(f"two roots of one size, {old_size}, differ or come with a proof")
        return
    if not 1 <= old_size < new_size:
        raise ConsistencyMismatch(f"no tree of {new_size} is proven to extend one of {old_size}")
    if any(len(node) != HASH_SIZE for node in proof):
        raise ConsistencyMismatch(f"hashes of a consistency proof are {HASH_SIZE} bytes")
    if _roots_from(old_size, new_size, proof, old_root) != (old_root, new_root):
        raise ConsistencyMismatch(f"the tree of {new_size} does not extend the tree of {old_size}")


def prefix_root(old_size: int, new_size: int, proof: Sequence[bytes], new_root: bytes) -> bytes | None:
    """
    Tell which earlier root a consistency proof leads to, whatever root was expected.

    Returns:
        The root that the tree with *new_root* had at *old_size*; None if the proof does not show any, as
        those from a power of two never do: they take the earlier root for granted.
    """
    is_whole = old_size & (old_size - 1) == 0
    if not 1 <= old_size < new_size or is_whole or any(len(node) != HASH_SIZE for node in proof):
        return None
    try:
        old, new = _roots_from(old_size, new_size, proof, b"")
    except ConsistencyMismatch:
        return None
    return old if new == new_root else None


def _roots_from(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """Compute both roots from the largest full subtree that ends at the old size, proven or known."""
    inner, border = _path_lengths(old_size - 1, new_size)
    shift = (old_size & -old_size).bit_length() - 1
    whole = old_size == 1 << shift
    inner -= shift
    if len(proof) != inner + border + (not whole):
        raise ConsistencyMismatch(
            f"sizes {old_size} and {new_size} have a proof of another length than {len(proof)}"
        )
    seed, path = (old_root, proof) if whole else (proof[0], proof[1:])
    place = (old_size - 1) >> shift
    lefts = [node for level, node in enumerate(path[:inner]) if place >> level & 1]
    old = _climb_border(_climb_border(seed, lefts), path[inner:])
    return old, _climb_border(_climb(seed, path[:inner], place), path[inner:])


def _split(size: int) -> int:
    """Largest power of two below *size*, which is where a tree of *size* > 1 leaves divides."""
    return 1 << (size - 1).bit_length() - 1


def _root_of(hashes: list[bytes]) -> bytes:
    """Fold level by level; an odd last node moves up as it is: the tree of the recursive definition."""
    if not hashes:
        return hashlib.sha256().digest()
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [
            _node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)
        ] + odd
    return hashes[0]


def _path(hashes: list[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*_path(hashes[:split], index), _root_of(hashes[split:])]
    return [*_path(hashes[split:], index - split), _root_of(hashes[:split])]


def _subproof(hashes: list[bytes], old_size: int, *, known: bool) -> list[bytes]:
    """Prove the first *old_size* hashes; *known* while the earlier root itself is the hash to prove."""
    if old_size == len(hashes):
        return [] if known else [_root_of(hashes)]
    split = _split(len(hashes))
    if old_size <= split:
        return [*_subproof(hashes[:split], old_size, known=known), _root_of(hashes[split:])]
    return [*_subproof(hashes[split:], old_size - split, known=False), _root_of(hashes[:split])]


def _path_lengths(index: int, size: int) -> tuple[int, int]:
    """Count the hashes of a path below and above the point where it meets the tree's right border."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(seed: bytes, path: Sequence[bytes], place: int) -> bytes:
    for level, node in enumerate(path):
        seed = _node_hash(node, seed) if place >> level & 1 else _node_hash(seed, node)
    return seed


def _climb_border(seed: bytes, lefts: Sequence[bytes]) -> bytes:
    for node in lefts:
        seed = _node_hash(node, seed)
    return seed
