"""
Tickets as people look at them: found by what they type, with what was written, never out of date unnoticed.

A state that the store has read before is believed if it hashes to the ticket's slot, which is one request
for any number of tickets; else the ticket is replayed from its events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from supportledger.desk.promises import Promises
from supportledger.desk.sync import Index
from supportledger.model import sla
from supportledger.model.acts import Ticket
from supportledger.model.handle import parse_ticket
from supportledger.model.ids import TicketId
from supportledger.model.incident import SecretKind, in_order, kinds_in
from supportledger.model.records import EntryRecord, TicketQuery, TicketRecord
from supportledger.model.ticket import TicketState
from supportledger.ports import Contents, Ledger, Store
from supportledger.proof.fields import Fields

Named = TicketId | str
"""A ticket, or what somebody typed for one: id, handle, or the beginning of either."""
_SLOTS: Final = 500


@dataclass(frozen=True, slots=True)
class EntryView:
    """
    An entry with its content.

    Args:
        record: What the ledger says.
        fields: What was written; None when it is not held, or cannot be read.
        unreadable: Why it cannot be read; empty if it can, or is not held.
        erased_at: When it was erased; None if it was not. Unix seconds.
    """

    record: EntryRecord
    fields: Fields | None = None
    unreadable: str = ""
    erased_at: int | None = None

    @property
    def body(self) -> str | None:
        """The text."""
        found = self.fields.values().get("body") if self.fields else None
        return found if isinstance(found, str) else None

    @property
    def removed(self) -> tuple[SecretKind, ...]:
        """Secrets that were in it, as the marks in their places say."""
        texts = self.fields.values().values() if self.fields else ()
        return in_order(kind for text in texts if isinstance(text, str) for kind in kinds_in(text))


@dataclass(frozen=True)
class TicketView:
    """
    A ticket with its history and contents.

    Args:
        id: Its name.
        state: As it is now.
        records: Its entries, in order.
        contents: What is held of what was written.
        due_at: No clock is overdue at or before this instant; None for never.
    """

    id: TicketId
    state: TicketState
    records: tuple[EntryRecord, ...]
    contents: Contents
    due_at: int | None

    @property
    def handle(self) -> str:
        """Its name for people."""
        return self.id.handle

    @property
    def removed(self) -> tuple[SecretKind, ...]:
        """Secrets that were in any of its entries: if there are some, it is a security incident."""
        return in_order(kind for entry in self.entries for kind in entry.removed)

    @cached_property
    def entries(self) -> tuple[EntryView, ...]:
        """Its entries with what was written."""
        held, unreadable, erased = self.contents.held, self.contents.unreadable, self.contents.erased
        return tuple(
            EntryView(one, held.get(one.index), unreadable.get(one.index, ""), erased.get(one.index))
            for one in self.records
        )


class Reading:
    """Finds and reads tickets."""

    def __init__(self, ledger: Ledger, store: Store, promises: Promises, index: Index) -> None:
        self._ledger = ledger
        self._store = store
        self._promises = promises
        self._index = index

    def find(self, text: Named) -> TicketId:
        """
        Find the ticket that somebody means.

        Raises:
            InputError: It cannot be the name of a ticket.
            NotFound: There is none.
            AmbiguousId: There are several.
        """
        named = parse_ticket(text) if isinstance(text, str) else text
        if isinstance(named, TicketId):
            return named
        self._index.follow()
        return named.select(self._store.find(named))

    def get(self, ticket: Named) -> TicketView:
        """
        Read a ticket from the ledger, with what is held of its contents.

        Raises: As `find`, and as `ports.LedgerReader.ticket`.
        """
        found = self.fresh(self.find(ticket))
        contents = self._store.contents(found.id)
        return TicketView(found.id, found.state, found.entries, contents, self._due_at(found.state))

    def history(self, ticket: Named) -> tuple[EntryView, ...]:
        """Read a ticket's entries with their contents."""
        return self.get(ticket).entries

    def page(self, query: TicketQuery | None = None) -> list[TicketRecord]:
        """List a page of tickets, as of now."""
        self._index.follow()
        return self._store.tickets(query or TicketQuery())

    def all(self, query: TicketQuery) -> Iterator[TicketRecord]:
        """List tickets of all pages, as of now."""
        self._index.follow()
        return self._index.pages(query)

    def count(self, query: TicketQuery | None = None) -> int:
        """Count tickets, as of now."""
        self._index.follow()
        return self._store.count(query or TicketQuery())

    def current(self, tickets: Sequence[TicketId]) -> dict[TicketId, TicketState]:
        """
        Give the present states of tickets.

        Raises:
            TicketNotFound: One does not exist.
        """
        slots: dict[TicketId, bytes] = {}
        for at in range(0, len(tickets), _SLOTS):
            part = tickets[at : at + _SLOTS]
            slots |= zip(part, self._ledger.slots(part), strict=True)
        known = self._store.known(list(slots))
        return {
            ticket: known[ticket].state
            if ticket in known and known[ticket].state.hash() == slot
            else self.fresh(ticket).state
            for ticket, slot in slots.items()
        }

    def fresh(self, ticket: TicketId) -> Ticket:
        """
        Replay a ticket from its events, and take over what the store did not have.

        Raises: As `ports.LedgerReader.ticket`.
        """
        found = self._ledger.ticket(ticket)
        known = self._store.entries(ticket)
        if [one.commitment for one in known] != [one.commitment for one in found.entries]:
            self.record(found.entries, {ticket: found.state})
        return found

    def record(self, entries: Sequence[EntryRecord], states: Mapping[TicketId, TicketState]) -> None:
        """Take over what the ledger says, unless something later is known."""
        known = self._store.known([ticket for ticket, state in states.items() if state.entries > 1])
        tickets = [
            TicketRecord(ticket, state, self._due_at(state))
            for ticket, state in states.items()
            if ticket not in known or known[ticket].state.entries <= state.entries
        ]
        if entries or tickets:
            self._store.record(entries, tickets)

    def _due_at(self, state: TicketState) -> int | None:
        return sla.due_at(state, self._promises.terms(state.policy))
