"""Contacts: which addresses, numbers and names are the desk's own; anybody may ask."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from supportledger.desk.contacts import Contact
from supportledger.desk.people.visitors import Visitor
from supportledger.model.ids import NOBODY
from supportledger.model.people import Right
from supportledger.proof.contact_line import ContactKind
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Instant, Meta, Page
from supportledger.web.doors import PUBLIC, needs
from supportledger.web.visitors import front_of

router = guarded("contacts")


class OfficialContact(Answer):
    """A contact that is the desk's, or was."""

    kind: ContactKind
    value: str = Field(examples=["help@desk.example"])
    since: Instant
    until: Instant | None


class Wanted(Body):
    """A contact to be listed, or no longer."""

    kind: ContactKind = Field(strict=False)
    value: str = Field(min_length=1, max_length=512, examples=["help@desk.example"])


class Asked(Body):
    """What somebody was written from."""

    contact: str = Field(min_length=1, max_length=512, examples=["help@desk.examp1e"])


class Said(Answer):
    """What can be said of a contact; never that it is safe."""

    word: str = Field(
        description="official, was official, lookalike, certified agent, was certified, unknown",
        examples=["lookalike"],
    )
    kind: ContactKind | None
    value: str
    official: OfficialContact | None = Field(description="The one that it is, was, or looks like.")


@router.get("/contacts", operation_id="contacts.list", responses=problems())
def contacts(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Page[OfficialContact]:
    """List the official contacts."""
    found = front_of(request).contacts.official()
    return Page(data=[_shown(one) for one in found], meta=Meta(has_more=False))


@router.post("/contacts/check", operation_id="contacts.check", responses=problems())
def check(request: Request, asked: Asked, _visitor: Annotated[Visitor, PUBLIC]) -> Said:
    """Say of a contact what it is, or looks like."""
    found = front_of(request).contacts.check(asked.contact)
    official = None if found.contact is None else _shown(found.contact)
    return Said(word=found.word.value, kind=found.kind, value=found.value, official=official)


@router.post("/contacts", operation_id="contacts.add", responses=problems(409), status_code=201)
def add(
    request: Request, wanted: Wanted, visitor: Annotated[Visitor, needs(Right.CONTACTS)]
) -> OfficialContact:
    """Say that a contact is the desk's, from now on."""
    by = visitor.address or NOBODY
    return _shown(front_of(request).contacts.add(wanted.kind, wanted.value, by=by))


@router.post("/contacts/revoke", operation_id="contacts.revoke", responses=problems(404, 409))
def revoke(
    request: Request, wanted: Wanted, visitor: Annotated[Visitor, needs(Right.CONTACTS)]
) -> OfficialContact:
    """Say that a contact is the desk's no longer."""
    by = visitor.address or NOBODY
    return _shown(front_of(request).contacts.revoke(wanted.kind, wanted.value, by=by))


def _shown(one: Contact) -> OfficialContact:
    return OfficialContact(kind=one.kind, value=one.value, since=one.since, until=one.until)
