"""What a desk answers about figures, as JSON; made by scripts/client.py."""

from typing import Literal, TypedDict

from supportledger.client.answers.shared import Meta

Kind = Literal["count", "duration", "share"]


class BacklogDay(TypedDict):
    """The active tickets at the end of a day."""

    day: str
    at: int
    ages: list[int]


class DefinitionShape(TypedDict):
    """What a figure is."""

    name: str
    title: str
    says: str
    dated_by: str
    source: str
    kind: "Kind"


class FigureShape(TypedDict):
    """One figure of a period."""

    name: str
    kind: "Kind"
    since: int
    until: int
    whole: "ValueShape"
    groups: "dict[str, ValueShape]"


class PageBacklogDay(TypedDict):
    """A page of a list."""

    data: "list[BacklogDay]"
    meta: "Meta"


class PageDefinitionShape(TypedDict):
    """A page of a list."""

    data: "list[DefinitionShape]"
    meta: "Meta"


class PageFigureShape(TypedDict):
    """A page of a list."""

    data: "list[FigureShape]"
    meta: "Meta"


class PageRowShape(TypedDict):
    """A page of a list."""

    data: "list[RowShape]"
    meta: "Meta"


class RowShape(TypedDict):
    """One thing that a figure was made of."""

    ticket: str
    ticket_id: str
    at: int
    agent: str | None
    value: int
    within: int
    group: str
    is_whole: bool
    is_part: bool


class SpreadShape(TypedDict):
    """How durations are spread, in seconds."""

    mean: float
    median: float
    p90: int


class ValueShape(TypedDict):
    """What a figure comes to."""

    n: int
    part: int | None
    share: float | None
    spread: "SpreadShape | None"
    within: "SpreadShape | None"


class WaitingShape(TypedDict):
    """Tickets with messages that nobody has answered, by age."""

    ages: list[int]
    never: list[int]
    again: list[int]
    oldest: int | None
