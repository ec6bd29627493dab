"""Policies: what is promised, in numbers and in words."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from supportledger.desk.hours import format_hours
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.policies import describe, terms
from supportledger.model.people import Right
from supportledger.model.policy import Policy
from supportledger.web.api.agents import Accepted, accepted
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Hex32, Meta, Page
from supportledger.web.api.signing import signer_of
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("policies")
_Duration = Annotated[int, Field(default=0, ge=0, le=4_294_967_295, description="Seconds; 0: none.")]
_Number = Annotated[int, Field(ge=1, le=65_535)]


class Promise(Answer):
    """A policy; it never changes once it is published."""

    number: int
    retired: bool = Field(description="No new ticket is opened under it.")
    first_response: int
    next_response: int
    resolution: int
    escalate_every: int
    reopen_window: int
    pause_allowance: int
    levels: int
    tier: int
    hours: str | None = Field(
        description="When clocks run; null: always.", examples=["Mo-Fr 09:00-18:00 +08:00"]
    )
    words: str = Field(description="The same in English words.")
    hash: Hex32 = Field(description="Of its terms, which customers sign.")


class Publish(Body):
    """What is to be promised; durations in seconds."""

    first_response: _Duration
    next_response: _Duration
    resolution: _Duration
    escalate_every: _Duration
    reopen_window: int = Field(default=604_800, ge=0, le=4_294_967_295)
    pause_allowance: _Duration
    levels: int = Field(default=0, ge=0, le=255)
    tier: int = Field(default=1, ge=1, le=255)
    hours: str | None = Field(default=None, max_length=200, examples=["Mo-Fr 09:00-18:00 +08:00"])


class Published(Accepted):
    """A policy that was published just now."""

    number: int


@router.get("/policies", operation_id="policies.list", responses=problems())
def policies(request: Request, _visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Page[Promise]:
    """List all policies."""
    found = front_of(request).desk.policies.list()
    return Page(data=[_promise(number, one) for number, one in found.items()], meta=Meta(has_more=False))


@router.get("/policies/{number}", operation_id="policies.get", responses=problems(404))
def policy(request: Request, number: _Number, _visitor: Annotated[Visitor, needs(Right.REGISTRY)]) -> Promise:
    """Show one policy."""
    return _promise(number, front_of(request).desk.policies.show(number))


@router.post("/policies", operation_id="policies.publish", responses=problems(409), status_code=201)
def publish(
    request: Request, wanted: Publish, visitor: Annotated[Visitor, needs(Right.PROMISE)]
) -> Published:
    """Publish a policy, for good."""
    made = front_of(request).desk.policies.publish(
        terms(**wanted.model_dump()), by=signer_of(request, visitor)
    )
    return Published(**accepted(made.mined).model_dump(), number=made.number)


@router.post("/policies/{number}/retire", operation_id="policies.retire", responses=problems(404, 409))
def retire(request: Request, number: _Number, visitor: Annotated[Visitor, needs(Right.PROMISE)]) -> Accepted:
    """Let no new ticket be opened under a policy; those that have it keep it."""
    return accepted(front_of(request).desk.policies.retire(number, by=signer_of(request, visitor)))


def _promise(number: int, policy: Policy) -> Promise:
    one = policy.terms
    return Promise(
        number=number,
        retired=policy.retired,
        first_response=one.first_response,
        next_response=one.next_response,
        resolution=one.resolution,
        escalate_every=one.escalate_every,
        reopen_window=one.reopen_window,
        pause_allowance=one.pause_allowance,
        levels=one.levels,
        tier=one.tier,
        hours=None if one.hours is None else format_hours(one.hours),
        words=describe(one),
        hash="0x" + one.hash.hex(),
    )
