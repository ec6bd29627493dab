"""A ticket's conversation as people read it: entries, lines between them, what is on its way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.conversations import Said
from supportledger.desk.filing.browsing import Page, Underway
from supportledger.desk.reading import EntryView
from supportledger.model.ids import Address
from supportledger.model.incident import SecretKind, in_order, kinds_in
from supportledger.model.records import AttachmentRecord, DraftStatus
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.proof.fields import Fields

_CUSTOMERS: Final = frozenset({Action.OPEN, Action.REPLY, Action.RATE, Action.CLAIM})
_SPOKEN: Final = frozenset({Action.OPEN, Action.REPLY, Action.ANSWER, Action.SOLVE})


@dataclass(frozen=True, slots=True)
class Item:
    """
    One thing in a conversation.

    Args:
        kind: customer, agent, note, event or line: a class of the style sheet.
        at: Unix seconds.
        actor: Who.
        action: What was done; None for a line between entries.
        text: What was written; empty when there is nothing, or it cannot be shown.
        subject: What it is about, of a question.
        status: How far it is on its way to the chain; None for a line.
        reason: Why it was rejected, or waits.
        index: Position in the ticket; None while it has none.
        argument: What the action argues.
        removed: Secrets that were taken out of it.
        unreadable: Why it cannot be read.
        erased_at: When it was erased; None if it was not.
        is_missing: The ledger says that something was written, and it is not held here.
        is_recorded: The desk wrote it down for somebody without a key.
        key: Of the draft, in hexadecimal; empty for what is no draft.
        files: How many files belong to it.
    """

    kind: str
    at: int
    actor: Address
    action: Action | None
    text: str = ""
    subject: str = ""
    status: DraftStatus | None = None
    reason: str = ""
    index: int | None = None
    argument: int = 0
    removed: tuple[SecretKind, ...] = ()
    unreadable: str = ""
    erased_at: int | None = None
    is_missing: bool = False
    is_recorded: bool = False
    key: str = ""
    files: tuple[AttachmentRecord, ...] = ()


def talk(page: Page, files: Mapping[int, Sequence[AttachmentRecord]]) -> list[Item]:
    """
    Put a conversation in order.

    Args:
        page: A ticket.
        files: Of its entries.
    """
    entries = _in_order([_entry(page, one, files) for one in page.view.entries])
    others = [*map(_line, page.conversation), *_drafts(page.underway, page.view.state)]
    return sorted([*entries, *others], key=lambda one: (one.at, one.index is None))


def _in_order(items: list[Item]) -> Iterator[Item]:
    """Let entries stay in the order of the ledger, whatever its clock said."""
    latest = 0
    for one in items:
        latest = max(latest, one.at)
        yield replace(one, at=latest)


def _entry(page: Page, view: EntryView, files: Mapping[int, Sequence[AttachmentRecord]]) -> Item:
    record, said = view.record, _said(view.fields)
    is_written = any(record.commitment)
    is_shown = view.fields is not None or view.erased_at is not None or bool(view.unreadable)
    return Item(
        _kind(record.action, has_text=bool(said.get("body"))),
        record.time,
        record.actor,
        record.action,
        said.get("body", ""),
        said.get("subject", ""),
        page.status(view),
        index=record.index,
        argument=record.argument,
        removed=view.removed,
        unreadable=view.unreadable,
        erased_at=view.erased_at,
        is_missing=is_written and not is_shown,
        is_recorded=record.auth is Auth.RECORDED,
        files=tuple(files.get(record.index, ())),
    )


def _drafts(underway: Sequence[Underway], state: TicketState) -> Iterator[Item]:
    """Give what has no place in the ticket yet, or never gets one."""
    for one in underway:
        draft, said = one.draft, _said(one.fields)
        is_for_them = state.is_keyless and draft.action is Action.REPLY  # whatever has signed it
        if draft.index is None:
            yield Item(
                _kind(draft.action, has_text=bool(said.get("body"))),
                draft.created_at,
                draft.actor,
                draft.action,
                said.get("body", ""),
                said.get("subject", ""),
                draft.status,
                draft.reason,
                argument=draft.argument,
                removed=in_order(kind for text in said.values() for kind in kinds_in(text)),
                is_recorded=draft.auth is Auth.RECORDED or is_for_them,
                key=draft.key.hex(),
            )


def _line(said: Said) -> Item:
    at = said.fields.values().get("createdAt")
    time = at if isinstance(at, int) else 0
    return Item("line", time, said.line.actor, None, said.body or "", removed=said.removed)


def _kind(action: Action, *, has_text: bool) -> str:
    if action in _CUSTOMERS and (action in _SPOKEN or has_text):
        return "customer"
    if action is Action.NOTE:
        return "note"
    return "agent" if action in _SPOKEN and has_text else "event"


def _said(fields: Fields | None) -> dict[str, str]:
    values = fields.values() if fields else {}
    return {name: value for name, value in values.items() if isinstance(value, str)}
