"""What a store says on the feed of what it records; the words are the same on every kind of store."""

from collections.abc import Iterable, Mapping
from typing import Final

from supportledger.model.records import Draft, DraftStatus, EntryRecord
from supportledger.model.ticket import Action
from supportledger.ports.filing import Happening

KEPT_S: Final = 7 * 86_400
"""What happened longer ago is no news: a ledger that is read anew from its beginning is not told again."""

_OF_ACTION: Final[Mapping[Action, str]] = {
    Action.OPEN: "ticket.opened",
    Action.REPLY: "ticket.replied",
    Action.ANSWER: "ticket.answered",
    Action.NOTE: "ticket.noted",
    Action.ASSIGN: "ticket.assigned",
    Action.HOLD: "ticket.held",
    Action.RESUME: "ticket.resumed",
    Action.SOLVE: "ticket.solved",
    Action.CLOSE: "ticket.closed",
    Action.RATE: "ticket.rated",
    Action.ESCALATE: "ticket.escalated",
    Action.REPOLICY: "ticket.promised",
    Action.CLAIM: "ticket.claimed",
}
_OF_STATUS: Final[Mapping[DraftStatus, str]] = {
    one: f"action.{one.value}" for one in DraftStatus if one is not DraftStatus.SIGNED
}
"""That an action was signed is nobody's news."""


def of_entries(entries: Iterable[EntryRecord], now: int) -> list[Happening]:
    """Tell of entries that were recorded."""
    return [
        Happening(0, _OF_ACTION[entry.action], now, entry.ticket, about=str(entry.index)) for entry in entries
    ]


def is_news(entry: EntryRecord, now: int) -> bool:
    """Tell whether an entry happened lately."""
    return entry.time > now - KEPT_S


def of_drafts(drafts: Iterable[Draft], now: int) -> list[Happening]:
    """Tell how far drafts have come."""
    return [
        Happening(0, _OF_STATUS[draft.status], now, draft.ticket, about=draft.key.hex())
        for draft in drafts
        if draft.status in _OF_STATUS
    ]


def same_entry(one: EntryRecord | None, other: EntryRecord) -> bool:
    """Tell whether an entry was known already, in whichever block it is now."""
    return one is not None and (one.action, one.actor, one.commitment, one.argument) == (
        other.action,
        other.actor,
        other.commitment,
        other.argument,
    )
