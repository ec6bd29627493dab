from dataclasses import replace

import pytest

from supportledger.errors import (
    AnchorMismatch,
    BundleFormatError,
    Conflict,
    ConsistencyMismatch,
    CosignatureMismatch,
    InclusionMismatch,
    Inconclusive,
)
from supportledger.proof import merkle
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.contradiction import Contradiction
from supportledger.proof.line_proof import LineProof
from supportledger.proof.note import Note, SignerKey
from supportledger.proof.witnessing import CosignRequest, judge
from tests.unit.proof.logs_of import LOG, ORIGIN, lines, signed, tree_of

OTHER = [b"rewritten", *lines(1_000)[1:]]
KEY = LOG.verifier


def asked(old: int, leaves: list[bytes], known: list[bytes] | None = None) -> CosignRequest:
    """What a log with these leaves asks of a witness that has seen so many."""
    proof = merkle.consistency_proof(known or leaves, old) if old else []
    return CosignRequest(old, tuple(proof), signed(leaves))


# -- a witness decides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (5, 5), (5, 8), (4, 9), (255, 257), (256, 600)])
def test_what_extends_is_cosigned(old: int, new: int) -> None:
    """A checkpoint that extends what was seen is accepted, from nothing at all as well."""
    request = asked(old, lines(new))
    seen = signed(lines(old)) if old else None
    assert request.checkpoint == judge(CosignRequest.from_bytes(request.to_bytes()), KEY, seen)


@pytest.mark.parametrize("old", [0, 4, 6, 9])
def test_a_witness_stands_where_it_stands(old: int) -> None:
    """A request that begins elsewhere is a conflict that says where the witness stands (L8.2)."""
    with pytest.raises(Conflict, match="has seen 5 lines"):
        judge(asked(old, lines(9)), KEY, signed(lines(5)))


@pytest.mark.parametrize(
    ("request_", "seen"),
    [
        (asked(5, OTHER[:9]), lines(5)),
        (asked(4, OTHER[:9]), lines(4)),
        (asked(5, OTHER[:5]), lines(5)),
        (replace(asked(5, lines(9)), proof=()), lines(5)),
        (replace(asked(0, lines(9)), proof=(bytes(32),)), None),
        (replace(asked(5, lines(5)), proof=(bytes(32),)), lines(5)),
    ],
    ids=[
        "rewritten",
        "rewritten at a power of two",
        "same size",
        "no proof",
        "proof of nothing",
        "superfluous",
    ],
)
def test_what_does_not_extend_is_refused(request_: CosignRequest, seen: list[bytes] | None) -> None:
    """A checkpoint that rewrites, or does not show that it extends, is not consistent."""
    with pytest.raises(ConsistencyMismatch):
        judge(request_, KEY, signed(seen) if seen else None)


def test_only_the_log_itself_is_heard() -> None:
    """A checkpoint of another log, or not signed by the log, is refused before anything is compared."""
    of_another = SignerKey(ORIGIN + "2", LOG.secret)
    with pytest.raises(AnchorMismatch):
        judge(CosignRequest(0, (), signed(lines(3), of_another)), KEY, None)
    by_another = SignerKey(ORIGIN, b"\x09" * 32)
    with pytest.raises(CosignatureMismatch):
        judge(CosignRequest(0, (), signed(lines(3), by_another)), KEY, None)


def test_an_empty_tree_with_another_root() -> None:
    """A log without lines has one root only."""
    empty = signed([])
    checkpoint = replace(empty.checkpoint, head=replace(empty.head, root=bytes(32))).signed(LOG)
    with pytest.raises(ConsistencyMismatch):
        judge(CosignRequest(0, (), checkpoint), KEY, None)


NOTE = signed(lines(9)).to_bytes()
MALFORMED = [
    b"",
    b"old 0\n",
    b"old 0\n\n",
    NOTE,
    b"old 00\n\n" + NOTE,
    b"old -1\n\n" + NOTE,
    b"old  1\n\n" + NOTE,
    b"new 0\n\n" + NOTE,
    b"old 0\nAAAA\n\n" + NOTE,
    b"old 0\n" + b"\xff\n\n" + NOTE,
    b"old 0\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63 + b"\n" + NOTE,
    b"old 10\n\n" + NOTE,
    b"old 0\n\n" + NOTE[:-1],
    b"old 0\n\n" + b"x" * (2 << 20),
]


