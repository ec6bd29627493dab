"""What a customer does to a ticket of theirs: reply, rate and close, with a key or recorded by the desk."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.filing.intake import Place
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.contracts import LONGEST
from supportledger.desk.signing.prepared import Prepared
from supportledger.errors import Error, InputError, LimitReached
from supportledger.language import mark, told, translated
from supportledger.model.ids import TicketId
from supportledger.model.people import Right
from supportledger.model.records import Draft
from supportledger.model.ticket import Action
from supportledger.proof import field_json
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.naming import own
from supportledger.web.opening import count_opening, told_later
from supportledger.web.portal.tickets import PRODUCTS, opening, shown
from supportledger.web.sign_in.cookies import see
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
VERBS: Final = ("reply", "close", "rate")
_STARS: Final = range(1, 6)
_UNPROCESSABLE: Final = 422


@router.post("/my/tickets/{name}/escalate")
def escalate(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Response:
    """Put on record that the desk is late, which anybody may: its keeper sends it, and the ledger decides."""
    entered, ticket = Entered.of(request), own(request, name, visitor)
    try:
        front_of(request).desk.tickets.escalate(ticket)
    except Error as error:
        entered.failed(error)
        return shown(request, name, visitor, entered)
    return see(f"/my/tickets/{ticket.handle}?accepted=escalate")


@router.post("/my/tickets/{name}/{verb}")
def act(request: Request, name: str, verb: str, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Response:
    """Do it for somebody who has no key: the desk records it."""
    entered, ticket = Entered.of(request), own(request, name, visitor)
    wanted = _wanted(entered, verb, ticket)
    if wanted is not None and not entered.wrong:
        try:
            front_of(request).intake.record(wanted, visitor)
        except Error as error:
            entered.failed(error)
        else:
            return see(f"/my/tickets/{ticket.handle}?accepted={verb}")
    return shown(request, name, visitor, entered)


@router.post("/my/prepare")
def prepare(request: Request, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Response:
    """Write down what somebody wants to do, for the key in their browser, or their wallet, to sign."""
    entered = Entered.of(request)
    wanted = _asked(request, entered, visitor)
    if wanted is not None and not entered.wrong:
        try:
            if isinstance(wanted, NewTicket):
                count_opening(request, visitor)
            return JSONResponse(_shown(front_of(request).intake.prepare(wanted, visitor)))
        except LimitReached as error:
            entered.failed(error)
            return told_later(JSONResponse({"wrong": entered.wrong}), error)
        except Error as error:
            entered.failed(error)
    return JSONResponse({"wrong": entered.wrong}, _UNPROCESSABLE)


class Signed(BaseModel):
    """The signature of what was prepared."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=64)
    signature: str = Field(max_length=2 + 2 * LONGEST)
    product: str = Field(default="", max_length=32)


@router.post("/my/submit")
def submit(request: Request, signed: Signed, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Response:
    """Take a signature."""
    product = signed.product if signed.product in PRODUCTS else ""
    place = Place(product, product, (product,) if product else ())
    try:
        signature = bytes.fromhex(signed.signature.removeprefix("0x"))
    except ValueError as error:
        raise InputError("a signature is written in hexadecimal") from error
    draft = front_of(request).intake.submit(signed.id, signature, visitor, place)
    return JSONResponse({"to": _next(draft), "ticket": draft.ticket.handle})


def _next(draft: Draft) -> str:
    word = "new" if draft.action is Action.OPEN else str(draft.action).lower()
    return f"/my/tickets/{draft.ticket.handle}?accepted={word}"


def _asked(request: Request, entered: Entered, visitor: Visitor) -> Intent | NewTicket | None:
    """Read what is to be prepared: a new ticket, or something about one of theirs."""
    if entered["verb"] == "open":
        return opening(entered)[0]
    ticket = own(request, entered["ticket"], visitor)
    return _wanted(entered, entered["verb"], ticket)


def _wanted(entered: Entered, verb: str, ticket: TicketId) -> Intent | None:
    """Read what somebody wants to do; what is wrong with it is put down."""
    match verb:
        case "reply":
            said = {"language": entered.language, "channel": "web"}
            files, is_contested = entered.files(), entered["contested"] == "yes"
            return intents.reply(
                ticket, entered.text("body"), contested=is_contested, attachments=files, **said
            )
        case "close":
            reason = entered.text("reason", most=2_000, is_needed=False)
            return intents.close(ticket, reason or None)
        case "rate":
            stars = entered.read("stars", int)
            if stars is None or stars not in _STARS:
                entered.refuse("stars", translated(entered.language, mark("Choose one to five stars.")))
                return None
            comment = entered.text("comment", most=2_000, is_needed=False)
            return intents.rate(ticket, stars, comment or None)
        case _:
            entered.refuse("", told(entered.language, "there is nothing of that name to do"))
            return None


def _shown(prepared: Prepared) -> dict[str, Any]:
    """Show what is to be signed, with everything that the browser needs to make it again itself."""
    return {
        "id": prepared.id,
        "ticket": prepared.ticket.handle,
        "address": str(prepared.address),
        "typedData": prepared.typed_data,
        "digest": "0x" + prepared.digest.hex(),
        "fields": field_json.to_bytes(prepared.fields).decode() if prepared.fields else None,
        "removed": [str(one) for one in prepared.removed],
    }
