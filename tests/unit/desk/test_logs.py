"""Logs of a desk are appended to, signed, cosigned, anchored and proven; they never tell two stories."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.logs import Logs
from supportledger.errors import (
    AnchorMismatch,
    BundleFormatError,
    Conflict,
    ConsistencyMismatch,
    CosignatureMismatch,
    Error,
    InclusionMismatch,
    InputError,
    NotFound,
)
from supportledger.model.refusal import RoleMissing
from supportledger.proof import merkle
from supportledger.proof.checkpoint import LogCheckpoint, SignedCheckpoint
from supportledger.proof.contradiction import Contradicted
from supportledger.proof.entry_bundle import unpack
from supportledger.proof.log_tree import TreeHead
from supportledger.proof.note import KeyKind, SignerKey
from supportledger.proof.witnessing import CosignRequest
from supportledger.store.log_memory import MemoryLogs
from tests.unit.desk.frail import FrailLedger

WITNESS = SignerKey("witness.example/1", b"\x02" * 32, KeyKind.COSIGNATURE)


def lines(stop: int, start: int = 0) -> list[bytes]:
    return [b"line %d" % number for number in range(start, stop)]


@pytest.fixture
def logs(desk: Desk) -> Logs:
    """A log of five lines."""
    desk.logs.create("talk")
    desk.logs.append("talk", lines(5))
    return desk.logs


@pytest.fixture
def store(logs: Logs) -> MemoryLogs:
    """Where it lies, for those who alter it."""
    return logs._store  # type: ignore[return-value]  # it is one


def rewrite(store: MemoryLogs, new: list[bytes]) -> None:
    """Let somebody with access to the disk write history anew, tree and all."""
    documents = {name: store.kept("talk", name) for name in store.documents("talk")}
    del store._logs["talk"]
    store.create("talk", documents)
    store.append("talk", new)


def test_a_log_names_its_ledger(logs: Logs, desk: Desk, ledger: FrailLedger) -> None:
    """A log's key has the name of chain, ledger and log, and every log a key of its own."""
    logs.create("other")
    deployment = ledger.deployment
    origin = f"supportledger.log/{deployment.chain_id}/0x{deployment.ledger.hex()}/talk"
    assert origin == logs.key("talk").name
    assert logs.key("talk").public != logs.key("other").public
    assert ["other", "talk"] == logs.names()
    with pytest.raises(Conflict):
        logs.create("talk")


def test_a_checkpoint_is_signed_once(logs: Logs) -> None:
    """A checkpoint has size and root of all lines; as long as nothing is added, it is the same."""
    signed = logs.checkpoint("talk")
    assert TreeHead(5, merkle.root(lines(5))) == signed.head
    assert signed == SignedCheckpoint.from_bytes(signed.to_bytes(), logs.key("talk"))
    assert signed == logs.checkpoint("talk")
    logs.append("talk", [b"more"])
    assert 6 == logs.checkpoint("talk").head.size
    assert [5, 6] == logs.checkpoints("talk")
    assert signed == logs.signed("talk", 5)


def test_what_is_not_signed(logs: Logs) -> None:
    """A size that was never signed has no checkpoint."""
    with pytest.raises(NotFound):
        logs.signed("talk")
    logs.checkpoint("talk")
    with pytest.raises(NotFound):
        logs.signed("talk", 4)


def test_a_log_is_shown(logs: Logs) -> None:
    """What is appended, signed and anchored is told apart."""
    before = logs.show("talk")
    assert (5, None, None) == (before.head.size, before.checkpoint, before.anchor)
    logs.anchor("talk")
    logs.append("talk", [b"more"])
    after = logs.show("talk")
    assert after.checkpoint is not None
    assert after.anchor is not None
    assert (6, 5, 5) == (after.head.size, after.checkpoint.head.size, after.anchor.size)


def test_a_rewritten_log_is_not_signed(logs: Logs, store: MemoryLogs) -> None:
    """A log whose past was rewritten signs nothing any more: it never tells two stories itself."""
    logs.checkpoint("talk")
    rewrite(store, [b"!", *lines(7)[1:]])
    with pytest.raises(ConsistencyMismatch, match="altered after it signed 5"):
        logs.checkpoint("talk")
    assert [5] == logs.checkpoints("talk")


def test_a_log_that_was_set_back(logs: Logs, store: MemoryLogs) -> None:
    """A log that lost lines it has signed signs nothing until they are back (L4.5)."""
    logs.checkpoint("talk")
    rewrite(store, lines(4))
    with pytest.raises(ConsistencyMismatch, match="signed 5 before"):
        logs.checkpoint("talk")
    store.append("talk", lines(7, 4))
    assert 7 == logs.checkpoint("talk").head.size


