"""A customer's tickets: the list, a new one, and each with its conversation."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from supportledger.desk.clerk import NewTicket
from supportledger.desk.filing.browsing import Page
from supportledger.desk.filing.intake import Place
from supportledger.desk.filing.sights import own_sight, reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Error, LimitReached, NotFound
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.paging import PageMark
from supportledger.model.people import Right
from supportledger.model.records import TicketQuery
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.live import stream
from supportledger.web.naming import own, ticket_named
from supportledger.web.opening import count_opening, told_later
from supportledger.web.pages import page
from supportledger.web.portal.promises import promise_of
from supportledger.web.portal.turns import first_turns, turns_of
from supportledger.web.sign_in.cookies import see
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)
PAGE: Final = 25
_ACCEPTED: Final = frozenset({"new", "reply", "rate", "close", "escalate", "claim"})
PRODUCTS: Final = ("", "account", "deposit", "withdrawal", "wallet", "trading", "security", "other")
"""What a customer can say that a ticket is about; also the skill that answers it."""


@router.get("/my")
def mine(request: Request, visitor: Annotated[Visitor, needs(Right.LIST)], after: str = "") -> Response:
    """List somebody's own tickets, the newest first."""
    query = TicketQuery(limit=PAGE + 1, after=PageMark.parse(after) if after else None)
    front, reader = front_of(request), reader_of(visitor)
    rows = front.desk.browsing.page(query, own_sight(visitor), reader=reader)
    arriving = [] if after or visitor.person is None else front.arriving.of(visitor.person)
    more = str(query.mark(rows[PAGE - 1].record)) if len(rows) > PAGE else ""
    return page(request, "portal/mine.html", rows=rows[:PAGE], more=more, arriving=arriving)


@router.get("/my/new")
def new(request: Request, visitor: Annotated[Visitor, needs(Right.OPEN)]) -> Response:
    """Show the form for a new ticket, with what is promised."""
    return _new(request, Entered.of(request), visitor)


@router.post("/my/new")
def open_ticket(request: Request, visitor: Annotated[Visitor, needs(Right.OPEN)]) -> Response:
    """Open a ticket for somebody who signs nothing: the desk records what they wrote."""
    entered = Entered.of(request)
    wanted, place = opening(entered)
    if not entered.wrong:
        try:
            count_opening(request, visitor)
            made = front_of(request).intake.record(wanted, visitor, place)
        except LimitReached as error:  # what they typed stays on the page
            entered.failed(error)
            return told_later(_new(request, entered, visitor), error)
        except Error as error:
            entered.failed(error)
        else:
            return see(f"/my/tickets/{made.draft.ticket.handle}?accepted=new")
    return _new(request, entered, visitor)


@router.get("/my/tickets/{name}")
def show(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.READ)]) -> Response:
    """Show a ticket of one's own; one that the ledger does not have yet, as far as it has come."""
    try:
        return shown(request, name, visitor, Entered.of(request))
    except NotFound as unknown:
        return _arriving(request, name, visitor, unknown)


@router.get("/my/tickets/{name}/talk")
def talk(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.READ)]) -> Response:
    """Give the conversation alone, for a page that is open."""
    return shown(request, name, visitor, Entered.of(request), template="portal/talk.html")


@router.get("/my/tickets/{name}/events")
def events(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.READ)]) -> StreamingResponse:
    """Tell a page that is open what happens to its ticket."""
    return followed(request, own(request, name, visitor), visitor)


def followed(request: Request, ticket: TicketId, visitor: Visitor) -> StreamingResponse:
    """Tell what happens to a ticket, as long as the session lasts."""
    front, token = front_of(request), token_of(request)
    return stream(
        request,
        lambda one: one.ticket == ticket,
        lambda: front.sessions.visitor(token).person == visitor.person,
        is_outward=True,
    )


def opening(entered: Entered) -> tuple[NewTicket, Place]:
    """Read the form of a new ticket."""
    language = entered["language"] if entered["language"] in {"en", "zh"} else entered.language
    product = entered["product"] if entered["product"] in PRODUCTS else ""
    more = {"language": language, "channel": entered["channel"] if entered["channel"] == "chat" else "web"}
    wanted = NewTicket(
        entered.text("body"),
        entered.text("subject", most=200),
        attachments=entered.files(),
        more=more,
    )
    return wanted, Place(product, product, (product,) if product else ())


def shown(
    request: Request,
    name: str,
    visitor: Visitor,
    entered: Entered,
    template: str = "portal/ticket.html",
) -> Response:
    """Show a ticket of one's own, with a form as it was filled in."""
    front, ticket = front_of(request), ticket_named(request, name)
    found = front.desk.browsing.ticket(ticket, own_sight(visitor), reader=reader_of(visitor))
    return page(
        request,
        template,
        status=422 if entered.wrong else 200,
        found=found,
        turns=turns_of(found),
        subject=_subject(found),
        handle=ticket.handle,
        own=visitor.address is not None and found.view.state.customer == visitor.address,
        keyless=found.view.state.customer == NOBODY,
        claimable=found.view.state.customer == NOBODY and front.desk.claiming.is_claimable(ticket),
        promise=promise_of(front, found.view.state.policy, entered.language),
        entered=entered,
        accepted=_accepted(request),
    )


def _arriving(request: Request, name: str, visitor: Visitor, unknown: NotFound) -> Response:
    """Show what its customer has just opened; whatever else is not there, is not there."""
    front = front_of(request)
    if visitor.person is None:
        raise unknown
    try:
        ticket = front.arriving.named(name, visitor.person)
    except NotFound:
        raise unknown from None
    found = front.arriving.show(ticket, reader=reader_of(visitor))
    return page(
        request,
        "portal/arriving.html",
        turns=first_turns(found),
        subject=found.subject,
        handle=ticket.handle,
        accepted=_accepted(request),
    )


def _accepted(request: Request) -> str:
    """Tell what somebody has just sent, as `see` was told: its draft is not needed any more."""
    said = request.query_params.get("accepted", "")
    return said if said in _ACCEPTED else ""


def _subject(found: Page) -> str:
    """Give the line that a ticket is about; empty for one that is not held."""
    held = [one.fields for one in found.view.entries[:1]] or [one.fields for one in found.underway[:1]]
    said = held[0].values().get("subject") if held and held[0] else ""
    return said if isinstance(said, str) else ""


def _new(request: Request, entered: Entered, visitor: Visitor) -> Response:
    front = front_of(request)
    return page(
        request,
        "portal/new.html",
        status=422 if entered.wrong else 200,
        entered=entered,
        products=PRODUCTS,
        has_key=visitor.address is not None,
        promise=promise_of(front, None, entered.language),
    )
