"""How far this desk's actions have come to the ledger, as data for programs and as blocks for people."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from supportledger.cli import times
from supportledger.cli.blocks import Block, Cell, Column, Line, Listing, Shown
from supportledger.cli.language import _, mark
from supportledger.cli.messages import translate
from supportledger.cli.names import Names
from supportledger.cli.views import ACTION_NAMES, hexed
from supportledger.model.ids import TicketId
from supportledger.model.records import Draft, DraftStatus, EntryRecord

DELIVERY_NAMES: Final = {
    DraftStatus.STORED: Cell(mark("stored"), "warn"),
    DraftStatus.SIGNED: Cell(mark("signed"), "warn"),
    DraftStatus.SUBMITTED: Cell(mark("submitted"), "warn"),
    DraftStatus.MINED: Cell(mark("mined"), "id"),
    DraftStatus.FINAL: Cell(mark("final"), "good"),
    DraftStatus.REJECTED: Cell(mark("rejected"), "bad"),
}


def action_data(draft: Draft) -> dict[str, Any]:
    """Write how far an action has come for programs."""
    return {
        "key": hexed(draft.key),
        "action": str(draft.action),
        "actor": str(draft.actor),
        "created_at": draft.created_at,
        "delivery": str(draft.status),
        "reason": draft.reason or None,
        "index": draft.index,
        "transaction_hash": hexed(draft.transaction) if draft.transaction else None,
    }


def delivery(entry: EntryRecord, drafts: Sequence[Draft]) -> str | None:
    """Say how sure an entry is that this desk has sent; null for what others sent."""
    found = (one for one in drafts if (one.transaction, one.index) == (entry.transaction, entry.index))
    return next((str(one.status) for one in found), None)


def waiting_blocks(drafts: Sequence[Draft], names: Names) -> Iterator[Block]:
    """Show what is not final: what waits, and what was rejected."""
    shown = [one for one in drafts if one.status is not DraftStatus.FINAL]
    if not shown:
        return
    yield Line("")
    yield Listing(_columns(), [_row(one, names) for one in shown], title=_("Not final"))


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Action"), whole=True),
        Column(_("Actor"), rank=2),
        Column(_("Written"), rank=1),
        Column(_("State"), whole=True),
        Column(_("What happened"), wraps=True),
    )


def _row(draft: Draft, names: Names) -> tuple[Shown, ...]:
    return (
        _(ACTION_NAMES[draft.action]),
        names.short(draft.actor),
        times.relative(draft.created_at),
        delivery_cell(draft.status),
        reason_text(draft),
    )


def listing(drafts: Sequence[Draft], names: Names, *, title: str = "", empty: str = "") -> Listing:
    """List actions of several tickets."""
    rows = [(Cell(one.ticket.handle, "id"), *_row(one, names)) for one in drafts]
    return Listing((Column(_("Ticket"), whole=True), *_columns()), rows, title=title, empty=empty)


def listed_data(draft: Draft) -> dict[str, Any]:
    """Write an action of some ticket for programs."""
    return {"ticket_id": str(draft.ticket), "handle": draft.ticket.handle, **action_data(draft)}


def unseen_data(ticket: TicketId, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Write a ticket whose opening is not on the ledger for programs."""
    return {
        "ticket_id": str(ticket),
        "handle": ticket.handle,
        "status": None,
        "entries": [],
        "actions": [action_data(one) for one in drafts],
    }


def unseen_blocks(ticket: TicketId, drafts: Sequence[Draft], names: Names) -> Iterator[Block]:
    """Show a ticket whose opening is not on the ledger."""
    said = _("Ticket {handle} is not on the ledger (yet)").format(handle=ticket.handle)
    yield Line(said, "warn")
    yield from waiting_blocks(drafts, names)


def delivery_cell(status: DraftStatus) -> Cell:
    """Name for people how far an action has come."""
    named = DELIVERY_NAMES[status]
    return Cell(_(named.text), named.style)


def reason_text(draft: Draft) -> str:
    """Say for people why an action was rejected, or waits."""
    code, colon, message = draft.reason.partition(": ")
    return translate(message) if colon else code
