"""
Merging a ticket into another, and setting it apart again: both say so in a note, signed by whoever does it.

Whoever cannot sign, changes nothing. A wallet signs both notes first; they come back together, are checked to
be the notes of this very merger, and it is made as they are kept.
"""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk.filing.linking import Linking, Merged
from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.ids import TicketId
from supportledger.model.people import Right
from supportledger.web.console.signing import (
    Brought,
    address_of,
    bytes_of,
    kept,
    signer_of,
    to_sign,
    wants_wallet,
)
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done, seen_ticket
from supportledger.web.console.ticket import shown
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_FIELD = "target"
_MERGED = mark("This goes on in {handle}.")
_APART = mark("It goes on by itself again.")


@router.post("/console/tickets/{name}/merge")
def merge(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Response:
    """Let a ticket go on in another; a wallet gets the notes that it is to sign before that."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    named, linking = entered.text(_FIELD, most=100), _linking(request)
    if wants_wallet(request):
        place = f"merge/signed?{urlencode({_FIELD: named})}"
        return _to_wallet(
            request,
            visitor,
            ticket,
            place,
            lambda: linking.merging_notes(ticket, seen_ticket(request, named, visitor)),
        )

    def act() -> TicketId:
        target = seen_ticket(request, named, visitor)
        _signed(request, visitor, lambda: linking.merge(ticket, target))
        return target

    found = attempt(entered, act, _FIELD)
    if found is None:
        return shown(request, visitor, ticket, entered)
    return done(request, _page(ticket), _MERGED, handle=found.handle)


@router.post("/console/tickets/{name}/merge/signed")
def merged(
    request: Request,
    name: str,
    target: str,
    brought: Brought,
    visitor: Annotated[Visitor, needs(Right.DIRECT)],
) -> Response:
    """Let a ticket go on in another, with the notes that a wallet has signed."""
    ticket, other = seen_ticket(request, name, visitor), seen_ticket(request, target, visitor)
    linking = _linking(request)
    notes = linking.merging_notes(ticket, other)
    _agreed(request, visitor, brought, notes, lambda: linking.merge(ticket, other))
    return kept(request, _page(ticket), _MERGED, handle=other.handle)


@router.post("/console/tickets/{name}/unmerge")
def unmerge(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.DIRECT)]) -> Response:
    """Set a merged ticket apart again; a wallet gets the notes that it is to sign before that."""
    entered, ticket = Entered.of(request), seen_ticket(request, name, visitor)
    linking = _linking(request)
    if wants_wallet(request):
        return _to_wallet(request, visitor, ticket, "unmerge/signed", lambda: linking.undoing_notes(ticket))

    def act() -> bool:
        _signed(request, visitor, lambda: linking.undo(ticket))
        return True

    if attempt(entered, act, _FIELD) is None:
        return shown(request, visitor, ticket, entered)
    return done(request, _page(ticket), _APART)


@router.post("/console/tickets/{name}/unmerge/signed")
def unmerged(
    request: Request, name: str, brought: Brought, visitor: Annotated[Visitor, needs(Right.DIRECT)]
) -> Response:
    """Set a merged ticket apart again, with the notes that a wallet has signed."""
    ticket, linking = seen_ticket(request, name, visitor), _linking(request)
    notes = linking.undoing_notes(ticket)
    _agreed(request, visitor, brought, notes, lambda: linking.undo(ticket))
    return kept(request, _page(ticket), _APART)


# -- inside --------------------------------------------------------------------------------------------------


def _linking(request: Request) -> Linking:
    return front_of(request).linking


def _page(ticket: TicketId) -> str:
    return f"/console/tickets/{ticket.handle}"


def _signed(request: Request, visitor: Visitor, change: Callable[[], Merged]) -> None:
    """Change something that notes are signed about: whoever cannot sign, changes nothing."""
    signer, signing = signer_of(request, visitor), front_of(request).desk.signing
    for note in change().notes:
        signing.sign_and_submit(note, signer)


def _to_wallet(
    request: Request,
    visitor: Visitor,
    ticket: TicketId,
    place: str,
    notes: Callable[[], tuple[Intent, ...]],
) -> Response:
    """Give a wallet the notes of a change that was not made yet, and say where they are brought to."""
    entered = Entered.of(request)

    def prepare() -> dict[str, Any]:
        signing, address = front_of(request).desk.signing, address_of(visitor)
        prepared = [signing.prepare(one, address) for one in notes()]
        together = f"{_page(ticket)}/{place}"
        return {"address": str(address), "prepared": to_sign(prepared), "together": together}

    wanted = attempt(entered, prepare, _FIELD)
    if wanted is None:
        return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)
    return JSONResponse(wanted | {"to": _page(ticket)})


def _agreed(
    request: Request,
    visitor: Visitor,
    brought: Brought,
    notes: tuple[Intent, ...],
    change: Callable[[], Merged],
) -> None:
    """
    Change something, and keep the notes that were signed about it.

    Raises:
        Conflict: What was signed is not all the notes of this change, or not by whoever asks for it.
    """
    signing, address = front_of(request).desk.signing, address_of(visitor)
    signed = [(one.id, bytes_of(one.signature)) for one in brought.signed]
    signing.submit_notes(signed, notes, address, change)
