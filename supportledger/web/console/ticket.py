"""The page of one ticket: what was said, how far it is on the chain, its clocks, and what can be done."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.filing.browsing import Page, Row
from supportledger.desk.filing.macros import fill
from supportledger.desk.filing.sights import reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.policies import describe
from supportledger.errors import Error, NotFound, RpcUnavailable
from supportledger.language import mark, told
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.people import Right
from supportledger.model.records import AttachmentRecord, DraftStatus, TicketQuery
from supportledger.model.ticket import Action, Flag
from supportledger.web.console.clocks import countdowns
from supportledger.web.console.naming import name_of, names_of
from supportledger.web.console.signing import is_unlocked
from supportledger.web.console.talk import Item, talk
from supportledger.web.console.telling import said, show, staff_sight, wrong
from supportledger.web.console.tickets import agents
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.naming import ticket_named
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_OTHERS: Final = 10


@router.get("/console/tickets/{name}")
def ticket(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.READ)]) -> Response:
    """Show a ticket."""
    return shown(request, visitor, ticket_named(request, name), Entered.of(request))


def shown(request: Request, visitor: Visitor, ticket: TicketId, entered: Entered, **more: Any) -> Response:
    """Show a ticket, with a form as it was filled in, and what is wrong with it."""
    front, sight = front_of(request), staff_sight(visitor)
    page = front.desk.browsing.ticket(ticket, sight, reader=reader_of(visitor))
    items = talk(page, _files(request, page))
    about = {
        "page": page,
        "ticket": ticket,
        "state": page.view.state,
        "filing": page.filing,
        "subject": _subject(items),
        "items": items,
        "names": names_of(request, _addresses(page, items)),
        "customer": _customer(request, page),
        "clocks": countdowns(page.deadlines, page.view.state, front.people.now),
        "flags": [one for one in Flag if page.view.state.has(one)],
        "last": last_draft(page),
        "at": front.people.now,
        "entered": entered,
        "verdict": None,
        "erased": bool(page.view.contents.erased),
        "WAITING": (DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED),
    }
    about |= _beside(request, visitor, page, entered)
    return show(request, "ticket.html", status=wrong(entered), **(about | more))


def last_draft(page: Page) -> str:
    """Name what was done last and is not on the ledger yet; empty when everything is."""
    waiting = [one.draft for one in page.underway if one.draft.index is None]
    return waiting[-1].key.hex() if waiting else ""


# -- parts ---------------------------------------------------------------------------------------------------


def _beside(request: Request, visitor: Visitor, page: Page, entered: Entered) -> dict[str, Any]:
    """Give what stands beside the conversation."""
    front = front_of(request)
    reads = front.desk.reads.of(page.view.id)[-_OTHERS:] if visitor.may(Right.AUDIT) else []
    return {
        "others": _others(request, visitor, page),
        "linked": _linked(request, visitor, page),
        "promise": _promise(request, page),
        "has_key": is_unlocked(request, visitor),
        "queues": front.queues.list(),
        "agents": agents(request) if visitor.may(Right.DIRECT) else {},
        "macros": _macros(request, visitor, page) if visitor.may(Right.ANSWER) else [],
        "looking": front.presence.at(page.view.id, but=visitor.person),
        "reads": [(one, name_of(request, one.reader)) for one in reversed(reads)],
        "policies": _stricter(request, page) if visitor.may(Right.DIRECT) else {},
        "tab": entered["tab"] or "answer",
    }


def _files(request: Request, page: Page) -> Mapping[int, Sequence[AttachmentRecord]]:
    """Give the files of entries whose contents name some; the reading is on record with the ticket's."""
    store, found = front_of(request).desk.store, {}
    for one in page.view.entries:
        values = one.fields.values() if one.fields else {}
        if any(name.startswith("attachment") for name in values):
            found[one.record.index] = store.attachments(page.view.id, one.record.commitment)
    return found


def _subject(items: Sequence[Item]) -> str:
    return next((one.subject for one in items if one.action is Action.OPEN), "")


def _addresses(page: Page, items: Sequence[Item]) -> set[Address]:
    given = {
        Address(one.argument.to_bytes(20, "big"))
        for one in items
        if one.action in {Action.ASSIGN, Action.CLAIM} and not one.argument >> 160
    }
    return {one.actor for one in items} | given | {page.view.state.assignee, page.view.state.customer}


def _customer(request: Request, page: Page) -> str:
    person, customer = page.filing.person, page.view.state.customer
    if person is not None:
        return front_of(request).people.who([person]).get(person, said(request, mark("erased")))
    return said(request, mark("without a key")) if customer == NOBODY else name_of(request, customer)


def _others(request: Request, visitor: Visitor, page: Page) -> list[Row]:
    """Give the customer's other tickets, as far as whoever looks sees them."""
    front, state = front_of(request), page.view.state
    if page.filing.person is not None:
        query = TicketQuery(person=page.filing.person, limit=_OTHERS)
    elif state.customer != NOBODY:
        query = TicketQuery(customer=state.customer, limit=_OTHERS)
    else:
        return []
    rows = front.desk.browsing.page(query, staff_sight(visitor), reader=reader_of(visitor))
    return [one for one in rows if one.record.id != page.view.id]


def _linked(request: Request, visitor: Visitor, page: Page) -> list[tuple[TicketId, bool]]:
    """Give linked tickets, each with whether whoever looks may open it."""
    browsing, found = front_of(request).desk.browsing, []
    for one in page.filing.linked:
        try:
            browsing.find(one, staff_sight(visitor))
        except NotFound:  # it is in another's queue: its handle is all that is told
            found.append((one, False))
        else:
            found.append((one, True))
    return found


def _promise(request: Request, page: Page) -> list[str]:
    language = Entered.of(request).language
    try:
        terms = front_of(request).promises.terms(page.view.state.policy)
    except RpcUnavailable as error:
        return [told(language, error.message)]
    return [told(language, line) for line in describe(terms).splitlines()]


def _stricter(request: Request, page: Page) -> dict[int, str]:
    """Give the policies that promise no less than the ticket's: what it may be promised instead."""
    front, number = front_of(request), page.view.state.policy
    found = front.desk.policies.list()
    current = found[number].terms
    return {
        other: describe(one.terms).splitlines()[0]
        for other, one in found.items()
        if other != number and not one.retired and one.terms.is_no_looser_than(current)
    }


def _macros(request: Request, visitor: Visitor, page: Page) -> list[dict[str, Any]]:
    """Give macros, filled for this ticket."""
    front, filing = front_of(request), page.filing
    known = {
        "handle": page.view.handle,
        "subject": _subject(talk(page, {})),
        "agent": visitor.name,
        "queue": front.queues.get(filing.queue).titled(filing.language or visitor.language),
        "product": filing.product,
        "language": filing.language,
    }
    found = []
    for one in front.macros.list(visitor, filing.language):
        filled = fill(one, known, filing.tags)
        found.append({"id": one.id, "title": one.title, "text": filled.text, "status": filled.status or ""})
    return found


def failed_verdict(request: Request, error: Error) -> str:
    """Say why a ticket could not be verified."""
    language = Entered.of(request).language
    return " ".join(filter(None, (told(language, error.message), told(language, error.hint))))
