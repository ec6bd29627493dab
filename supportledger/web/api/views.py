"""Saved views: lists that somebody asks for again and again, and the tickets that they come to now."""

from typing import Annotated, Any, Final, Literal

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.filing.views import View
from supportledger.desk.people.visitors import Visitor
from supportledger.model.ids import TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.people import Right
from supportledger.model.ticket import Status
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.search import Mark, Size, listed
from supportledger.web.api.shapes import Answer, Body, Hex32, Meta, Page
from supportledger.web.api.ticket_shapes import Ticket
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("views")
_Name = Annotated[str, Field(pattern="^[0-9a-f]{16}$", examples=["0011223344556677"])]
_Word = Annotated[str, Field(min_length=1, max_length=64)]
_Words = Annotated[list[_Word], Field(default=[], max_length=20)]
_Status = Literal["Open", "Pending", "OnHold", "Solved", "Closed"]
_Order = Literal["newest", "oldest", "due"]
_STATUSES: Final = {str(one): one for one in Status}


class ViewWanted(Body):
    """A view as it is to be."""

    title: str = Field(min_length=1, max_length=80, examples=["Late, and mine"])
    is_shared: bool = Field(default=False, description="Everybody's: needs the right to arrange the desk.")
    statuses: Annotated[list[_Status], Field(default=[], max_length=5, description="Empty: all.")]
    queues: _Words
    tags: _Words
    assignee: str = Field(
        default="", max_length=42, description="me, nobody, an address; empty: anybody.", examples=["me"]
    )
    is_overdue: bool = False
    person: Hex32 | None = Field(default=None, description="A customer's account.")
    words: str = Field(default="", max_length=200, description="As somebody would search for it.")
    order: _Order | None = Field(default=None, description="null: as usual.")
    version: int = Field(default=0, ge=0, le=2**53, description="0 for a new one; else as it was read.")


class ViewShape(Answer):
    """A question with a name; it never widens what its reader sees."""

    id: str
    title: str = Field(examples=["Late, and mine"])
    is_shared: bool = Field(description="Everybody's; else one's own.")
    statuses: list[_Status]
    queues: list[str]
    tags: list[str]
    assignee: str
    is_overdue: bool
    person: Hex32 | None
    words: str
    order: _Order | None
    version: int


@router.get("/views", operation_id="views.list", responses=problems())
def views(request: Request, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Page[ViewShape]:
    """List everybody's views and one's own."""
    found = front_of(request).views.list(visitor)
    return Page(data=[_shown(one) for one in found], meta=Meta(has_more=False))


@router.post("/views", operation_id="views.add", responses=problems(409), status_code=201)
def add(request: Request, wanted: ViewWanted, visitor: Annotated[Visitor, needs(Right.LIST)]) -> ViewShape:
    """Keep a new view."""
    return _saved(request, "", wanted, visitor)


@router.get("/views/{name}", operation_id="views.get", responses=problems(404))
def view(request: Request, name: _Name, visitor: Annotated[Visitor, needs(Right.LIST)]) -> ViewShape:
    """Show one view."""
    return _shown(front_of(request).views.get(name, visitor))


@router.put("/views/{name}", operation_id="views.save", responses=problems(404, 409))
def save(
    request: Request, name: _Name, wanted: ViewWanted, visitor: Annotated[Visitor, needs(Right.LIST)]
) -> ViewShape:
    """Write a view as it was last read."""
    return _saved(request, name, wanted, visitor)


@router.delete("/views/{name}", operation_id="views.remove", responses=problems(404), status_code=204)
def remove(request: Request, name: _Name, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Response:
    """Remove a view."""
    front_of(request).views.remove(name, visitor)
    return Response(status_code=204)


@router.get("/views/{name}/tickets", operation_id="views.tickets", responses=problems(404))
def tickets(
    request: Request,
    name: _Name,
    visitor: Annotated[Visitor, needs(Right.LIST)],
    size: Size = 50,
    after: Mark = "",
) -> Page[Ticket]:
    """List the tickets that a view comes to now, for staff; that their subjects were read is on record."""
    return listed(request, visitor, front_of(request).views.get(name, visitor), size=size, after=after)


def _saved(request: Request, name: str, wanted: ViewWanted, visitor: Visitor) -> ViewShape:
    said: dict[str, Any] = wanted.model_dump(exclude={"is_shared"})
    said |= {words: tuple(said[words]) for words in ("queues", "tags")}
    said["statuses"] = tuple(_STATUSES[one] for one in wanted.statuses)
    said["person"] = TicketId.parse(wanted.person) if wanted.person else None
    said["order"] = TicketOrder(wanted.order) if wanted.order else None
    owner = None if wanted.is_shared else visitor.person
    return _shown(front_of(request).views.save(View(id=name, owner=owner, **said), visitor))


def _shown(one: View) -> ViewShape:
    names = ("id", "title", "assignee", "is_overdue", "words", "version")
    plain: dict[str, Any] = {name: getattr(one, name) for name in names}
    plain |= {"queues": list(one.queues), "tags": list(one.tags), "statuses": [str(s) for s in one.statuses]}
    plain |= {"person": str(one.person) if one.person else None, "order": one.order and one.order.value}
    return ViewShape(is_shared=one.owner is None, **plain)
