"""
Tickets as people browse them: from the store alone, which the workers keep up to date.

1. A `Sight` narrows everything: what is out of sight is not there, neither in lists nor by name.
2. What people wrote is shown only after the reading is on record (`desk.reads`): a ticket is a line, and so
   is a page of subjects, which names the tickets on it.
3. What is on its way to the ledger is shown with how far it has come, beside the entries that are there.

Source: docs/spec/anchored-log.md, L9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.conversations import Conversations, Said
from supportledger.desk.promises import Promises
from supportledger.desk.reading import EntryView, TicketView
from supportledger.desk.reads import SUPPORT, Reads
from supportledger.errors import NotFound
from supportledger.model import sla
from supportledger.model.ids import Address, TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import (
    AttachmentRecord,
    Draft,
    DraftStatus,
    EntryRecord,
    TicketQuery,
    TicketRecord,
)
from supportledger.model.sla import Escalation
from supportledger.model.ticket import INTERNAL, Clock
from supportledger.ports import Store
from supportledger.ports.filing import Filing
from supportledger.ports.kept import Contents
from supportledger.proof.fields import Fields

_UNDERWAY: Final = frozenset(DraftStatus) - {DraftStatus.FINAL}


@dataclass(frozen=True, slots=True)
class Sight:
    """
    Which tickets somebody sees.

    * Staff: those of their queues.
    * A customer: those of their account, and those that the ledger says are theirs, in any queue.

    Args:
        queues: Names; None for all.
        person: The account of a customer; None for staff.
        customer: The address of a customer; None for whoever has none.
    """

    queues: frozenset[str] | None = None
    person: TicketId | None = None
    customer: Address | None = None

    @property
    def is_customers(self) -> bool:
        """Whether a customer looks, who is not shown what staff write for themselves."""
        return self.person is not None or self.customer is not None

    def sees(self, record: TicketRecord, filing: Filing) -> bool:
        """Tell whether they see a ticket."""
        if not self.is_customers:
            return self.queues is None or filing.queue in self.queues
        is_filed = self.person is not None and filing.person == self.person
        return is_filed or (self.customer is not None and record.state.customer == self.customer)

    def narrow(self, query: TicketQuery) -> list[TicketQuery]:
        """Narrow a query to what they see: one list, or two that overlap."""
        if not self.is_customers:
            return [replace(query, queues=_both(self.queues, query.queues))]
        found = []
        if self.person is not None and query.person in {None, self.person}:
            found.append(replace(query, person=self.person))
        if self.customer is not None and query.customer in {None, self.customer}:
            found.append(replace(query, customer=self.customer))
        return found


EVERYTHING: Final = Sight()
"""What whoever runs the desk sees on its own machine."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    A ticket in a list.

    Args:
        record: As the ledger has it.
        filing: Where it is filed.
        subject: What it is about; empty when that is not held, or cannot be read.
        waiting: How many actions are on their way to the ledger.
    """

    record: TicketRecord
    filing: Filing
    subject: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Underway:
    """
    An action that is not final, or never will be.

    Args:
        draft: How far it has come, and why it was rejected.
        fields: What was written; None when there is nothing, or it cannot be read.
    """

    draft: Draft
    fields: Fields | None


@dataclass(frozen=True, slots=True)
class Page:
    """
    A ticket with all that is known of it here.

    Args:
        view: Its entries with what was written, and when it is due.
        filing: Where it is filed.
        underway: What is not final, or was rejected, in the order in which it was written.
        conversation: What was said between its entries.
        deadlines: Of its running clocks; Unix seconds.
        escalation: Which clock can be called late first, and when.
    """

    view: TicketView
    filing: Filing
    underway: tuple[Underway, ...]
    conversation: tuple[Said, ...]
    deadlines: tuple[tuple[Clock, int], ...]
    escalation: Escalation | None

    @property
    def shows_texts(self) -> bool:
        """Whether anything is in it that people wrote."""
        is_underway = any(one.fields for one in self.underway)
        return bool(self.view.contents.held or self.conversation) or is_underway

    def status(self, entry: EntryView) -> DraftStatus:
        """Tell how final an entry is that this desk has sent; what others sent counts as final."""
        found = (one.draft.status for one in self.underway if one.draft.index == entry.record.index)
        return next(found, DraftStatus.FINAL)


class Browsing:
    """
    Lists and shows tickets.

    Args:
        store: Where all of it is.
        conversations: What is said between entries.
        promises: The policies, remembered.
        reads: Puts on record who reads.
    """

    def __init__(self, store: Store, conversations: Conversations, promises: Promises, reads: Reads) -> None:
        self._store = store
        self._conversations = conversations
        self._promises = promises
        self._reads = reads

    def page(self, query: TicketQuery, sight: Sight, *, reader: Address) -> list[Row]:
        """
        List a page of tickets with their subjects.

        Args:
            query: Which.
            sight: What the reader sees.
            reader: Who reads.

        Raises:
            NotOnRecord: The reading cannot be put on record: nothing is shown.
        """
        return self.rows(self._listed(query, sight), reader=reader)

    def rows(self, records: Sequence[TicketRecord], *, reader: Address) -> list[Row]:
        """
        Give tickets that somebody sees with their subjects, as `page` does.

        Args:
            records: Which, in their order; nothing narrows them any more.
            reader: Who reads.

        Raises:
            NotOnRecord: The reading cannot be put on record: nothing is shown.
        """
        ids = [one.id for one in records]
        with self._store.moment():
            filings, waiting = self._store.filings.filed(ids), self._store.waiting(ids)
            subjects = self._store.subjects(ids)
        if any(subjects.values()):
            self._reads.record_list([one for one in ids if subjects.get(one)], reader=reader)
        return [
            Row(one, filings[one.id], subjects.get(one.id, ""), waiting.get(one.id, 0)) for one in records
        ]

    def count(self, query: TicketQuery, sight: Sight) -> int:
        """Count the tickets of all pages."""
        parts = sight.narrow(query)
        total = sum(self._store.count(one) for one in parts)
        if len(parts) == 1 or not parts:
            return total
        both = replace(query, person=sight.person, customer=sight.customer)
        return total - self._store.count(both)

    def find(self, ticket: TicketId, sight: Sight) -> tuple[TicketRecord, Filing]:
        """
        Give a ticket that somebody sees, without anything that people wrote.

        Raises:
            NotFound: There is none, or it is out of sight: nobody can tell which.
        """
        filing = self._store.filings.filed([ticket])[ticket]
        record = self._store.known([ticket]).get(ticket)
        if record is None or not sight.sees(record, filing):
            raise NotFound(f"there is no ticket {ticket.handle} here", hint="See whether its name is right.")
        return record, filing

    def ticket(self, ticket: TicketId, sight: Sight, *, reader: Address, reason: str = SUPPORT) -> Page:
        """
        Show a ticket.

        Args:
            ticket: Which.
            sight: What the reader sees.
            reader: Who reads.
            reason: Why.

        Raises:
            NotFound: As `find`.
            NotOnRecord: The reading cannot be put on record: nothing is shown.
            CommitmentMismatch: What is kept of its conversation was altered.
        """
        with self._store.moment():
            page = self._page(ticket, sight)
            if page.shows_texts:
                self._reads.record(ticket, "ticket", reason, reader=reader)
        return page

    def attachments(
        self, ticket: TicketId, index: int, sight: Sight, *, reader: Address, reason: str = SUPPORT
    ) -> Sequence[AttachmentRecord]:
        """
        List the files of an entry, in order.

        Raises: As `ticket`; and NotFound, when there is no such entry.
            ContentErased: The ticket was erased.
        """
        self.find(ticket, sight)
        entries = self._store.entries(ticket, index, 1) if index >= 0 else []
        if not entries:
            raise NotFound(f"ticket {ticket.handle} has no entry {index}")
        if sight.is_customers and entries[0].action in INTERNAL:
            raise NotFound(f"ticket {ticket.handle} shows nothing of entry {index}")
        found = self._store.attachments(ticket, entries[0].commitment)
        if found:
            self._reads.record(ticket, "attachments", reason, reader=reader)
        return found

    # -- inside ----------------------------------------------------------------------------------------------

    def _listed(self, query: TicketQuery, sight: Sight) -> list[TicketRecord]:
        lists = [self._store.tickets(one) for one in sight.narrow(query)]
        if len(lists) < 2:
            return lists[0] if lists else []
        known = {one.id: one for one in [*lists[0], *lists[1]]}
        sign = -1 if query.sorting is TicketOrder.NEWEST else 1

        def place(one: TicketRecord) -> tuple[int, int]:
            return sign * query.mark(one).at, sign * int.from_bytes(one.id)

        return sorted(known.values(), key=place)[: query.limit]

    def _underway(self, ticket: TicketId) -> Sequence[Underway]:
        drafts = [one for one in self._store.drafts(ticket=ticket) if one.status in _UNDERWAY]
        return [Underway(one, self._drafted(one)) for one in drafts]

    def _drafted(self, draft: Draft) -> Fields | None:
        try:
            return self._store.drafted(draft)
        except NotFound:  # there is nothing, or it was erased: the draft says the rest
            return None

    def _page(self, ticket: TicketId, sight: Sight) -> Page:
        record, filing = self.find(ticket, sight)
        entries, contents = tuple(self._store.entries(ticket)), self._store.contents(ticket)
        underway = tuple(self._underway(ticket))
        if sight.is_customers:
            contents, underway = _outward(entries, contents), tuple(filter(_is_outward, underway))
        said = () if contents.erased else tuple(self._conversations.checked(ticket))
        terms, state = self._promises.terms(record.state.policy), record.state
        view = TicketView(ticket, state, entries, contents, record.due_at)
        clocks = tuple(sla.deadlines(state, terms))
        return Page(view, filing, underway, said, clocks, sla.next_escalation(state, terms))


def _outward(entries: Sequence[EntryRecord], contents: Contents) -> Contents:
    """Leave out what staff have written for themselves."""
    hidden = {one.index for one in entries if one.action in INTERNAL}
    held = {index: fields for index, fields in contents.held.items() if index not in hidden}
    return replace(contents, held=held)


def _is_outward(one: Underway) -> bool:
    return one.draft.action not in INTERNAL


def _both(some: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    """Give the queues that both allow; None is all."""
    if some is None or others is None:
        return some if others is None else others
    return some & others
