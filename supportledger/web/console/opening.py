"""Opening a ticket for somebody who called or wrote: the desk records it, since they have no key here."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.clerk import NewTicket
from supportledger.desk.filing.intake import Place
from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.telling import attempt, done, show, staff_sight, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
CHANNELS: Final = {"phone": mark("phone"), "mail": mark("mail"), "chat": mark("chat")}
"""Which way somebody may have asked, as people call it."""


@router.get("/console/new")
def new(request: Request, visitor: Annotated[Visitor, needs(Right.OPEN)]) -> Response:
    """Ask what they said."""
    staff_sight(visitor)
    return _shown(request, Entered.of(request))


@router.post("/console/new")
def record(request: Request, visitor: Annotated[Visitor, needs(Right.OPEN)]) -> Response:
    """Record it."""
    staff_sight(visitor)
    entered = Entered.of(request)
    body, subject = entered.text("body"), entered.text("subject", most=200)
    said = {
        "channel": entered["channel"] if entered["channel"] in CHANNELS else "phone",
        "language": entered.text("language", most=16, is_needed=False) or None,
    }

    def act() -> Any:
        ticket = NewTicket(body, subject, attachments=entered.files(), more=said)
        return front_of(request).intake.record(ticket, visitor, Place())

    made = attempt(entered, act)
    if made is None:
        return _shown(request, entered)
    message = mark("{handle} is recorded, and comes into the list in a moment.")
    return done(request, "/console#sent", message, handle=made.draft.ticket.handle)


def _shown(request: Request, entered: Entered) -> Response:
    return show(request, "new.html", status=wrong(entered), channels=CHANNELS, entered=entered)
