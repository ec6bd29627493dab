"""Verifying a ticket: the evidence is gathered here, and judged by the vault."""

from collections.abc import Collection, Sequence
from typing import Final

from supportledger.desk.erasures import Erasures
from supportledger.errors import ReorgDetected
from supportledger.model.entry import NOTHING
from supportledger.model.ids import TicketId
from supportledger.model.records import DraftStatus, EntryRecord
from supportledger.model.refusal import TicketNotFound
from supportledger.model.ticket import Action, Auth
from supportledger.ports import Contents, LedgerReader, Store
from supportledger.proof.evidence import Evidence, Signed
from supportledger.proof.verdict import TICKET_STEPS, Verdict
from supportledger.proof.verify import verify_ticket

_TRIES: Final = 5
"""To read a ticket that changes while it is read."""


class Audit:
    """
    Verifies tickets of one ledger.

    Args:
        ledger: As it was found: read by its events and slots, and not believed.
        store: Bound to the ledger that is meant; holds contents and signatures.
        erasures: Says which contents were erased.
    """

    def __init__(self, ledger: LedgerReader, store: Store, erasures: Erasures) -> None:
        self._ledger = ledger
        self._store = store
        self._erasures = erasures

    def verify(self, ticket: TicketId, required: Collection[int] = TICKET_STEPS) -> Verdict:
        """
        Check everything that is known of a ticket.

        Raises:
            TicketNotFound: It does not exist.
            RpcUnavailable: The node is away: nothing can be said.
        """
        return verify_ticket(self.evidence(ticket), self._store.deployment, required=required)

    def evidence(self, ticket: TicketId) -> Evidence:
        """
        Gather what is known of a ticket.

        Raises: As `verify`.
        """
        block = self._ledger.block()
        entries, slot = self._events_and_slot(ticket)
        if not entries and slot == bytes(32):
            raise TicketNotFound(ticket)
        if not _same(self._store.entries(ticket), entries):
            self._store.record(entries)  # contents are found by the entries that the ledger has
        contents = self._store.contents(ticket)
        return Evidence(
            ticket=ticket,
            ledger=self._ledger.deployment,
            entries=entries,
            registry=self._ledger.registry(),
            slot=slot,
            signatures=self._signatures(ticket, entries),
            contents=contents.held,
            unreadable=contents.unreadable,
            erased=contents.erased,
            erasure=self._erasures.shown(ticket) if _is_incomplete(entries, contents) else None,
            as_of=(block.number, block.time),
        )

    def _events_and_slot(self, ticket: TicketId) -> tuple[list[EntryRecord], bytes]:
        for _ in range(_TRIES):
            before = self._ledger.slots([ticket])
            entries = self._ledger.entries(ticket)
            if self._ledger.slots([ticket]) == before:
                return entries, before[0]
        raise ReorgDetected(f"ticket {ticket.handle} changes faster than it can be read")

    def _signatures(self, ticket: TicketId, entries: Sequence[EntryRecord]) -> dict[int, Signed]:
        """Take signatures from the drafts that were sent from here, and others from the transactions."""
        signed = [one for one in entries if one.auth is Auth.ECDSA or one.action is Action.CLAIM]
        if not signed:
            return {}
        drafts = self._store.drafts(ticket=ticket, statuses={DraftStatus.MINED, DraftStatus.FINAL})
        by_index = {
            draft.index: Signed(draft.signature, draft.deadline, draft.consent)
            for draft in drafts
            if draft.index is not None and (draft.signature or draft.consent)
        }
        missing = [one for one in signed if one.index not in by_index]
        found = self._ledger.signatures(missing) if missing else {}
        return by_index | {index: one for (_, index), one in found.items()}


def _is_incomplete(entries: Sequence[EntryRecord], contents: Contents) -> bool:
    return any(one.commitment != NOTHING and one.index not in contents.held for one in entries)


def _same(held: Sequence[EntryRecord], entries: Sequence[EntryRecord]) -> bool:
    return [_content_of(one) for one in held] == [_content_of(one) for one in entries]


def _content_of(entry: EntryRecord) -> tuple[object, ...]:
    return entry.index, entry.action, entry.actor, entry.commitment
