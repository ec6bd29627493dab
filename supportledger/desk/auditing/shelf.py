"""The store, shard by shard: what the ledger has of its tickets, and what lies in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from supportledger.desk.auditing.erased import Tales
from supportledger.desk.auditing.findings import Anomaly, Figures, Finding, Findings
from supportledger.desk.auditing.holding import FileReader, Keeping, Reach, signed_in
from supportledger.desk.auditing.judging import Judged, Law, states_of
from supportledger.desk.auditing.spool import SHARDS, Spooled
from supportledger.desk.auditing.standing import Standing, of
from supportledger.desk.auditing.workers import Case
from supportledger.errors import ReplayMismatch, RpcRefused, SignatureMismatch, StoreError
from supportledger.model.acts import Block
from supportledger.model.ids import TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.ports import Holdings, LedgerReader, Store
from supportledger.proof.signed_entries import Turn, check_turn

Row = TypeVar("Row")

_AT_ONCE: Final = 4_000
"""Entries whose rows are read from the store at once, about."""


class Shelf:
    """
    Compares a store with the ledger; without a store, it only says which signatures nobody has shown.

    Args:
        store: None when there is none.
        files: Where its attachments are kept.
        law: The ledger that is meant, and what it knew.
        ledger: Asked for what the checkpoint does not have.
        block: As of which the ledger was read.
        findings: Where to say what is wrong.
        figures: Where to count.
        tales: What is said of contents that were erased.
    """

    def __init__(  # noqa: PLR0917 -- one audit's parts, put together in one place
        self,
        store: Store | None,
        files: FileReader | None,
        law: Law,
        ledger: LedgerReader,
        block: Block,
        findings: Findings,
        figures: Figures,
        tales: Tales,
    ) -> None:
        self._store = store
        self._law = law
        self._ledger = ledger
        self._block = block
        self._findings = findings
        self._figures = figures
        self._failed = ""
        self._span = SHARDS
        self._read: dict[int, Holdings] = {}
        cursor = self._cursor()
        self._keeping = Keeping(law, Reach(block.number, cursor, self._is_there), figures, tales, files)

    def expect(self, entries: int) -> None:
        """Choose how many shards are read from the store at once, by how many entries there are in all."""
        while self._span > 1 and entries * self._span > _AT_ONCE * SHARDS:
            self._span //= 2

    def compare(self, case: Case, standing: Mapping[TicketId, Standing], judged: Judged) -> None:
        """
        Compare the tickets of a shard.

        Args:
            case: Their new entries, and how they stood at the checkpoint.
            standing: How they stand now; without those whose entries break a rule.
            judged: What became of the new entries.
        """
        holdings = self._holdings(case.shard.number)
        self._sign(judged.unsigned, holdings or Holdings())
        if holdings is None:
            return
        entries = _Entries(case, holdings, self._law, self._ledger, self._findings).all()
        after = _After(entries, standing, self._law)
        self._findings.extend(self._keeping.compare(entries, holdings, after))

    def finish(self) -> None:
        """Say that the store could not be read, if so (A1.3)."""
        if self._failed:
            self._findings.add(Finding(Anomaly.COULD_NOT_CHECK, f"the store: {self._failed}"))

    def _holdings(self, shard: int) -> Holdings | None:
        if self._store is None or self._failed:
            return None
        if shard not in self._read:
            first = shard - shard % self._span
            end = first + self._span
            low = bytes([first]) if first else None
            high = bytes([end]) if end < SHARDS else None
            try:
                self._read = _dealt(self._store.holdings(low, high), range(first, end))
            except StoreError as error:
                self._failed = error.message
                return None
        return self._read.pop(shard)

    def _cursor(self) -> int:
        """Give the block up to which the store says that it has read, once the chain is seen to have it."""
        if self._store is None:
            return -1
        try:
            cursor = self._store.cursor()
        except StoreError as error:
            self._failed = error.message
            return -1
        if cursor is None:
            return -1
        try:
            found = self._ledger.block(cursor.block_number)
        except RpcRefused:
            self._say(f"the store has read block {cursor.block_number}, which the node does not have")
            return -1
        if found.hash != cursor.block_hash:
            self._say(f"the store has read another block {cursor.block_number} than the node has")
            return -1
        return cursor.block_number

    def _say(self, why: str) -> None:
        self._findings.add(Finding(Anomaly.CHAIN_REORGANISED, why))

    def _is_there(self, ticket: TicketId, state: TicketState) -> bool:
        return self._ledger.slots([ticket]) == [state.hash()]

    def _sign(self, unsigned: Sequence[Turn], holdings: Holdings) -> None:
        """Recover signatures that no transaction showed from what was sent from here."""
        held = signed_in(holdings) if unsigned else {}
        for turn in unsigned:
            key = (turn.entry.ticket, turn.entry.index)
            try:
                missing = check_turn(turn, held.get(key), self._law.registry, self._law.domain)
            except SignatureMismatch as wrong:
                self._findings.add(Finding(Anomaly.SIGNATURE_WRONG, wrong.message, *key))
                continue
            if missing:
                why = f"nobody shows {', '.join(missing)}"
                self._findings.add(Finding(Anomaly.COULD_NOT_CHECK, why, *key))
            else:
                self._figures.signatures += 1


class _Entries:
    """All entries of a shard's tickets; those before the checkpoint are not in it, and found elsewhere."""

    def __init__(
        self, case: Case, holdings: Holdings, law: Law, ledger: LedgerReader, findings: Findings
    ) -> None:
        self._new = case.shard.tickets()
        self._before = case.before
        self._holdings = holdings
        self._law = law
        self._ledger = ledger
        self._findings = findings

    def all(self) -> dict[TicketId, Sequence[Spooled]]:
        found: dict[TicketId, Sequence[Spooled]] = dict(self._new)
        if not self._before:
            return found
        rows: dict[TicketId, list[EntryRecord]] = {}
        for row in self._holdings.entries:
            rows.setdefault(row.ticket, []).append(row)
        for ticket, standing in self._before.items():
            old = self._old(ticket, standing, rows.get(ticket, []))
            found[ticket] = [*(Spooled(one, None) for one in old), *self._new.get(ticket, ())]
        return found

    def _old(self, ticket: TicketId, standing: Standing, rows: Sequence[EntryRecord]) -> list[EntryRecord]:
        """Take the store's rows if they make what the checkpoint has; else ask the ledger (A4.6)."""
        count = standing.entries
        for listed in (rows, None):
            entries = self._ledger.entries(ticket) if listed is None else listed
            old = [one for one in entries if one.index < count]
            if self._makes(ticket, old, standing):
                return old
        why = "the entries before the checkpoint do not make what it has"
        self._findings.add(Finding(Anomaly.CHECKPOINT_INCONSISTENT, why, ticket))
        return []

    def _makes(self, ticket: TicketId, entries: Sequence[EntryRecord], standing: Standing) -> bool:
        try:
            made = list(states_of(ticket, None, entries, self._law))
        except ReplayMismatch:
            return False
        return bool(made) and of(*made[-1][1:]) == standing


