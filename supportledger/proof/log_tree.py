"""
An RFC 6962 tree that only grows, kept as tiles: nothing is hashed twice, and little is held at a time.

* A tile is 256 neighbouring hashes of one height of the tree: level 0 holds the hashes of leaves, level n the
  roots of full tiles of level n - 1. All other nodes are computed from a tile when they are needed.
* `GrowingTree` appends, and keeps only the right edge: the hashes of each level that fill no tile yet.
* `TileTree` proves, and asks for the few tiles on the way.

Trees (L1.1) and proofs (L1.2) are those of `proof.merkle`, the reference that tests compare with.

Source: RFC 6962 §2.1; C2SP tlog-tiles; docs/spec/anchored-log.md, L1.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol, Self

from supportledger.errors import InputError, StoreCorrupt
from supportledger.proof.merkle import HASH_SIZE

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
_FOLDED_TILES: Final = 64
"""Tiles that a `TileTree` keeps folded, about 50 KB each."""

_sha256: Final = hashlib.sha256


class Tiles(Protocol):
    """Where the hashes of a log lie."""

    def tile(self, level: int, index: int) -> bytes:
        """
        Give the hashes of a tile, side by side.

        Returns:
            As many as there are by now, up to `TILE_WIDTH`; none for a tile that is not there.
        """


@dataclass(frozen=True, slots=True)
class TreeHead:
    """
    All of a log in two values.

    Args:
        size: Leaves.
        root: RFC 6962; 32 bytes.
    """

    size: int
    root: bytes


EMPTY: Final = TreeHead(0, _sha256().digest())


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Hash many leaves, as `merkle.leaf_hash` hashes one."""
    return [_sha256(b"\x00" + leaf).digest() for leaf in leaves]


def stored_hashes(size: int) -> Iterator[int]:
    """Tell how many hashes a log of a size has at each level of tiles (L1.3)."""
    while size:
        yield size
        size >>= TILE_HEIGHT


def tile_widths(stored: int) -> Iterator[tuple[int, int]]:
    """Tell the tiles that so many hashes fill, from the left, each by its index and width."""
    for start in range(0, stored, TILE_WIDTH):
        yield start // TILE_WIDTH, min(stored - start, TILE_WIDTH)


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """
    Name a tile as a static log serves it.

    Args:
        level: Of tiles, or `entries` for a bundle of entries.
        index: From the left.
        width: Hashes that it holds; a partial tile has fewer than `TILE_WIDTH`.

    Source: C2SP tlog-tiles, "Merkle Tree".
    """
    digits = f"{index:03}"
    digits = digits.zfill(-len(digits) % 3 + len(digits))
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{number}" if width == TILE_WIDTH else f"tile/{level}/{number}.p/{width}"


