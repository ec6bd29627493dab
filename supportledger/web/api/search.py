"""Search: tickets by words that were written in them, in the order of a list."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field

from supportledger.desk.filing.sights import reader_of, sight_of
from supportledger.desk.filing.views import View, ask
from supportledger.desk.people.visitors import Visitor
from supportledger.model.paging import PageMark
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Meta, Page
from supportledger.web.api.ticket_shapes import Ticket, ticket_of
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("search")
Size = Annotated[int, Field(ge=1, le=200, description="Most tickets of a page.")]
Mark = Annotated[str, Field(max_length=100, description="`meta.after` of the page before, as it is.")]
_Words = Annotated[
    str, Field(min_length=1, max_length=200, description="All of them.", examples=["withdrawal"])
]
_Named = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=20), Query()]


@router.get("/search", operation_id="search.tickets", responses=problems())
def search(  # noqa: PLR0917 -- each is a parameter of the address
    request: Request,
    visitor: Annotated[Visitor, needs(Right.LIST)],
    words: _Words,
    queue: _Named = [],  # noqa: B006 -- the framework copies it
    tag: _Named = [],  # noqa: B006 -- as above
    size: Size = 50,
    after: Mark = "",
) -> Page[Ticket]:
    """Find tickets by words, for staff; that their subjects were read is on record."""
    view = View("…", words=words, queues=tuple(queue), tags=tuple(tag))
    return listed(request, visitor, view, size=size, after=after)


def listed(request: Request, visitor: Visitor, view: View, *, size: int, after: str) -> Page[Ticket]:
    """
    List what a view comes to, for one of the staff.

    Raises:
        Denied: A customer asks.
        InputError: The mark is none, or of another list.
    """
    front = front_of(request)
    asked = ask(view, visitor, front.people.now, limit=size)
    mark = PageMark.parse(after) if after else None
    found = front.listing.page(asked, sight_of(visitor), reader=reader_of(visitor), after=mark)
    meta = Meta(has_more=found.following is not None, after=str(found.following) if found.following else None)
    return Page(data=[ticket_of(one) for one in found.rows], meta=meta)
