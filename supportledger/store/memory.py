"""A store that forgets: the same rules as the one on disk, for tests and for looking around."""
# ruff: noqa: D102 -- what a store does is documented at the interface, `ports.Store`

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Final, Self, TypeVar

from supportledger.errors import NotFound
from supportledger.model.handle import TicketPrefix
from supportledger.model.ids import TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import (
    WAITING,
    AttachmentRecord,
    Cursor,
    Deployment,
    Draft,
    DraftStatus,
    EntryRecord,
    ReceiptRecord,
    Span,
    TicketQuery,
    TicketRecord,
)
from supportledger.model.ticket import Action
from supportledger.ports import Content, Contents, Held, Holdings, Submission, Vault
from supportledger.ports.filing import Filing
from supportledger.proof.fields import Fields
from supportledger.store import feed_rules, paper_rules, rules
from supportledger.store.cabinet_memory import MemoryCabinet
from supportledger.store.facts_memory import MemoryFacts
from supportledger.store.feed_memory import MemoryFeed
from supportledger.store.filings_memory import MemoryFilings
from supportledger.store.vault_memory import MemoryVault

_FREE: Final = (0, None)


class MemoryStore:
    """The `Store` in dictionaries; its promises are written there, and all but the disk's are kept."""

    def __init__(
        self,
        deployment: Deployment,
        vault: Vault | None = None,
        now: Callable[[], int] = paper_rules.machine_time,
    ) -> None:
        self._deployment = deployment
        self._vault = vault or MemoryVault()
        self._lock = RLock()
        self._now = now
        self._filings = MemoryFilings(self._listed, self._vault)
        self._feed = MemoryFeed(lambda ticket: self._filings.of(ticket).queue)
        self._cabinet = MemoryCabinet(self._vault, now)
        self._facts = MemoryFacts(self._heads)
        self._drafts: dict[bytes, Draft] = {}  # in the order in which they were kept
        self._leases: dict[bytes, tuple[int, str | None]] = {}  # until when, and whose
        self._contents: dict[tuple[TicketId, bytes], Content] = {}
        self._receipts: dict[bytes, ReceiptRecord] = {}
        self._entries: dict[TicketId, dict[int, EntryRecord]] = {}
        self._tickets: dict[TicketId, TicketRecord] = {}
        self._cursor: Cursor | None = None

    @property
    def deployment(self) -> Deployment:
        return self._deployment

    @property
    def vault(self) -> Vault:
        return self._vault

    @property
    def cabinet(self) -> MemoryCabinet:
        return self._cabinet

    @property
    def filings(self) -> MemoryFilings:
        return self._filings

    @property
    def feed(self) -> MemoryFeed:
        return self._feed

    @property
    def facts(self) -> MemoryFacts:
        return self._facts

    def _heads(self) -> dict[TicketId, bytes]:
        with self._lock:
            return {ticket: record.state.head for ticket, record in self._tickets.items()}

    def close(self) -> None:
        """Keep everything: there is nothing to let go of."""

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._lock:
            yield

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def keep(self, submissions: Sequence[Submission]) -> list[Draft]:
        with self._lock:
            known = self._known(one.draft for one in submissions)
            fresh = list(rules.admit(known, submissions))
            self._keep_contents([one.content for one in submissions if one.content])
            self._drafts |= known
            self._feed.tell(*feed_rules.of_drafts(fresh, self._now()))
            for receipt in (one.receipt for one in submissions if one.receipt):
                self._receipts.setdefault(receipt.digest, receipt)
            return [known[one.draft.key] for one in submissions]

    def advance(self, drafts: Sequence[Draft]) -> None:
        with self._lock:
            known = self._known(drafts)
            before = {key: draft.status for key, draft in known.items()}
            rules.step(known, drafts)
            self._drafts |= known
            moved = [known[key] for key, status in before.items() if known[key].status is not status]
            self._feed.tell(*feed_rules.of_drafts(moved, self._now()))

    def _known(self, drafts: Iterable[Draft]) -> dict[bytes, Draft]:
        return {draft.key: self._drafts[draft.key] for draft in drafts if draft.key in self._drafts}

    def draft(self, key: bytes) -> Draft:
        return _found(self._drafts.get(key), rules.no_draft(key))

    def drafts(
        self,
        *,
        statuses: Collection[DraftStatus] = (),
        ticket: TicketId | None = None,
        transaction: bytes | None = None,
        after: bytes | None = None,
        limit: int | None = None,
    ) -> list[Draft]:
        with self._lock:
            drafts = list(self._drafts.values())
        if after is not None:
            drafts = drafts[drafts.index(self.draft(after)) + 1 :]
        wanted = [
            draft
            for draft in drafts
            if (not statuses or draft.status in statuses)
            and ticket in {None, draft.ticket}
            and transaction in {None, draft.transaction}
        ]
        return wanted[:limit]

    def claim(
        self, holder: str, *, now: int, lease_s: int, statuses: Sequence[DraftStatus], limit: int = 100
    ) -> list[Draft]:
        until = rules.lease_end(now, lease_s)
        with self._lock:
            order = {status: place for place, status in enumerate(statuses)}
            due = [one for one in self._drafts.values() if one.status in order and self._is_free(one, now)]
            due.sort(key=lambda one: (order[one.status], *self._waits(one, now)))
            self._leases |= {one.key: (until, holder) for one in due[:limit]}
            return due[:limit]

    def _is_free(self, draft: Draft, now: int) -> bool:
        free_at, _ = self._leases.get(draft.key, _FREE)
        return free_at <= now or free_at > rules.latest_wait(now)

    def _waits(self, draft: Draft, now: int) -> tuple[bool, int]:
        free_at, _ = self._leases.get(draft.key, _FREE)
        return free_at > now, free_at

    def extend(self, holder: str, keys: Sequence[bytes], *, now: int, lease_s: int) -> list[bytes]:
        until = rules.lease_end(now, lease_s)
        with self._lock:
            held = [key for key in keys if self._leases.get(key, _FREE)[1] == holder]
            self._leases |= dict.fromkeys(held, (until, holder))
            return held

    def release(self, holder: str, keys: Sequence[bytes], *, due_at: int = 0) -> None:
        with self._lock:
            held = [key for key in keys if self._leases.get(key, _FREE)[1] == holder]
            self._leases |= dict.fromkeys(held, (due_at, None))

    def receipt(self, digest: bytes) -> ReceiptRecord:
        return _found(self._receipts.get(digest), rules.no_receipt(digest))

    def keep_contents(self, contents: Sequence[Content]) -> None:
        with self._lock:
            self._keep_contents(contents)

    def _keep_contents(self, contents: Sequence[Content]) -> None:
        keys = self._vault.make({one.ticket for one in contents})
        for one in contents:
            keys.of(one.ticket)
        for one in contents:
            self._contents.setdefault((one.ticket, one.commitment), one)

    def drafted(self, draft: Draft) -> Fields:
        return _found(self._fields(draft), rules.no_content(draft.ticket, "its draft"))

    def contents(self, ticket: TicketId) -> Contents:
        kept = {entry.index: one for entry in self.entries(ticket) if (one := self._content(entry))}
        erased_at = self._vault.keys([ticket]).erased.get(ticket)
        if erased_at is not None:
            return Contents(erased=dict.fromkeys(kept, erased_at))
        return Contents({index: one.fields for index, one in kept.items()})

    def content(self, ticket: TicketId, index: int) -> Fields:
        entry = self._entries.get(ticket, {}).get(index)
        fields = self._fields(entry) if entry else None
        return _found(fields, rules.no_content(ticket, f"entry {index}"))

    def _fields(self, of: Draft | EntryRecord) -> Fields | None:
        content = self._content(of)
        return self._opened(content).fields if content else None

    def _content(self, of: Draft | EntryRecord) -> Content | None:
        content = self._contents.get((of.ticket, of.commitment))
        if content is None or (content.action, content.actor) != (of.action, of.actor):
            return None
        return content

    def _opened(self, content: Content) -> Content:
        self._vault.keys([content.ticket]).of(content.ticket)
        return content

    def subjects(self, tickets: Collection[TicketId]) -> dict[TicketId, str]:
        found = {ticket: self.contents(ticket).held.get(0) for ticket in tickets}
        return {ticket: str(fields.values().get("subject", "")) for ticket, fields in found.items() if fields}

    def waiting(self, tickets: Collection[TicketId]) -> dict[TicketId, int]:
        with self._lock:
            return dict(
                Counter(
                    one.ticket
                    for one in self._drafts.values()
                    if one.ticket in set(tickets) and one.status in WAITING
                )
            )

    def attachments(self, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
        content = self._contents.get((ticket, commitment))
        return list(self._opened(content).attachments) if content else []

    def holdings(self, low: bytes | None = None, high: bytes | None = None) -> Holdings:
        with self._lock:
            entries = [one for listed in self._entries.values() for _, one in sorted(listed.items())]
            drafts = _ordered(self._drafts.values(), low, high)
            promised = {draft.key for draft in drafts}
            if low is None:
                promised |= self._receipts.keys() - self._drafts.keys()
            return Holdings(
                entries=_ordered(entries, low, high),
                tickets=_ordered(self._tickets.values(), low, high),
                contents=_ordered(self._held(), low, high),
                drafts=drafts,
                receipts=[self._receipts[key] for key in sorted(promised & self._receipts.keys())],
            )

    def _held(self) -> list[Held]:
        erased = self._vault.keys({ticket for ticket, _ in self._contents}).erased
        return [_held(*item, erased.get(item[0][0])) for item in self._contents.items()]

    def record(
        self,
        entries: Sequence[EntryRecord] = (),
        tickets: Sequence[TicketRecord] = (),
        cursor: Cursor | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        with self._lock:
            if span:
                rules.check_cursor(span, self._cursor)
            if span and cursor:
                rules.check_span(span, cursor, self._counted(entries, span.after, cursor.block_number))
            news = self._news(entries)
            for entry in entries:
                self._entries.setdefault(entry.ticket, {})[entry.index] = entry
            known = {
                one.id: self._tickets[one.id].state.entries for one in tickets if one.id in self._tickets
            }
            self._tickets |= {ticket.id: ticket for ticket in rules.latest(tickets, known)}
            self._cursor = cursor or self._cursor
            self._feed.tell(*feed_rules.of_entries(news, self._now()))

    def _news(self, entries: Iterable[EntryRecord]) -> list[EntryRecord]:
        """Pick what happened lately, and was not known."""
        now, known = self._now(), self._entries
        lately = (one for one in entries if feed_rules.is_news(one, now))
        return [
            one for one in lately if not feed_rules.same_entry(known.get(one.ticket, {}).get(one.index), one)
        ]

    def _counted(self, more: Iterable[EntryRecord], after: int, upto: int) -> int:
        known = (one for entries in self._entries.values() for one in entries.values())
        blocks = {(one.ticket, one.index): one.block_number for one in (*known, *more)}
        return sum(after < block <= upto for block in blocks.values())

    def rewind(self, block_number: int) -> list[TicketId]:
        with self._lock:
            kept = {
                ticket: {
                    index: entry for index, entry in entries.items() if entry.block_number <= block_number
                }
                for ticket, entries in self._entries.items()
            }
            lost = sorted(
                ticket for ticket, entries in kept.items() if len(entries) < len(self._entries[ticket])
            )
            self._entries = {ticket: entries for ticket, entries in kept.items() if entries}
            gone = set(lost) if block_number >= 0 else set(self._tickets)
            self._tickets = {ticket: one for ticket, one in self._tickets.items() if ticket not in gone}
            if self._cursor and self._cursor.block_number > block_number:
                self._cursor = None
            return lost

    def cursor(self) -> Cursor | None:
        return self._cursor

    def entries(self, ticket: TicketId, start: int = 0, limit: int | None = None) -> list[EntryRecord]:
        with self._lock:
            entries = self._entries.get(ticket, {})
            return [entries[index] for index in sorted(entries) if index >= start][:limit]

    def ticket(self, ticket: TicketId) -> TicketRecord:
        return _found(self._tickets.get(ticket), rules.no_ticket(ticket))

    def known(self, tickets: Sequence[TicketId]) -> dict[TicketId, TicketRecord]:
        with self._lock:
            return {ticket: self._tickets[ticket] for ticket in tickets if ticket in self._tickets}

    def tickets(self, query: TicketQuery) -> list[TicketRecord]:
        return self._listed(query, None)

    def _listed(self, query: TicketQuery, among: Collection[TicketId] | None) -> list[TicketRecord]:
        wanted = [one for one in self._wanted(query) if among is None or one.id in among]
        ordered = sorted(wanted, key=lambda ticket: _place(query.mark(ticket)))
        first = (
            bisect_right(ordered, _place(query.start), key=lambda ticket: _place(query.mark(ticket)))
            if query.start
            else 0
        )
        return ordered[first : first + query.limit]

    def count(self, query: TicketQuery) -> int:
        return len(self._wanted(query))

    def _wanted(self, query: TicketQuery) -> list[TicketRecord]:
        with self._lock:
            return [
                ticket
                for ticket in self._tickets.values()
                if _wants(query, ticket) and _files(query, self._filings.of(ticket.id))
            ]

    def find(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        with self._lock:
            return sorted(ticket for ticket in self._tickets if ticket in prefix)[:limit]

    def opened(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        with self._lock:
            drafts = list(self._drafts.values())
        fitting = {one.ticket for one in drafts if one.action is Action.OPEN and one.ticket in prefix}
        return sorted(fitting)[:limit]


T = TypeVar("T")


Row = TypeVar("Row", EntryRecord, TicketRecord, Held, Draft)


def _ordered(found: Iterable[Row], low: bytes | None, high: bytes | None) -> list[Row]:
    """Pick what belongs to tickets of a range, by ticket."""
    within = [one for one in found if (low or b"") <= _ticket(one) and (high is None or _ticket(one) < high)]
    return sorted(within, key=_ticket)


def _ticket(one: EntryRecord | TicketRecord | Held | Draft) -> bytes:
    return one.id if isinstance(one, TicketRecord) else one.ticket


def _held(kept_as: tuple[TicketId, bytes], one: Content, erased_at: int | None) -> Held:
    if erased_at is not None:
        return Held(*kept_as, one.action, one.actor, None, erased_at=erased_at)
    return Held(*kept_as, one.action, one.actor, one.fields, "", one.attachments)


def _found(value: T | None, otherwise: NotFound) -> T:
    if value is None:
        raise otherwise
    return value


def _wants(query: TicketQuery, ticket: TicketRecord) -> bool:
    state = ticket.state
    return (
        (not query.statuses or state.status in query.statuses)
        and query.customer in {None, state.customer}
        and query.assignee in {None, state.assignee}
        and (query.sorting is not TicketOrder.DUE or ticket.due_at is not None)
        and (query.overdue_at is None or (ticket.due_at is not None and ticket.due_at < query.overdue_at))
    )


def _files(query: TicketQuery, filing: Filing) -> bool:
    """Tell whether a query wants what is filed there."""
    return (
        (query.queues is None or filing.queue in query.queues)
        and query.person in {None, filing.person}
        and (query.merged or filing.merged_into is None)
    )


def _place(mark: PageMark) -> tuple[int, int]:
    """Where a mark stands in its order."""
    sign = -1 if mark.order is TicketOrder.NEWEST else 1
    return sign * mark.at, sign * int.from_bytes(mark.id)