class _After:
    """Gives states of tickets after some of their entries."""

    def __init__(
        self,
        entries: Mapping[TicketId, Sequence[Spooled]],
        standing: Mapping[TicketId, Standing],
        law: Law,
    ) -> None:
        self._entries = entries
        self._standing = standing
        self._law = law

    def __call__(self, ticket: TicketId, count: int) -> TicketState | None:
        last = self._standing.get(ticket)
        if last is not None and last.entries == count:
            return last.state
        listed = [one.entry for one in self._entries[ticket]][:count]
        try:
            return [state for _, state, _ in states_of(ticket, None, listed, self._law)][-1]
        except ReplayMismatch:
            return None


def _dealt(holdings: Holdings, shards: range) -> dict[int, Holdings]:
    """Deal what was read to shards; what belongs to no ticket at all goes to the first."""

    def deal(rows: Iterable[Row], ticket: Callable[[Row], bytes | None]) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in rows:
            found.setdefault((ticket(row) or bytes([shards.start]))[0], []).append(row)
        return found

    entries = deal(holdings.entries, lambda one: one.ticket)
    tickets = deal(holdings.tickets, lambda one: one.id)
    contents = deal(holdings.contents, lambda one: one.ticket)
    drafts = deal(holdings.drafts, lambda one: one.ticket)
    signed = {one.key: one.ticket for one in holdings.drafts}
    receipts = deal(holdings.receipts, lambda one: signed.get(one.digest))
    damaged = deal(holdings.damaged, lambda one: one.ticket)
    return {
        shard: Holdings(
            entries.get(shard, ()),
            tickets.get(shard, ()),
            contents.get(shard, ()),
            drafts.get(shard, ()),
            receipts.get(shard, ()),
            damaged.get(shard, ()),
        )
        for shard in shards
    }
