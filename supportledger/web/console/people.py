"""Who works here: invitations, roles, queues, sessions; and who may do nothing any more."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.invitations import Invitation
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict
from supportledger.language import mark
from supportledger.model.ids import TicketId
from supportledger.model.people import ON_CHAIN, Right, Role
from supportledger.web.console.telling import attempt, done, said, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
STAFF = tuple(one for one in Role if one is not Role.CUSTOMER)


@router.get("/console/people")
def people(request: Request, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Response:
    """List who works here."""
    return _shown(request, Entered.of(request))


@router.post("/console/people")
def invite(request: Request, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Response:
    """Invite somebody; their link is shown once."""
    entered = Entered.of(request)
    name, mail = entered.text("name", most=100), entered.text("mail", most=254, is_needed=False)
    roles = _roles(request, entered)

    def act() -> Invitation:
        queues = _queues(entered)
        return front_of(request).invitations.invite(name, roles, queues=queues, mail=mail)

    made = attempt(entered, act, "mail")
    return _shown(request, entered, made)


@router.get("/console/people/{person}")
def one(request: Request, person: str, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Response:
    """Show somebody, with their sessions."""
    return _one(request, _account(request, person), Entered.of(request))


@router.post("/console/people/{person}/roles")
def set_roles(request: Request, person: str, visitor: Annotated[Visitor, needs(Right.PEOPLE)]) -> Response:
    """Say what somebody is to the desk, and which queues they see."""
    entered, account = Entered.of(request), _account(request, person)
    roles = _roles(request, entered)

    def act() -> Account:
        if account.id == visitor.person and Role.ADMIN not in roles:
            raise Conflict("nobody takes the administrator's role from themselves", hint="Let another do it.")
        return front_of(request).people.set_roles(account.id, roles, _queues(entered))

    if attempt(entered, act, "role") is None:
        return _one(request, account, entered)
    return done(
        request, f"/console/people/{account.id}", mark("The roles of {name} are set."), name=account.name
    )


@router.post("/console/people/{person}/again")
def invite_again(
    request: Request, person: str, _visitor: Annotated[Visitor, needs(Right.PEOPLE)]
) -> Response:
    """Let somebody in anew who has lost what lets them in; their link is shown once."""
    entered, account = Entered.of(request), _account(request, person)
    made = attempt(entered, lambda: front_of(request).invitations.again(account.id))
    return _one(request, account, entered, made)


@router.post("/console/people/{person}/{verb}")
def change(
    request: Request, person: str, verb: str, visitor: Annotated[Visitor, needs(Right.PEOPLE)]
) -> Response:
    """Disable somebody, let them in again, or end their sessions."""
    entered, account, front = Entered.of(request), _account(request, person), front_of(request)
    acts: dict[str, tuple[Any, str]] = {
        "disable": (lambda: front.people.disable(account.id), mark("{name} can do nothing any more.")),
        "enable": (lambda: front.people.enable(account.id), mark("{name} can sign in again.")),
        "sessions": (
            lambda: front.sessions.end_all(account.id),
            mark("All sessions of {name} are ended."),
        ),
    }
    if verb not in acts:
        entered.refuse("", said(request, mark("There is nothing of that name to do.")))
        return _one(request, account, entered)
    if verb == "disable" and account.id == visitor.person:
        entered.refuse("", said(request, mark("You cannot disable yourself.")))
    act, message = acts[verb]
    if attempt(entered, act) is None:
        return _one(request, account, entered)
    return done(request, f"/console/people/{account.id}", message, name=account.name)


def _account(request: Request, person: str) -> Account:
    return front_of(request).people.get(TicketId.parse(person))


def _roles(request: Request, entered: Entered) -> list[Role]:
    found: list[Role] = [one for one in STAFF if one.value in entered.all("role")]
    if not found:
        entered.refuse("role", said(request, mark("Choose a role at least.")))
    return found


def _queues(entered: Entered) -> frozenset[str] | None:
    return None if entered["all_queues"] == "yes" else frozenset(entered.all("queue"))


def _shown(request: Request, entered: Entered, made: Invitation | None = None) -> Response:
    front = front_of(request)
    return show(
        request,
        "people.html",
        status=wrong(entered),
        people=front.people.staff(),
        made=made,
        roles=STAFF,
        on_chain=ON_CHAIN,
        queues=front.queues.list(),
        entered=entered,
    )


def _one(request: Request, account: Account, entered: Entered, made: Invitation | None = None) -> Response:
    front = front_of(request)
    return show(
        request,
        "person.html",
        status=wrong(entered),
        account=account,
        sessions=front.sessions.of(account.id),
        keys=front.api_keys.of(account.id),
        made=made,
        roles=STAFF,
        on_chain=ON_CHAIN,
        queues=front.queues.list(),
        entered=entered,
    )
