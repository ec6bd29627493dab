"""Tickets: lists of them, one with all that is known, and a new one."""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from supportledger.desk.filing.browsing import Row
from supportledger.desk.filing.sights import outward, own_sight, reader_of, sight_of
from supportledger.desk.filing.views import View, ask
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotFound
from supportledger.model.ids import TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.people import Right
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Status
from supportledger.ports.filing import Filing
from supportledger.web.api.acting import at, found, open_ticket
from supportledger.web.api.arriving import arriving, show_arriving
from supportledger.web.api.as_read import arriving_tag, is_known, tag_of
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Handle, Hex32, Meta, Page
from supportledger.web.api.ticket_shapes import (
    Entry,
    Sent,
    Ticket,
    TicketWhole,
    entry_of,
    ticket_of,
    whole_of,
)
from supportledger.web.api.wanted import Open
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("tickets")
_STATUSES: Final = {str(one).lower(): one for one in Status} | {"on-hold": Status.ON_HOLD}
_NOT_CHANGED: Final = 304
_KNOWN: Final[dict[int | str, dict[str, Any]]] = {
    _NOT_CHANGED: {"description": "It is as `If-None-Match` says."}
}


class Filter(Answer):
    """Which tickets, and how many of them at once; customers get their own, whatever they ask for."""

    status: list[Literal["open", "pending", "on-hold", "solved", "closed"]] = Field(default=[], max_length=5)
    queue: list[str] = Field(default=[], max_length=50)
    tag: list[str] = Field(default=[], max_length=10)
    assignee: str = Field(default="", max_length=42, description="`me`, `nobody` or an address.")
    overdue: bool = Field(default=False, description="Only those with a promise that is broken.")
    person: Hex32 | None = Field(default=None, description="Of this customer's account.")
    language: str = Field(default="", max_length=35)
    q: str = Field(default="", max_length=200, description="Words that were written.")
    sort: Literal["newest", "oldest", "due"] | None = None
    size: int = Field(default=50, ge=1, le=200)
    after: str = Field(default="", max_length=100, description="As the page before said.")

    def view(self) -> View:
        """Give it as a view that could be saved."""
        return View(
            "asked",
            statuses=tuple(_STATUSES[one] for one in self.status),
            queues=tuple(self.queue),
            assignee=self.assignee,
            is_overdue=self.overdue,
            person=TicketId.parse(self.person) if self.person else None,
            words=self.q,
            tags=tuple(self.tag),
            order=TicketOrder(self.sort) if self.sort else None,
        )

    @property
    def mark(self) -> PageMark | None:
        """Where the page begins; None for the first."""
        return PageMark.parse(self.after) if self.after else None


class TicketCount(Answer):
    """How many there are."""

    count: int


@router.get("/tickets", operation_id="tickets.list", responses=problems())
def tickets(
    request: Request, wanted: Annotated[Filter, Query()], visitor: Annotated[Visitor, needs(Right.LIST)]
) -> Page[Ticket]:
    """List tickets; subjects are shown, so the reading is on record."""
    sight, reader = sight_of(visitor), reader_of(visitor)
    front = front_of(request)
    if sight.is_customers:
        return _own(request, wanted, visitor)
    asked = ask(wanted.view(), visitor, front.people.now, limit=wanted.size)
    listed = front.listing.page(asked, sight, reader=reader, language=wanted.language, after=wanted.mark)
    return _page(listed.rows, listed.following)


@router.get("/tickets/count", operation_id="tickets.count", responses=problems())
def count(
    request: Request, wanted: Annotated[Filter, Query()], visitor: Annotated[Visitor, needs(Right.LIST)]
) -> TicketCount:
    """Count tickets; words, tags and languages are not looked at."""
    front, sight = front_of(request), sight_of(visitor)
    if sight.is_customers:
        query = _query(wanted)
    else:
        query = ask(wanted.view(), visitor, front.people.now, limit=wanted.size).query
    return TicketCount(count=front.desk.browsing.count(query, sight))


