"""The queue: tickets that wait, each with its next deadline, and whoever looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.filing.browsing import Row
from supportledger.desk.filing.listing import Listed
from supportledger.desk.filing.presence import Present
from supportledger.desk.filing.sights import reader_of
from supportledger.desk.filing.views import ask
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import InputError, NotFound
from supportledger.language import mark, told
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.people import Right
from supportledger.web.console.asked import STATUSES, Question, question_of
from supportledger.web.console.clocks import Countdown, next_countdown
from supportledger.web.console.naming import names_of
from supportledger.web.console.signing import is_unlocked
from supportledger.web.console.telling import UNPROCESSABLE, said, show, staff_sight
from supportledger.web.doors import SIGNED_IN
from supportledger.web.language import language_of
from supportledger.web.line import Standing
from supportledger.web.naming import ticket_named
from supportledger.web.sign_in.cookies import see
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_PAGE: Final = 50
_HOMES: Final = {
    Right.LIST: "/console",
    Right.CERTIFY: "/console/agents",
    Right.PEOPLE: "/console/people",
}
"""Where somebody begins, by what they may do."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    A ticket in the list.

    Args:
        row: As it was found.
        countdown: Its next deadline.
        customer: Who asks.
        assignee: Whom it is given to; empty for nobody.
        age_s: Seconds since it was opened.
        looking: Others who have it open.
    """

    row: Row
    countdown: Countdown | None
    customer: str
    assignee: str
    age_s: int
    looking: Sequence[Present]


@router.get("/console")
def queue(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Show the queue; whoever may not see tickets begins elsewhere."""
    if not visitor.may(Right.LIST):
        home = next((page for right, page in _HOMES.items() if visitor.may(right)), "")
        if home:
            return see(home)
    visitor.need(Right.LIST)
    named = _named(request, visitor)
    if named is not None:
        return see(f"/console/tickets/{named.handle}")
    return _shown(request, visitor, question_of(request, visitor))


def _named(request: Request, visitor: Visitor) -> TicketId | None:
    """Give the ticket whose name was typed into the field to search in; None if it is none that they see."""
    try:
        found = ticket_named(request, request.query_params.get("q", ""))
        front_of(request).desk.browsing.find(found, staff_sight(visitor))
    except (InputError, NotFound):  # then these are words to look for
        return None
    return found


def _shown(request: Request, visitor: Visitor, question: Question) -> Response:
    front, wrong = front_of(request), dict(question.wrong)
    now = front.people.now
    try:
        listed = _listed(request, visitor, question)
    except InputError as error:
        wrong.setdefault("q", told(language_of(request), f"{error.message}. {error.hint}".strip()))
        listed = Listed([], None)
    about: dict[str, Any] = {
        "lines": lines_of(request, visitor, listed.rows, now),
        "following": question.address(listed.following) if listed.following else "",
        "question": question,
        "here": question.address(),
        "wrong": wrong,
        "views": front.views.list(visitor),
        "queues": [one for one in front.queues.list() if visitor.sees(one.name)],
        "statuses": STATUSES,
        "agents": agents(request) if visitor.may(Right.DIRECT) else {},
        "has_key": visitor.may(Right.DIRECT) and is_unlocked(request, visitor),
        "at": now,
    }
    status = UNPROCESSABLE if wrong else 200
    return show(request, "queue.html", status=status, **about)


def _listed(request: Request, visitor: Visitor, question: Question) -> Listed:
    front = front_of(request)
    asked = ask(question.view, visitor, front.people.now, limit=_PAGE)
    return front.listing.page(
        asked,
        staff_sight(visitor),
        reader=reader_of(visitor),
        language=question.language,
        after=question.after,
    )


def lines_of(request: Request, visitor: Visitor, rows: Sequence[Row], now: int) -> list[Line]:
    """Give rows with all that a line of a list shows."""
    front = front_of(request)
    states = [row.record.state for row in rows]
    names = names_of(request, (one for state in states for one in (state.customer, state.assignee)))
    persons = front.people.who([row.filing.person for row in rows if row.filing.person])
    looking = front.presence.everywhere()
    return [
        Line(
            row,
            next_countdown(row.record, now),
            _customer(request, row, names, persons),
            names[row.record.state.assignee] if row.record.state.assignee != NOBODY else "",
            max(0, now - row.record.state.opened_at),
            [one for one in looking.get(row.record.id, ()) if one.person != visitor.person],
        )
        for row in rows
    ]


def agents(request: Request) -> Mapping[str, str]:
    """Give those whom a ticket can be given to: staff with an address, by it."""
    staff = front_of(request).people.staff()
    return {str(one.address): one.name for one in staff if one.address and Right.ANSWER in one.rights}


def _customer(
    request: Request, row: Row, names: Mapping[Address, str], persons: Mapping[TicketId, str]
) -> str:
    if row.filing.person is not None and row.filing.person in persons:
        return persons[row.filing.person]
    customer = row.record.state.customer
    return said(request, mark("without a key")) if customer == NOBODY else names[customer]
