"""
Audits that outlive whoever asked for them: one at a time, with how far it has come on paper.

1. A run is a paper; whoever works on it writes now and then how far it is. One that has not been heard of for
   `SILENT_S` seconds is dead, and another may begin.
2. What an audit finds is kept in the paper, for as long as people look at it.
3. That all texts were gone through is put on record (`desk.reads`); none of them is shown.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any, Final

from supportledger.desk.auditing.auditor import Auditor, Scope
from supportledger.desk.auditing.findings import Stage, Watcher
from supportledger.desk.reads import ALL, Reads
from supportledger.errors import Conflict, Error, NotFound
from supportledger.model.ids import Address
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "audit"
SILENT_S: Final = 120
_KEPT_S: Final = 90 * 86_400
_TELL_S: Final = 1.0
_MOST: Final = 100
_MOST_SHOWN: Final = 500
"""Findings that a paper keeps; all are counted."""
_RUNNING: Final = "running"

Make = Callable[[Watcher], Auditor]
"""Makes an auditor that tells how far it is."""


@dataclass(frozen=True, slots=True)
class Run:
    """
    One audit.

    Args:
        id: Its name.
        by: Who asked for it.
        began_at: Unix seconds.
        state: running, done or failed.
        stage: Which part it is at.
        steps: How many steps that part has.
        done: How many of them are done.
        heard_at: When it last told of itself; Unix seconds.
        report: What it says, as data; empty before it is done.
        why: Why it failed; empty unless it did.
        version: Of its paper.
    """

    id: str
    by: str
    began_at: int
    state: str = _RUNNING
    stage: str = ""
    steps: int = 0
    done: int = 0
    heard_at: int = 0
    report: Mapping[str, Any] = field(default_factory=dict, repr=False)
    why: str = ""
    version: int = 0

    def is_running(self, now: int) -> bool:
        """Tell whether it goes on."""
        return self.state == _RUNNING and now - self.heard_at < SILENT_S


class AuditRuns:
    """
    The audits of a desk.

    Args:
        cabinet: Where they are kept.
        clock: This machine's.
        reads: Puts on record that all texts were gone through.
        make: Makes an auditor.
    """

    def __init__(self, cabinet: Cabinet, clock: Clock, reads: Reads, make: Make) -> None:
        self._cabinet = cabinet
        self._clock = clock
        self._reads = reads
        self._make = make

    def list(self) -> list[Run]:
        """List all, the latest first."""
        found = map(_run, self._cabinet.list(KIND, limit=_MOST))
        return sorted(found, key=lambda one: (-one.began_at, one.id))

    def get(self, name: str) -> Run:
        """
        Give one.

        Raises:
            NotFound: There is none, or it is too long ago.
        """
        try:
            return _run(self._cabinet.read(KIND, name))
        except NotFound:
            raise NotFound("there is no such audit", hint="Reports are kept for ninety days.") from None

    def start(self, by: str, reader: Address) -> tuple[Run, Thread]:
        """
        Begin an audit of the whole ledger and of all that this desk holds.

        Args:
            by: Name of whoever asks for it.
            reader: As whom they are on record.

        Returns:
            The run, and the thread that works on it.

        Raises:
            Conflict: One is running.
        """
        now = self.now()
        if any(one.is_running(now) for one in self.list()):
            raise Conflict("an audit is running", hint="Look at how far it is; then begin another.")
        run = self._write(Run(secrets.token_hex(8), by, now, heard_at=now))
        worker = Thread(target=self._work, args=(run, reader), name="audit", daemon=True)
        worker.start()
        return run, worker

    def now(self) -> int:
        """The time; Unix seconds."""
        return int(self._clock.now().timestamp())

    def _work(self, run: Run, reader: Address) -> None:
        teller = _Teller(self, run)
        try:
            self._reads.record(ALL, "audit", "audit", reader=reader)
            audited = self._make(teller).run(Scope(processes=1))
            try:
                report = audited.report.to_json()
            finally:
                audited.close()
        except Error as error:
            self._end(teller.run, state="failed", why=error.message)
            return
        except BaseException:
            self._end(teller.run, state="failed", why="the audit was broken off")
            raise
        self._end(teller.run, state="done", report=_shortened(report))

    def tell(self, run: Run) -> Run:
        """Write down how far a run has come."""
        return self._write(replace(run, heard_at=self.now()))

    def _end(self, run: Run, **ending: Any) -> None:
        self._write(replace(run, heard_at=self.now(), **ending))

    def _write(self, run: Run) -> Run:
        names = ("by", "began_at", "state", "stage", "steps", "done", "heard_at", "why")
        data: dict[str, Any] = {name: getattr(run, name) for name in names}
        data["report"] = dict(run.report)
        paper = Paper(KIND, run.id, data, run.version, expires_at=run.began_at + _KEPT_S)
        return _run(self._cabinet.write(paper)[0])


class _Teller:
    """
    Writes down how far an audit is, at most once in a second.

    Args:
        runs: Where.
        run: Which.
    """

    def __init__(self, runs: AuditRuns, run: Run) -> None:
        self._runs = runs
        self._told_at = 0.0
        self.run = run

    def begin(self, stage: Stage, steps: int) -> None:
        """As `Watcher.begin`."""
        self.run = replace(self.run, stage=str(stage), steps=steps, done=0)
        self._tell()

    def advance(self, done: int) -> None:
        """As `Watcher.advance`."""
        self.run = replace(self.run, done=done)
        if time.monotonic() - self._told_at >= _TELL_S:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        self.run = self._runs.tell(self.run)


def _shortened(report: dict[str, Any]) -> dict[str, Any]:
    return report | {"findings": report["findings"][:_MOST_SHOWN]}


def _run(paper: Paper) -> Run:
    return Run(id=paper.id, version=paper.version, **paper.data)
