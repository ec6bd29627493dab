"""Webhooks: programs that are told what happens, what became of it, and telling them again."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.desk.webhooks.deliveries import State
from supportledger.desk.webhooks.webhooks import Made
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.telling import attempt, done, said, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
STATES: Final = {
    State.WAITING: mark("waiting"),
    State.DELIVERED: mark("delivered"),
    State.FAILED: mark("failed"),
}
"""What becomes of deliveries, as people call it."""
_DAY_S: Final = 86_400
_PAGE: Final = 100


@router.get("/console/webhooks")
def webhooks(request: Request, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]) -> Response:
    """List all endpoints."""
    return _shown(request, Entered.of(request))


@router.post("/console/webhooks")
def add(request: Request, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]) -> Response:
    """Tell another program from now on; its secret is shown once."""
    entered = Entered.of(request)
    url, note = entered.text("url", most=2_000), entered.text("note", most=200, is_needed=False)
    wants = entered["wants"].replace(",", " ").split()
    made = attempt(entered, lambda: front_of(request).webhooks.add(url, wants, note), "url")
    return _shown(request, entered, made)


@router.get("/console/webhooks/{name}")
def one(
    request: Request, name: str, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)], after: str = ""
) -> Response:
    """Show an endpoint, with what it was told."""
    return _one(request, name, Entered.of(request), after=after)


@router.post("/console/webhooks/{name}/rotate")
def rotate(request: Request, name: str, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]) -> Response:
    """Make a new secret; it is shown once."""
    entered = Entered.of(request)
    return _one(request, name, entered, attempt(entered, lambda: front_of(request).webhooks.rotate(name)))


@router.post("/console/webhooks/{name}/replay/{delivery}")
def replay(
    request: Request, name: str, delivery: str, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> Response:
    """Tell an endpoint once more of one thing."""
    entered = Entered.of(request)
    if attempt(entered, lambda: front_of(request).webhooks.replay(delivery)) is None:
        return _one(request, name, entered)
    return done(request, f"/console/webhooks/{name}", mark("It is told once more."))


@router.post("/console/webhooks/{name}/{verb}")
def change(
    request: Request, name: str, verb: str, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> Response:
    """Tell an endpoint nothing any more, tell it again, tell it all of the last day, or forget it."""
    entered, rooms = Entered.of(request), front_of(request).webhooks
    since = front_of(request).people.now - _DAY_S

    def remove() -> bool:
        rooms.remove(name)
        return True

    acts: dict[str, Any] = {
        "disable": (lambda: rooms.disable(name), mark("It is told nothing any more.")),
        "enable": (lambda: rooms.enable(name), mark("It is told again, from now on.")),
        "replay": (
            lambda: rooms.replay_since(name, since),
            mark("It is told the last day once more."),
        ),
        "remove": (remove, mark("The endpoint is forgotten.")),
    }
    act, message = acts.get(verb, (None, ""))
    if act is None:
        entered.refuse("", said(request, mark("There is nothing of that name to do.")))
    if act is None or attempt(entered, act) is None:
        return _one(request, name, entered)
    return done(request, "/console/webhooks" if verb == "remove" else f"/console/webhooks/{name}", message)


def _shown(request: Request, entered: Entered, made: Made | None = None) -> Response:
    found = front_of(request).webhooks.list()
    return show(
        request,
        "webhooks.html",
        status=wrong(entered),
        endpoints=found,
        made=made,
        entered=entered,
    )


def _one(
    request: Request, name: str, entered: Entered, made: Made | None = None, *, after: str = ""
) -> Response:
    rooms = front_of(request).webhooks
    found = rooms.log(name, after=after, limit=_PAGE)
    return show(
        request,
        "webhook.html",
        status=wrong(entered),
        endpoint=rooms.get(name),
        deliveries=found,
        states=STATES,
        following=found[-1].id if len(found) == _PAGE else "",
        made=made,
        entered=entered,
    )