@pytest.mark.parametrize("data", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_requests(data: bytes) -> None:
    """What is no request, or asks to go back, is refused as such."""
    with pytest.raises(BundleFormatError):
        CosignRequest.from_bytes(data)


# -- contradictions ------------------------------------------------------------------------------------------

REWRITTEN = [
    ("same size", signed(lines(5)), signed(OTHER[:5])),
    ("two sizes", signed(lines(5)), signed(OTHER[:9])),
    ("a power of two", signed(lines(4)), signed(OTHER[:9])),
]


@pytest.mark.parametrize(("what", "one", "other"), REWRITTEN, ids=[one[0] for one in REWRITTEN])
def test_a_contradiction_can_be_shown(what: str, one: SignedCheckpoint, other: SignedCheckpoint) -> None:
    """Two signed checkpoints of rewritten history (L7.1), and the later tree, are evidence (L7.2)."""
    tree = tree_of(OTHER[: other.head.size])
    for first, second in ((one, other), (other, one)):
        evidence = Contradiction.found_in(tree, first, second)
        again = Contradiction.from_bytes(evidence.to_bytes())
        assert ORIGIN in again.check(KEY)
        assert evidence == again


def test_what_a_log_sends_can_convict_it() -> None:
    """A proof from a rewritten tree shows which root it had, but not from a power of two (L7.3)."""
    request = asked(5, OTHER[:9])
    evidence = Contradiction.of(signed(lines(5)), request.checkpoint, request.proof)
    assert "does not begin with" in evidence.check(KEY)
    request = asked(4, OTHER[:9])
    with pytest.raises(Inconclusive):
        Contradiction.of(signed(lines(4)), request.checkpoint, request.proof).check(KEY)


def test_nobody_is_convicted_who_only_grew() -> None:
    """Honest checkpoints are no contradiction, whatever is claimed of them."""
    one, other = signed(lines(5)), signed(lines(9))
    for evidence in (
        Contradiction.found_in(tree_of(lines(9)), one, other),
        Contradiction.of(one, one),
        Contradiction.of(one, other, [bytes(32)] * 4),
        Contradiction(one, other),
    ):
        with pytest.raises(Inconclusive):
            evidence.check(KEY)
    with pytest.raises(ConsistencyMismatch):
        Contradiction(one, other, bytes(32), tuple(merkle.consistency_proof(lines(9), 5))).check(KEY)


def test_evidence_against_another_log() -> None:
    """Checkpoints that the log did not sign, or of another log, convict nobody."""
    forged = SignerKey(ORIGIN, b"\x09" * 32)
    with pytest.raises(CosignatureMismatch):
        Contradiction.of(signed(lines(5)), signed(OTHER[:5], forged)).check(KEY)
    with pytest.raises(AnchorMismatch):
        Contradiction.of(signed(lines(5)), signed(OTHER[:5], SignerKey("other", LOG.secret))).check(KEY)


EVIDENCE = Contradiction.found_in(tree_of(OTHER[:9]), signed(lines(5)), signed(OTHER[:9])).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"nonsense",
        EVIDENCE[:-1],
        EVIDENCE + b"\n",
        EVIDENCE.replace(b'"proof":[', b'"proof": ['),
        EVIDENCE.replace(b"contradiction.v1", b"contradiction.v2"),
        EVIDENCE.replace(b'"prefix":"', b'"prefix":"A'),
        EVIDENCE.replace(b'"proof":["', b'"proof":["A'),
        EVIDENCE.replace(b'"proof":[', b'"proof":[1,'),
        EVIDENCE.replace(b'"earlier":"', b'"earlier":"\\ud800'),
        EVIDENCE.replace(b'"earlier":', b'"earlier":null,"x":'),
        b"[" * 100_000,
        b"x" * (4 << 20),
    ],
    ids=range(15),
)
def test_malformed_evidence(data: bytes) -> None:
    """What is not written in the one form is no evidence."""
    with pytest.raises(BundleFormatError):
        Contradiction.from_bytes(data)


