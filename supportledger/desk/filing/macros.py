"""
Macros: texts that are written often, and what is done with them.

1. A text has places, `{{handle}}`, for a few things known of a ticket. There is no code in it; a place that
   nobody knows is refused when the macro is written, not when a customer waits.
2. What fills a place is never looked at for places again: a customer's subject can ask for nothing.
3. A macro proposes: an agent reads the text, and signs it as any other.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from supportledger.desk.filing.ownership import (
    SHARED,
    check_changes,
    check_sees,
    group,
    sealed_for,
)
from supportledger.desk.intents import STATUSES
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, InputError, NotFound
from supportledger.model.ids import TicketId
from supportledger.ports.cabinet import Cabinet, Paper

KIND: Final = "macro"
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "handle": "the ticket's handle",
        "subject": "what the ticket is about, as its customer wrote",
        "agent": "who answers",
        "queue": "where the ticket is filed",
        "product": "which product it is about",
        "language": "the customer's language",
    }
)
"""What a text may have places for."""
SOLVED: Final = "solved"
LEAVES: Final = (*STATUSES, SOLVED)
"""What an answer may leave the ticket in; a ticket that is solved is solved with the text."""
_PLACE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LONGEST_TITLE: Final = 80
_LONGEST_TEXT: Final = 20_000
_MOST: Final = 500
_MOST_TAGS: Final = 20


@dataclass(frozen=True, slots=True)
class Macro:
    """
    A text that is written often.

    Args:
        id: Its name for programs; empty for one that is not kept yet.
        title: What people look for.
        text: With places, as in `PLACES`.
        owner: Whose; None: everybody's.
        status: What it leaves the ticket in, of `LEAVES`; None: as the agent says.
        queue: Where it files the ticket; None: where it is.
        tags: Which it adds.
        untags: Which it takes away.
        languages: Of its text, BCP 47; empty: of any.
        version: How often it was written; 0 for one that is not kept yet.

    Raises:
        InputError: A part of it cannot be.
    """

    title: str
    text: str
    owner: TicketId | None = None
    status: str | None = None
    queue: str | None = None
    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    id: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        """Let nothing be kept that fails when it is used."""
        if not self.title.strip() or len(self.title) > _LONGEST_TITLE:
            raise InputError(f"a macro's title has 1 to {_LONGEST_TITLE} characters")
        if not self.text.strip() or len(self.text) > _LONGEST_TEXT:
            raise InputError(f"a macro's text has 1 to {_LONGEST_TEXT} characters")
        unknown = [place for place in _PLACE.findall(self.text) if place not in PLACES]
        if unknown:
            raise InputError(
                f"nothing fills the place {{{{{unknown[0][:40]}}}}}",
                hint=f"There are {', '.join(PLACES)}.",
            )
        if self.status is not None and self.status not in LEAVES:
            raise InputError(f"a macro leaves a ticket {', '.join(LEAVES)}, not {self.status[:40]}")
        if len(self.tags) > _MOST_TAGS or len(self.untags) > _MOST_TAGS:
            raise InputError(f"a macro adds and takes away at most {_MOST_TAGS} tags")


@dataclass(frozen=True, slots=True)
class Filled:
    """
    What a macro proposes for one ticket.

    Args:
        text: To be read, and then signed.
        status: As `Macro.status`.
        queue: As `Macro.queue`.
        tags: The ticket's tags afterwards.
    """

    text: str = field(repr=False)
    status: str | None
    queue: str | None
    tags: tuple[str, ...]


def fill(macro: Macro, known: Mapping[str, str], tags: tuple[str, ...] = ()) -> Filled:
    """
    Fill a macro's places for a ticket.

    Args:
        macro: Which.
        known: What is known, by the names of `PLACES`; what is missing leaves its place empty.
        tags: Those that the ticket has.
    """
    text = _PLACE.sub(lambda found: known.get(found[1], ""), macro.text)
    kept = [one for one in dict.fromkeys([*tags, *macro.tags]) if one not in macro.untags]
    return Filled(text, macro.status, macro.queue, tuple(kept))


class Macros:
    """
    The macros of a desk.

    Args:
        cabinet: Where they are kept.
    """

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def list(self, visitor: Visitor, language: str = "") -> list[Macro]:
        """
        List one's own and everybody's, by title.

        Args:
            visitor: Whoever asks.
            language: Of the customer: those in other languages are left out; empty for all.
        """
        groups = [SHARED] + ([group(visitor.person)] if visitor.person else [])
        papers = (paper for one in groups for paper in self._cabinet.list(KIND, one, limit=_MOST))
        found = (macro for macro in map(_macro, papers) if not language or _is_in(macro, language))
        return sorted(found, key=lambda one: (one.title.casefold(), one.id))

    def get(self, name: str, visitor: Visitor) -> Macro:
        """
        Give one.

        Raises:
            NotFound: There is none, or it is another's.
        """
        try:
            found = _macro(self._cabinet.read(KIND, name))
        except NotFound:
            raise NotFound("there is no such macro") from None
        check_sees(visitor, found.owner, "macro")
        return found

    def save(self, macro: Macro, visitor: Visitor) -> Macro:
        """
        Write a macro: a new one, or as it was last read.

        Raises:
            Denied: It is everybody's, and they may not arrange the desk.
            NotFound: It is another's.
            Conflict: Somebody else has written it meanwhile, or there are too many.
        """
        check_changes(visitor, macro.owner, "macro")
        if macro.id:
            self._check_same_owner(macro, visitor)
        elif len(self._cabinet.list(KIND, group(macro.owner), limit=_MOST)) >= _MOST:
            raise Conflict(f"there are {_MOST} macros, and no place for another")
        return _macro(self._cabinet.write(_paper(macro))[0])

    def remove(self, name: str, visitor: Visitor) -> None:
        """
        Remove a macro.

        Raises:
            NotFound, Denied: As `save`.
        """
        check_changes(visitor, self.get(name, visitor).owner, "macro")
        self._cabinet.remove(KIND, [name])

    def _check_same_owner(self, macro: Macro, visitor: Visitor) -> None:
        """Let nobody take over what is another's by saying that it is theirs."""
        if self.get(macro.id, visitor).owner != macro.owner:
            raise Conflict("a macro stays whose it is", hint="Make another one.")


def _is_in(macro: Macro, language: str) -> bool:
    asked = language.lower()
    return not macro.languages or any(
        asked == one.lower() or asked.startswith(one.lower() + "-") for one in macro.languages
    )


_LISTS: Final = ("tags", "untags", "languages")


def _paper(macro: Macro) -> Paper:
    data: dict[str, Any] = {name: list(getattr(macro, name)) for name in _LISTS}
    data |= {name: getattr(macro, name) for name in ("title", "text", "status", "queue")}
    data["owner"] = str(macro.owner) if macro.owner else None
    name = macro.id or secrets.token_hex(8)
    return Paper(KIND, name, data, macro.version, group=group(macro.owner), owner=sealed_for(macro.owner))


def _macro(paper: Paper) -> Macro:
    data: dict[str, Any] = dict(paper.data)
    data |= {name: tuple(data[name]) for name in _LISTS}
    data["owner"] = TicketId.parse(data["owner"]) if data["owner"] else None
    return replace(Macro(**data), id=paper.id, version=paper.version)
