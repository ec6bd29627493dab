"""
The plan of an audit.

1. The block is fixed as of which everything is compared.
2. The checkpoint is one of this ledger, signed by the auditor, of a block that the chain still has.
3. All events since then are read in one pass, in the order of the ledger.
4. Each ticket is judged: order, rules, heads, authority, signatures.
5. Each ticket's slot holds what its entries make.
6. Agents, policies, roles, anchors and the successor are what the contract holds.
7. Each row and each content of the store is what the entries say.
8. Each log that the desk keeps is what it signed, and what the ledger has of it.
9. The chain still has the block, and is still the same.

Nothing is written, neither to the ledger nor to the store (A1.6); a checkpoint is another matter (A4.1).

Source: docs/spec/audit.md, A1.2.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from supportledger.desk.auditing.checkpoint import Saved, Statement, Writing
from supportledger.desk.auditing.erased import Tales
from supportledger.desk.auditing.findings import (
    Anomaly,
    Figures,
    Finding,
    Findings,
    Nobody,
    Report,
    Stage,
    Watcher,
)
from supportledger.desk.auditing.gathering import Gathered, Gathering
from supportledger.desk.auditing.holding import FileReader
from supportledger.desk.auditing.judging import Judged, Law, revoked
from supportledger.desk.auditing.keys import AuditKey
from supportledger.desk.auditing.logbooks import LogReader, check_logs
from supportledger.desk.auditing.registry import check_surroundings
from supportledger.desk.auditing.shelf import Shelf
from supportledger.desk.auditing.slots import Slots
from supportledger.desk.auditing.spool import FEW, SHARDS, Spool, Spooled
from supportledger.desk.auditing.streaming import Stream
from supportledger.desk.auditing.tally import Tally
from supportledger.desk.auditing.workers import Case, Workers
from supportledger.errors import LedgerMismatch, RpcRefused, RpcUnavailable
from supportledger.model.acts import Block
from supportledger.model.events import Anchored, LedgerEvent
from supportledger.model.history import Registry
from supportledger.model.records import Deployment
from supportledger.model.registrar import grown
from supportledger.ports import LedgerReader, Store


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What an audit is to look at.

    Args:
        block: As of which; None: the latest.
        signatures: Whether signatures are recovered.
        slots: Whether slots, agents, policies, roles and anchors are compared.
        not_before: Time that the block must have at least; Unix seconds, None for any.
        processes: At most so many judge at once; None: as many as there are cores.
    """

    block: int | None = None
    signatures: bool = True
    slots: bool = True
    not_before: int | None = None
    processes: int | None = None


@dataclass(slots=True)
class Audited:
    """
    A finished audit.

    Args:
        report: What it says.
        writing: What a checkpoint would hold.
        events: All that were no entries, from the deployment on.
    """

    report: Report
    writing: Writing
    events: list[LedgerEvent] = field(default_factory=list)

    def close(self) -> None:
        """Forget what a checkpoint would hold."""
        self.writing.close()

    def save(self, path: Path, key: AuditKey, *, replace: bool) -> Statement:
        """
        Save a checkpoint; only of an audit that is clean (A4.1).

        Raises:
            Conflict: There is a file already, and it is not to be replaced; or something is wrong.
            StoreError: It cannot be written.
        """
        said = self.report
        said.raise_unless_clean()
        return self.writing.save(path, said.deployment, said.block, self.events, key, replace=replace)