@router.post("/tickets", operation_id="tickets.open", responses=problems(404, 409, 410), status_code=202)
def open_(
    request: Request, response: Response, new: Open, visitor: Annotated[Visitor, needs(Right.OPEN)]
) -> Sent:
    """Open a ticket: a customer with a key signs it, for others the desk records what they wrote."""
    return at(response, open_ticket(request, visitor, new))


@router.get(
    "/tickets/{name}",
    operation_id="tickets.get",
    responses=_KNOWN | problems(404, 410),
    response_model=TicketWhole,
)
def ticket(
    request: Request, response: Response, name: Handle, visitor: Annotated[Visitor, needs(Right.READ)]
) -> Any:
    """
    Show a ticket with its entries and conversation; the reading is on record.

    One that was opened a moment ago has the status `Arriving` until the ledger has it.
    """
    front, sight = front_of(request), sight_of(visitor)
    with front.desk.store.moment():
        try:
            record, filing = found(request, visitor, name)
        except NotFound as unknown:
            return _arriving(request, response, visitor, *arriving(request, visitor, name, unknown))
        tag = tag_of(front, record, filing)
        if is_known(request, tag):
            return Response(status_code=_NOT_CHANGED, headers={"etag": tag})
        page = front.desk.browsing.ticket(record.id, sight, reader=reader_of(visitor))
    response.headers["etag"] = tag
    filing = outward(filing) if sight.is_customers else filing
    opening = page.view.entries[0].fields if page.view.entries else None
    subject = opening.values().get("subject", "") if opening else ""
    waiting = sum(one.draft.index is None for one in page.underway)
    return whole_of(Row(record, filing, str(subject), waiting), page, tag)


@router.get("/tickets/{name}/entries", operation_id="tickets.entries", responses=problems(404, 410))
def entries(request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.READ)]) -> Page[Entry]:
    """
    List a ticket's entries alone; the reading is on record.

    One that the ledger does not have yet has none: what is on its way is shown with the ticket.
    """
    try:
        record, _ = found(request, visitor, name)
    except NotFound as unknown:
        arriving(request, visitor, name, unknown)  # or it is not there for whoever asks
        return Page(data=[], meta=Meta(has_more=False))
    page = front_of(request).desk.browsing.ticket(record.id, sight_of(visitor), reader=reader_of(visitor))
    return Page(data=[entry_of(page, one) for one in page.view.entries], meta=Meta(has_more=False))


# -- inside --------------------------------------------------------------------------------------------------


def _arriving(
    request: Request, response: Response, visitor: Visitor, ticket: TicketId, filing: Filing
) -> Any:
    """Show a ticket that is on its way."""
    tag = arriving_tag(front_of(request), ticket, filing)
    if is_known(request, tag):
        return Response(status_code=_NOT_CHANGED, headers={"etag": tag})
    response.headers["etag"] = tag
    return show_arriving(request, visitor, ticket, filing, tag)


def _own(request: Request, wanted: Filter, visitor: Visitor) -> Page[Ticket]:
    """List a customer's own tickets."""
    query = _query(wanted)
    more = TicketQuery(statuses=query.statuses, order=query.order, after=query.after, limit=wanted.size + 1)
    rows = front_of(request).desk.browsing.page(more, own_sight(visitor), reader=reader_of(visitor))
    following = more.mark(rows[wanted.size - 1].record) if len(rows) > wanted.size else None
    shown = [replace(one, filing=outward(one.filing)) for one in rows[: wanted.size]]
    return _page(shown, following)


def _query(wanted: Filter) -> TicketQuery:
    """Say what a customer can ask for."""
    statuses = frozenset(_STATUSES[one] for one in wanted.status)
    order = TicketOrder(wanted.sort) if wanted.sort else None
    return TicketQuery(statuses=statuses, order=order, after=wanted.mark, limit=wanted.size)


def _page(rows: list[Row], following: PageMark | None) -> Page[Ticket]:
    after = str(following) if following else None
    return Page(data=[ticket_of(one) for one in rows], meta=Meta(has_more=after is not None, after=after))
