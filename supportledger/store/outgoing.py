"""Drafts and receipts: what we mean to send, and have promised to."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from supportledger.model.ids import TicketId
from supportledger.model.records import Draft, DraftStatus, ReceiptRecord
from supportledger.ports import Submission
from supportledger.store import documents, rows, rules, tables
from supportledger.store.session import chunks, put

_DRAFT = tables.drafts


def keep(connection: Connection, submissions: Sequence[Submission]) -> list[Draft]:
    """Write drafts down with all that belongs to them; a key that is there keeps its progress."""
    known = _by_key(connection, [one.draft.key for one in submissions])
    fresh = list(rules.admit(known, submissions))
    if fresh:
        connection.execute(insert(_DRAFT), [rows.draft_values(draft) for draft in fresh])
    documents.write(connection, [one.content for one in submissions if one.content])
    receipts = [rows.receipt_values(one.receipt) for one in submissions if one.receipt]
    put(connection, tables.receipts, receipts, replace=False)
    return [known[one.draft.key] for one in submissions]


def advance(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Write how far drafts have come."""
    known = _by_key(connection, [draft.key for draft in drafts])
    rules.step(known, drafts)
    if drafts:
        values = [{"at_key": draft.key, **rows.draft_progress(draft)} for draft in drafts]
        connection.execute(update(_DRAFT).where(_DRAFT.c.key == bindparam("at_key")), values)


def _by_key(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Draft]:
    found: dict[bytes, Draft] = {}
    for some in chunks(keys):
        query = select(_DRAFT).where(_DRAFT.c.key.in_(some)).with_for_update()
        found |= {row.key: rows.to_draft(row) for row in connection.execute(query)}
    return found


def one(connection: Connection, key: bytes) -> Draft:
    """Give one draft."""
    row = connection.execute(select(_DRAFT).where(_DRAFT.c.key == key)).one_or_none()
    if row is None:
        raise rules.no_draft(key)
    return rows.to_draft(row)


def listed(
    connection: Connection,
    statuses: Collection[DraftStatus],
    ticket: TicketId | None,
    transaction: bytes | None,
    limit: int | None,
) -> list[Draft]:
    """List drafts in the order in which they were kept."""
    query: Select[Any] = select(_DRAFT).order_by(_DRAFT.c.id).limit(limit)
    if statuses:
        query = query.where(_DRAFT.c.status.in_(sorted(statuses)))
    if ticket is not None:
        query = query.where(_DRAFT.c.ticket == ticket)
    if transaction is not None:
        query = query.where(_DRAFT.c.transaction_hash == transaction)
    return [rows.to_draft(row) for row in connection.execute(query)]


def receipt(connection: Connection, digest: bytes) -> ReceiptRecord:
    """Give the promise to relay an action."""
    table = tables.receipts
    row = connection.execute(select(table).where(table.c.digest == digest)).one_or_none()
    if row is None:
        raise rules.no_receipt(digest)
    return rows.to_receipt(row)
