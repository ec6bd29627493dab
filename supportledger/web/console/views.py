"""Saved views: a list that somebody asks for again and again, under a name."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.asked import view_of
from supportledger.web.console.telling import attempt, done, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)


@router.get("/console/views/new")
def new(request: Request, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Response:
    """Ask for the name of a view; what it asks for stands in the address."""
    return _shown(request, visitor, Entered.of(request))


@router.post("/console/views/new")
def save(request: Request, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Response:
    """Save what the address asks for."""
    entered, front = Entered.of(request), front_of(request)
    title = entered.text("title", most=80)
    owner = None if entered["shared"] == "yes" else visitor.person
    kept = attempt(
        entered, lambda: front.views.save(replace(view_of(request, title), owner=owner), visitor), "title"
    )
    if kept is None:
        return _shown(request, visitor, entered)
    return done(request, f"/console?view={kept.id}", mark("The view {title} is saved."), title=kept.title)


@router.post("/console/views/{name}/remove")
def remove(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.LIST)]) -> Response:
    """Remove a view."""
    front_of(request).views.remove(name, visitor)
    return done(request, "/console", mark("The view is removed."))


def _shown(request: Request, visitor: Visitor, entered: Entered) -> Response:
    can_share = visitor.may(Right.ARRANGE)
    return show(
        request,
        "view.html",
        status=wrong(entered),
        entered=entered,
        can_share=can_share,
        views=front_of(request).views.list(visitor),
    )
