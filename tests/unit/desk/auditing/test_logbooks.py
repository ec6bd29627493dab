"""An audit hashes every line of every log; it is what was signed and anchored (A3.19, A3.20)."""

from dataclasses import replace

import pytest

from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.auditing.findings import Conclusion
from supportledger.errors import StoreBusy
from supportledger.model.events import Anchored
from supportledger.store.log_files import FolderLogs
from supportledger.wiring.memory import memory_desk

LINES = [b"line %d" % number for number in range(300)]


@pytest.fixture
def logged(world):
    """A world with a log of 300 lines, of which 300 and 2 more were anchored."""
    world.keep_log(*LINES)
    world.keep_log(b"more", b"and more")
    return world


def log_of(world):
    """Where the log lies, for those who alter it."""
    return world.desk.logs._store._logs["revisions"]


def only(world):
    """The one finding there is."""
    [finding] = world.report().findings
    return str(finding.anomaly), finding.detail


def test_logs_that_hold(logged):
    """Honest logs are clean, and all of their lines were hashed."""
    report = logged.report()
    assert (Conclusion.CLEAN, ()) == (report.conclusion, report.findings)
    assert (1, 302, 2) == (report.figures.logs, report.figures.lines, report.figures.anchors)


def test_logs_are_left_out_aloud(logged):
    """An audit that does not look at logs says so."""
    assert "the lines of logs" in logged.report(store=False).left_out


def test_an_altered_line(logged):
    """A line that was written over is found, and how far the log can be relied on (A3.19)."""
    log_of(logged).lines[299] = b"line 299!"
    assert (
        "checkpoint inconsistent",
        "log revisions: of the log revisions, some of the first 300 lines were altered, or their hashes",
    ) == only(logged)


def test_an_altered_hash(logged):
    """A stored hash that was written over is found (A3.19)."""
    log_of(logged).levels[0][-1] ^= 1
    anomaly, detail = only(logged)
    assert "checkpoint inconsistent" == anomaly
    assert "first 302 lines" in detail


def test_a_line_and_its_hashes_rewritten(logged):
    """A log that was written anew, tree and all, is not what it signed and anchored (A3.19)."""
    store = logged.desk.logs._store
    documents = {name: store.kept("revisions", name) for name in store.documents("revisions")}
    del store._logs["revisions"]
    store.create("revisions", documents)
    store.append("revisions", [b"never said", *LINES[1:], b"more", b"and more"])
    assert (
        "checkpoint inconsistent",
        "log revisions: the log revisions was altered after it signed 300 lines",
    ) == only(logged)


def test_a_log_that_was_cut(logged):
    """A log with fewer lines than it signed is found, and at which size (A3.19)."""
    store = logged.desk.logs._store
    documents = {name: store.kept("revisions", name) for name in store.documents("revisions")}
    del store._logs["revisions"]
    store.create("revisions", documents)
    store.append("revisions", LINES)
    assert (
        "checkpoint inconsistent",
        "log revisions: the log revisions was altered after it signed 302 lines",
    ) == only(logged)


def test_a_cut_log_without_its_checkpoint(logged):
    """Cutting what was signed as well does not help: the ledger has the anchor (A3.19)."""
    store = logged.desk.logs._store
    kept = {name: store.kept("revisions", name) for name in store.documents("revisions")}
    del store._logs["revisions"], kept["checkpoint.302"]
    store.create("revisions", kept)
    store.append("revisions", LINES)
    anomaly, detail = only(logged)
    assert "checkpoint inconsistent" == anomaly
    assert "the log revisions is not the one that was anchored with 302 lines" in detail


def test_an_altered_checkpoint(logged):
    """A signed checkpoint that was altered, or put in the place of another, is found (A3.19)."""
    documents = log_of(logged).documents
    whole = documents["checkpoint.300"]
    documents["checkpoint.300"] = whole.replace(b"300", b"301")
    anomaly, detail = only(logged)
    assert "checkpoint inconsistent" == anomaly
    assert "its checkpoint of 300 lines was altered" in detail
    documents["checkpoint.300"] = documents["checkpoint.302"]
    assert "its checkpoint of 300 lines is one of 302" in only(logged)[1]


def test_a_checkpoint_that_is_gone(logged):
    """Nothing is anchored unsigned: an anchor whose checkpoint was removed is named (A3.19)."""
    del log_of(logged).documents["checkpoint.300"]
    assert (
        "checkpoint inconsistent",
        "log revisions: 300 lines are anchored, and the checkpoint signed with them is gone",
    ) == only(logged)


def test_a_log_without_its_key(logged):
    """Without its key nothing that it signed can be checked, and that is no pass."""
    del log_of(logged).documents["signer"]
    assert "checkpoint inconsistent" == only(logged)[0]


def test_an_anchored_log_that_is_not_held(logged):
    """A log that the ledger has and the desk does not fails aloud, by its name if that is known (A3.20)."""
    del logged.desk.logs._store._logs["revisions"]
    logged.desk.logs.create("conversations")
    logged.desk.logs.append("conversations", [b"said"])
    logged.desk.logs.anchor("conversations")
    del logged.desk.logs._store._logs["conversations"]
    report = logged.report()
    assert Conclusion.INCOMPLETE is report.conclusion
    details = sorted(one.detail for one in report.findings)
    assert 2 == len(details)
    assert "is anchored with 302 lines, and this desk does not hold it" in details[0]
    assert "the log conversations is anchored with 1 lines, and this desk does not hold it" == details[1]


def test_a_disk_that_does_not_answer(logged):
    """A log that cannot be read just now is no pass, and no accusation (A1.3)."""

    class Busy:
        def names(self):
            return ["revisions"]

        def checkpoints(self, name):
            return []

        def check(self, name, anchors=None):
            raise StoreBusy("another process holds it")

    auditor = Auditor(
        logged.ledger, logged.store.deployment, logged.store, files=logged.desk.files, logs=Busy()
    )
    report = auditor.run().report
    assert Conclusion.INCOMPLETE is report.conclusion
    assert "the log revisions cannot be read: another process holds it" == report.findings[0].detail


@pytest.mark.parametrize("name", ["lines", "tiles.0", "bundles", "documents/signer"])
def test_files_that_were_cut_or_removed(tmp_path, world, name):
    """On disk, each file of a log that is missing or shorter is found."""
    logs = FolderLogs(tmp_path / "logs")
    desk = memory_desk(world.ledger)
    desk.logs._store = logs
    desk.logs.create("revisions")
    desk.logs.append("revisions", LINES)
    desk.logs.anchor("revisions")
    auditor = Auditor(world.ledger, world.store.deployment, world.store, logs=desk.logs)
    assert Conclusion.CLEAN is auditor.run().report.conclusion
    path = tmp_path / "logs" / "revisions" / name
    path.write_bytes(path.read_bytes()[:-1])
    assert ["checkpoint inconsistent"] == [str(one.anomaly) for one in auditor.run().report.findings]
    path.unlink()
    assert ["checkpoint inconsistent"] == [str(one.anomaly) for one in auditor.run().report.findings]


def test_an_anchor_by_somebody_else(logged):
    """An anchor that the log never made is found, though the log is whole."""
    logged.ledger.tell = lambda events: [
        replace(one, root=b"\x05" * 32) if isinstance(one, Anchored) and one.size == 300 else one
        for one in events
    ]
    details = [one.detail for one in logged.report().findings]
    assert any("is not the one that was anchored with 300 lines" in one for one in details)
