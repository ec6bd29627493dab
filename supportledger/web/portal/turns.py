"""A conversation as its customer reads it: entries, lines between them and what is on its way, in order."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from supportledger.desk.conversations import Said
from supportledger.desk.filing.arriving import Arrival
from supportledger.desk.filing.browsing import Page, Underway
from supportledger.desk.reading import EntryView
from supportledger.model.ids import NOBODY, Address
from supportledger.model.incident import kinds_in
from supportledger.model.ticket import Action
from supportledger.proof.fields import Fields

_CUSTOMERS: Final = frozenset({Action.OPEN, Action.REPLY, Action.RATE})
_STAFFS: Final = frozenset({Action.ANSWER, Action.SOLVE})
_MOST_FILES: Final = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """
    One thing that was said or done.

    Args:
        id: Of its place on the page; the same as long as it is there.
        who: customer, agent or event: a class of the style sheet.
        action: What was done, as people sign it; `Chat` for a line between entries.
        at: When the ledger took it, or when it was written if it is not there; Unix seconds.
        written_at: When its author says it was written: what is said in a chat meanwhile comes after it.
        follows: How many lines of the conversation it names as said before it.
        text: What was written; empty for nothing, or for what is not held.
        way: How far it is on its way to the ledger; empty for a line.
        index: Its place in the ticket; None while it has none.
        agent: Who answered; None for everybody else.
        stars: Of a rating; 0 for none.
        files: Names, in order.
        reason: Why the ledger refused it; empty if it did not.
        has_secret: Something was taken out of it.
        is_unreadable: What is kept of it was altered.
        erased_at: When it was erased; None if it was not.
    """

    id: str
    who: str
    action: str
    at: int
    written_at: int
    follows: int = 0
    text: str = ""
    way: str = ""
    index: int | None = None
    agent: Address | None = None
    stars: int = 0
    files: tuple[str, ...] = ()
    reason: str = ""
    has_secret: bool = False
    is_unreadable: bool = False
    erased_at: int | None = None


def turns_of(page: Page) -> list[Turn]:
    """Put a conversation in order: entries as the ledger has them, everything else by its time among them."""
    entries = _in_order([_entry(page, one) for one in page.view.entries])
    return _merged(entries, page.underway, page.conversation)


def first_turns(arrival: Arrival) -> list[Turn]:
    """Put in order what was said before the ledger has the ticket."""
    return _merged((), arrival.underway, arrival.conversation)


def _merged(entries: Iterable[Turn], underway: Iterable[Underway], said: Iterable[Said]) -> list[Turn]:
    drafts = [_draft(one) for one in underway if one.draft.index is None]
    acts = sorted([*entries, *drafts], key=lambda one: (one.written_at, one.index is None))
    lines, merged = deque(map(_line, said)), list[Turn]()
    placed = 0
    for act in acts:
        while lines and (placed < act.follows or lines[0].written_at < act.written_at):
            merged.append(lines.popleft())
            placed += 1
        merged.append(act)
    return [*merged, *lines]


def _in_order(turns: list[Turn]) -> Iterator[Turn]:
    """Let no clock put an entry before one that the ledger has before it."""
    latest = 0
    for one in turns:
        latest = max(latest, min(one.written_at, one.at))
        yield replace(one, written_at=latest)


def _entry(page: Page, view: EntryView) -> Turn:
    record = view.record
    return replace(
        _turn(f"entry-{record.index}", record.action, record.time, view.fields),
        way=str(page.status(view)),
        index=record.index,
        agent=record.actor if record.action in _STAFFS else None,
        stars=record.argument if record.action is Action.RATE else 0,
        is_unreadable=bool(view.unreadable),
        erased_at=view.erased_at,
    )


def _draft(one: Underway) -> Turn:
    draft = one.draft
    made = _turn(f"draft-{draft.key.hex()[:16]}", draft.action, draft.created_at, one.fields)
    stars = draft.argument if draft.action is Action.RATE else 0
    return replace(made, way=str(draft.status), stars=stars, reason=draft.reason, files=())


def _line(said: Said) -> Turn:
    made = _turn(f"line-{said.line.number}", None, 0, said.fields)
    is_customers = said.line.actor == NOBODY
    return replace(
        made,
        who="customer" if is_customers else "agent",
        at=made.written_at,
        agent=None if is_customers else said.line.actor,
    )


def _turn(name: str, action: Action | None, at: int, fields: Fields | None) -> Turn:
    said = fields.values() if fields else {}
    texts = [one for one in said.values() if isinstance(one, str)]
    written_at, follows = said.get("createdAt"), said.get("log.count")
    who = "customer" if action in _CUSTOMERS else "agent" if action in _STAFFS else "event"
    return Turn(
        name,
        who,
        "Chat" if action is None else str(action),
        at,
        written_at if isinstance(written_at, int) else at,
        follows if isinstance(follows, int) else 0,
        _text(said.get("body")),
        files=tuple(
            _text(said.get(f"attachment.{n}.name")) for n in range(_MOST_FILES) if f"attachment.{n}" in said
        ),
        has_secret=any(kinds_in(text) for text in texts),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