class GrowingTree:
    """
    A tree that grows, of which only the right edge is held: at most 255 hashes a level.

    Args:
        size: Leaves so far.
        edge: For each level of tiles, its last hashes, which fill no tile yet.
        known: The tree as it was a while ago, not used any more: what is the same is not hashed again.

    Raises:
        InputError: A tree of this size has another edge.
    """

    def __init__(
        self, size: int = 0, edge: Sequence[Sequence[bytes]] = (), known: Self | None = None
    ) -> None:
        expected = [stored % TILE_WIDTH for stored in stored_hashes(size)]
        if expected != [len(hashes) for hashes in edge]:
            raise InputError(f"a tree of {size} leaves has an edge of {expected} hashes")
        self._size = size
        before = dict(enumerate(known.edge if known else ()))
        self.edge: Final[list[_Edge]] = [
            _Edge.grown(before.get(level), hashes) for level, hashes in enumerate(edge)
        ]

    @classmethod
    def load(cls, size: int, tiles: Tiles, known: Self | None = None) -> Self:
        """
        Take up a stored tree where it was left.

        Args:
            size: Leaves.
            tiles: Where its hashes lie.
            known: As it was a while ago, which is not used any more.

        Raises:
            StoreCorrupt: A tile of the edge is not there, or is too short.
        """
        stored = enumerate(stored_hashes(size))
        edge = [_hashes(tiles, level, count // TILE_WIDTH, count % TILE_WIDTH) for level, count in stored]
        return cls(size, edge, known)

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._size

    def append(self, hashes: Sequence[bytes]) -> list[Sequence[bytes]]:
        """
        Append leaves by their hashes.

        Returns:
            For each level of tiles, the hashes that are new there, to be stored behind those that are.
        """
        new: list[Sequence[bytes]] = []
        self._size += len(hashes)
        while hashes:
            if len(new) == len(self.edge):
                self.edge.append(_Edge([]))
            edge = self.edge[len(new)]
            pending = [*edge.hashes, *hashes]
            whole = len(pending) - len(pending) % TILE_WIDTH
            if whole:
                self.edge[len(new)] = _Edge(pending[whole:])
            else:
                edge.extend(hashes)
            new.append(hashes)
            hashes = _tile_roots(pending[:whole])
        return new

    def root(self) -> bytes:
        """Give the hash that stands for all leaves."""
        found: bytes | None = None
        for edge in self.edge:
            for row in edge.rows:
                if len(row) % 2:
                    found = row[-1] if found is None else _node_hash(row[-1], found)
        return EMPTY.root if found is None else found

    def head(self) -> TreeHead:
        """Give size and root."""
        return TreeHead(self._size, self.root())


class _Edge:
    """
    The last hashes of a level of tiles, which fill none yet, with the nodes above them that are complete.

    Args:
        hashes: Fewer than `TILE_WIDTH`.
    """

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.rows: Final[list[list[bytes]]] = [[] for _ in range(TILE_HEIGHT)]
        self.extend(hashes)

    @classmethod
    def grown(cls, before: "_Edge | None", hashes: Sequence[bytes]) -> "_Edge":
        """Give the edge of some hashes, from one that may have had the first of them."""
        if before is None or before.hashes != hashes[: len(before.hashes)]:
            return cls(hashes)
        before.extend(hashes[len(before.hashes) :])
        return before

    @property
    def hashes(self) -> list[bytes]:
        """The hashes themselves."""
        return self.rows[0]

    def extend(self, hashes: Sequence[bytes]) -> None:
        """Put hashes behind them; they still fill no tile."""
        self.rows[0].extend(hashes)
        for lower, upper in pairwise(self.rows):
            upper.extend(_paired(lower[2 * len(upper) :]))


class TileTree:
    """
    A stored tree, as it was at one size; later growth does not disturb it.

    Args:
        tiles: Where its hashes lie; there may be more than the tree has.
        size: Leaves.
    """

    def __init__(self, tiles: Tiles, size: int) -> None:
        self._tiles = tiles
        self._stored = tuple(stored_hashes(size))
        self.size: Final = size
        self._folded = lru_cache(maxsize=_FOLDED_TILES)(self._fold)

    def root(self, size: int | None = None) -> bytes:
        """
        Give the root of the tree, or the root that it had at a smaller size.

        Raises:
            InputError: It never had that size.
            StoreCorrupt: A tile is not there, or is too short.
        """
        wanted = self.size if size is None else size
        if not 0 <= wanted <= self.size:
            raise InputError(f"a log of {self.size} lines never had {wanted}")
        return self._range(0, wanted) if wanted else EMPTY.root

    def inclusion_proof(self, index: int) -> list[bytes]:
        """
        Prove that one leaf belongs to the tree, as `merkle.inclusion_proof`.

        Raises:
            InputError: *index* is outside the tree.
            StoreCorrupt: A tile is not there, or is too short.
        """
        if not 0 <= index < self.size:
            raise InputError(f"leaf {index} is outside a tree of {self.size}")
        start, stop, proof = 0, self.size, list[bytes]()
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                proof.append(self._range(middle, stop))
                stop = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """
        Prove that the tree extends the one of an earlier size, as `merkle.consistency_proof`.

        Raises:
            InputError: There is no such proof; from size 0 there is none.
            StoreCorrupt: A tile is not there, or is too short.
        """
        if not 1 <= old_size <= self.size:
            raise InputError(f"a tree of {self.size} has no consistency proof from size {old_size}")
        start, stop, proof = 0, self.size, list[bytes]()
        while stop != old_size:
            middle = start + _split(stop - start)
            if old_size <= middle:
                proof.append(self._range(middle, stop))
                stop = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        known = start == 0
        return proof[::-1] if known else [self._range(start, stop), *proof[::-1]]

    def _range(self, start: int, stop: int) -> bytes:
        """Hash the subtree over some leaves; one that is not perfect ends where the tree did."""
        found: bytes | None = None
        for height in _heights(stop - start):
            stop -= 1 << height
            node = self._node(height, stop >> height)
            found = node if found is None else _node_hash(node, found)
        return EMPTY.root if found is None else found

    def _node(self, height: int, index: int) -> bytes:
        """Give the root of a perfect subtree of 2**height leaves."""
        level, inside = divmod(height, TILE_HEIGHT)
        tile, at = divmod(index << inside, TILE_WIDTH)
        return self._folded(level, tile)[inside][at >> inside]

    def _fold(self, level: int, tile: int) -> list[Sequence[bytes]]:
        width = min(self._stored[level] - tile * TILE_WIDTH, TILE_WIDTH)
        return list(_rows(_hashes(self._tiles, level, tile, width)))


def _hashes(tiles: Tiles, level: int, index: int, width: int) -> list[bytes]:
    """Read the first hashes of a tile."""
    data = tiles.tile(level, index)[: width * HASH_SIZE] if width else b""
    if len(data) != width * HASH_SIZE:
        raise StoreCorrupt(
            f"tile {index} of level {level} holds {len(data) // HASH_SIZE} hashes, not {width}",
            hint="Restore the log from a backup.",
        )
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def _tile_roots(hashes: Sequence[bytes]) -> Sequence[bytes]:
    for _ in range(TILE_HEIGHT):
        hashes = _paired(hashes)
    return hashes


def _rows(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Give the nodes of a tile that are complete, height by height."""
    for _ in range(TILE_HEIGHT):
        yield hashes
        hashes = _paired(hashes)


def _paired(hashes: Sequence[bytes]) -> list[bytes]:
    """Hash neighbours together; an odd last one is left out."""
    each = iter(hashes)
    return [_sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=False)]


def _node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Largest power of two below *size*, which is where a tree of *size* > 1 leaves divides."""
    return 1 << (size - 1).bit_length() - 1


def _heights(size: int) -> Iterator[int]:
    """Give the heights of the perfect subtrees that a size is made of, from the right."""
    while size:
        lowest = size & -size
        yield lowest.bit_length() - 1
        size -= lowest
