"""Macros: texts that are written often, and what they say of one ticket."""

from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.filing.macros import Filled, Macro, fill
from supportledger.desk.filing.sights import reader_of, sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Handle, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

router = guarded("macros")
_Leaves = Literal["open", "pending", "on-hold", "solved"]
_Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(default=[], max_length=20)]
_Name = Annotated[str, Field(pattern="^[0-9a-f]{16}$", examples=["0011223344556677"])]


class MacroShape(Answer):
    """A text with places such as `{{handle}}`."""

    id: str
    title: str = Field(examples=["Ask for the transaction hash"])
    text: str = Field(examples=["Hello! About {{subject}}: which transaction is it?"])
    is_shared: bool = Field(description="Everybody's; else one's own.")
    status: _Leaves | None = Field(description="What it leaves the ticket in; null: as the agent says.")
    queue: str | None = Field(description="Where it files the ticket; null: where it is.")
    tags: list[str]
    untags: list[str]
    languages: list[str]
    version: int


class MacroWanted(Body):
    """A macro as it is to be."""

    title: str = Field(min_length=1, max_length=80, examples=["Ask for the transaction hash"])
    text: str = Field(min_length=1, max_length=20_000, examples=["Which transaction is it?"])
    is_shared: bool = Field(default=False, description="Everybody's: needs the right to arrange the desk.")
    status: _Leaves | None = None
    queue: Annotated[str, Field(max_length=32)] | None = None
    tags: _Words
    untags: _Words
    languages: _Words
    version: int = Field(default=0, ge=0, le=2**53, description="0 for a new one; else as it was read.")


class FillFor(Body):
    """For which ticket."""

    ticket: Handle


class Proposed(Answer):
    """What a macro proposes: to be read, and then signed as any other answer."""

    text: str
    status: _Leaves | None
    queue: str | None
    tags: list[str]


@router.get("/macros", operation_id="macros.list", responses=problems())
def macros(
    request: Request,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
    language: Annotated[str, Field(max_length=35, description="Of the customer; empty: all.")] = "",
) -> Page[MacroShape]:
    """List one's own macros and everybody's, by title."""
    found = front_of(request).macros.list(visitor, language)
    return Page(data=[_shown(one) for one in found], meta=Meta(has_more=False))


@router.post("/macros", operation_id="macros.add", responses=problems(409), status_code=201)
def add(
    request: Request, wanted: MacroWanted, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> MacroShape:
    """Keep a new macro."""
    return _saved(request, "", wanted, visitor)


@router.get("/macros/{name}", operation_id="macros.get", responses=problems(404))
def macro(request: Request, name: _Name, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> MacroShape:
    """Show one macro."""
    return _shown(front_of(request).macros.get(name, visitor))


@router.put("/macros/{name}", operation_id="macros.save", responses=problems(404, 409))
def save(
    request: Request, name: _Name, wanted: MacroWanted, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> MacroShape:
    """Write a macro as it was last read."""
    return _saved(request, name, wanted, visitor)


@router.delete("/macros/{name}", operation_id="macros.remove", responses=problems(404), status_code=204)
def remove(request: Request, name: _Name, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Remove a macro."""
    front_of(request).macros.remove(name, visitor)
    return Response(status_code=204)


@router.post("/macros/{name}/fill", operation_id="macros.fill", responses=problems(404, 409))
def filled(
    request: Request, name: _Name, wanted: FillFor, visitor: Annotated[Visitor, needs(Right.ANSWER)]
) -> Proposed:
    """Fill a macro for a ticket; nothing is sent. What the ticket is about is read, and that is on record."""
    front = front_of(request)
    found = front.macros.get(name, visitor)
    return _proposed(_filled(request, found, wanted.ticket, visitor))


def _filled(request: Request, macro: Macro, name: str, visitor: Visitor) -> Filled:
    front, sight = front_of(request), sight_of(visitor)
    record, filing = front.desk.browsing.find(ticket_named(request, name), sight)
    (row,) = front.desk.browsing.rows([record], reader=reader_of(visitor))
    known = {
        "handle": record.id.handle,
        "subject": row.subject,
        "agent": visitor.name,
        "queue": front.queues.get(filing.queue).titled(filing.language or visitor.language),
        "product": filing.product,
        "language": filing.language,
    }
    return fill(macro, known, filing.tags)


def _saved(request: Request, name: str, wanted: MacroWanted, visitor: Visitor) -> MacroShape:
    said: dict[str, Any] = wanted.model_dump(exclude={"is_shared"})
    for words in ("tags", "untags", "languages"):
        said[words] = tuple(said[words])
    owner = None if wanted.is_shared else visitor.person
    return _shown(front_of(request).macros.save(Macro(id=name, owner=owner, **said), visitor))


def _proposed(one: Filled) -> Proposed:
    return Proposed.model_validate(one)


def _shown(one: Macro) -> MacroShape:
    names = ("id", "title", "text", "status", "queue", "version")
    plain: dict[str, Any] = {name: getattr(one, name) for name in names}
    words: dict[str, Any] = {name: list(getattr(one, name)) for name in ("tags", "untags", "languages")}
    return MacroShape(is_shared=one.owner is None, **plain, **words)
