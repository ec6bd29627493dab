"""
The index: the store's reading of the ledger, followed by blocks.

1. The last block that was read is remembered with its hash, and in memory those before it.
2. When the chain has another one at its number, everything since the last block that both have is forgotten
   and read again; without such a block, everything.
3. Actions of this desk whose entries went with the blocks wait again, and are sent again.
4. A chain that merely ends before the last block that was read is given time: its node may lag behind.
5. Several may follow at once: who finds that another one has read on, or gone back, leaves it to them, and
   the cursor moves over no block whose entries are not all there.

What others did is in it after `follow`; what this desk does, at once.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import RLock
from typing import Final

from supportledger.desk.finding import became
from supportledger.desk.promises import Promises
from supportledger.errors import Conflict, ReorgDetected, ReplayMismatch, RpcRefused
from supportledger.model import sla
from supportledger.model.acts import Block
from supportledger.model.events import LedgerEvent
from supportledger.model.history import Registry
from supportledger.model.ids import TicketId
from supportledger.model.records import (
    Cursor,
    Draft,
    DraftStatus,
    EntryRecord,
    Span,
    TicketQuery,
    TicketRecord,
)
from supportledger.model.replay import advance, replay
from supportledger.model.ticket import TicketState
from supportledger.ports import Ledger, Store

_REMEMBERED: Final = 1_000
"""Blocks whose hashes are kept in memory; a deeper reorganisation is read from the beginning."""
_AT_ONCE: Final = 2_000
"""Drafts that are settled at once."""
_MINED: Final = frozenset({DraftStatus.MINED, DraftStatus.FINAL})
_LOST: Final = "its block is no longer part of the chain"


Entries = dict[bytes, EntryRecord]
"""Entries that drafts became, by the drafts' keys."""


@dataclass(frozen=True, slots=True)
class Followed:
    """
    What following the chain has brought.

    Args:
        block_number: The last block read.
        entries: How many were new.
        was_rewound: The chain was reorganised, and part of the index read again, or all of it.
        depth: How many blocks were given up; None when it is not known, and all was read again.
        returned: Actions of this desk that went with them, and wait again.
        is_behind: The node ends before what was read already; nothing was done.
    """

    block_number: int
    entries: int
    was_rewound: bool = False
    depth: int | None = 0
    returned: tuple[Draft, ...] = ()
    is_behind: bool = False


