"""What a desk answers about reads, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class PageReading(TypedDict):
    """A page of a list."""

    data: "list[Reading]"
    meta: "Meta"


class Reading(TypedDict):
    """That somebody was shown something; a line of a log that is anchored on the ledger."""

    index: int
    time: int
    reader: str | None
    what: str
    reason: str
    tickets: list[str]
