"""
Leases: several workers share the drafts that are due, and one that dies holds up none of them for long.

PostgreSQL lets each worker pass over the rows that another one is just taking (`SKIP LOCKED`); in SQLite one
worker takes at a time, and it takes no time.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, update

from supportledger.model.records import Draft, DraftStatus
from supportledger.store import rows, rules, tables
from supportledger.store.session import chunks

_DRAFT = tables.drafts


def claim(
    connection: Connection,
    holder: str,
    *,
    now: int,
    lease_s: int,
    statuses: Sequence[DraftStatus],
    limit: int,
) -> list[Draft]:
    """Take drafts that nobody works on."""
    until = rules.lease_end(now, lease_s)
    taken: list[Draft] = []
    for status in statuses:
        for free in (_DRAFT.c.free_at <= now, _DRAFT.c.free_at > rules.latest_wait(now)):
            if len(taken) < limit:
                found = connection.execute(due(status, free, limit - len(taken)))
                taken += [rows.to_draft(row) for row in found]
    _hold(connection, sorted(draft.key for draft in taken), holder, until)
    return taken


def due(status: DraftStatus, free: ColumnElement[bool], limit: int) -> Select[Any]:
    """Write the statement that finds drafts of one status, those that wait longest first."""
    return (
        select(_DRAFT)
        .where(_DRAFT.c.status == status.value, free)
        .order_by(_DRAFT.c.free_at, _DRAFT.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def extend(connection: Connection, holder: str, keys: Sequence[bytes], now: int, lease_s: int) -> list[bytes]:
    """Keep what one still holds."""
    until = rules.lease_end(now, lease_s)
    held: set[bytes] = set()
    for some in chunks(sorted(keys)):
        mine = select(_DRAFT.c.key).where(_DRAFT.c.key.in_(some), _DRAFT.c.holder == holder)
        held |= set(connection.execute(mine.order_by(_DRAFT.c.key).with_for_update()).scalars())
    _hold(connection, sorted(held), holder, until)
    return [key for key in keys if key in held]


def release(connection: Connection, holder: str, keys: Sequence[bytes], due_at: int) -> None:
    """Give back what one holds."""
    for some in chunks(sorted(keys)):
        mine = (_DRAFT.c.key.in_(some), _DRAFT.c.holder == holder)
        connection.execute(update(_DRAFT).where(*mine).values(holder=None, free_at=due_at))


def _hold(connection: Connection, keys: Sequence[bytes], holder: str, until: int) -> None:
    for some in chunks(keys):
        connection.execute(update(_DRAFT).where(_DRAFT.c.key.in_(some)).values(holder=holder, free_at=until))