class Index:
    """
    Follows the chain into the store. Doing so again does no harm, nor does doing so twice at once.

    Args:
        monotonic: Instead of time.monotonic, for tests.
    """

    patience_s: float = 0
    """How long the node may be behind what was read before its shorter chain is believed."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        promises: Promises,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.watcher: Callable[[Followed], None] = _nobody
        self._ledger = ledger
        self._store = store
        self._promises = promises
        self._monotonic = monotonic
        self._read: dict[int, bytes] = {}
        self._entries: dict[tuple[TicketId, int], EntryRecord] = {}  # read by us, and not yet settled
        self._doubted: set[bytes] = set()
        self._behind_since: float | None = None
        self._lock = RLock()

    def follow(self) -> Followed:
        """
        Read what is new.

        Raises:
            ReplayMismatch: The events break the rules.
            ReorgDetected: The chain changed while it was read; what was read is forgotten.
            RpcUnavailable: The node is away.
        """
        with self._lock:
            found = self._follow()
        self.watcher(found)
        return found

    def _follow(self) -> Followed:
        known, latest = self._store.cursor(), self._ledger.block()
        if known and self._may_catch_up(known, latest):
            return Followed(latest.number, 0, is_behind=True)
        if known and (known.block_number, known.block_hash) == (latest.number, latest.hash):
            return Followed(latest.number, 0)
        if known is None:
            count = self._read_on(None, -1, latest)
            return Followed(latest.number, count, returned=self._returned(self._mined()))
        if not self._is_on_chain(known):
            return self._rewind(known, latest)
        return Followed(latest.number, self._read_on(known, known.block_number, latest))

    def reconsider(self) -> Followed:
        """
        Forget what was taken over since the last block read, which may be gone, and read it again.

        Worth doing when the node was away: it may have come back without its last blocks.

        Raises: As `follow`.
        """
        with self._lock:
            known = self._store.cursor()
            if known is None or not self._is_on_chain(known):
                return self.follow()
            latest = self._ledger.block()
            lost = self._store.rewind(known.block_number)
            count = self._read_on(known, known.block_number, latest)
            found = Followed(latest.number, count, returned=self._returned(self._restored(lost)))
        self.watcher(found)
        return found

    def settle(self) -> list[Draft]:
        """
        Call final what was mined and is deep enough, and let wait again what is not there any more.

        Returns:
            The drafts that have changed.

        Raises:
            RpcUnavailable: The node is away.
        """
        with self._lock:
            mined = self._store.drafts(statuses={DraftStatus.MINED}, limit=_AT_ONCE)
            if not mined:
                return []
            final = self._ledger.final_height()
            there = {one.key: entry for one in mined if (entry := self._just_read(one))}
            doubtful = [one for one in mined if one.key not in there]
            old = [one for one in doubtful if one.key in self._doubted]
            self._doubted = {one.key for one in doubtful}
            there |= self._vouched(old)
            there |= self._found([one for one in old if one.key not in there], self._ledger.entries)
            known = [one for one in mined if one.key in there or one in old]
            changed = self._changed(known, there, final)
            for one in changed:
                self._entries.pop((one.ticket, one.index or 0), None)
            return changed

    def rebuild(self) -> Followed:
        """
        Forget everything that was read, and read it again.

        Raises: As `follow`.
        """
        with self._lock:
            self._store.rewind(-1)
            self._forget_after(-1)
            return self.follow()

    def pages(self, query: TicketQuery) -> Iterator[TicketRecord]:
        """List the tickets of all pages."""
        while page := self._store.tickets(query):
            yield from page
            query = replace(query, after=page[-1])

    # -- reorganisations -------------------------------------------------------------------------------------

    def _rewind(self, known: Cursor, latest: Block) -> Followed:
        """Go back to the last block that is still there; killed meanwhile, everything is read again."""
        shared = self._shared(known)
        lost = self._store.rewind(shared)
        self._forget_after(shared)
        count = self._read_on(None, shared, latest)
        returned = self._returned(self._restored(lost))
        depth = None if shared < 0 else known.block_number - shared
        return Followed(latest.number, count, was_rewound=True, depth=depth, returned=returned)

    def _forget_after(self, block_number: int) -> None:
        """Forget what is remembered of later blocks."""
        self._read = {number: name for number, name in self._read.items() if number <= block_number}
        self._entries = {key: one for key, one in self._entries.items() if one.block_number <= block_number}

    def _restored(self, lost: Sequence[TicketId]) -> list[Draft]:
        """Take tickets over that have lost entries and got no others, and give the drafts of all of them."""
        known, registry = self._store.known(lost), self._ledger.registry()
        counts = {one: len(self._store.entries(one)) for one in lost if one not in known}
        states = {one: self._replayed(one, count, registry) for one, count in counts.items() if count}
        self._store.record(tickets=[self._record(*one) for one in states.items()])
        return [one for ticket in lost for one in self._store.drafts(statuses=_MINED, ticket=ticket)]

    def _shared(self, known: Cursor) -> int:
        """Find the last block read that the chain still has; -1 when none is remembered."""
        for number in sorted((one for one in self._read if one < known.block_number), reverse=True):
            if self._is_on_chain(Cursor(number, self._read[number])):
                return number
        return -1

    def _may_catch_up(self, known: Cursor, latest: Block) -> bool:
        """Tell whether a chain that ends too early is to be given time."""
        is_behind = latest.number < known.block_number
        if not is_behind or self._read.get(latest.number, latest.hash) != latest.hash:
            self._behind_since = None
            return False
        now = self._monotonic()
        self._behind_since = now if self._behind_since is None else self._behind_since
        return now - self._behind_since < self.patience_s

    def _mined(self) -> list[Draft]:
        return self._store.drafts(statuses=_MINED)

    def _returned(self, drafts: Sequence[Draft]) -> tuple[Draft, ...]:
        """Let actions wait again whose entries are gone, and follow those that were mined elsewhere."""
        there = self._found(drafts, self._store.entries)
        doubtful = [one for one in drafts if one.key not in there]
        there |= self._found(doubtful, self._ledger.entries)
        changed = self._changed(drafts, there, final=-1)
        return tuple(one for one in changed if one.status is DraftStatus.SUBMITTED)

    def _changed(self, drafts: Sequence[Draft], there: Entries, final: int) -> list[Draft]:
        """Write down what has become of drafts that were mined, and give those that have changed."""
        now = [_after(one, there.get(one.key), final) for one in drafts]
        changed = [after for before, after in zip(drafts, now, strict=True) if after != before]
        self._store.advance(changed)
        return changed

    def _found(self, drafts: Sequence[Draft], read: Callable[[TicketId], list[EntryRecord]]) -> Entries:
        """Look drafts up in their tickets' entries."""
        known: dict[TicketId, list[EntryRecord]] = {}
        found: Entries = {}
        for draft in drafts:
            if draft.ticket not in known:
                known[draft.ticket] = read(draft.ticket)
            if entry := became(draft, known[draft.ticket]):
                found[draft.key] = entry
        return found

    def _just_read(self, draft: Draft) -> EntryRecord | None:
        """Give the entry of a draft, if it was read from the chain as it is now."""
        entry = self._entries.get((draft.ticket, draft.index if draft.index is not None else -1))
        return entry if entry and entry.transaction == draft.transaction else None

    def _vouched(self, drafts: Sequence[Draft]) -> Entries:
        """Find the entries of drafts that the ticket's present word on the ledger vouches for."""
        tickets = list(dict.fromkeys(one.ticket for one in drafts))
        known = self._store.known(tickets)
        slots = dict(zip(tickets, self._ledger.slots(tickets), strict=True))
        vouched = {one for one in known if known[one].state.hash() == slots[one]}
        found: Entries = {}
        for draft in drafts:
            if draft.ticket in vouched and draft.index is not None:
                entries = self._store.entries(draft.ticket, draft.index)
                if entries and entries[0].transaction == draft.transaction:
                    found[draft.key] = entries[0]
        return found

    def _check_on_chain(self, end: Cursor) -> None:
        if not self._is_on_chain(end):
            raise ReorgDetected(
                f"block {end.block_number} was replaced while it was read", hint="Read again."
            )

    def _is_on_chain(self, cursor: Cursor) -> bool:
        try:
            return self._ledger.block(cursor.block_number).hash == cursor.block_hash
        except RpcRefused:
            return False

    # -- reading ---------------------------------------------------------------------------------------------

    def _read_on(self, known: Cursor | None, after: int, latest: Block) -> int:
        """
        Read the blocks after one, and remember the last, if the chain has not changed meanwhile.

        Args:
            known: Where the store's cursor stands.
            after: The block; -1 for all there are.
            latest: The last one.
        """
        span, end = Span(known, after, 0), Cursor(latest.number, latest.hash)
        try:
            for part in self._ledger.events(None if after < 0 else after + 1, latest.number):
                span = self._take(part, span)
            self._check_on_chain(end)
            self._store.record(cursor=end, span=span)
        except ReorgDetected:
            self._store.rewind(after)
            self._forget_after(after)
            raise
        except Conflict:  # another one follows, too, and was faster
            return span.entries
        self._remember(end)
        return span.entries

    def _remember(self, cursor: Cursor) -> None:
        self._read[cursor.block_number] = cursor.block_hash
        while len(self._read) > _REMEMBERED:
            del self._read[min(self._read)]

    def _take(self, events: Sequence[LedgerEvent], span: Span) -> Span:
        entries = [event for event in events if isinstance(event, EntryRecord)]
        if not entries:
            return span
        registry = self._ledger.registry()
        known = self._store.known(list({entry.ticket for entry in entries}))
        states = {ticket: record.state for ticket, record in known.items()}
        for entry in entries:
            states[entry.ticket] = self._after(entry, states.get(entry.ticket), registry)
        self._store.record(entries, [self._record(*item) for item in states.items()], span=span)
        self._entries |= {(one.ticket, one.index): one for one in entries[-_AT_ONCE:]}
        while len(self._entries) > 10 * _AT_ONCE:
            del self._entries[next(iter(self._entries))]
        return replace(span, entries=span.entries + len(entries))

    def _after(self, entry: EntryRecord, state: TicketState | None, registry: Registry) -> TicketState:
        """Apply an entry to its ticket, unless the ticket is known further already."""
        if state and entry.index < state.entries:
            return state
        try:
            if state is None and entry.index:
                state = self._replayed(entry.ticket, entry.index, registry)
            return advance(entry.ticket, state, entry, registry, self._ledger.deployment).state
        except ReplayMismatch:  # something before it was never read, or the rules are broken
            return self._ledger.ticket(entry.ticket).state

    def _replayed(self, ticket: TicketId, count: int, registry: Registry) -> TicketState:
        """Give a ticket as its first entries left it, from what was read of them."""
        entries = self._store.entries(ticket, limit=count)
        if len(entries) != count:
            raise ReplayMismatch(f"entries of ticket {ticket.handle} were never read")
        return replay(ticket, entries, registry, self._ledger.deployment).state

    def _record(self, ticket: TicketId, state: TicketState) -> TicketRecord:
        return TicketRecord(ticket, state, sla.due_at(state, self._promises.terms(state.policy)))


def _nobody(_: Followed) -> None:
    """Nobody is told what following has brought."""


def _after(draft: Draft, entry: EntryRecord | None, final: int) -> Draft:
    """Say what a draft that was mined is now."""
    if entry is None:
        return replace(draft, status=DraftStatus.SUBMITTED, transaction=None, index=None, reason=_LOST)
    status = DraftStatus.FINAL if entry.block_number <= final else draft.status
    return replace(draft, status=status, transaction=entry.transaction, index=entry.index, reason="")
