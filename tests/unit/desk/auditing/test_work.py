"""How an audit works: in little memory, in several processes, and without touching anything."""

from copy import deepcopy

import pytest

from supportledger.desk.auditing import auditor, spool, workers
from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.auditing.findings import Conclusion, Stage
from supportledger.desk.auditing.keys import AuditKey
from supportledger.desk.auditing.spool import Spool, Spooled
from supportledger.desk.auditing.workers import Workers
from supportledger.model.records import EntryRecord
from supportledger.proof.evidence import Signed


def entries_of(world):
    return [one for part in world.ledger.events() for one in part if isinstance(one, EntryRecord)]


@pytest.mark.parametrize(("memory", "few"), [(0, 0), (1 << 20, 0), (0, 1 << 20), (300, 3)])
def test_what_goes_into_the_spool_comes_out(world, memory, few):
    """Entries come back as they were, with what was shown for them, from memory or from files (A5.3)."""
    shown = [
        Spooled(one, Signed(b"\x01" * 65, 9, b"\x02") if one.index else None) for one in entries_of(world)
    ]
    with Spool(memory, few) as kept:
        for one in shown:
            kept.add([one])
        shards = list(kept.shards())
        assert (spool.SHARDS, len(shown)) == (len(shards), kept.count)
        found = [one for shard in shards for one in shard.read()]
        assert sorted(shown, key=lambda one: one.entry.ticket) == found
        assert [True] * len(found) == [
            shard.number == one.entry.ticket[0] for shard in shards for one in shard.read()
        ]
        files = [shard.path for shard in shards if shard.path]
    assert (memory < 1 << 20 and few < len(shown)) == bool(files)
    assert [] == [path for path in files if spool.Path(path).exists()]


def test_tickets_come_in_the_order_of_the_chain(world):
    """However a node listed them, the entries of a ticket are judged by their places."""
    with Spool() as kept:
        kept.add([Spooled(one, None) for one in reversed(entries_of(world))])
        for shard in kept.shards():
            for listed in shard.tickets().values():
                assert list(range(len(listed))) == [one.entry.index for one in listed]


def test_a_number_that_is_too_large_is_still_wrong(world):
    """An index that no ledger has does not break the spool."""
    [first, *_] = entries_of(world)
    with Spool(few=0) as kept:
        kept.add([Spooled(first._replace(index=1 << 90), None)])
        assert [(1 << 64) - 1] == [one.entry.index for shard in kept.shards() for one in shard.read()]


def test_several_processes_judge_alike(world, monkeypatch):
    """Processes of their own come to the same judgements, lies included."""
    monkeypatch.setattr(workers, "WORTH", 1)
    monkeypatch.setattr(auditor, "FEW", 0)
    del world.ledger._signed[world.second, 1]
    world.store._contents.clear()
    assert world.found(processes=1) == world.found(processes=2) != []


def test_judging_on_the_way_is_the_same(world, monkeypatch, tmp_path):
    """Judged while events are still read, or by shards, an honest ledger leaves the same checkpoint."""
    key, paths = AuditKey.new(), (tmp_path / "way", tmp_path / "shards")
    asked = []
    judge = workers.Workers.judge
    monkeypatch.setattr(workers.Workers, "judge", lambda self, *more: asked.append(1) or judge(self, *more))
    reports = []
    for path, few in zip(paths, (spool.FEW, 0), strict=True):
        monkeypatch.setattr(auditor, "FEW", few)
        audited = world.audit()
        audited.save(path, key, replace=False)
        reports.append(
            audited.report.to_json() | {"figures": audited.report.figures.to_json() | {"seconds": {}}}
        )
    assert [1] == asked
    assert reports[0] == reports[1]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_process_that_dies_is_no_pass(world, monkeypatch):
    """When a process that judges ends early, the audit does too, aloud."""
    monkeypatch.setattr(workers, "WORTH", 1)
    monkeypatch.setattr(workers, "_PROGRAM", "supportledger.nothing")
    monkeypatch.setattr(auditor, "FEW", 0)
    with pytest.raises(RuntimeError, match="has ended"):
        world.audit(processes=2)


def test_processes_start_only_when_they_are_worth_it():
    """Small audits are done in one process."""
    with Workers(8) as few:
        few.expect(workers.WORTH - 1)
        assert [] == few._processes


def test_an_audit_changes_nothing(world):
    """Neither store nor ledger is another one after an audit (A1.6)."""
    kept = ("_entries", "_tickets", "_contents", "_drafts", "_receipts", "_cursor")
    before = deepcopy([getattr(world.store, name) for name in kept])
    height = world.ledger.height()
    assert Conclusion.CLEAN is world.report().conclusion
    assert before == [getattr(world.store, name) for name in kept]
    assert height == world.ledger.height()


def test_progress_is_told(world):
    """Whoever watches hears of every part, in order, and that the last shard is done."""
    told = []

    class Watcher:
        def begin(self, stage, steps):
            told.append((stage, steps))

        def advance(self, done):
            told.append(done)

    Auditor(world.ledger, world.store.deployment, world.store, watcher=Watcher()).run()
    assert [Stage.READING, Stage.REPLAYING, Stage.REGISTRY] == [
        one[0] for one in told if isinstance(one, tuple)
    ]
    assert {10, 256, 1} <= {one for one in told if isinstance(one, int)}
