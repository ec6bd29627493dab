"""People: who works here, what they may do, and their sessions and API keys."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Request
from pydantic import Field, Strict
from starlette.responses import Response

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.api_keys import ApiKey, Wanted
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, Denied
from supportledger.model.ids import TicketId
from supportledger.model.people import ON_CHAIN, Right, Role
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Body, Hex32, Instant, Meta, Page
from supportledger.web.doors import SIGNED_IN, needs
from supportledger.web.visitors import front_of

router = guarded("people")
_Roles = Annotated[list[Annotated[Role, Strict(strict=False)]], Field(min_length=1, max_length=6)]
_Queues = Annotated[list[str] | None, Field(default=None, max_length=100, description="null: all.")]
_KeyName = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Me(Answer):
    """Who asks."""

    name: str
    roles: list[Role]
    rights: list[Right]
    queues: list[str] | None = Field(description="Whose tickets they see; null: all.")
    address: AddressText | None
    via: str = Field(examples=["key"])
    on_chain: dict[str, str] = Field(description="What the ledger must have granted for each role.")


class Person(Answer):
    """One of the staff."""

    id: Hex32
    name: str
    roles: list[Role]
    queues: list[str] | None
    mail: str
    address: AddressText | None
    language: str
    disabled_at: Instant | None


class Invite(Body):
    """Whom to invite."""

    name: str = Field(min_length=1, max_length=100)
    roles: _Roles
    queues: _Queues
    mail: str = Field(default="", max_length=254)


class Invited(Answer):
    """An invitation; its link is shown once."""

    person: Person
    link: str
    expires_at: Instant
    is_sent: bool = Field(description="It went to their mail address, too.")


class Roles(Body):
    """What somebody is to the desk."""

    roles: _Roles
    queues: _Queues


class Key(Answer):
    """An API key, without its secret."""

    id: str
    label: str
    scopes: list[Right]
    created_at: Instant
    expires_at: Instant | None
    used_at: Instant | None
    identity: str = Field(description="Name of the identity that the server signs with for it.")


class KeyWanted(Body):
    """A key to be made."""

    label: str = Field(min_length=1, max_length=100)
    scopes: Annotated[list[Annotated[Right, Strict(strict=False)]], Field(min_length=1, max_length=30)]
    expires_at: Instant | None = None
    identity: str = Field(default="", max_length=64)


class KeyMade(Answer):
    """A key with its secret, which is shown once."""

    secret: str = Field(examples=["slk_…"])
    key: Key


@router.get("/me", operation_id="people.me", responses=problems())
def me(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Me:  # noqa: ARG001 -- every route has it
    """Tell who asks, and what they may do."""
    return Me(
        name=visitor.name,
        roles=sorted(visitor.roles),
        rights=sorted(visitor.rights),
        queues=None if visitor.queues is None else sorted(visitor.queues),
        address=str(visitor.address) if visitor.address else None,
        via=visitor.via,
        on_chain={role.value: ON_CHAIN[role] for role in sorted(visitor.roles)},
    )


@router.get("/people", operation_id="people.list", responses=problems())
def people(request: Request, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Page[Person]:
    """List who works here."""
    found = front_of(request).people.staff()
    return Page(data=[_person(one) for one in found], meta=Meta(has_more=False))


@router.post("/people", operation_id="people.invite", responses=problems(409), status_code=201)
def invite(request: Request, wanted: Invite, visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Invited:
    """Invite somebody to work here; administrators are not made by keys."""
    _check_gives(visitor, wanted.roles)
    made = front_of(request).invitations.invite(
        wanted.name, wanted.roles, queues=wanted.queues, mail=wanted.mail
    )
    return Invited(
        person=_person(made.account), link=made.link, expires_at=made.expires_at, is_sent=made.is_sent
    )


@router.put("/people/{person}/roles", operation_id="people.set_roles", responses=problems(404, 409))
def set_roles(
    request: Request, person: Hex32, wanted: Roles, visitor: Annotated[Visitor, needs(Right.PEOPLE)]
) -> Person:
    """Say what somebody is to the desk, from now on; administrators are not made by keys."""
    _check_gives(visitor, wanted.roles)
    found = TicketId.parse(person)
    if found == visitor.person and Role.ADMIN not in wanted.roles:
        raise Conflict("nobody takes the administrator's role from themselves", hint="Let another do it.")
    return _person(front_of(request).people.set_roles(found, wanted.roles, wanted.queues))


@router.post("/people/{person}/disable", operation_id="people.disable", responses=problems(404, 409))
def disable(request: Request, person: Hex32, visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Person:
    """Let somebody do nothing any more, and end all that lets them in."""
    found = TicketId.parse(person)
    if found == visitor.person:
        raise Conflict("nobody disables themselves", hint="Let another administrator do it.")
    return _person(front_of(request).people.disable(found))


@router.post("/people/{person}/enable", operation_id="people.enable", responses=problems(404, 409))
def enable(request: Request, person: Hex32, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Person:
    """Let somebody in again."""
    return _person(front_of(request).people.enable(TicketId.parse(person)))


@router.get("/keys", operation_id="keys.list", responses=problems())
def keys(request: Request, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> Page[Key]:
    """List one's API keys."""
    assert visitor.person is not None  # noqa: S101 -- the door has seen to it
    found = front_of(request).api_keys.of(visitor.person)
    return Page(data=[_key(one) for one in found], meta=Meta(has_more=False))


@router.post("/keys", operation_id="keys.make", responses=problems(409), status_code=201)
def make_key(request: Request, wanted: KeyWanted, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> KeyMade:
    """Make an API key; it may do at most what its maker may."""
    made = front_of(request).api_keys.make(
        visitor, Wanted(wanted.label, wanted.scopes, wanted.expires_at, wanted.identity)
    )
    return KeyMade(secret=made.token, key=_key(made.key))


@router.delete("/keys/{name}", operation_id="keys.revoke", responses=problems(404), status_code=204)
def revoke_key(request: Request, name: _KeyName, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> Response:
    """Let a key do nothing any more."""
    assert visitor.person is not None  # noqa: S101 -- the door has seen to it
    front_of(request).api_keys.revoke(visitor.person, name)
    return Response(status_code=204)


def _check_gives(visitor: Visitor, roles: Collection[Role]) -> None:
    """
    Let a key that leaks stay what it was: it makes nobody who could make any other key.

    Raises:
        Denied: It would.
    """
    if visitor.via == "key" and Role.ADMIN in roles:
        raise Denied("an API key makes nobody an administrator", hint="Sign in, and do it there.")


def _person(one: Account) -> Person:
    return Person(
        id="0x" + one.id.hex(),
        name=one.name,
        roles=sorted(one.roles),
        queues=None if one.queues is None else sorted(one.queues),
        mail=one.mail,
        address=str(one.address) if one.address else None,
        language=one.language,
        disabled_at=one.disabled_at,
    )


def _key(one: ApiKey) -> Key:
    return Key(
        id=one.id,
        label=one.label,
        scopes=sorted(one.scopes),
        created_at=one.created_at,
        expires_at=one.expires_at,
        used_at=one.used_at,
        identity=one.identity,
    )
