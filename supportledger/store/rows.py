"""From the model's values to rows and back; what comes out of a row is already the type it stands for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row

from supportledger.errors import StoreCorrupt
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Draft, DraftStatus, EntryRecord, ReceiptRecord, TicketRecord
from supportledger.model.ticket import Action, Auth, TicketState

Values = dict[str, Any]


def word(value: int) -> bytes:
    """Write an unsigned integer of 256 bits."""
    return value.to_bytes(32, "big")


def draft_values(draft: Draft) -> Values:
    """All columns of a draft but its number."""
    return {
        "key": draft.key,
        "ticket": draft.ticket,
        "action": int(draft.action),
        "actor": draft.actor,
        "argument": word(draft.argument),
        "commitment": draft.commitment,
        "created_at": draft.created_at,
        "customer": draft.customer,
        "terms": draft.terms,
        **draft_progress(draft),
    }


def draft_progress(draft: Draft) -> Values:
    """The columns of a draft that change on its way to the chain."""
    return {
        "auth": int(draft.auth),
        "seen": draft.seen,
        "sequence": draft.sequence,
        "deadline": draft.deadline,
        "signature": draft.signature,
        "consent": draft.consent,
        "status": draft.status.value,
        "reason": draft.reason,
        "transaction_hash": draft.transaction,
        "entry_index": draft.index,
    }


def to_draft(row: Row[Any]) -> Draft:
    """Read a draft."""
    with _whole("drafts"):
        return Draft(
            key=row.key,
            ticket=TicketId(row.ticket),
            action=Action(row.action),
            auth=Auth(row.auth),
            actor=Address(row.actor),
            argument=int.from_bytes(row.argument),
            seen=row.seen,
            sequence=row.sequence,
            commitment=row.commitment,
            created_at=row.created_at,
            customer=None if row.customer is None else Address(row.customer),
            terms=row.terms,
            deadline=row.deadline,
            signature=row.signature,
            consent=row.consent,
            status=DraftStatus(row.status),
            reason=row.reason,
            transaction=row.transaction_hash,
            index=row.entry_index,
        )


def entry_values(entry: EntryRecord) -> Values:
    """All columns of an entry."""
    return {
        "ticket": entry.ticket,
        "entry_index": entry.index,
        "action": int(entry.action),
        "auth": int(entry.auth),
        "actor": entry.actor,
        "argument": word(entry.argument),
        "seen": entry.seen,
        "time": entry.time,
        "commitment": entry.commitment,
        "transaction_hash": entry.transaction,
        "block_number": entry.block_number,
        "log_index": entry.log_index,
        "signature": entry.signature,
    }


def to_entry(row: Row[Any]) -> EntryRecord:
    """Read an entry."""
    with _whole("entries"):
        return EntryRecord(
            ticket=TicketId(row.ticket),
            index=row.entry_index,
            action=Action(row.action),
            auth=Auth(row.auth),
            actor=Address(row.actor),
            argument=int.from_bytes(row.argument),
            seen=row.seen,
            time=row.time,
            commitment=row.commitment,
            transaction=row.transaction_hash,
            block_number=row.block_number,
            log_index=row.log_index,
            signature=row.signature,
        )


def ticket_values(ticket: TicketRecord) -> Values:
    """All columns of a ticket: its state, and the parts of it that are searched by."""
    state = ticket.state
    return {
        "id": ticket.id,
        "state": state.pack(),
        "status": int(state.status),
        "customer": state.customer,
        "assignee": state.assignee,
        "opened_at": state.opened_at,
        "due_at": ticket.due_at,
    }


def to_ticket(row: Row[Any]) -> TicketRecord:
    """Read a ticket."""
    with _whole("tickets"):
        return TicketRecord(TicketId(row.id), TicketState.unpack(row.state), row.due_at)


def receipt_values(receipt: ReceiptRecord) -> Values:
    """All columns of a receipt."""
    return {
        "digest": receipt.digest,
        "received_at": receipt.received_at,
        "include_by": receipt.include_by,
        "signer": receipt.signer,
        "signature": receipt.signature,
    }


def to_receipt(row: Row[Any]) -> ReceiptRecord:
    """Read a receipt."""
    with _whole("receipts"):
        return ReceiptRecord(row.digest, row.received_at, row.include_by, Address(row.signer), row.signature)


@contextmanager
def _whole(table: str) -> Iterator[None]:
    """Tell a row that somebody altered from a mistake of ours."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise StoreCorrupt(
            f"a row of {table} holds an impossible value: {error}",
            hint="rebuild the read model from the ledger, or restore a backup",
        ) from error
