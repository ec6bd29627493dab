"""Figures: what they come to in a period, by what, what they mean, and the rows that they are made of."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.figures.definitions import Kind, definition
from supportledger.desk.figures.figures import ROWS, Figure
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.values import Value
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import InputError
from supportledger.language import mark, told
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.web.console.clocks import lasting
from supportledger.web.console.naming import name_of
from supportledger.web.console.telling import UNPROCESSABLE, show
from supportledger.web.doors import needs
from supportledger.web.language import language_of
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_DAY_S: Final = 86_400
_PERIODS: Final = (7, 30, 90, 365)
GROUPS: Final = {
    Group.AGENT: mark("agent"),
    Group.QUEUE: mark("queue"),
    Group.CHANNEL: mark("channel"),
    Group.TOPIC: mark("topic"),
    Group.POLICY: mark("policy"),
    Group.LANGUAGE: mark("language"),
    Group.DAY: mark("day"),
    Group.WEEK: mark("week"),
    Group.MONTH: mark("month"),
}
"""By what figures are grouped, as people call it."""
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What somebody asks for.

    Args:
        period: From when to when.
        group: By what; None: in all.
        hours: Durations count the seconds within business hours only.
        query: The same as part of an address.
    """

    period: Period
    group: Group | None
    hours: bool
    query: str


@dataclass(frozen=True, slots=True)
class Bar:
    """
    What a figure comes to for one group.

    Args:
        name: The group's.
        text: The value, written out.
        share: Of the longest bar; 0 to 100.
        n: Of how many.
    """

    name: str
    text: str
    share: float
    n: int


@router.get("/console/figures")
def dashboard(request: Request, _visitor: Annotated[Visitor, needs(Right.FIGURES)]) -> Response:
    """Show all figures of a period."""
    asked, wrong = _asked(request)
    found = front_of(request).figures.dashboard(asked.period, asked.group)
    backlog = front_of(request).figures.backlog(asked.period)
    return show(
        request,
        "figures.html",
        status=UNPROCESSABLE if wrong else 200,
        figures=[(one, written(request, one, one.whole, asked), _bars(request, one, asked)) for one in found],
        unanswered=front_of(request).figures.unanswered(),
        backlog=backlog,
        most=max((one.count for one in backlog), default=0) or 1,
        asked=asked,
        groups=GROUPS,
        periods=_PERIODS,
        wrong=wrong,
        days=request.query_params.get("days", "30"),
    )


@router.get("/console/figures/{name}")
def one(
    request: Request, name: str, _visitor: Annotated[Visitor, needs(Right.FIGURES)], start: int = 0
) -> Response:
    """Show one figure with its definition and the rows that it is made of."""
    asked, _ = _asked(request)
    figures = front_of(request).figures
    found = figures.figure(name, asked.period, asked.group)
    rows = figures.rows(name, asked.period, asked.group, max(0, start), 100)
    return show(
        request,
        "figure.html",
        figure=found,
        value=written(request, found, found.whole, asked),
        bars=_bars(request, found, asked),
        rows=[(row, name_of(request, row.agent) if any(row.agent) else "") for row in rows],
        following=start + 100 if len(rows) == 100 else 0,
        is_duration=found.definition.kind is Kind.DURATION,
        asked=asked,
    )


@router.get("/console/figures/{name}/rows.csv")
def rows_csv(request: Request, name: str, _visitor: Annotated[Visitor, needs(Right.FIGURES)]) -> Response:
    """Give all rows of a figure as a table."""
    definition(name)
    asked, _ = _asked(request)
    figures, start, table = front_of(request).figures, 0, io.StringIO()
    sheet = csv.writer(table)
    sheet.writerow(["ticket", "at", "agent", "value", "within_hours", "group", "is_whole", "is_part"])
    while rows := figures.rows(name, asked.period, asked.group, start, ROWS):
        for row in rows:
            when = datetime.fromtimestamp(row.at, UTC).isoformat()
            agent = str(row.agent) if any(row.agent) else ""
            sheet.writerow(
                (
                    *(row.ticket.handle, when, agent, row.value, row.within),
                    *(_harmless(row.group), int(row.is_whole), int(row.is_part)),
                )
            )
        start += len(rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(table.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def written(request: Request, figure: Figure, value: Value, asked: Asked) -> str:
    """Write a value out; a dash where there is nothing to say."""
    kind = figure.definition.kind
    if kind is Kind.COUNT:
        return f"{value.n:,}"
    if kind is Kind.SHARE:
        return "–" if value.share is None else f"{value.share:.1%}"
    spread = value.within if asked.hours else value.spread
    return "–" if spread is None else lasting(language_of(request), spread.median)


def _bars(request: Request, figure: Figure, asked: Asked) -> list[Bar]:
    sizes = {name: _size(figure, value, asked) for name, value in figure.groups.items()}
    longest = max(sizes.values(), default=0) or 1
    return [
        Bar(
            _group_name(request, asked, name),
            written(request, figure, value, asked),
            round(100 * sizes[name] / longest, 1),
            value.n,
        )
        for name, value in figure.groups.items()
    ]


def _size(figure: Figure, value: Value, asked: Asked) -> float:
    if figure.definition.kind is Kind.COUNT:
        return float(value.n)
    if figure.definition.kind is Kind.SHARE:
        return value.share or 0.0
    spread = value.within if asked.hours else value.spread
    return spread.median if spread else 0.0


def _group_name(request: Request, asked: Asked, name: str) -> str:
    if asked.group is Group.AGENT and name.startswith("0x"):
        return name_of(request, Address.parse(name))
    return name or "–"


def _asked(request: Request) -> tuple[Asked, Mapping[str, str]]:
    """Read what is asked for; what cannot be is told, and the last thirty days are shown."""
    query, now = request.query_params, front_of(request).people.now
    given = {name: query.get(name, "") for name in ("since", "until", "zone", "days", "group", "hours")}
    wrong: dict[str, str] = {}
    try:
        period = _period(given, now)
    except InputError as error:
        wrong["since"] = told(language_of(request), f"{error.message}. {error.hint}".strip())
        period = Period(now - 30 * _DAY_S, now + 1)
    group = Group(given["group"]) if given["group"] in set(Group) else None
    kept = {name: value for name, value in given.items() if value}
    return Asked(period, group, given["hours"] == "business", urlencode(kept)), wrong


def _period(given: Mapping[str, str], now: int) -> Period:
    zone = given["zone"] or "UTC"
    if given["since"] or given["until"]:
        since, until = _day(given["since"], 0), _day(given["until"], now) + _DAY_S
        return Period(since, until, zone)
    days = int(given["days"]) if given["days"].isascii() and given["days"].isdecimal() else 30
    return Period(max(0, now - min(days, 3_650) * _DAY_S), now + 1, zone)


def _day(text: str, default: int) -> int:
    if not text:
        return default
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InputError("that is no day", hint="Write it as 2026-11-22.") from error
    return int(datetime(found.year, found.month, found.day, tzinfo=UTC).timestamp())


def _harmless(text: str) -> str:
    """Keep a table's program from taking a text for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
