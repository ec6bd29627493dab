"""What a desk answers about policies, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class PagePromise(TypedDict):
    """A page of a list."""

    data: "list[Promise]"
    meta: "Meta"


class Promise(TypedDict):
    """A policy; it never changes once it is published."""

    number: int
    retired: bool
    first_response: int
    next_response: int
    resolution: int
    escalate_every: int
    reopen_window: int
    pause_allowance: int
    levels: int
    tier: int
    hours: str | None
    words: str
    hash: str


class Published(TypedDict):
    """A policy that was published just now."""

    transaction: str
    block_number: int
    number: int
