"""Audits that outlive whoever asked for them."""

import pytest

from supportledger.desk.audit_runs import SILENT_S, AuditRuns
from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.reads import ALL
from supportledger.errors import Conflict, NotFound, NotOnRecord, RpcUnavailable
from supportledger.model.ids import NOBODY
from supportledger.wiring.memory import memory_desk

PATIENCE_S = 60


@pytest.fixture
def desk():
    with memory_desk() as made:
        made.tickets.open("My coins are gone.", keyless=True)
        made.sync()
        yield made


def runs(desk, make=None):
    def auditor(watcher):
        meant = desk.store.deployment
        return Auditor(desk.ledger, meant, desk.store, files=desk.files, logs=desk.logs, watcher=watcher)

    return AuditRuns(desk.store.cabinet, desk.clock, desk.reads, make or auditor)


def ended(made):
    run, worker = made.start("Alma", NOBODY)
    worker.join(PATIENCE_S)
    return made.get(run.id)


def test_a_run_ends_with_its_report(desk):
    """What it says is kept, with how far it came, and that it was made is on record."""
    made = runs(desk)
    run = ended(made)
    assert ("done", "clean") == (run.state, run.report["conclusion"])
    assert run.stage
    assert [run.id] == [one.id for one in made.list()]
    assert ["audit"] == [one.what for one in desk.reads.of(ALL)]


def test_a_run_that_cannot_go_on_says_why(desk):
    """When the node is away, the paper says so, and the next one may begin."""
    run = ended(runs(desk, _failing(RpcUnavailable("the node is away"))))
    assert ("failed", "the node is away") == (run.state, run.why)
    assert "done" == ended(runs(desk)).state


def test_one_at_a_time(desk):
    """While one is heard of, another does not begin; a dead one stands in nobody's way."""
    made = runs(desk)
    run = ended(made)
    alive = made.tell(run.__class__("other", "Alma", made.now(), heard_at=made.now()))
    with pytest.raises(Conflict):
        made.start("Alma", NOBODY)
    desk.ledger.advance(SILENT_S)
    assert not made.get(alive.id).is_running(made.now())
    assert "done" == ended(made).state


def test_nothing_is_gone_through_unrecorded(desk, monkeypatch):
    """When the log of readings cannot be written, the audit does not read a text."""

    def refuse(*_args, **_named):
        raise NotOnRecord("no space left")

    monkeypatch.setattr(desk.reads, "record", refuse)
    run = ended(runs(desk))
    assert ("failed", "no space left") == (run.state, run.why)


def test_there_is_none():
    """A run that nobody has begun is not there."""
    with memory_desk() as desk, pytest.raises(NotFound):
        runs(desk).get("nothing")


def _failing(error):
    class Broken:
        def run(self, _scope):
            raise error

    return lambda _watcher: Broken()
