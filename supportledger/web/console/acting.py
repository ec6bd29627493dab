"""What agents and supervisors do to a ticket; each thing is signed by whoever does it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk import intents
from supportledger.desk.filing.macros import SOLVED
from supportledger.desk.filing.sights import reader_of
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Error
from supportledger.language import mark
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right
from supportledger.web.console.signing import carry_out, wants_wallet
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done, said, seen_ticket, staff_sight
from supportledger.web.console.ticket import failed_verdict, last_draft, shown
from supportledger.web.doors import needs
from supportledger.web.forms import LONGEST_TEXT, Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)
_LONGEST_REASON: Final = 2_000
_SENT: Final = "#sent"
"""Where a page goes on that has sent a text: its draft is needed no longer."""


@router.post("/console/tickets/{name}/answer")
def answer(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Answer the customer, or leave an internal note."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    body = entered.text("body")
    if entered["tab"] == "note":
        wanted, seen = intents.note(ticket, body or "…"), None
    else:
        wanted, seen = _answer(request, entered, ticket, body), _seen(entered)
        _check_nobody_else(request, visitor, ticket, entered)
    return _act(request, visitor, ticket, wanted, entered, seen, _SENT)


@router.post("/console/tickets/{name}/do/{verb}")
def do(request: Request, name: str, verb: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Take, hold, resume, solve or give away."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    made = _VERBS.get(verb)
    if made is None:
        entered.refuse("", said(request, mark("There is nothing of that name to do.")))
        return shown(request, visitor, ticket, entered)
    wanted = attempt(entered, lambda: made(entered, visitor, ticket))
    if wanted is None:
        return _again(request, visitor, ticket)(entered)
    return _act(request, visitor, ticket, wanted, entered, None)


@router.post("/console/tickets/{name}/give")
def give(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Response:
    """Give a ticket to somebody."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    to = entered.read("assignee", Address.parse)
    if to is None:
        entered.refuse("assignee", said(request, mark("Choose somebody.")))
        return _again(request, visitor, ticket)(entered)
    reason = entered.text("reason", most=_LONGEST_REASON, is_needed=False) or None
    wanted = intents.assign(ticket, to, by_self=to == visitor.address, reason=reason)
    return _act(request, visitor, ticket, wanted, entered, None)


@router.post("/console/tickets/{name}/promise")
def promise(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Response:
    """Promise more."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    number = entered.read("policy", int)
    if number is None:
        entered.refuse("policy", said(request, mark("Choose a promise.")))
        return _again(request, visitor, ticket)(entered)
    return _act(request, visitor, ticket, intents.repolicy(ticket, number), entered, None)


@router.post("/console/tickets/{name}/escalate")
def escalate(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ESCALATE)]) -> Response:
    """Put on record that a deadline has passed: the desk's keeper sends it, since nobody needs to sign it."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    if attempt(entered, lambda: front_of(request).desk.tickets.escalate(ticket)) is None:
        return shown(request, visitor, ticket, entered)
    return done(request, _page(ticket), mark("It is on record that the deadline has passed."))


@router.post("/console/tickets/{name}/unlock")
def unlock(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Unlock a keystore for this session, beside what is being written."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    front, token = front_of(request), token_of(request)
    files = entered.files("keystore")
    keystore = files[0].data.decode("utf-8", "replace") if files else ""
    if not keystore:
        entered.refuse("keystore", said(request, mark("Choose the file of your keystore.")))
    secret = entered.text("passphrase")

    def act() -> bool:
        front.unlocking.unlock(visitor, token, keystore, secret)
        return True

    if attempt(entered, act, "passphrase") is None:
        return shown(request, visitor, ticket, entered)
    return done(request, _page(ticket), mark("Your key is unlocked for this session."))


@router.post("/console/tickets/{name}/verify")
def verify(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.VERIFY)]) -> Response:
    """Check everything that is known of a ticket against the ledger."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    try:
        verdict = front_of(request).desk.tickets.verify(ticket)
    except Error as error:
        entered.refuse("verify", failed_verdict(request, error))
        return shown(request, visitor, ticket, entered)
    return shown(request, visitor, ticket, entered, verdict=verdict)


# -- inside --------------------------------------------------------------------------------------------------


def _page(ticket: TicketId) -> str:
    return f"/console/tickets/{ticket.handle}"


def _again(request: Request, visitor: Visitor, ticket: TicketId) -> Callable[[Entered], Response]:
    def again(entered: Entered) -> Response:
        if wants_wallet(request):
            return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)
        return shown(request, visitor, ticket, entered)

    return again


def _act(  # noqa: PLR0917 -- what every verb hands on
    request: Request,
    visitor: Visitor,
    ticket: TicketId,
    wanted: Intent,
    entered: Entered,
    seen: bytes | None,
    place: str = "",
) -> Response:
    again = _again(request, visitor, ticket)
    if entered.wrong:
        return again(entered)
    return carry_out(
        request,
        visitor,
        [wanted],
        _page(ticket) + place,
        entered=entered,
        again=again,
        seen_hash=seen,
        field="body" if place else "",
    )


def _answer(request: Request, entered: Entered, ticket: TicketId, body: str) -> Intent:
    """Make an answer of a form; one that solves the ticket is a solution with a text."""
    if entered["status"] == SOLVED:
        return intents.solve(ticket, body or None)
    status = entered["status"] if entered["status"] in intents.STATUSES else "pending"
    files, language = entered.files(), front_of(request).filings.filed([ticket])[ticket].language
    return intents.answer(
        ticket, body, status=status, attachments=files, language=language or None, channel="web"
    )


def _seen(entered: Entered) -> bytes | None:
    """Give the hash of the ticket as it was shown; something else than a hash is that of no ticket."""
    try:
        return bytes.fromhex(entered["state"]) or None
    except ValueError:
        return bytes(32)


def _check_nobody_else(request: Request, visitor: Visitor, ticket: TicketId, entered: Entered) -> None:
    """Put down that somebody has acted meanwhile whose action is not on the ledger yet."""
    page = front_of(request).desk.browsing.ticket(ticket, staff_sight(visitor), reader=reader_of(visitor))
    if entered["last"] != last_draft(page) and last_draft(page):
        why = mark("Somebody has written meanwhile. Read it, and send yours again if it still helps.")
        entered.refuse("body", said(request, why))


def _take(entered: Entered, visitor: Visitor, ticket: TicketId) -> Intent:
    del entered
    if visitor.address is None:
        raise Conflict("there is no address that signs for you", hint="Add your wallet to your account.")
    return intents.assign(ticket, visitor.address, by_self=True)


def _hold(entered: Entered, visitor: Visitor, ticket: TicketId) -> Intent | None:
    del visitor
    reason = entered.text("hold_reason", most=_LONGEST_REASON)
    return intents.hold(ticket, reason) if reason else None


def _resume(entered: Entered, visitor: Visitor, ticket: TicketId) -> Intent:
    del entered, visitor
    return intents.resume(ticket)


def _solve(entered: Entered, visitor: Visitor, ticket: TicketId) -> Intent:
    del visitor
    text = entered.text("body", most=LONGEST_TEXT, is_needed=False)
    return intents.solve(ticket, text or None)


_VERBS: Final[Mapping[str, Callable[[Entered, Visitor, TicketId], Intent | None]]] = {
    "take": _take,
    "hold": _hold,
    "resume": _resume,
    "solve": _solve,
}
