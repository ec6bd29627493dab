"""Official contacts: which addresses, numbers and names are the desk's own."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.ids import NOBODY
from supportledger.model.people import Right
from supportledger.proof.contact_line import ContactKind
from supportledger.web.console.naming import names_of
from supportledger.web.console.telling import attempt, done, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
KINDS: Final = {
    ContactKind.MAIL: mark("mail"),
    ContactKind.PHONE: mark("phone"),
    ContactKind.SITE: mark("site"),
    ContactKind.TELEGRAM: mark("telegram"),
    ContactKind.X: mark("x"),
    ContactKind.DISCORD: mark("discord"),
    ContactKind.CHAIN: mark("chain"),
}
"""What there is, as people call it."""


@router.get("/console/contacts")
def contacts(request: Request, _visitor: Annotated[Visitor, needs(Right.CONTACTS)]) -> Response:
    """List all contacts, those that were official as well."""
    return _shown(request, Entered.of(request))


@router.post("/console/contacts")
def add(request: Request, visitor: Annotated[Visitor, needs(Right.CONTACTS)]) -> Response:
    """Say that a contact is the desk's."""
    entered = Entered.of(request)
    text = entered.text("value", most=512)

    def act() -> Any:
        kind = ContactKind(entered["kind"]) if entered["kind"] in set(ContactKind) else ContactKind.SITE
        return front_of(request).contacts.add(kind, text, by=visitor.address or NOBODY)

    made = attempt(entered, act, "value")
    if made is None:
        return _shown(request, entered)
    return done(request, "/console/contacts", mark("{value} is official from now on."), value=made.value)


@router.post("/console/contacts/revoke")
def revoke(request: Request, visitor: Annotated[Visitor, needs(Right.CONTACTS)]) -> Response:
    """Say that a contact is the desk's no longer."""
    entered = Entered.of(request)

    def act() -> Any:
        kind = ContactKind(entered["kind"]) if entered["kind"] in set(ContactKind) else ContactKind.SITE
        return front_of(request).contacts.revoke(kind, entered["value"], by=visitor.address or NOBODY)

    ended = attempt(entered, act)
    if ended is None:
        return _shown(request, entered)
    return done(request, "/console/contacts", mark("{value} is official no longer."), value=ended.value)


def _shown(request: Request, entered: Entered) -> Response:
    front = front_of(request)
    found = front.contacts.all()
    return show(
        request,
        "contacts.html",
        status=wrong(entered),
        contacts=found,
        kinds=KINDS,
        names=names_of(request, (one.actor for one in found)),
        at=front.people.now,
        entered=entered,
    )