# -- witnesses -----------------------------------------------------------------------------------------------


def test_signatures_of_witnesses(logs: Logs) -> None:
    """A witness's line, and a note with it, are both taken over, and stay with the checkpoint."""
    signed = logs.checkpoint("talk")
    line = WITNESS.sign(signed.note.text, 7)
    taken = logs.take("talk", f"{line}\n".encode())
    assert {WITNESS.verifier: 7} == taken.note.verified([WITNESS.verifier])
    assert taken == logs.take("talk", taken.to_bytes()) == logs.checkpoint("talk") == logs.signed("talk", 5)


def test_what_a_witness_is_asked(logs: Logs) -> None:
    """A request has the proof from where the witness stands, and nothing from nowhere."""
    logs.checkpoint("talk")
    logs.append("talk", lines(9, 5))
    signed = logs.checkpoint("talk")
    request = CosignRequest.from_bytes(logs.request("talk", 5))
    assert (5, tuple(merkle.consistency_proof(lines(9), 5)), signed) == (
        request.old_size,
        request.proof,
        request.checkpoint,
    )
    assert () == CosignRequest.from_bytes(logs.request("talk", 0)).proof
    with pytest.raises(InputError):
        logs.request("talk", 10)


def test_a_checkpoint_that_contradicts(logs: Logs) -> None:
    """A checkpoint that the log's key signed and the log does not have is evidence against it."""
    signer = SignerKey.parse(logs._store.kept("talk", "signer").decode())
    lie = LogCheckpoint(signer.name, TreeHead(3, b"\x01" * 32)).signed(signer)
    with pytest.raises(Contradicted) as caught:
        logs.take("talk", lie.to_bytes())
    assert caught.value.evidence.check(logs.key("talk"))


@pytest.mark.parametrize("data", [b"", b"nonsense", "\u2014 a b\n".encode(), b"\xff"])
def test_what_is_no_signature(logs: Logs, data: bytes) -> None:
    """What is neither a checkpoint nor signature lines is refused, and nothing is kept."""
    signed = logs.checkpoint("talk")
    with pytest.raises(BundleFormatError):
        logs.take("talk", data)
    assert signed == logs.signed("talk")


def test_checkpoints_that_are_not_ours(logs: Logs) -> None:
    """The checkpoint of another log, of another key, or of lines that are not there, is not taken over."""
    logs.checkpoint("talk")
    key = logs.key("talk")
    head = logs.show("talk").head
    with pytest.raises(AnchorMismatch):
        logs.take("talk", LogCheckpoint("other", head).signed(SignerKey.generate("other")).to_bytes())
    with pytest.raises(CosignatureMismatch):
        logs.take("talk", LogCheckpoint(key.name, head).signed(SignerKey.generate(key.name)).to_bytes())
    signer = SignerKey.parse(logs._store.kept("talk", "signer").decode())
    with pytest.raises(NotFound):
        logs.take("talk", LogCheckpoint(key.name, TreeHead(9, bytes(32))).signed(signer).to_bytes())


# -- anchors -------------------------------------------------------------------------------------------------


def test_a_log_is_anchored(logs: Logs, desk: Desk) -> None:
    """An anchor has size and root of a signed checkpoint; what is anchored already costs nothing more."""
    anchored = logs.anchor("talk")
    assert (5, merkle.root(lines(5))) == (anchored.size, anchored.root)
    assert anchored == logs.anchor("talk") == logs.last_anchored("talk")
    logs.append("talk", lines(9, 5))
    logs.anchor("talk")
    assert [5, 9] == [one.size for one in desk.anchors.history("talk")]


def test_a_log_without_lines_is_not_anchored(logs: Logs) -> None:
    """There is nothing to anchor before the first line, and nothing anchored before the first anchor."""
    logs.create("empty")
    with pytest.raises(InputError):
        logs.anchor("empty")
    with pytest.raises(NotFound):
        logs.last_anchored("empty")


def test_an_anchor_is_the_anchorers(logs: Logs) -> None:
    """Only an anchorer anchors."""
    with pytest.raises(RoleMissing):
        logs.anchor("talk", by="customer")


@pytest.mark.parametrize("new", [[b"!", *lines(7)[1:]], lines(4)], ids=["rewritten", "set back"])
def test_a_log_that_is_not_the_anchored_one(logs: Logs, store: MemoryLogs, new: list[bytes]) -> None:
    """A log that does not extend its anchor is not anchored on, even if it forgot what it signed."""
    logs.anchor("talk")
    store._logs["talk"].documents.pop("checkpoint.5")
    rewrite(store, new)
    with pytest.raises(AnchorMismatch):
        logs.anchor("talk")
    with pytest.raises(AnchorMismatch):
        logs.last_anchored("talk")


