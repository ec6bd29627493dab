import pytest

from supportledger.errors import InputError, StoreCorrupt
from supportledger.proof import merkle
from supportledger.proof.log_tree import EMPTY, GrowingTree, TileTree, leaf_hashes, tile_path, tile_widths
from tests.unit.proof.logs_of import MemoryTiles, lines, tree_of

SIZES = [1, 2, 3, 5, 8, 17, 255, 256, 257, 300, 511, 512, 600]


@pytest.mark.parametrize("size", SIZES)
def test_proofs_from_tiles_are_those_of_the_reference(size: int) -> None:
    """Roots and proofs of every place near an edge are the reference's, hash by hash (L1.1, L1.2)."""
    leaves, tree = lines(size), tree_of(lines(size))
    assert merkle.root(leaves) == tree.root()
    for place in {0, 1, size // 2, size - 2, size - 1, 254, 255, 256} & set(range(size)):
        assert merkle.inclusion_proof(leaves, place) == tree.inclusion_proof(place)
        assert merkle.consistency_proof(leaves, place + 1) == tree.consistency_proof(place + 1)
        assert merkle.root(leaves[:place]) == tree.root(place)


def test_three_levels_of_tiles() -> None:
    """A tree of more than 65,536 leaves, whose edge goes through three levels, is the reference's."""
    leaves = lines(66_000)
    tiles = MemoryTiles(leaves)
    tree = TileTree(tiles, len(leaves))
    assert merkle.root(leaves) == tiles.tree.root() == tree.root()
    for place in (0, 65_535, 65_536, 65_999):
        merkle.verify_inclusion(
            merkle.leaf_hash(leaves[place]), place, len(leaves), tree.inclusion_proof(place), tree.root()
        )
    old = tree.root(65_537)
    merkle.verify_consistency(65_537, len(leaves), tree.consistency_proof(65_537), old, tree.root())


def test_a_tree_is_taken_up_where_it_was_left() -> None:
    """A tree that is loaded from its tiles goes on as if it had never stopped."""
    tiles = MemoryTiles(lines(700))
    again = GrowingTree.load(700, tiles)
    again.append(leaf_hashes(lines(1_300, 700)))
    assert merkle.root(lines(1_300)) == again.root()
    assert 1_300 == again.size


def test_an_empty_tree() -> None:
    """No leaves have the root of nothing, and prove nothing."""
    tree = TileTree(MemoryTiles(), 0)
    assert merkle.root([]) == EMPTY.root == tree.root() == GrowingTree().root()
    with pytest.raises(InputError):
        tree.inclusion_proof(0)
    with pytest.raises(InputError):
        tree.consistency_proof(0)


@pytest.mark.parametrize("place", [-1, 300])
def test_there_is_no_proof_outside_the_tree(place: int) -> None:
    """A leaf, and a size, that the tree never had cannot be proven."""
    tree = tree_of(lines(300))
    with pytest.raises(InputError):
        tree.inclusion_proof(place)
    with pytest.raises(InputError):
        tree.consistency_proof(place + 1 if place > 0 else place)
    with pytest.raises(InputError):
        tree.root(place + 1 if place > 0 else place)


def test_tiles_that_are_too_short() -> None:
    """A tile that lost a hash is damage, never another root (L1.3)."""
    tiles = MemoryTiles(lines(300))
    tiles.levels[0] = tiles.levels[0][:-1]
    with pytest.raises(StoreCorrupt):
        TileTree(tiles, 300).root()
    with pytest.raises(StoreCorrupt):
        GrowingTree.load(300, tiles)
    with pytest.raises(StoreCorrupt):
        TileTree(tiles, 300).inclusion_proof(299)


def test_an_edge_of_another_size() -> None:
    """A tree cannot be given an edge that its size does not have."""
    with pytest.raises(InputError):
        GrowingTree(2, [leaf_hashes(lines(1))])


PATHS = [
    (0, 0, 256, "tile/0/000"),
    (2, 999, 1, "tile/2/999.p/1"),
    (0, 1000, 256, "tile/0/x001/000"),
    (1, 1_234_067, 255, "tile/1/x001/x234/067.p/255"),
    ("entries", 7, 256, "tile/entries/007"),
]


@pytest.mark.parametrize(("level", "index", "width", "expected"), PATHS)
def test_tiles_are_named_as_static_logs_name_them(
    level: int | str, index: int, width: int, expected: str
) -> None:
    """The number of a tile is cut into parts of three digits, all but the last with an x."""
    assert expected == tile_path(level, index, width)


def test_the_tiles_of_a_size() -> None:
    """A level has full tiles, and at its end what is left."""
    assert [] == list(tile_widths(0))
    assert [(0, 256), (1, 256)] == list(tile_widths(512))
    assert [(0, 256), (1, 88)] == list(tile_widths(344))
