"""Queues: what comes in by itself, in what order, and under which promise."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.agents import SKILLS
from supportledger.desk.filing.queues import Queue
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


@router.get("/console/queues")
def queues(request: Request, visitor: Annotated[Visitor, needs(Right.REGISTRY)], edit: str = "") -> Response:
    """List all queues, and one of them to be changed."""
    return _shown(request, visitor, Entered.of(request), edit)


@router.post("/console/queues")
def save(request: Request, visitor: Annotated[Visitor, needs(Right.ARRANGE)]) -> Response:
    """Write a queue: a new one, or as it was when its form was shown."""
    entered, front = Entered.of(request), front_of(request)
    version, rank = entered.read("version", int, default=0), entered.read("rank", int, default=100)
    policy = entered.read("policy", int)
    title = {one: entered[f"title_{one}"].strip() for one in ("en", "zh")}

    def act() -> Any:
        made = Queue(
            name=entered["name"].strip(),
            title={language: text for language, text in title.items() if text},
            languages=tags_of(entered["languages"]),
            products=tags_of(entered["products"]),
            channels=tags_of(entered["channels"]),
            skills=tuple(one for one in entered.all("skill") if one in SKILLS),
            rank=100 if rank is None else rank,
            policy=policy,
            version=version or 0,
        )
        return front.queues.save(made)

    kept = attempt(entered, act, "name")
    if kept is None:
        return _shown(request, visitor, entered, entered["name"] if version else "")
    return done(request, "/console/queues", mark("The queue {name} is kept."), name=kept.name)


@router.post("/console/queues/{name}/remove")
def remove(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.ARRANGE)]) -> Response:
    """Remove a queue that is empty."""
    entered = Entered.of(request)

    def act() -> bool:
        front_of(request).queues.remove(name)
        return True

    if attempt(entered, act) is None:
        return _shown(request, visitor, entered, "")
    return done(request, "/console/queues", mark("The queue {name} is removed."), name=name)


def _shown(request: Request, visitor: Visitor, entered: Entered, edit: str) -> Response:
    rooms = front_of(request).queues
    return show(
        request,
        "queues.html",
        status=wrong(entered),
        queues=rooms.list(),
        edited=rooms.get(edit) if edit else None,
        skills=SKILLS,
        can_arrange=visitor.may(Right.ARRANGE),
        entered=entered,
    )
