"""What a desk answers about macros, as JSON; made by scripts/client.py."""

from typing import TypedDict

from supportledger.client.answers.shared import Meta


class MacroShape(TypedDict):
    """A text with places such as `{{handle}}`."""

    id: str
    title: str
    text: str
    is_shared: bool
    status: str | None
    queue: str | None
    tags: list[str]
    untags: list[str]
    languages: list[str]
    version: int


class PageMacroShape(TypedDict):
    """A page of a list."""

    data: "list[MacroShape]"
    meta: "Meta"


class Proposed(TypedDict):
    """What a macro proposes: to be read, and then signed as any other answer."""

    text: str
    status: str | None
    queue: str | None
    tags: list[str]