# -- proofs of lines -----------------------------------------------------------------------------------------


def proven(index: int = 3, size: int = 9) -> LineProof:
    leaves = lines(size)
    return LineProof(leaves[index], index, tuple(merkle.inclusion_proof(leaves, index)), signed(leaves))


@pytest.mark.parametrize(("index", "size"), [(0, 1), (3, 9), (8, 9), (0, 256)])
def test_a_line_is_proven_in_one_file(index: int, size: int) -> None:
    """A proof of a line comes back from its file, and holds with nothing but the log's key (L4.7)."""
    proof = proven(index, size)
    again = LineProof.from_bytes(proof.to_bytes())
    assert proof == again
    assert size == again.check(KEY).head.size


def test_neither_node_nor_root_is_a_line() -> None:
    """An inner node, its two children, or the root, offered as a line, are refused."""
    leaves = lines(4)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    left, right = merkle.root(leaves[:2]), merkle.root(leaves[2:])
    checkpoint = signed(leaves)
    for line, index, proof in (
        (left, 0, (right,)),
        (b"".join(hashes[:2]), 0, (right,)),
        (b"\x01" + b"".join(hashes[:2]), 0, (right,)),
        (checkpoint.head.root, 0, ()),
        (left + right, 0, ()),
        (b"\x01" + left + right, 0, ()),
        (hashes[0], 0, (hashes[1], right)),
    ):
        with pytest.raises(InclusionMismatch):
            LineProof(line, index, proof, checkpoint).check(KEY)
    with pytest.raises(InclusionMismatch):
        LineProof(checkpoint.head.root, 0, (), signed([checkpoint.head.root, b"x"])).check(KEY)


def test_a_line_elsewhere() -> None:
    """A line is proven at its own place, under its own checkpoint only."""
    proof = proven()
    for wrong in (
        replace(proof, index=4),
        replace(proof, index=9),
        replace(proof, line=b"another"),
        replace(proof, proof=proof.proof[:-1]),
        replace(proof, checkpoint=signed(OTHER[:9])),
    ):
        with pytest.raises(InclusionMismatch):
            wrong.check(KEY)


def test_a_proof_may_come_without_its_line() -> None:
    """Other logs' proofs do not carry the line: it is given; a proof of another line is refused."""
    proof = proven()
    whole = proof.to_bytes().split(b"\n")
    bare = b"\n".join(line for line in whole if not line.startswith(b"extra "))
    assert proof == LineProof.from_bytes(bare, proof.line)
    with pytest.raises(BundleFormatError):
        LineProof.from_bytes(bare)
    with pytest.raises(InclusionMismatch):
        LineProof.from_bytes(proof.to_bytes(), b"another")


PROOF = proven().to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PROOF[:-1],
        PROOF.replace(b"@v1", b"@v2"),
        PROOF.replace(b"index 3", b"index 03"),
        PROOF.replace(b"index 3", b"index -3"),
        PROOF.replace(b"index 3\n", b""),
        PROOF.replace(b"extra ", b"extra !"),
        PROOF.replace(b"index 3\n", b"index 3\nAAAA\n"),
        PROOF.replace(b"index 3\n", b"index 3\n" + (b"A" * 43 + b"=\n") * 64),
        b"c2sp.org/tlog-proof@v1\n\n" + NOTE,
        b"x" * (3 << 20),
    ],
    ids=range(11),
)
def test_malformed_proofs(data: bytes) -> None:
    """What is not a proof of a line is refused as such."""
    with pytest.raises(BundleFormatError):
        LineProof.from_bytes(data)


def test_a_signed_lie_about_the_size() -> None:
    """A checkpoint whose size its root does not have proves no line."""
    proof = proven()
    lie = replace(proof.checkpoint.checkpoint, head=replace(proof.checkpoint.head, size=8)).signed(LOG)
    with pytest.raises(InclusionMismatch):
        replace(proof, checkpoint=lie, index=7).check(KEY)
    assert isinstance(lie.note, Note)
