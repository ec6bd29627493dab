"""A desk on a chain of its own, workers that can be killed, and what must hold when all is over."""

import json
import multiprocessing
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from supportledger.chain.local import LocalChain
from supportledger.chain.rpc import Rpc
from supportledger.desk import intents
from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.errors import Error
from supportledger.model.ids import TicketId
from supportledger.model.records import WAITING, Draft, DraftStatus, EntryRecord
from supportledger.store.database import open_store
from supportledger.store.tables import metadata
from supportledger.wiring import DATABASE, connect, connecting, start_local, stop_local
from supportledger.workers.relayer import Pace
from supportledger.workers.staff import Duties, supervised
from supportledger.workers.telemetry import Telemetry, logger

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.scene"])
PACE = Pace(at_once=40, lease_s=2, grace_s=0)


@dataclass(frozen=True)
class Job:
    """What a worker is to do."""

    data: Path
    rpc: str | None = None
    ledger: str | None = None
    confirmations: int | None = None
    stuck_s: float | None = None
    store: str | None = None
    busy_s: float | None = None
    duties: Duties = field(default_factory=lambda: Duties(pace=PACE, patience_s=1.0))


def labour(job: Job, log: Path) -> None:
    """Work until killed, or asked to end."""
    if job.busy_s is not None:
        connecting.open_store = partial(open_store, busy_timeout_s=job.busy_s)
    given = {"rpc": job.rpc, "ledger": job.ledger, "confirmations": job.confirmations, "store": job.store}
    with log.open("a") as stream, connect(job.data, waits=False, **given) as desk:
        if job.stuck_s is not None:
            desk.ledger._sender._stuck_s = job.stuck_s
        supervisor = supervised(desk, job.data, job.duties, Telemetry(logger(stream, as_json=True)))
        signal.signal(signal.SIGTERM, lambda *_: supervisor.stop())
        supervisor.run()


class Worker:
    """A worker in a process of its own."""

    def __init__(self, job: Job, log: Path) -> None:
        self._process = _FORKS.Process(target=labour, args=(job, log), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self._process.kill()
        self._process.join()

    def stop(self) -> int | None:
        """Ask it to end, and give its exit code."""
        self._process.terminate()
        self._process.join(60)
        return self._process.exitcode


class Scene:
    """A data directory with its chain."""

    def __init__(self, data: Path, engine: str) -> None:
        self.data = data
        self.engine = engine
        self.log = data / "work.log"
        self.log.touch()

    def start(self) -> str:
        """Start the chain, or start it again."""
        record = start_local(self.data, engine=self.engine, port=None if self._is_old else 0, detach=False)
        return record.rpc_url

    @property
    def _is_old(self) -> bool:
        return LocalChain(self.data).record() is not None

    def kill_node(self) -> None:
        """Let the node die as in a power cut."""
        record = LocalChain(self.data).running()
        os.kill(record.process.pid, signal.SIGKILL)
        self.until(lambda: not (LocalChain(self.data).record().is_running or is_listening(record.port)))

    @contextmanager
    def rpc(self) -> Iterator[Rpc]:
        """The node."""
        rpc = Rpc(LocalChain(self.data).running().rpc_url)
        yield rpc
        rpc.close()

    @contextmanager
    def worker(self, **job: Any) -> Iterator[Worker]:
        """Let a worker work, and end it in order."""
        worker = self.begin(**job)
        try:
            yield worker
        finally:
            worker.stop()

    def begin(self, **job: Any) -> Worker:
        """Let a worker work that somebody else ends."""
        return Worker(Job(**{"data": self.data, **job}), self.log)

    @staticmethod
    def until(holds: Callable[[], bool], timeout_s: float = 60) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + timeout_s
        while not holds():
            assert time.monotonic() < deadline, "it did not come so far in time"
            time.sleep(0.05)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the workers have told the operator."""
        lines = self.log.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def told(self, event: str) -> list[dict[str, Any]]:
        """What they have told of one kind."""
        return [one for one in self.events if one["event"] == event]


@contextmanager
def scene(data: Path, engine: str) -> Iterator[Scene]:
    """Serve a chain in a directory, whatever happens to it."""
    made = Scene(data, engine)
    made.start()
    try:
        yield made
        assert [] == made.told("work.fault")
    finally:
        stop_local(data)


def is_listening(port: int) -> bool:
    """Whether somebody still holds a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(desk: Desk, number: int, note: str = "") -> list[Draft]:
    """Let customers sign questions, and leave them to the workers."""
    return good(desk.tickets.submit_openings(NewTicket(f"Question {note} {one}") for one in range(number)))


def answer(desk: Desk, tickets: Sequence[TicketId], text: str = "Answer") -> list[Draft]:
    """Let an agent sign answers, and leave them to the workers."""
    return good(desk.tickets.submit(intents.answer(one, text) for one in tickets))


def good(written: Sequence[Draft | Error]) -> list[Draft]:
    """All of them were written."""
    assert [] == [one for one in written if isinstance(one, Error)]
    return [one for one in written if isinstance(one, Draft)]


def statuses(desk: Desk) -> Counter[DraftStatus]:
    """How far the drafts have come."""
    return Counter(one.status for one in desk.store.drafts())


def is_done(desk: Desk) -> bool:
    """Nothing waits, and all is final."""
    return not desk.store.drafts(statuses=[*WAITING, DraftStatus.MINED], limit=1)


def rows(data: Path) -> dict[str, list[Any]]:
    """All rows of the read model, as they lie in the database."""
    engine = create_engine(f"sqlite:///{data / DATABASE}")
    with engine.connect() as connection:
        found = {
            name: sorted(map(tuple, connection.execute(select(metadata.tables[name]))))
            for name in ("entries", "tickets", "cursor")
        }
    engine.dispose()
    return found


def check(desk: Desk, rejected: int = 0) -> None:
    """Every action is on the ledger exactly once, nothing else is, and the audit is clean."""
    drafts = desk.store.drafts()
    assert set() == {one.status for one in drafts} - {DraftStatus.FINAL, DraftStatus.REJECTED}
    wanted = Counter(_name(one) for one in drafts if one.status is DraftStatus.FINAL)
    events = (event for part in desk.ledger.events() for event in part)
    found = Counter(_name(one) for one in events if isinstance(one, EntryRecord))
    assert {1} == set(found.values())
    assert wanted == found
    refused = [one.reason for one in drafts if one.status is DraftStatus.REJECTED]
    assert (rejected, refused) == (len(refused), refused), refused
    desk.index.follow()
    audited = Auditor(desk.ledger, desk.store.deployment, desk.store).run()
    assert () == audited.report.findings
    audited.close()


def _name(one: Draft | EntryRecord) -> tuple[Any, ...]:
    return one.ticket, one.action, one.actor, one.commitment
