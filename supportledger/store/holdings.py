"""What lies in the database, row by row, for those who audit it: nothing is joined, checked or left out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, and_, or_, select, true

from supportledger.errors import CommitmentMismatch, ContentErased, InputError, KeyMissing, StoreCorrupt
from supportledger.model.ids import TicketId
from supportledger.model.records import ReceiptRecord, TicketRecord
from supportledger.ports import Damaged, Held, Holdings
from supportledger.store import documents, rows, tables

T = TypeVar("T")


def of_range(connection: Connection, low: bytes | None, high: bytes | None, look: documents.Look) -> Holdings:
    """Give all rows of tickets from *low* on and before *high*."""
    damaged: list[Damaged] = []

    def read(table: Table, to: Callable[[Row[Any]], T], ticket: str = "ticket", order: str = "") -> list[T]:
        column = table.c[ticket]
        query = select(table).where(_within(column, low, high)).order_by(column, *_also(table, order))
        return list(_readable(connection.execute(query), to, table.name, ticket, damaged))

    def promised() -> list[ReceiptRecord]:
        found = connection.execute(_receipts(low, high))
        return list(_readable(found, rows.to_receipt, "receipts", "digest", damaged))

    return Holdings(
        entries=read(tables.entries, rows.to_entry, order="entry_index"),
        tickets=read(tables.tickets, _ticket_as_searched, ticket="id"),
        contents=read(tables.contents, _Opener(connection, low, high, look).held, order="commitment"),
        drafts=read(tables.drafts, rows.to_draft, order="id"),
        receipts=promised(),
        damaged=damaged,
    )


def _receipts(low: bytes | None, high: bytes | None) -> Select[Any]:
    """Ask for the receipts of a range's drafts; those of no draft at all come with the first range."""
    receipt, draft = tables.receipts, tables.drafts
    wanted = _within(draft.c.ticket, low, high)
    if low is None:
        wanted = or_(wanted, draft.c.ticket.is_(None))
    joined = receipt.outerjoin(draft, draft.c.key == receipt.c.digest)
    return select(receipt).select_from(joined).where(wanted).order_by(receipt.c.digest)


def _within(column: Column[Any], low: bytes | None, high: bytes | None) -> ColumnElement[bool]:
    return and_(true() if low is None else column >= low, true() if high is None else column < high)


def _also(table: Table, order: str) -> list[Column[Any]]:
    return [table.c[order]] if order else []


def _readable(
    found: Iterable[Row[Any]], to: Callable[[Row[Any]], T], table: str, ticket: str, damaged: list[Damaged]
) -> Iterator[T]:
    for row in found:
        try:
            yield to(row)
        except (StoreCorrupt, InputError, ValueError, TypeError) as error:
            index = getattr(row, "entry_index", None)
            whole = index if isinstance(index, int) else None
            damaged.append(Damaged(table, _ticket(getattr(row, ticket)), whole, str(error)))


def _ticket_as_searched(row: Row[Any]) -> TicketRecord:
    """Read a ticket whose columns to search by say what its state says: with others, lists would lie."""
    ticket = rows.to_ticket(row)
    values = rows.ticket_values(ticket)
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if differing:
        raise StoreCorrupt(f"the row's {', '.join(differing)} differs from its state")
    return ticket


def _ticket(value: Any) -> TicketId | None:
    return TicketId(value) if isinstance(value, bytes) and len(value) == 32 else None


class _Opener:
    """Opens contents with the keys of one range."""

    def __init__(
        self, connection: Connection, low: bytes | None, high: bytes | None, look: documents.Look
    ) -> None:
        column = tables.contents.c.ticket
        found = connection.execute(select(column).where(_within(column, low, high)).distinct()).scalars()
        self._keys = look([ticket for one in found if (ticket := _ticket(one))])

    def held(self, row: Row[Any]) -> Held:
        what = (TicketId(row.ticket), row.commitment, row.action, row.actor)
        try:
            fields, files = documents.read(row, self._keys)
        except ContentErased as error:
            return Held(*what, None, erased_at=error.erased_at)
        except (CommitmentMismatch, KeyMissing) as error:
            return Held(*what, None, str(error))
        return Held(*what, fields, "", files)
