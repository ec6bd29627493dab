"""What happens while somebody looks: a stream of happenings, and who else is here."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.ports.filing import Happening
from supportledger.web.console.telling import staff_sight
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.live import stream
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import found_anew, front_of

router = APIRouter(route_class=Standing)


@router.get("/console/events")
def events(request: Request, visitor: Annotated[Visitor, needs(Right.LIST)], ticket: str = "") -> Response:
    """Tell what happens: to one ticket, or to all that somebody sees."""
    front, sight = front_of(request), staff_sight(visitor)
    wanted = ticket_named(request, ticket) if ticket else None
    if wanted is not None:
        front.desk.browsing.find(wanted, sight)

    def wants(one: Happening) -> bool:
        is_asked = one.ticket == wanted if wanted else one.ticket is not None
        return is_asked and visitor.sees(one.queue)

    def is_still_good() -> bool:
        now = found_anew(request)
        return now.may(Right.LIST) and now.queues == visitor.queues

    return stream(request, wants, is_still_good)


@router.post("/console/tickets/{name}/here")
def here(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.READ)]) -> Response:
    """Say that somebody has a ticket open, and tell who else has."""
    front, ticket = front_of(request), ticket_named(request, name)
    front.desk.browsing.find(ticket, staff_sight(visitor))
    person = visitor.owner()
    if Entered.of(request)["gone"]:
        front.presence.gone(ticket, person)
        return JSONResponse({"others": []})
    is_typing = Entered.of(request)["typing"] == "1"
    front.presence.here(ticket, person, visitor.name, is_typing=is_typing)
    others = front.presence.at(ticket, but=person)
    return JSONResponse({"others": [{"name": one.name, "typing": one.is_typing} for one in others]})
