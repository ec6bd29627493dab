"""What a desk answers about webhooks, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class Count(TypedDict):
    """How many deliveries were begun again."""

    count: int


class DeliveryShape(TypedDict):
    """That one endpoint is told of one happening."""

    id: str
    kind: str
    ticket: str | None
    state: str
    next_at: int
    created_at: int
    tries: "list[TryShape]"


class EndpointMade(TypedDict):
    """An endpoint with its secret, which is shown once."""

    endpoint: "EndpointShape"
    secret: str


class EndpointShape(TypedDict):
    """A program that is told what happens."""

    id: str
    url: str
    wants: list[str]
    note: str
    created_at: int
    failing_since: int | None
    disabled: str
    version: int


class PageDeliveryShape(TypedDict):
    """A page of a list."""

    data: "list[DeliveryShape]"
    meta: "Meta"


class PageEndpointShape(TypedDict):
    """A page of a list."""

    data: "list[EndpointShape]"
    meta: "Meta"


class TryShape(TypedDict):
    """One request."""

    at: int
    status: int | None
    error: str
    took_ms: int
    body: str
