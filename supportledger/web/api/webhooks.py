"""Webhooks: programs that are told what happens, what they were told, and telling them again."""

from typing import Annotated

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.desk.webhooks.deliveries import Delivery
from supportledger.desk.webhooks.endpoints import Endpoint
from supportledger.desk.webhooks.webhooks import Made
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Body, Instant, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("webhooks")
_Name = Annotated[str, Field(max_length=128, pattern="^[!-~]+$")]
_Size = Annotated[int, Field(ge=1, le=1_000)]


class EndpointShape(Answer):
    """A program that is told what happens."""

    id: str
    url: str = Field(examples=["https://crm.example/hooks/desk"])
    wants: list[str] = Field(description="Kinds of happenings; empty for all.", examples=[["ticket.*"]])
    note: str
    created_at: Instant
    failing_since: Instant | None
    disabled: str = Field(description="Why it is told nothing; empty while it is told.")
    version: int


class EndpointWanted(Body):
    """Whom to tell, and of what."""

    url: str = Field(min_length=1, max_length=2_000)
    wants: list[str] = Field(default=[], max_length=50)
    note: str = Field(default="", max_length=200)


class EndpointMade(Answer):
    """An endpoint with its secret, which is shown once."""

    endpoint: EndpointShape
    secret: str = Field(description="Verify with it as Standard Webhooks says.", examples=["whsec_…"])


class TryShape(Answer):
    """One request."""

    at: Instant
    status: int | None
    error: str
    took_ms: int
    body: str = Field(description="The beginning of what was answered.")


class DeliveryShape(Answer):
    """That one endpoint is told of one happening."""

    id: str
    kind: str = Field(examples=["ticket.answered"])
    ticket: str | None
    state: str
    next_at: Instant
    created_at: Instant
    tries: list[TryShape]


class Since(Body):
    """From when on to tell again."""

    since: Instant


class Count(Answer):
    """How many deliveries were begun again."""

    count: int


@router.get("/webhooks", operation_id="webhooks.list", responses=problems())
def webhooks(request: Request, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]) -> Page[EndpointShape]:
    """List the endpoints."""
    found = front_of(request).webhooks.list()
    return Page(data=[_endpoint(one) for one in found], meta=Meta(has_more=False))


@router.post("/webhooks", operation_id="webhooks.add", responses=problems(409), status_code=201)
def add(
    request: Request, wanted: EndpointWanted, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> EndpointMade:
    """Tell a program from now on; it must be reached by https, at a public address."""
    return _made(front_of(request).webhooks.add(wanted.url, wanted.wants, wanted.note))


@router.get("/webhooks/{name}", operation_id="webhooks.get", responses=problems(404))
def webhook(
    request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> EndpointShape:
    """Show one endpoint."""
    return _endpoint(front_of(request).webhooks.get(name))


@router.delete("/webhooks/{name}", operation_id="webhooks.remove", responses=problems(404), status_code=204)
def remove(request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]) -> Response:
    """Forget an endpoint."""
    front_of(request).webhooks.remove(name)
    return Response(status_code=204)


@router.post("/webhooks/{name}/rotate", operation_id="webhooks.rotate", responses=problems(404, 409))
def rotate(
    request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> EndpointMade:
    """Make a new secret; for a while, requests are signed with both."""
    return _made(front_of(request).webhooks.rotate(name))


@router.post("/webhooks/{name}/enable", operation_id="webhooks.enable", responses=problems(404, 409))
def enable(
    request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> EndpointShape:
    """Tell an endpoint again, from now on."""
    return _endpoint(front_of(request).webhooks.enable(name))


@router.post("/webhooks/{name}/disable", operation_id="webhooks.disable", responses=problems(404, 409))
def disable(
    request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> EndpointShape:
    """Tell an endpoint nothing any more."""
    return _endpoint(front_of(request).webhooks.disable(name))


@router.get("/webhooks/{name}/deliveries", operation_id="webhooks.deliveries", responses=problems(404))
def deliveries(
    request: Request,
    name: _Name,
    _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)],
    size: _Size = 100,
    after: Annotated[str, Field(max_length=128)] = "",
) -> Page[DeliveryShape]:
    """List what an endpoint was told, or is to be."""
    front_of(request).webhooks.get(name)
    found = front_of(request).webhooks.log(name, after=after, limit=size + 1)
    more = len(found) > size
    meta = Meta(has_more=more, after=found[size - 1].id if more else None)
    return Page(data=[_delivery(one) for one in found[:size]], meta=meta)


@router.post("/webhooks/{name}/replay", operation_id="webhooks.replay_since", responses=problems(404, 409))
def replay_since(
    request: Request, name: _Name, wanted: Since, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> Count:
    """Tell an endpoint all once more that happened since an instant."""
    return Count(count=front_of(request).webhooks.replay_since(name, wanted.since))


@router.post("/deliveries/{name}/replay", operation_id="webhooks.replay", responses=problems(404, 409))
def replay(
    request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.WEBHOOKS)]
) -> DeliveryShape:
    """Tell an endpoint once more of one thing."""
    return _delivery(front_of(request).webhooks.replay(name))


def _made(made: Made) -> EndpointMade:
    return EndpointMade(endpoint=_endpoint(made.endpoint), secret=made.secret)


def _endpoint(one: Endpoint) -> EndpointShape:
    return EndpointShape(
        id=one.id,
        url=one.url,
        wants=list(one.wants),
        note=one.note,
        created_at=one.created_at,
        failing_since=one.failing_since,
        disabled=one.disabled,
        version=one.version,
    )


def _delivery(one: Delivery) -> DeliveryShape:
    happening = one.happening
    return DeliveryShape(
        id=one.id,
        kind=happening.kind,
        ticket=None if happening.ticket is None else happening.ticket.handle,
        state=one.state.value,
        next_at=one.next_at,
        created_at=one.created_at,
        tries=[TryShape.model_validate(each) for each in one.tries],
    )
