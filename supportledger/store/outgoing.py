"""Drafts and receipts: what we mean to send, and have promised to."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from supportledger.model.ids import TicketId
from supportledger.model.records import WAITING, Draft, ReceiptRecord
from supportledger.ports import Keys, Submission
from supportledger.store import documents, feed, feed_rules, rows, rules, tables
from supportledger.store.prepared import WANTED, Prepared
from supportledger.store.session import chunks, put, writes_alone

_DRAFT = tables.drafts
_COUNTED: Final = Prepared(
    select(_DRAFT.c.ticket, _DRAFT.c.status, func.count().label("number"))
    .where(_DRAFT.c.ticket.in_(bindparam(WANTED, expanding=True)))
    .group_by(_DRAFT.c.ticket, _DRAFT.c.status)
)
"""Of any status, so that the index of tickets is followed: what waits in all may be much more."""


def keep(connection: Connection, submissions: Sequence[Submission], keys: Keys, now: int = 0) -> list[Draft]:
    """Write drafts down with all that belongs to them; a key that is there keeps its progress."""
    known = _by_key(connection, [one.draft.key for one in submissions])
    fresh = list(rules.admit(known, submissions))
    put(connection, _DRAFT, [rows.draft_values(draft) for draft in fresh], replace=False, key=["key"])
    if fresh and not writes_alone(connection):
        known |= _kept_meanwhile(connection, fresh)
    documents.write(connection, [one.content for one in submissions if one.content], keys)
    receipts = [rows.receipt_values(one.receipt) for one in submissions if one.receipt]
    put(connection, tables.receipts, receipts, replace=False)
    feed.write(connection, feed_rules.of_drafts(fresh, now))
    return [known[one.draft.key] for one in submissions]


def _kept_meanwhile(connection: Connection, fresh: Sequence[Draft]) -> dict[bytes, Draft]:
    """Give new drafts as they are now there: somebody may have kept them at the same moment, and first."""
    there = _by_key(connection, [draft.key for draft in fresh])
    for draft in fresh:
        there[draft.key].check_same(draft)
    return there


def advance(connection: Connection, drafts: Sequence[Draft], now: int = 0) -> None:
    """Write how far drafts have come."""
    known = _by_key(connection, [draft.key for draft in drafts])
    before = {key: draft.status for key, draft in known.items()}
    rules.step(known, drafts)
    if drafts:
        values = [{"at_key": draft.key, **rows.draft_progress(draft)} for draft in drafts]
        connection.execute(update(_DRAFT).where(_DRAFT.c.key == bindparam("at_key")), values)
    moved = [known[key] for key, status in before.items() if known[key].status is not status]
    feed.write(connection, feed_rules.of_drafts(moved, now))


def _by_key(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Draft]:
    found: dict[bytes, Draft] = {}
    for some in chunks(sorted(keys)):  # locked in one order, so that two never wait for each other
        query = select(_DRAFT).where(_DRAFT.c.key.in_(some)).order_by(_DRAFT.c.key).with_for_update()
        found |= {row.key: rows.to_draft(row) for row in connection.execute(query)}
    return found


def one(connection: Connection, key: bytes) -> Draft:
    """Give one draft."""
    row = connection.execute(select(_DRAFT).where(_DRAFT.c.key == key)).one_or_none()
    if row is None:
        raise rules.no_draft(key)
    return rows.to_draft(row)


def waiting(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, int]:
    """Count what waits of tickets."""
    found: dict[TicketId, int] = {}
    for row in _COUNTED.among(connection, tickets):
        if row.status in WAITING:
            found[TicketId(row.ticket)] = found.get(TicketId(row.ticket), 0) + row.number
    return found


def receipt(connection: Connection, digest: bytes) -> ReceiptRecord:
    """Give the promise to relay an action."""
    table = tables.receipts
    row = connection.execute(select(table).where(table.c.digest == digest)).one_or_none()
    if row is None:
        raise rules.no_receipt(digest)
    return rows.to_receipt(row)