# -- proofs --------------------------------------------------------------------------------------------------


def test_a_line_under_an_anchor(logs: Logs) -> None:
    """A line is proven under any signed checkpoint after it, and under the anchor if there is one."""
    logs.anchor("talk")
    logs.append("talk", lines(9, 5))
    proof = logs.prove("talk", 3)
    assert b"line 3" == proof.line
    assert 5 == logs.check_line("talk", proof).size
    logs.checkpoint("talk")
    later = logs.prove("talk", 8)
    assert 9 == later.check(logs.key("talk")).head.size
    with pytest.raises(AnchorMismatch):
        logs.check_line("talk", later)
    assert 5 == logs.check_line("talk", logs.prove("talk", 3, 5)).size


@pytest.mark.parametrize("index", [-1, 5, 8])
def test_lines_that_are_not_under_the_checkpoint(logs: Logs, index: int) -> None:
    """A line that came after the checkpoint, or never, is not proven under it."""
    logs.checkpoint("talk")
    logs.append("talk", lines(9, 5))
    with pytest.raises(NotFound):
        logs.prove("talk", index)


def test_a_static_log(logs: Logs) -> None:
    """A log is given out as tiles and bundles of its last checkpoint, and the checkpoint comes last."""
    logs.append("talk", lines(300, 5))
    signed = logs.checkpoint("talk")
    logs.append("talk", [b"later"])
    files = dict(logs.static("talk"))
    names = ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"]
    assert [*names, "checkpoint"] == list(files)
    found = unpack(files["tile/entries/000"]) + unpack(files["tile/entries/001.p/44"])
    assert lines(300) == found
    hashes = b"".join(merkle.leaf_hash(line) for line in found)
    assert hashes == files["tile/0/000"] + files["tile/0/001.p/44"]
    assert merkle.root(found[:256]) == files["tile/1/000.p/1"]
    assert signed.to_bytes() == files["checkpoint"]


# -- a whole log ---------------------------------------------------------------------------------------------


def test_a_whole_log_is_checked(logs: Logs) -> None:
    """Every line, checkpoint and anchor of an honest log fits; of an empty one, too (L3.6)."""
    logs.checkpoint("talk")
    logs.append("talk", lines(300, 5))
    logs.anchor("talk")
    logs.append("talk", lines(700, 300))
    found = logs.check("talk")
    assert (700, 2, 1) == (found.head.size, found.checkpoints, found.anchors)
    assert merkle.root(lines(700)) == found.head.root
    logs.create("empty")
    assert 0 == logs.check("empty").head.size


def test_an_altered_line(logs: Logs, store: MemoryLogs) -> None:
    """An altered line is found by checking the log, and is not handed out with a proof."""
    logs.anchor("talk")
    store._logs["talk"].lines[2] = b"altered"
    with pytest.raises(ConsistencyMismatch, match="altered"):
        logs.check("talk")
    with pytest.raises(InclusionMismatch):
        logs.prove("talk", 2)
    assert b"line 3" == logs.prove("talk", 3).line


@pytest.mark.parametrize(("level", "place"), [(0, 32 * 7), (1, 5)])
def test_an_altered_hash(logs: Logs, store: MemoryLogs, level: int, place: int) -> None:
    """An altered hash is found by checking the log; no proof leads through it, to witnesses neither."""
    logs.append("talk", lines(300, 5))
    logs.checkpoint("talk")
    store._logs["talk"].levels[level][place] ^= 1
    with pytest.raises(ConsistencyMismatch, match="altered"):
        logs.check("talk")
    with pytest.raises(InclusionMismatch):
        logs.prove("talk", 6 if level == 0 else 299)
    with pytest.raises(ConsistencyMismatch):
        logs.request("talk", 9 if level == 0 else 290)


@pytest.mark.parametrize(
    ("anchored", "kind"), [(False, ConsistencyMismatch), (True, AnchorMismatch)], ids=["signed", "anchored"]
)
@pytest.mark.parametrize("new", [[b"!", *lines(7)[1:]], lines(4)], ids=["rewritten", "set back"])
def test_a_rewritten_log_is_found(
    logs: Logs, store: MemoryLogs, new: list[bytes], anchored: bool, kind: type[Error]
) -> None:
    """A log that was rewritten as a whole is held against what it signed, and what was anchored."""
    logs.anchor("talk")
    if anchored:
        store._logs["talk"].documents.pop("checkpoint.5")
    rewrite(store, new)
    with pytest.raises(kind):
        logs.check("talk")
