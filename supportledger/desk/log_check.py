"""
A whole log, held against itself: every line hashed again, every checkpoint and anchor compared.

Source: docs/spec/anchored-log.md, L3.6.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from supportledger.errors import AnchorMismatch, ConsistencyMismatch
from supportledger.ports import LogStore
from supportledger.proof.log_tree import (
    EMPTY,
    TILE_WIDTH,
    GrowingTree,
    Tiles,
    TreeHead,
    leaf_hashes,
    stored_hashes,
)
from supportledger.proof.merkle import HASH_SIZE

_BATCH: Final = 16_384
"""Lines that are held at a time."""
_RESTORE: Final = "Restore the log from a backup."


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What was compared.

    Args:
        head: Size and root, computed from every line.
        checkpoints: How many checkpoints fit.
        anchors: How many anchors fit.
    """

    head: TreeHead
    checkpoints: int
    anchors: int


def check_log(store: LogStore, log: str, signed: Sequence[TreeHead], anchors: Sequence[TreeHead]) -> Checked:
    """
    Check a whole log; a few lines are held at a time.

    Args:
        store: Where it lies.
        log: Its name.
        signed: Sizes and roots of the checkpoints that it signed.
        anchors: Those that the ledger has.

    Raises:
        StoreCorrupt: Its files cannot be read.
        ConsistencyMismatch: Lines or hashes were altered, or it signed another tree.
        AnchorMismatch: Another tree was anchored.
    """
    head = store.head(log)
    roots = _roots(store, log, head, {one.size for one in (*signed, *anchors)})
    for one in signed:
        if roots.get(one.size) != one.root:
            raise ConsistencyMismatch(
                f"the log {log} was altered after it signed {one.size} lines", hint=_RESTORE
            )
    for one in anchors:
        if roots.get(one.size) != one.root:
            raise AnchorMismatch(f"the log {log} is not the one that was anchored with {one.size} lines")
    return Checked(head, len(signed), len(anchors))


def _roots(store: LogStore, log: str, head: TreeHead, sizes: Collection[int]) -> dict[int, bytes]:
    """Compute the roots that a log had at some sizes from its lines, and compare its hashes on the way."""
    lines, tree, roots = store.lines(log, 0, head.size), GrowingTree(), {0: EMPTY.root}
    tiles = store.tiles(log)
    for size in sorted({size for size in sizes if 0 < size < head.size} | {head.size}):
        for level, start, hashes in _grow(tree, lines, size):
            if b"".join(hashes) != _kept(tiles, level, start, len(hashes)):
                raise ConsistencyMismatch(
                    f"of the log {log}, some of the first {size} lines were altered, or their hashes",
                    hint=_RESTORE,
                )
        roots[size] = tree.root()
    if tree.head() != head:
        raise ConsistencyMismatch(f"the lines of the log {log} do not make its root", hint=_RESTORE)
    return roots


def _grow(tree: GrowingTree, lines: Iterator[bytes], size: int) -> Iterator[tuple[int, int, Sequence[bytes]]]:
    """Give the hashes that a tree gets, by their level and their place in it."""
    while tree.size < size:
        places = list(stored_hashes(tree.size))
        batch = leaf_hashes(islice(lines, min(size - tree.size, _BATCH)))
        for level, hashes in enumerate(tree.append(batch)):
            yield level, places[level] if level < len(places) else 0, hashes


def _kept(tiles: Tiles, level: int, start: int, count: int) -> bytes:
    """Read hashes of a level, whatever tiles they are in."""
    first, last = start // TILE_WIDTH, (start + count - 1) // TILE_WIDTH
    data = b"".join(tiles.tile(level, index) for index in range(first, last + 1))
    at = (start - first * TILE_WIDTH) * HASH_SIZE
    return data[at : at + count * HASH_SIZE]
