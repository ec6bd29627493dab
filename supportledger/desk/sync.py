"""
The index: the store's reading of the ledger, followed by blocks.

The last block that was read is remembered with its hash; when the chain has another one at its number, the
index is forgotten and read again. What others did is in it after `follow`; what this desk does, at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from supportledger.desk.promises import Promises
from supportledger.errors import ReplayMismatch, RpcRefused
from supportledger.model import sla
from supportledger.model.events import LedgerEvent
from supportledger.model.history import Registry
from supportledger.model.ids import TicketId
from supportledger.model.records import Cursor, EntryRecord, TicketQuery, TicketRecord
from supportledger.model.replay import advance
from supportledger.model.ticket import TicketState
from supportledger.ports import Ledger, Store


@dataclass(frozen=True, slots=True)
class Followed:
    """
    What following the chain has brought.

    Args:
        block_number: The last block read.
        entries: How many were new.
        was_rewound: The chain was reorganised, and the index read again from the beginning.
    """

    block_number: int
    entries: int
    was_rewound: bool = False


class Index:
    """Follows the chain into the store. Doing so again does no harm, nor does doing so twice at once."""

    def __init__(self, ledger: Ledger, store: Store, promises: Promises) -> None:
        self._ledger = ledger
        self._store = store
        self._promises = promises

    def follow(self) -> Followed:
        """
        Read what is new.

        Raises:
            ReplayMismatch: The events break the rules.
            RpcUnavailable: The node is away.
        """
        known = self._store.cursor()
        latest = self._ledger.block()
        if known and known.block_number == latest.number and known.block_hash == latest.hash:
            return Followed(latest.number, 0)
        was_rewound = known is not None and not self._is_on_chain(known)
        if was_rewound:
            self._store.rewind(-1)
            known = None
        cursor = Cursor(latest.number, latest.hash)
        count = 0
        for part in self._ledger.events(known.block_number + 1 if known else None, latest.number):
            count += self._take(part)
        self._store.record(cursor=cursor)
        return Followed(latest.number, count, was_rewound)

    def pages(self, query: TicketQuery) -> Iterator[TicketRecord]:
        """List the tickets of all pages."""
        while page := self._store.tickets(query):
            yield from page
            query = replace(query, after=page[-1])

    def _is_on_chain(self, cursor: Cursor) -> bool:
        try:
            return self._ledger.block(cursor.block_number).hash == cursor.block_hash
        except RpcRefused:
            return False

    def _take(self, events: Sequence[LedgerEvent]) -> int:
        entries = [event for event in events if isinstance(event, EntryRecord)]
        if not entries:
            return 0
        registry = self._ledger.registry()
        known = self._store.known(list({entry.ticket for entry in entries}))
        states = {ticket: record.state for ticket, record in known.items()}
        for entry in entries:
            states[entry.ticket] = self._after(entry, states.get(entry.ticket), registry)
        self._store.record(entries, [self._record(*item) for item in states.items()])
        return len(entries)

    def _after(self, entry: EntryRecord, state: TicketState | None, registry: Registry) -> TicketState:
        """Apply an entry to its ticket, unless the ticket is known further already."""
        if state and entry.index < state.entries:
            return state
        try:
            return advance(entry.ticket, state, entry, registry, self._ledger.deployment).state
        except ReplayMismatch:  # something before it was never read, or the rules are broken
            return self._ledger.ticket(entry.ticket).state

    def _record(self, ticket: TicketId, state: TicketState) -> TicketRecord:
        return TicketRecord(ticket, state, sla.due_at(state, self._promises.terms(state.policy)))
