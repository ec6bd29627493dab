"""API keys of one's own: made, shown once, ended."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.api_keys import Made, Wanted
from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.telling import attempt, done, said, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_DAY_S: Final = 86_400
_MOST_DAYS: Final = 3_650


@router.get("/console/keys")
def keys(request: Request, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> Response:
    """List one's keys."""
    return _shown(request, visitor, Entered.of(request))


@router.post("/console/keys")
def make(request: Request, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> Response:
    """Make a key; its secret is shown once."""
    entered, front = Entered.of(request), front_of(request)
    label, days = entered.text("label", most=100), entered.read("days", int)
    scopes = [one for one in Right if one.value in entered.all("scope")]
    if not scopes:
        entered.refuse("scope", said(request, mark("Choose one thing at least that it may do.")))
    if days is not None and not 0 < days <= _MOST_DAYS:
        entered.refuse("days", said(request, mark("This cannot be read.")))

    def act() -> Any:
        expires_at = None if days is None else front.people.now + days * _DAY_S
        return front.api_keys.make(visitor, Wanted(label, scopes, expires_at, entered["identity"].strip()))

    return _shown(request, visitor, entered, attempt(entered, act))


@router.post("/console/keys/{name}/revoke")
def revoke(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.KEYS)]) -> Response:
    """Let a key do nothing any more."""
    front_of(request).api_keys.revoke(visitor.owner(), name)
    return done(request, "/console/keys", mark("The key does nothing any more."))


def _shown(request: Request, visitor: Visitor, entered: Entered, made: Made | None = None) -> Response:
    return show(
        request,
        "keys.html",
        status=wrong(entered),
        keys=front_of(request).api_keys.of(visitor.owner()),
        made=made,
        rights=[one for one in Right if one in visitor.rights],
        entered=entered,
    )
