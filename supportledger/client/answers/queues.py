"""What a desk answers about queues, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class PageQueueShape(TypedDict):
    """A page of a list."""

    data: "list[QueueShape]"
    meta: "Meta"


class QueueShape(TypedDict):
    """A queue."""

    name: str
    title: dict[str, str]
    languages: list[str]
    products: list[str]
    channels: list[str]
    skills: list[str]
    rank: int
    policy: int | None
    is_closed: bool
    version: int
