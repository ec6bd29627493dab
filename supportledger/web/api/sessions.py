"""Sessions: where one is signed in, and signing out of there."""

from typing import Annotated

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.people.sessions import Session, Way
from supportledger.desk.people.visitors import Visitor
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Instant, Meta, Page
from supportledger.web.doors import SIGNED_IN
from supportledger.web.visitors import front_of

router = guarded("sessions")
_Name = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["ab" * 32])]


class SessionShape(Answer):
    """A session, without its secret."""

    id: str
    ways: list[Way] = Field(description="How they have shown who they are.")
    created_at: Instant
    seen_at: Instant = Field(description="When it was last used, to the minute.")
    ends_at: Instant
    agent: str = Field(description="What the browser calls itself.")
    is_unlocked: bool = Field(description="A key is unlocked in it.")
    is_this: bool = Field(description="It is the one that asks.")


@router.get("/sessions", operation_id="sessions.list", responses=problems())
def sessions(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Page[SessionShape]:
    """List one's own sessions; API keys have none, and see none."""
    found = front_of(request).sessions.of(visitor.owner())
    return Page(data=[_shown(one, visitor) for one in found], meta=Meta(has_more=False))


@router.delete("/sessions/{name}", operation_id="sessions.end", responses=problems(404), status_code=204)
def end(request: Request, name: _Name, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """End one of one's own sessions."""
    front_of(request).sessions.end(visitor.owner(), name)
    return Response(status_code=204)


def _shown(one: Session, visitor: Visitor) -> SessionShape:
    return SessionShape(
        id=one.name,
        ways=sorted(one.ways),
        created_at=one.created_at,
        seen_at=one.seen_at,
        ends_at=one.ends_at,
        agent=one.agent,
        is_unlocked=one.is_unlocked,
        is_this=one.name == visitor.session,
    )
