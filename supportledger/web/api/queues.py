"""Queues: what comes in by itself, in what order, and under which promise."""

from typing import Annotated

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.filing.queues import Queue
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("queues")
_Words = Annotated[list[str], Field(default=[], max_length=32)]


class QueueShape(Answer):
    """A queue."""

    name: str = Field(examples=["withdrawals"])
    title: dict[str, str] = Field(examples=[{"en": "Withdrawals", "zh": "提现"}])
    languages: list[str]
    products: list[str]
    channels: list[str]
    skills: list[str]
    rank: int
    policy: int | None
    is_closed: bool
    version: int


class QueueWanted(Body):
    """A queue as it is to be."""

    title: dict[str, str] = Field(default={}, max_length=16)
    languages: _Words
    products: _Words
    channels: _Words
    skills: _Words
    rank: int = Field(default=100, ge=0, le=1_000_000)
    policy: int | None = Field(default=None, ge=1, le=65_535)
    version: int = Field(default=0, ge=0, le=2**53, description="0 for a new one; else as it was read.")


_Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$", examples=["withdrawals"])]


@router.get("/queues", operation_id="queues.list", responses=problems())
def queues(request: Request, _visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Page[QueueShape]:
    """List the queues, in the order in which they are tried."""
    found = front_of(request).queues.list()
    return Page(data=[_shown(one) for one in found], meta=Meta(has_more=False))


@router.get("/queues/{name}", operation_id="queues.get", responses=problems(404))
def queue(request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> QueueShape:
    """Show one queue."""
    return _shown(front_of(request).queues.get(name))


@router.put("/queues/{name}", operation_id="queues.save", responses=problems(404, 409))
def save(
    request: Request, name: _Name, wanted: QueueWanted, _visitor: Annotated[Visitor, needs(Right.ARRANGE)]
) -> QueueShape:
    """Write a queue: a new one, or as it was last read."""
    said = wanted.model_dump()
    for words in ("languages", "products", "channels", "skills"):
        said[words] = tuple(said[words])
    return _shown(front_of(request).queues.save(Queue(name=name, **said)))


@router.delete("/queues/{name}", operation_id="queues.remove", responses=problems(404, 409), status_code=204)
def remove(request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.ARRANGE)]) -> Response:
    """Remove a queue that is empty."""
    front_of(request).queues.remove(name)
    return Response(status_code=204)


def _shown(one: Queue) -> QueueShape:
    return QueueShape(
        name=one.name,
        title=dict(one.title),
        languages=list(one.languages),
        products=list(one.products),
        channels=list(one.channels),
        skills=list(one.skills),
        rank=one.rank,
        policy=one.policy,
        is_closed=one.is_closed,
        version=one.version,
    )
