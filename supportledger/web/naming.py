"""Tickets as addresses name them: by handle or by id, never by the beginning of one."""

from starlette.requests import Request

from supportledger.desk.filing.sights import own_sight
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotFound
from supportledger.model.handle import parse_ticket
from supportledger.model.ids import TicketId
from supportledger.web.visitors import front_of


def ticket_named(request: Request, name: str) -> TicketId:
    """
    Find a ticket by the name that stands in an address; whether somebody sees it is asked elsewhere.

    Raises:
        InputError: It cannot be the name of a ticket.
        NotFound: There is none.
    """
    found = parse_ticket(name)
    if isinstance(found, TicketId):
        return found
    known = [one for one in front_of(request).desk.store.find(found) if one.handle == name.lower()]
    if not known:
        raise NotFound(f"there is no ticket {name[:80]} here", hint="See whether its name is right.")
    return found.select(known)


def own(request: Request, name: str, visitor: Visitor) -> TicketId:
    """
    Find a ticket of somebody's own by its name in an address.

    Raises:
        NotFound: It is nobody's, or somebody else's: nobody can tell which.
    """
    found = ticket_named(request, name)
    front_of(request).desk.browsing.find(found, own_sight(visitor))
    return found
