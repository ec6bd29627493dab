"""Macros: texts that are written often, one's own and everybody's."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.filing.macros import LEAVES, PLACES, Macro
from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.asked import tags_of
from supportledger.web.console.telling import attempt, done, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)


@router.get("/console/macros")
def macros(request: Request, visitor: Annotated[Visitor, needs(Right.ANSWER)], edit: str = "") -> Response:
    """List macros, and one of them to be changed."""
    return _shown(request, visitor, Entered.of(request), edit)


@router.post("/console/macros")
def save(request: Request, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Write a macro."""
    entered, front = Entered.of(request), front_of(request)
    title, text = entered.text("title", most=80), entered.text("text")
    version = entered.read("version", int, default=0)

    def act() -> Any:
        made = Macro(
            title,
            text,
            owner=None if entered["shared"] == "yes" else visitor.person,
            status=entered["status"] or None,
            tags=tags_of(entered["tags"]),
            languages=tags_of(entered["languages"]),
            id=entered["id"],
            version=version or 0,
        )
        return front.macros.save(made, visitor)

    kept = attempt(entered, act, "text")
    if kept is None:
        return _shown(request, visitor, entered, entered["id"])
    return done(request, "/console/macros#sent", mark("The macro {title} is kept."), title=kept.title)


@router.post("/console/macros/{name}/remove")
def remove(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Remove a macro."""
    front_of(request).macros.remove(name, visitor)
    return done(request, "/console/macros", mark("The macro is removed."))


def _shown(request: Request, visitor: Visitor, entered: Entered, edit: str) -> Response:
    rooms = front_of(request).macros
    return show(
        request,
        "macros.html",
        status=wrong(entered),
        macros=rooms.list(visitor),
        edited=rooms.get(edit, visitor) if edit else None,
        places=PLACES,
        leaves=LEAVES,
        can_share=visitor.may(Right.ARRANGE),
        entered=entered,
    )
