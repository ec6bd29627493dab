"""Where a ticket is filed: its queue and tags, and what it is linked to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.ids import TicketId
from supportledger.model.people import Right
from supportledger.web.console.asked import tags_of
from supportledger.web.console.telling import attempt, done, seen_ticket
from supportledger.web.console.ticket import shown
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_LONGEST: Final = 64


@router.post("/console/tickets/{name}/file")
def file(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """File a ticket: queue, tags, language, product, topic."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    front = front_of(request)
    language, product, topic = (
        entered.text(one, most=_LONGEST, is_needed=False) for one in ("language", "product", "topic")
    )

    def act() -> bool:
        before = front.filings.filed([ticket])[ticket]
        if entered["queue"] != before.queue:
            front.queues.move([ticket], entered["queue"])
            before = front.filings.filed([ticket])[ticket]
        about = replace(before, language=language, product=product, topic=topic)
        front.filings.file(replace(about, tags=tags_of(entered["tags"])))
        return True

    if attempt(entered, act, "queue") is None:
        return shown(request, visitor, ticket, entered)
    if not visitor.sees(entered["queue"]):
        return done(request, "/console", mark("{handle} is in another queue now."), handle=ticket.handle)
    return _back(request, ticket, mark("Filed."))


@router.post("/console/tickets/{name}/link")
def link(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Let two tickets name each other."""
    ticket, linking = seen_ticket(request, name, visitor), front_of(request).linking
    return _with_other(request, visitor, ticket, "other", linking.link, mark("Linked with {handle}."))


@router.post("/console/tickets/{name}/unlink")
def unlink(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Let two tickets name each other no longer."""
    ticket, linking = seen_ticket(request, name, visitor), front_of(request).linking
    other = ticket_named(request, Entered.of(request)["other"])
    linking.unlink(ticket, other)
    return _back(request, ticket, mark("No longer linked with {handle}."), other.handle)


# -- inside --------------------------------------------------------------------------------------------------


def _with_other(  # noqa: PLR0917 -- one thing for two forms
    request: Request,
    visitor: Visitor,
    ticket: TicketId,
    field: str,
    act: Callable[[TicketId, TicketId], None],
    message: str,
) -> Response:
    entered = Entered.of(request)
    name = entered.text(field, most=100)

    def both() -> TicketId:
        other = seen_ticket(request, name, visitor)
        act(ticket, other)
        return other

    found = attempt(entered, both, field)
    if found is None:
        return shown(request, visitor, ticket, entered)
    return _back(request, ticket, message, found.handle)


def _back(request: Request, ticket: TicketId, message: str, handle: str = "") -> Response:
    return done(request, f"/console/tickets/{ticket.handle}", message, handle=handle)
