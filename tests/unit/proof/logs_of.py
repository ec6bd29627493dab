"""Small logs to test with: tiles in memory, keys that are always the same, and notes by them."""

from collections.abc import Sequence

from supportledger.proof.checkpoint import LogCheckpoint, SignedCheckpoint
from supportledger.proof.log_tree import TILE_WIDTH, GrowingTree, TileTree, TreeHead, leaf_hashes
from supportledger.proof.merkle import HASH_SIZE
from supportledger.proof.note import KeyKind, SignerKey

ORIGIN = "supportledger.log/1337/0x01/talk"
LOG = SignerKey(ORIGIN, b"\x01" * 32)
WITNESSES = [
    SignerKey(f"witness.example/{number}", bytes([number + 2]) * 32, KeyKind.COSIGNATURE)
    for number in range(20)
]


class MemoryTiles:
    """The tiles of some leaves."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.levels: list[bytes] = []
        self.tree = GrowingTree()
        self.append(leaves)

    def append(self, leaves: Sequence[bytes]) -> None:
        for level, hashes in enumerate(self.tree.append(leaf_hashes(leaves))):
            self.levels += [b""] * (level == len(self.levels))
            self.levels[level] += b"".join(hashes)

    def tile(self, level: int, index: int) -> bytes:
        size = TILE_WIDTH * HASH_SIZE
        return self.levels[level][index * size : (index + 1) * size] if level < len(self.levels) else b""


def lines(stop: int, start: int = 0) -> list[bytes]:
    return [b"line %d" % number for number in range(start, stop)]


def tree_of(leaves: Sequence[bytes]) -> TileTree:
    return TileTree(MemoryTiles(leaves), len(leaves))


def signed(leaves: Sequence[bytes], log: SignerKey = LOG) -> SignedCheckpoint:
    """The checkpoint of a log with these leaves."""
    return LogCheckpoint(log.name, TreeHead(len(leaves), tree_of(leaves).root())).signed(log)