class Auditor:
    """
    Audits a whole ledger.

    Args:
        ledger: As it is found: nothing that it says is believed.
        meant: The ledger that is meant: by a store, a setting or a person, never by the node.
        store: Whose rows and contents are compared, too; None: they are left out, and the report says so.
        files: Where the store's attachments are kept; None: they are left out.
        logs: Whose lines are hashed, too; None: they are left out, and the report says so.
        watcher: Is told how far it is.
    """

    def __init__(
        self,
        ledger: LedgerReader,
        meant: Deployment,
        store: Store | None = None,
        *,
        files: FileReader | None = None,
        logs: LogReader | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        self._ledger = ledger
        self._meant = meant
        self._store = store
        self._files = files
        self._logs = logs
        self._watcher: Final = watcher or Nobody()

    def run(self, scope: Scope | None = None, saved: Saved | None = None) -> Audited:
        """
        Audit.

        Args:
            scope: What to look at; None: everything, as of the latest block.
            saved: A checkpoint to go on from; None: from the deployment on.

        Raises:
            LedgerMismatch: Another ledger is meant than the one found.
            RpcUnavailable: The node is away, or gives no usable answer: nothing can be said.
            WrongNetwork, NotALedger, ReorgDetected: It serves something else at the end than at first.
        """
        if self._ledger.deployment != self._meant:
            raise LedgerMismatch(f"expected {self._meant}, found {self._ledger.deployment}")
        audit = _Audit(self._ledger, self._meant, self._watcher, scope or Scope(), saved)
        done = audit.run(self._store, self._files, self._logs)
        if done is not None:
            return done
        again = _Audit(self._ledger, self._meant, self._watcher, scope or Scope(), None)
        again.notes.append(
            "a certificate was revoked as of a time before the checkpoint: everything was read again"
        )
        return cast(Audited, again.run(self._store, self._files, self._logs))


@dataclass(frozen=True, slots=True)
class _Part:
    """What the judging of all shards has in common."""

    block: Block
    spool: Spool
    law: Law
    shelf: Shelf
    writing: Writing
    streamed: list[Judged] | None


class _Audit:
    """One run."""

    def __init__(
        self, ledger: LedgerReader, meant: Deployment, watcher: Watcher, scope: Scope, saved: Saved | None
    ) -> None:
        self._ledger = ledger
        self._meant = meant
        self._watcher = watcher
        self._scope = scope
        self._saved = saved
        self.findings = Findings()
        self.figures = Figures()
        self.notes: list[str] = []
        self._fallen = 0
        self._tally = Tally()
        self._actions: Counter[Any] = Counter()  # of `Action`
        self._left_out: list[str] = []

    def run(self, store: Store | None, files: FileReader | None, logs: LogReader | None) -> Audited | None:
        """Do it all; None when the checkpoint does not serve, and it must begin at the deployment."""
        block = self._block()
        writing = Writing()
        if not self._is_on_chain(block):
            return Audited(self._report(block), writing)
        with _rare_collections(), Spool() as spool, Workers(self._scope.processes) as workers:
            stream = Stream(Law(self._meant, Registry(), self._scope.signatures), 0 if self._saved else FEW)
            gathered = self._gather(block, spool, workers, stream)
            if not gathered.is_whole:
                return Audited(self._report(block), writing)
            events = [*(self._saved.events if self._saved else ()), *gathered.others]
            law = Law(self._meant, grown(Registry(), events), signatures=self._scope.signatures)
            if self._reaches_back(law.registry):
                return None
            tales = Tales(logs, [one for one in events if isinstance(one, Anchored)])
            shelf = Shelf(store, files, law, self._ledger, block, self.findings, self.figures, tales)
            shelf.expect(spool.count + (self._saved.statement.entries if self._saved else 0))
            streamed = None if self.findings.counts else stream.judged()
            self._judge(_Part(block, spool, law, shelf, writing, streamed), workers)
        self._compare_surroundings(events, law.registry, block)
        shelf.finish()
        self._check_logs(logs, events)
        self._ledger.confirm(block)
        self._leave_out(store, logs)
        return Audited(self._report(block), writing, events)

    # -- 1 and 2 ---------------------------------------------------------------------------------------------

    def _block(self) -> Block:
        block = self._ledger.block(self._scope.block)
        if self._scope.block not in {None, block.number}:
            raise RpcUnavailable(f"asked for block {self._scope.block}, the node gives block {block.number}")
        oldest = self._scope.not_before
        if oldest is not None and block.time < oldest:
            self._unchecked(
                f"the node's last block {block.number} is {oldest - block.time} s older than it should be"
            )
        return block

    def _is_on_chain(self, block: Block) -> bool:
        """Tell whether the chain still has the block of the checkpoint (A4.5)."""
        if self._saved is None:
            return True
        known = self._saved.statement.block
        try:
            found = self._ledger.block(known.number) if known.number <= block.number else None
        except RpcRefused:
            found = None
        if found == known:
            return True
        what = "no such block" if found is None else f"the block {found.hash.hex()}"
        why = f"the last audit reached block {known.number} ({known.hash.hex()}), the chain has {what}"
        self.findings.add(Finding(Anomaly.CHAIN_REORGANISED, why))
        return False

    # -- 3 ---------------------------------------------------------------------------------------------------

    def _gather(self, block: Block, spool: Spool, workers: Workers, stream: Stream) -> Gathered:
        def taken(entries: Sequence[Spooled], others: Sequence[LedgerEvent]) -> None:
            workers.expect(spool.count)
            stream.take(entries, others)
            self._watcher.advance(spool.count)

        with self._timed(Stage.READING, 0):
            first = self._saved.statement.block.number + 1 if self._saved else None
            gathering = Gathering(self._ledger, self.findings, signatures=self._scope.signatures)
            return gathering.run(first, block.number, spool, taken)

    def _reaches_back(self, registry: Registry) -> bool:
        """Tell whether a certificate was revoked as of a time before the checkpoint, when it still held."""
        if self._saved is None:
            return False
        until = self._saved.statement.block
        before = revoked(grown(Registry(), self._saved.events))
        now = revoked(registry)
        return any(since <= until.time and before.get(agent) != since for agent, since in now.items())

    # -- 4, 5 and 7, by shards -------------------------------------------------------------------------------

    def _judge(self, part: "_Part", workers: Workers) -> None:
        waiting: dict[int, Case] = {}
        number = part.block.number
        with self._timed(Stage.REPLAYING, SHARDS), Slots(self._ledger, number, part.law) as slots:
            cases = self._cases(part.spool, waiting)
            for judged in _told(part.streamed, cases) or workers.judge(cases, part.law):
                self._take(judged)
                case = waiting.pop(judged.shard)
                before, standing = case.before, {**case.before, **judged.standing}
                for ticket in judged.fallen:
                    standing.pop(ticket, None)
                for ticket in before.keys() - judged.standing.keys() - judged.fallen:
                    judged.tally.add(before[ticket].state)
                self.figures.tickets += len(standing) + len(judged.fallen)
                self._fallen += len(judged.fallen)
                self._tally.merge(judged.tally)
                self._compare_slots(partial(slots.add, case, standing), number)
                with self._aside(Stage.STORE):
                    part.shelf.compare(case, standing, judged)
                part.writing.add(standing)
                self._watcher.advance(judged.shard + 1)
            self._compare_slots(slots.flush, number)
        if self._scope.slots:
            self.figures.slots = self.figures.tickets - self._fallen

    def _cases(self, spool: Spool, waiting: dict[int, Case]) -> Iterator[Case]:
        for shard in spool.shards():
            before = self._saved.standing(shard.number) if self._saved else {}
            waiting[shard.number] = Case(shard, before)
            yield waiting[shard.number]

    def _take(self, judged: Judged) -> None:
        self.findings.extend(judged.findings)
        self.figures.entries += judged.entries
        self.figures.signatures += judged.signatures
        self._actions.update(judged.actions)

    def _compare_slots(self, compare: Callable[[], Iterator[Finding]], number: int) -> None:
        if not self._scope.slots:
            return
        with self._aside(Stage.SLOTS):
            try:
                self.findings.extend(compare())
            except RpcRefused as refused:
                self._unchecked(f"the node does not give the slots of block {number}: {refused.message}")

    # -- 6 ---------------------------------------------------------------------------------------------------

    def _compare_surroundings(self, events: list[LedgerEvent], registry: Registry, block: Block) -> None:
        if not self._scope.slots:
            return
        with self._timed(Stage.REGISTRY, 1):
            try:
                self.findings.extend(
                    check_surroundings(self._ledger, events, registry, block.number, self.figures)
                )
            except RpcRefused as refused:
                self._unchecked(
                    f"the node does not give agents, policies and anchors as of block {block.number}: "
                    f"{refused.message}"
                )
            self._watcher.advance(1)

    # -- 8 ---------------------------------------------------------------------------------------------------

    def _check_logs(self, logs: LogReader | None, events: list[LedgerEvent]) -> None:
        if logs is None:
            return
        with self._timed(Stage.LOGS, 1):
            anchored = [one for one in events if isinstance(one, Anchored)]
            self.findings.extend(check_logs(logs, anchored, self.figures))
            self._watcher.advance(1)

    # -- the report ------------------------------------------------------------------------------------------

    def _report(self, block: Block) -> Report:
        since = self._saved.statement.block.number if self._saved else None
        self.figures.actions = Counter({str(action): number for action, number in self._actions.items()})
        self.figures.statuses, self.figures.flags = self._tally.by_status(), self._tally.by_flag()
        return Report(
            self._meant,
            block,
            since,
            self.findings.listed(),
            self.findings.counts,
            self.figures,
            tuple(self._left_out),
            tuple(self.notes),
        )

    def _leave_out(self, store: Store | None, logs: LogReader | None) -> None:
        if store is None:
            self._left_out.append("the rows and contents of a store")
        if logs is None:
            self._left_out.append("the lines of logs")
        if not self._scope.signatures:
            self._left_out.append("signatures")
        if not self._scope.slots:
            self._left_out.append("slots, agents, policies and anchors")

    def _unchecked(self, why: str) -> None:
        self.findings.add(Finding(Anomaly.COULD_NOT_CHECK, why))

    @contextmanager
    def _timed(self, stage: Stage, steps: int) -> Iterator[None]:
        self._watcher.begin(stage, steps)
        inside = sum(self.figures.seconds.values())
        start = time.perf_counter()
        yield
        aside = sum(self.figures.seconds.values()) - inside
        self.figures.seconds[str(stage)] = time.perf_counter() - start - aside

    @contextmanager
    def _aside(self, stage: Stage) -> Iterator[None]:
        """Count time for another part than the one that runs."""
        start = time.perf_counter()
        yield
        before = self.figures.seconds.get(str(stage), 0.0)
        self.figures.seconds[str(stage)] = before + time.perf_counter() - start


def _told(streamed: list[Judged] | None, cases: Iterator[Case]) -> Iterator[Judged] | None:
    """Give the judgements that were made on the way, if they were."""
    return None if streamed is None else (streamed[case.shard.number] for case in cases)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles seldom: events come by the hundred thousand, and have none."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
