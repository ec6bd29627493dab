"""
The rows and contents of a store, against the entries that the ledger has.

* A row says what its event says, and there is one for each event that the store has read (A3.12, A3.13).
* A ticket's row has the state that the entries make, clocks and head included (A3.14).
* A content is hashed at its place, with its salts: it was read, and it is what was committed to (A3.15).
* What was sent from here is on the ledger, with the signature that it was sent with (A3.16).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from supportledger.desk.auditing.erased import Tales
from supportledger.desk.auditing.findings import Anomaly, Figures, Finding
from supportledger.desk.auditing.judging import Law
from supportledger.desk.auditing.spool import Spooled
from supportledger.errors import (
    CommitmentMismatch,
    InputError,
    KeyMissing,
    NotFound,
    SignatureMismatch,
    StoreError,
)
from supportledger.model import sla
from supportledger.model.entry import NOTHING
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import (
    AttachmentRecord,
    Draft,
    DraftStatus,
    EntryRecord,
    ReceiptRecord,
    TicketRecord,
)
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.ports import Held, Holdings
from supportledger.proof import typed_data
from supportledger.proof.commitment import check_content, context
from supportledger.proof.evidence import Signed
from supportledger.proof.fields import Fields
from supportledger.proof.signed_entries import Turn, check_turn, turns

_SENT: Final = frozenset({DraftStatus.MINED, DraftStatus.FINAL})
_CLOCKS: Final = frozenset(
    {
        "opened_at",
        "respond_by",
        "resolve_by",
        "paused_at",
        "level",
        "flags",
        "escalated_at",
        "settled_at",
        "paused_total",
    }
)
"""Fields of a state that time decides."""
_COMPARED: Final = (
    "action",
    "auth",
    "actor",
    "argument",
    "seen",
    "time",
    "commitment",
    "transaction",
    "block_number",
    "log_index",
)
"""Fields of an entry that a row repeats."""


class FileReader(Protocol):
    """Where attachments are kept."""

    def read(self, location: str) -> bytes:
        """Give a file's bytes; NotFound when it is not there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """
    How far ledger and store were read.

    Args:
        block: As of which the ledger was read: rows of later blocks are not judged (A3.17).
        cursor: Block up to which the store says that it has read; -1 when it does not say.
        is_there: Tells whether a ticket has this state by now, for what came after the block.
    """

    block: int
    cursor: int
    is_there: Callable[[TicketId, TicketState], bool]


@dataclass(slots=True)
class _Lying:
    """What lies in the store of one ticket."""

    rows: list[EntryRecord] = field(default_factory=list)
    record: TicketRecord | None = None
    contents: dict[bytes, Held] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    receipts: list[ReceiptRecord] = field(default_factory=list)


class Keeping:
    """
    Compares what a store holds.

    Args:
        law: The ledger that is meant, and what it knew.
        reach: How far both were read.
        figures: Where to count what was compared.
        tales: What is said of contents that were erased.
        files: Where attachments are kept; None: they are not looked at.
    """

    def __init__(
        self, law: Law, reach: Reach, figures: Figures, tales: Tales, files: FileReader | None = None
    ) -> None:
        self._law = law
        self._reach = reach
        self._figures = figures
        self._tales = tales
        self._files = files

    def compare(
        self,
        entries: Mapping[TicketId, Sequence[Spooled]],
        holdings: Holdings,
        state_after: Callable[[TicketId, int], TicketState | None],
    ) -> Iterator[Finding]:
        """
        Compare what is held of some tickets.

        Args:
            entries: By ticket, all that the ledger has.
            holdings: All that lies in the store of tickets in the same range.
            state_after: Gives the state of a ticket after so many entries; None when they break a rule.
        """
        lying = _by_ticket(holdings)
        for damaged in holdings.damaged:
            why = f"a row of {damaged.table} cannot be read: {damaged.why}"
            yield Finding(Anomaly.ROW_WITHOUT_EVENT, why, damaged.ticket, damaged.index)
        promised = {draft.key for draft in holdings.drafts}
        for receipt in holdings.receipts:
            if receipt.digest not in promised:
                why = f"the store has a receipt {receipt.digest.hex()[:16]} for nothing that was signed"
                yield Finding(Anomaly.ROW_WITHOUT_EVENT, why)
        for ticket in sorted(entries.keys() | lying.keys()):
            there = lying.get(ticket, _Lying())
            listed = entries.get(ticket, ())
            yield from self._rows(ticket, listed, there)
            yield from self._record(ticket, len(listed), there, state_after)
            yield from self._contents(ticket, listed, there)
            yield from self._drafts(ticket, listed, there)
            yield from self._receipts(ticket, there)

    # -- rows ------------------------------------------------------------------------------------------------

    def _rows(self, ticket: TicketId, entries: Sequence[Spooled], there: _Lying) -> Iterator[Finding]:
        rows = {row.index: row for row in there.rows if row.block_number <= self._reach.block}
        self._figures.rows += len(rows)
        places = {one.entry.commitment: one.entry.index for one in entries if one.entry.commitment != NOTHING}
        for entry, _ in entries:
            row = rows.pop(entry.index, None)
            if row is None:
                if self._must_have_row(entry, there):
                    yield _finding(Anomaly.EVENT_WITHOUT_ROW, "the store has no row for it", entry)
                continue
            differing = [name for name in _COMPARED if getattr(row, name) != getattr(entry, name)]
            if not differing:
                continue
            if places.get(row.commitment, entry.index) != entry.index:
                why = f"its row is that of entry {places[row.commitment]}"
                yield _finding(Anomaly.ENTRY_OMITTED, why, entry)
            else:
                why = f"its row has another {', '.join(differing)} than any event"
                yield _finding(Anomaly.ROW_WITHOUT_EVENT, why, entry)
        for index in sorted(rows):
            why = f"the store has a row for entry {index}, and the ledger has no such event"
            yield Finding(Anomaly.ROW_WITHOUT_EVENT, why, ticket, index)

    def _must_have_row(self, entry: EntryRecord, there: _Lying) -> bool:
        """Tell whether the store claims to have read an entry: by its cursor, a later row, or its state."""
        if entry.block_number <= self._reach.cursor:
            return True
        known = max((row.index for row in there.rows), default=-1)
        if there.record is not None:
            known = max(known, there.record.state.entries - 1)
        return entry.index <= known

    def _record(
        self,
        ticket: TicketId,
        count: int,
        there: _Lying,
        state_after: Callable[[TicketId, int], TicketState | None],
    ) -> Iterator[Finding]:
        record = there.record
        if record is None:
            rows = [row.index for row in there.rows if row.index < count]
            if rows:
                why = "the store has rows of its entries, and none of the ticket"
                yield Finding(Anomaly.EVENT_WITHOUT_ROW, why, ticket, max(rows))
            return
        self._figures.rows += 1
        stored = record.state.entries
        if stored > count:
            if not self._reach.is_there(ticket, record.state):
                why = f"the store has a state after {stored} entries, the ledger has {count}"
                yield Finding(Anomaly.ROW_WITHOUT_EVENT, why, ticket, count)
        elif stored == 0:
            yield Finding(Anomaly.STATE_DIFFERS, "the store has a state before any entry", ticket, 0)
        else:
            state = state_after(ticket, stored)
            if state is not None:
                yield from self._state(ticket, record, state)

    def _state(self, ticket: TicketId, record: TicketRecord, state: TicketState) -> Iterator[Finding]:
        last = state.entries - 1
        differing = [
            name for name in TicketState._fields if getattr(record.state, name) != getattr(state, name)
        ]
        said = f"the stored state has another {', '.join(differing)} than its entries make"
        if differing == ["head"]:
            yield Finding(Anomaly.HEAD_BROKEN, said, ticket, last)
        elif differing and _CLOCKS.issuperset(set(differing) - {"head"}):
            yield Finding(Anomaly.CLOCK_MISCOUNTED, said, ticket, last)
        elif differing:
            yield Finding(Anomaly.STATE_DIFFERS, said, ticket, last)
        terms = self._terms(state.policy)
        due_at = None if terms is None else sla.due_at(state, terms)
        if not differing and record.due_at != due_at:
            why = f"the store says that it is due at {record.due_at}, its promise at {due_at}"
            yield Finding(Anomaly.CLOCK_MISCOUNTED, why, ticket, last)

    def _terms(self, number: int) -> PolicyTerms | None:
        history = self._law.registry.policies.get(number)
        return history.latest.terms if history and history.latest else None

    # -- contents --------------------------------------------------------------------------------------------

    def _contents(self, ticket: TicketId, entries: Sequence[Spooled], there: _Lying) -> Iterator[Finding]:
        for entry, _ in entries:
            if entry.commitment == NOTHING:
                continue
            held = there.contents.pop(entry.commitment, None)
            yield from self._tales.judge(entry, held, (one.entry for one in entries))
            if held is not None and held.erased_at is None:
                yield from self._content(entry, held)
        meant = {draft.commitment: draft for draft in there.drafts}
        for commitment in sorted(there.contents.keys() & meant.keys()):
            draft = meant[commitment]
            held = there.contents[commitment]
            why = "" if held.erased_at is not None else self._altered(draft.action, draft.actor, held)
            if why:
                said = f"of a {draft.action} that is not on the ledger: {why}"
                yield Finding(Anomaly.CONTENT_ALTERED, said, ticket)
        for commitment in sorted(there.contents.keys() - meant.keys()):
            why = f"the store has a content {commitment.hex()[:16]} that no entry and no draft commits to"
            yield Finding(Anomaly.ROW_WITHOUT_EVENT, why, ticket)

    def _content(self, entry: EntryRecord, held: Held) -> Iterator[Finding]:
        self._figures.contents += 1
        why = self._altered(entry.action, entry.actor, held)
        if why:
            yield _finding(Anomaly.CONTENT_ALTERED, why, entry)
        else:
            yield from self._attachments(entry, held)

    def _altered(self, action: Action, actor: Address, held: Held) -> str:
        """Say why a content is not what was committed to; nothing if it is."""
        if held.fields is None:
            return held.unreadable or "it cannot be read"
        if (held.action, held.actor) != (action, actor):
            return "it is kept as that of another action or actor"
        where = NOTHING if action is Action.OPEN else held.ticket
        law = self._law.deployment
        try:
            place = context(law.chain_id, law.ledger, where, action, actor)
            check_content(held.fields, place, held.commitment)
        except CommitmentMismatch as mismatch:
            return mismatch.message
        return ""

    def _attachments(self, entry: EntryRecord, held: Held) -> Iterator[Finding]:
        """Compare the files that are kept with those that the content names, down to their bytes."""
        named = _named_files(held.fields) if held.fields else []
        if not held.attachments and not named:
            return
        for at, (sha256, size) in enumerate(named):
            if at >= len(held.attachments):
                yield _finding(Anomaly.CONTENT_MISSING, f"attachment {at} is not in the store", entry)
                continue
            kept = held.attachments[at]
            if (kept.sha256, kept.size) != (sha256, size):
                yield _finding(Anomaly.CONTENT_ALTERED, f"attachment {at} has another hash or size", entry)
            else:
                yield from self._file(entry, at, kept)
        if len(held.attachments) > len(named):
            why = f"the store has {len(held.attachments)} attachments, the content names {len(named)}"
            yield _finding(Anomaly.ROW_WITHOUT_EVENT, why, entry)

    def _file(self, entry: EntryRecord, at: int, kept: AttachmentRecord) -> Iterator[Finding]:
        if self._files is None or not kept.location:
            return
        try:
            data = self._files.read(kept.location)
        except (NotFound, KeyMissing) as gone:
            yield _finding(Anomaly.CONTENT_MISSING, f"the file of attachment {at}: {gone.message}", entry)
            return
        except CommitmentMismatch:
            yield _finding(Anomaly.CONTENT_ALTERED, f"the file of attachment {at} was altered", entry)
            return
        except StoreError as error:
            yield _finding(Anomaly.COULD_NOT_CHECK, f"the file of attachment {at}: {error.message}", entry)
            return
        if hashlib.sha256(data).digest() != kept.sha256:
            yield _finding(Anomaly.CONTENT_ALTERED, f"the file of attachment {at} was altered", entry)

    # -- what was sent from here -----------------------------------------------------------------------------

    def _drafts(self, ticket: TicketId, entries: Sequence[Spooled], there: _Lying) -> Iterator[Finding]:
        sent = [one for one in there.drafts if one.status in _SENT and one.index is not None]
        if not sent:
            return
        self._figures.rows += len(sent)
        signed = [one for one in sent if one.signature]
        order = {turn.entry.index: turn for turn in turns(one.entry for one in entries)} if signed else {}
        shown = {one.entry.index: one.signed for one in entries}
        for draft in sent:
            index = draft.index or 0
            entry = entries[index].entry if index < len(entries) else None
            if entry is None:
                yield from self._unsent(ticket, draft, index, there)
            elif (entry.action, entry.actor, entry.commitment) != (
                draft.action,
                draft.actor,
                draft.commitment,
            ):
                why = f"it was sent from here as {draft.action} by {draft.actor}, and is another action"
                yield _finding(Anomaly.ROW_WITHOUT_EVENT, why, entry)
            elif draft.signature and entry.auth is Auth.ECDSA:
                yield from self._stored_signature(draft, order[index], shown[index])

    def _receipts(self, ticket: TicketId, there: _Lying) -> Iterator[Finding]:
        """Check that each promise is signed by who it says, who was certified when it was given (A3.18)."""
        index = {draft.key: draft.index for draft in there.drafts}
        self._figures.rows += len(there.receipts)
        for one in there.receipts if self._law.signatures else ():
            message = typed_data.Receipt(one.digest, one.received_at, one.include_by)
            try:
                typed_data.verify(message, self._law.domain, one.signature, one.signer)
            except (SignatureMismatch, InputError) as wrong:
                why = f"the receipt for it, as it is stored: {wrong.message}"
                yield Finding(Anomaly.SIGNATURE_WRONG, why, ticket, index[one.digest])
                continue
            history = self._law.registry.agents.get(one.signer)
            if history is None or not any(agent.in_force(one.received_at) for agent in history.values):
                why = f"the receipt for it is of {one.signer}, who was not certified then"
                yield Finding(Anomaly.AGENT_NOT_CERTIFIED, why, ticket, index[one.digest])

    def _unsent(self, ticket: TicketId, draft: Draft, index: int, there: _Lying) -> Iterator[Finding]:
        """Judge a draft that is said to be on the ledger, unless it came after the block."""
        later = there.record is not None and self._reach.is_there(ticket, there.record.state)
        if not (later and there.record is not None and index < there.record.state.entries):
            why = f"the store says that a {draft.action} was recorded, and the ledger has no such event"
            yield Finding(Anomaly.ROW_WITHOUT_EVENT, why, ticket, index)

    def _stored_signature(self, draft: Draft, turn: Turn, shown: Signed | None) -> Iterator[Finding]:
        held = Signed(draft.signature, draft.deadline, draft.consent)
        if shown == held or not self._law.signatures:
            return
        try:
            check_turn(turn, held, self._law.registry, self._law.domain)
        except SignatureMismatch as wrong:
            yield _finding(Anomaly.SIGNATURE_WRONG, f"as it is stored: {wrong.message}", turn.entry)


def signed_in(holdings: Holdings) -> dict[tuple[TicketId, int], Signed]:
    """Find the signatures of what was sent from here, by ticket and index."""
    return {
        (one.ticket, one.index): Signed(one.signature, one.deadline, one.consent)
        for one in holdings.drafts
        if one.status in _SENT and one.index is not None and (one.signature or one.consent)
    }


def _by_ticket(holdings: Holdings) -> dict[TicketId, _Lying]:
    found: dict[TicketId, _Lying] = {}

    def of(ticket: TicketId) -> _Lying:
        return found.setdefault(ticket, _Lying())

    for row in holdings.entries:
        of(row.ticket).rows.append(row)
    for record in holdings.tickets:
        of(record.id).record = record
    for held in holdings.contents:
        of(held.ticket).contents[held.commitment] = held
    receipts = {one.digest: one for one in holdings.receipts}
    for draft in holdings.drafts:
        of(draft.ticket).drafts.append(draft)
        if draft.key in receipts:
            of(draft.ticket).receipts.append(receipts[draft.key])
    return found


def _named_files(fields: Fields) -> list[tuple[bytes, int]]:
    """List hash and size of the files that a content names, in order."""
    values = fields.values()
    found = []
    for at in range(len(values)):
        sha256 = values.get(f"attachment.{at}")
        if not isinstance(sha256, bytes):
            break
        size = values.get(f"attachment.{at}.size")
        found.append((sha256, size if isinstance(size, int) else -1))
    return found


def _finding(anomaly: Anomaly, why: str, entry: EntryRecord) -> Finding:
    return Finding(anomaly, why, entry.ticket, entry.index)
