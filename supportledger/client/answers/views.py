"""What a desk answers about views, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class PageViewShape(TypedDict):
    """A page of a list."""

    data: "list[ViewShape]"
    meta: "Meta"


class ViewShape(TypedDict):
    """A question with a name; it never widens what its reader sees."""

    id: str
    title: str
    is_shared: bool
    statuses: list[str]
    queues: list[str]
    tags: list[str]
    assignee: str
    is_overdue: bool
    person: str | None
    words: str
    order: str | None
    version: int
