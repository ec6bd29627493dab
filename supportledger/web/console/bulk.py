"""Many tickets at once: given to somebody, moved, tagged, solved."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk import intents
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Error
from supportledger.language import mark, told
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right
from supportledger.web.console.asked import tags_of
from supportledger.web.console.signing import each_to_wallet, signer_of, wants_wallet
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done, said, staff_sight
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.naming import ticket_named
from supportledger.web.sign_in.cookies import local
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_MOST: Final = 100
_TRIES: Final = 5


@router.post("/console/bulk")
def bulk(request: Request, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Response:
    """Do one thing to all tickets that were chosen."""
    entered = Entered.of(request)
    back = local(entered["back"] or "/console")
    names = list(dict.fromkeys(entered.all("ticket")))[:_MOST]
    if wants_wallet(request):
        return _to_wallet(request, visitor, entered, names)
    if not names:
        return done(request, back, mark("No ticket was chosen."))
    tickets = _found(request, visitor, names)
    try:
        failed = _do(request, visitor, entered, tickets)
    except Error as error:
        return done(request, back, mark("Nothing was done: {why}"), why=told(entered.language, error.message))
    if failed:
        why = told(entered.language, failed[0].message)
        return done(
            request,
            back,
            mark("{done} of {all} are done; the others are not: {why}"),
            done=len(tickets) - len(failed),
            all=len(tickets),
            why=why,
        )
    return done(request, back, mark("Done for {all} tickets."), all=len(tickets))


def _found(request: Request, visitor: Visitor, names: Sequence[str]) -> list[TicketId]:
    """
    Give the tickets of handles, each once.

    Raises:
        NotFound: One is not there, or out of sight.
    """
    sight, browsing = staff_sight(visitor), front_of(request).desk.browsing
    tickets = list(dict.fromkeys(ticket_named(request, one) for one in names))
    for one in tickets:
        browsing.find(one, sight)
    return tickets


def _to_wallet(request: Request, visitor: Visitor, entered: Entered, names: Sequence[str]) -> Response:
    """Give a wallet what it is to sign, one signature for each ticket."""
    if not names:
        entered.refuse("", said(request, mark("No ticket was chosen.")))

    def prepare() -> Response:
        wanted = _wanted(entered, _found(request, visitor, names))
        return each_to_wallet(request, visitor, wanted, local(entered["back"] or "/console"))

    answer: Response | None = attempt(entered, prepare)
    return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE) if answer is None else answer


def _wanted(entered: Entered, tickets: Sequence[TicketId]) -> list[Intent]:
    """
    Say what is to be signed.

    Raises:
        InputError: Nobody has the address that they are given to.
        Conflict: It is nothing that is signed.
    """
    if entered["do"] == "assign":
        to = Address.parse(entered["assignee"])
        return [intents.assign(one, to, by_self=False) for one in tickets]
    if entered["do"] == "solve":
        return [intents.solve(one) for one in tickets]
    raise Conflict("there is nothing of that name to do")


def _do(request: Request, visitor: Visitor, entered: Entered, tickets: Sequence[TicketId]) -> Sequence[Error]:
    """Do it; what fails for one ticket stops no other."""
    front, what = front_of(request), entered["do"]
    if what == "queue":
        front.queues.move(tickets, entered["queue"])
        return []
    if what == "tag":
        return [one for one in (_tag(request, one, entered["tags"]) for one in tickets) if one]
    return _signed(request, visitor, _wanted(entered, tickets))


def _signed(request: Request, visitor: Visitor, wanted: Sequence[Intent]) -> Sequence[Error]:
    signer, signing = signer_of(request, visitor), front_of(request).desk.signing
    failed: list[Error] = []
    for one in wanted:
        try:
            signing.sign_and_submit(one, signer)
        except Error as error:
            failed.append(error)
    return failed


def _tag(request: Request, ticket: TicketId, text: str) -> Error | None:
    try:
        add_tags(request, ticket, tags_of(text))
    except Error as error:
        return error
    return None


def add_tags(request: Request, ticket: TicketId, tags: Sequence[str]) -> None:
    """
    File a ticket with more tags, as often as somebody else is faster.

    Raises:
        Conflict: They are, again and again.
    """
    filings = front_of(request).filings
    for number in range(_TRIES):
        before = filings.filed([ticket])[ticket]
        try:
            filings.file(replace(before, tags=tuple(dict.fromkeys([*before.tags, *tags]))))
        except Conflict:
            if number == _TRIES - 1:
                raise
        else:
            return
