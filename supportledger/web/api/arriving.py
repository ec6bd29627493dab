"""
Tickets that were opened a moment ago: shown before the ledger has them, to whoever opened them.

1. A customer sees what they have opened themselves.
2. One of the staff sees what is on its way to a queue of theirs.
3. Everything that only the ledger knows is 0, as it is there, and the status says why.
4. It can be read and filed. Whoever would act on it is told to wait: an action is signed behind what the
   ledger has.
"""

from starlette.requests import Request

from supportledger.desk.filing.sights import outward, reader_of, sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, NotFound
from supportledger.model.handle import parse_ticket
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action
from supportledger.ports.filing import Filing
from supportledger.web.api.ticket_shapes import TicketWhole, arriving_of
from supportledger.web.visitors import front_of


def arriving(request: Request, visitor: Visitor, name: str, unknown: NotFound) -> tuple[TicketId, Filing]:
    """
    Find a ticket that is on its way.

    Args:
        request: Whose answer it is.
        visitor: Who asks.
        name: Its handle or id.
        unknown: What is said of all others.

    Raises:
        NotFound: There is none that they may see: *unknown*.
    """
    front, is_customers = front_of(request), sight_of(visitor).is_customers
    ticket = _own(request, visitor, name) if is_customers else _waiting(request, name)
    if ticket is None:
        raise unknown
    filing = front.filings.filed([ticket])[ticket]
    if is_customers:
        return ticket, outward(filing)
    if not visitor.sees(filing.queue):
        raise unknown
    return ticket, filing


def not_yet(request: Request, visitor: Visitor, name: str, unknown: NotFound) -> Conflict:
    """
    Say that a ticket is on its way, to those who see it.

    Raises:
        NotFound: As `arriving`.
    """
    ticket, _ = arriving(request, visitor, name, unknown)
    return Conflict(
        f"ticket {ticket.handle} is on its way to the ledger",
        hint="Try again in a moment: its status is Arriving until the ledger has it.",
    )


def show_arriving(
    request: Request, visitor: Visitor, ticket: TicketId, filing: Filing, tag: str
) -> TicketWhole:
    """Show a ticket that is on its way; the reading is on record."""
    found = front_of(request).arriving.show(ticket, reader=reader_of(visitor))
    return arriving_of(found, filing, tag)


def _own(request: Request, visitor: Visitor, name: str) -> TicketId | None:
    """Give what somebody has opened themselves; None for all else."""
    if visitor.person is None:
        return None
    known = front_of(request).arriving.of(visitor.person)
    return next((one for one in known if _is_named(one, name)), None)


def _waiting(request: Request, name: str) -> TicketId | None:
    """Give what was opened and the ledger does not have, whoever opened it; None for all else."""
    store, named = front_of(request).desk.store, parse_ticket(name)
    if isinstance(named, TicketId):
        opened = [one.ticket for one in store.drafts(ticket=named) if one.action is Action.OPEN]
    else:
        opened = [one for one in store.opened(named) if _is_named(one, name)]
    known = store.known(opened)
    return next((one for one in opened if one not in known), None)


def _is_named(ticket: TicketId, name: str) -> bool:
    named = parse_ticket(name)
    return ticket == named if isinstance(named, TicketId) else ticket.handle == name.lower()
