"""Figures: what they come to in a period, what they mean, and the rows that they are made of."""

from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from pydantic import Field

from supportledger.desk.figures.definitions import DEFINITIONS, Definition, Kind
from supportledger.desk.figures.figures import ROWS, Figure, Row
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.standing import AGES
from supportledger.desk.figures.values import Value
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Answer, Hex32, Instant, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("figures")
_MONTH_S: Final = 30 * 86_400
_Name = Annotated[str, Field(max_length=64, pattern="^[a-z][a-z_-]*$", examples=["first_response"])]
_Grouped = Annotated[Group | None, Query(description="By what; without it: in all.")]
_Since = Annotated[int | None, Query(ge=0, le=253_402_300_799, description="Default: a month ago.")]
_Until = Annotated[
    int | None, Query(ge=0, le=253_402_300_799, description="First second behind it. Default: now.")
]
_Zone = Annotated[str, Query(max_length=64, description="That days are of.", examples=["Asia/Shanghai"])]


class DefinitionShape(Answer):
    """What a figure is."""

    name: str = Field(examples=["opened"])
    title: str
    says: str = Field(description="What it counts.")
    dated_by: str = Field(description="What puts it into a period.")
    source: str = Field(description="What it is worked out from.")
    kind: Kind


class SpreadShape(Answer):
    """How durations are spread, in seconds."""

    mean: float
    median: float
    p90: int = Field(description="The least one that nine of ten do not exceed.")


class ValueShape(Answer):
    """What a figure comes to."""

    n: int = Field(description="How many it was made of; of a share: of the whole.")
    part: int | None = Field(description="Of a share: how many of them.")
    share: float | None = Field(description="The part by the whole; null for a share of nothing.")
    spread: SpreadShape | None = Field(description="Of durations.")
    within: SpreadShape | None = Field(description="Of durations: of the seconds within business hours.")


class FigureShape(Answer):
    """One figure of a period."""

    name: str = Field(examples=["opened"])
    kind: Kind
    since: Instant
    until: Instant
    whole: ValueShape
    groups: dict[str, ValueShape] = Field(description="By group; empty when none was asked for.")


class RowShape(Answer):
    """One thing that a figure was made of."""

    ticket: str = Field(description="Handle.")
    ticket_id: Hex32
    at: Instant
    agent: AddressText | None
    value: int
    within: int
    group: str
    is_whole: bool = Field(description="It counts in the whole.")
    is_part: bool = Field(description="It counts in a share's part.")


class WaitingShape(Answer):
    """Tickets with messages that nobody has answered, by age."""

    ages: list[int] = Field(description="Where a bucket ends, in seconds; the last has no end.")
    never: list[int] = Field(description="Of those that nobody ever answered: how many in each bucket.")
    again: list[int] = Field(description="Of those that were answered before.")
    oldest: Instant | None = Field(description="Since when the oldest message waits.")


class BacklogDay(Answer):
    """The active tickets at the end of a day."""

    day: str = Field(examples=["2026-11-22"])
    at: Instant
    ages: list[int] = Field(description="How many in each bucket, as in `figures.unanswered`.")


async def _period(
    request: Request, since: _Since = None, until: _Until = None, zone: _Zone = "UTC"
) -> Period:
    end = front_of(request).people.now + 1 if until is None else until
    return Period(max(0, end - _MONTH_S) if since is None else since, end, zone)


_Asked = Annotated[Period, Depends(_period)]
_Door = Annotated[Visitor, needs(Right.FIGURES)]


@router.get("/figures", operation_id="figures.list", responses=problems())
def figures(request: Request, _visitor: _Door, period: _Asked, group: _Grouped = None) -> Page[FigureShape]:
    """Give all figures of a period."""
    found = front_of(request).figures.dashboard(period, group)
    return Page(data=[_figure(one, period) for one in found], meta=Meta(has_more=False))


@router.get("/figures/definitions", operation_id="figures.definitions", responses=problems())
def definitions(_request: Request, _visitor: _Door) -> Page[DefinitionShape]:
    """Say what each figure is."""
    return Page(data=[_definition(one) for one in DEFINITIONS.values()], meta=Meta(has_more=False))


@router.get("/figures/unanswered", operation_id="figures.unanswered", responses=problems())
def unanswered(request: Request, _visitor: _Door) -> WaitingShape:
    """Count what waits now."""
    found = front_of(request).figures.unanswered()
    return WaitingShape(
        ages=list(AGES), never=list(found.never), again=list(found.again), oldest=found.oldest or None
    )


@router.get("/figures/backlog", operation_id="figures.backlog", responses=problems())
def backlog(request: Request, _visitor: _Door, period: _Asked) -> Page[BacklogDay]:
    """Count what was active at the end of each day of a period."""
    found = front_of(request).figures.backlog(period)
    days = [BacklogDay(day=one.day.isoformat(), at=one.at, ages=list(one.ages)) for one in found]
    return Page(data=days, meta=Meta(has_more=False))


@router.get("/figures/{name}", operation_id="figures.get", responses=problems(404))
def figure(
    request: Request, name: _Name, _visitor: _Door, period: _Asked, group: _Grouped = None
) -> FigureShape:
    """Give one figure."""
    return _figure(front_of(request).figures.figure(name, period, group), period)


@router.get("/figures/{name}/rows", operation_id="figures.rows", responses=problems(404))
def rows(  # noqa: PLR0917 -- each is a parameter of the address
    request: Request,
    name: _Name,
    _visitor: _Door,
    period: _Asked,
    group: _Grouped = None,
    size: Annotated[int, Query(ge=1, le=ROWS - 1)] = 100,
    after: Annotated[int, Query(ge=0, le=2**53, description="`meta.after` of the page before.")] = 0,
) -> Page[RowShape]:
    """List what a figure is made of, oldest first."""
    found = front_of(request).figures.rows(name, period, group, after, size + 1)
    more = len(found) > size
    meta = Meta(has_more=more, after=str(after + size) if more else None)
    return Page(data=[_row(one) for one in found[:size]], meta=meta)


def _definition(one: Definition) -> DefinitionShape:
    names = ("name", "title", "says", "dated_by", "source", "kind")
    plain: dict[str, Any] = {name: getattr(one, name) for name in names}
    return DefinitionShape(**plain)


def _figure(one: Figure, period: Period) -> FigureShape:
    return FigureShape(
        name=one.definition.name,
        kind=one.definition.kind,
        since=period.since,
        until=period.until,
        whole=_value(one.whole),
        groups={name: _value(value) for name, value in one.groups.items()},
    )


def _value(one: Value) -> ValueShape:
    return ValueShape.model_validate(one)


def _row(one: Row) -> RowShape:
    names = ("at", "value", "within", "group", "is_whole", "is_part")
    plain: dict[str, Any] = {name: getattr(one, name) for name in names}
    agent = str(one.agent) if any(one.agent) else None
    return RowShape(ticket=one.ticket.handle, ticket_id=str(one.ticket), agent=agent, **plain)
