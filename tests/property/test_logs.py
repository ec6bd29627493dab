from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportledger.errors import Error, InputError, VerificationError
from supportledger.proof import merkle
from supportledger.proof.block_note import check_block_note
from supportledger.proof.checkpoint import LogCheckpoint, SignedCheckpoint
from supportledger.proof.contradiction import Contradiction
from supportledger.proof.conversation import Line
from supportledger.proof.entry_bundle import pack, unpack
from supportledger.proof.line_proof import LineProof
from supportledger.proof.log_tree import GrowingTree, TileTree
from supportledger.proof.note import Note, SignerKey, VerifierKey
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.proof.witnessing import CosignRequest, judge
from tests.unit.proof.logs_of import LOG, WITNESSES, MemoryTiles, lines, signed, tree_of

PIECES = st.lists(st.integers(0, 300), min_size=1, max_size=6)
READERS = [
    Note.from_bytes,
    SignedCheckpoint.parse,
    CosignRequest.from_bytes,
    LineProof.from_bytes,
    Contradiction.from_bytes,
    Line.from_bytes,
    unpack,
    lambda data: check_block_note(data, WitnessPolicy("none"), 1337),
]
OTHER = [b"rewritten", *lines(40)[1:]]
FILES = [
    signed(lines(9)).note.with_signatures(one.sign("x\n", 7) for one in WITNESSES[:3]).to_bytes(),
    CosignRequest(5, tuple(tree_of(lines(9)).consistency_proof(5)), signed(lines(9))).to_bytes(),
    LineProof(b"line 3", 3, tuple(tree_of(lines(9)).inclusion_proof(3)), signed(lines(9))).to_bytes(),
    Contradiction.found_in(tree_of(OTHER[:9]), signed(lines(5)), signed(OTHER[:9])).to_bytes(),
]


@settings(max_examples=60)
@given(PIECES, st.data())
def test_however_a_log_grew_it_is_the_reference(pieces: list[int], data: Any) -> None:
    """However lines came, the tiles make the roots and proofs of the reference, of every size before, too."""
    tiles, leaves = MemoryTiles(), list[bytes]()
    for piece in pieces:
        new = lines(len(leaves) + piece, len(leaves))
        tiles.append(new)
        leaves += new
    assert merkle.root(leaves) == tiles.tree.root() == GrowingTree.load(len(leaves), tiles).root()
    if leaves:
        size = data.draw(st.integers(1, len(leaves)))
        tree, place = TileTree(tiles, size), data.draw(st.integers(0, size - 1))
        assert merkle.root(leaves[:size]) == tree.root()
        assert merkle.inclusion_proof(leaves[:size], place) == tree.inclusion_proof(place)
        assert merkle.consistency_proof(leaves[:size], place + 1) == tree.consistency_proof(place + 1)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 39))
def test_a_rewritten_log_is_convicted(old: int, new: int, place: int) -> None:
    """Whatever line was rewritten, no witness cosigns it, and the two trees make evidence that holds."""
    old, new = sorted((old, new))
    place %= old
    rewritten = [*lines(place), b"!", *lines(new, place + 1)]
    one, other = signed(lines(old)), signed(rewritten)
    tree = tree_of(rewritten)
    proof = tuple(tree.consistency_proof(old)) if old < new else ()
    with pytest.raises(VerificationError):
        judge(CosignRequest(old, proof, other), LOG.verifier, one)
    evidence = Contradiction.found_in(tree, one, other)
    assert Contradiction.from_bytes(evidence.to_bytes()).check(LOG.verifier)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_bundles_come_back(some: list[bytes]) -> None:
    """Any lines come back from their bundle."""
    assert some == unpack(pack(some))


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
)
def test_hostile_bytes_raise_nothing_else(data: bytes) -> None:
    """Whatever bytes a reader is given, it raises a VerificationError or understands them."""
    for read in READERS:
        only(VerificationError, read, data)


@settings(max_examples=300)
@given(st.sampled_from(FILES), st.data())
def test_a_changed_file_raises_nothing_else(file: bytes, data: Any) -> None:
    """A file that was cut, spliced or changed raises a VerificationError, or is another file."""
    start = data.draw(st.integers(0, len(file)))
    stop = data.draw(st.integers(start, min(start + 8, len(file))))
    changed = file[:start] + data.draw(st.binary(max_size=4)) + file[stop:]
    for read in READERS:
        only(VerificationError, read, changed)


@settings(max_examples=300)
@given(st.integers(0, 2), st.data())
def test_one_changed_bit_is_noticed(which: int, data: Any) -> None:
    """One changed bit of a proof, request or evidence never verifies as what it was."""
    file = FILES[which + 1]
    place, bit = data.draw(st.integers(0, len(file) - 1)), data.draw(st.integers(0, 7))
    changed = file[:place] + bytes([file[place] ^ 1 << bit]) + file[place + 1 :]
    checks = (
        lambda: judge(CosignRequest.from_bytes(changed), LOG.verifier, signed(lines(5))),
        lambda: LineProof.from_bytes(changed).check(LOG.verifier),
        lambda: Contradiction.from_bytes(changed).check(LOG.verifier),
    )
    with pytest.raises(Error):
        checks[which]()


@given(st.text(max_size=100))
def test_hostile_texts_raise_nothing_else(text: str) -> None:
    """Whatever text is given for a key or policy, it is an InputError or understood."""
    for read in (VerifierKey.parse, SignerKey.parse, WitnessPolicy.parse):
        only(InputError, read, text)
    only(VerificationError, LogCheckpoint.from_text, text)


def only(kind: type[Error], read: Any, data: Any) -> None:
    try:
        read(data)
    except kind:
        return
