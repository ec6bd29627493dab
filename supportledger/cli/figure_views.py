"""Figures as people and programs read them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from supportledger.cli.blocks import Cell, Column, Facts, Line, Listing
from supportledger.cli.language import _
from supportledger.cli.times import NEVER, local
from supportledger.desk.figures.definitions import BACKLOG, UNANSWERED, Kind
from supportledger.desk.figures.figures import Figure, Row
from supportledger.desk.figures.period import Group, Period
from supportledger.desk.figures.standing import AGES, Standing, Waiting
from supportledger.desk.figures.values import Spread, Value
from supportledger.model.duration import format_duration
from supportledger.model.ids import NOBODY, Address

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block
    from supportledger.cli.names import Names

Drawn = Cell | str
Shown = tuple[Mapping[str, Any], "list[Block]"]


def of_all(  # noqa: PLR0917 -- all that is shown
    figures: Sequence[Figure],
    waiting: Waiting,
    backlog: Sequence[Standing],
    period: Period,
    group: Group | None,
    names: "Names",
) -> Shown:
    """Show every figure of a period, what waits now, and the backlog day by day."""
    data = {
        **_period(period, group),
        "figures": [_data(one) for one in figures],
        "ages": list(AGES),
        "unanswered": {"never": waiting.never, "again": waiting.again, "oldest": waiting.oldest or None},
        "backlog": [{"day": one.day.isoformat(), "at": one.at, "ages": one.ages} for one in backlog],
    }
    rows = [row for one in figures for row in _rows(one, group, names)]
    ages = [
        (_(UNANSWERED[0]), str(waiting.count)),
        (_("The oldest message waits since"), local(waiting.oldest) if waiting.oldest else NEVER),
        (_(BACKLOG[0]), str(backlog[-1].count if backlog else 0)),
    ]
    return data, [_said(period), _listing(rows, group), Facts(ages)]


def of_one(figure: Figure, period: Period, group: Group | None, names: "Names") -> Shown:
    """Show a figure with its definition."""
    one = figure.definition
    said = [
        (_("Figure"), _(one.title)),
        (_("Definition"), _(one.says)),
        (_("Dated by"), _(one.dated_by)),
        (_("Worked out from"), _(one.source)),
    ]
    data = {**_period(period, group), **_data(figure)}
    data |= {"says": one.says, "dated_by": one.dated_by, "source": one.source}
    return data, [Facts(said), _said(period), _listing(list(_rows(figure, group, names)), group)]


def of_rows(  # noqa: PLR0917 -- all that is shown
    name: str, period: Period, group: Group | None, rows: Sequence[Row], skipped: int, names: "Names"
) -> Shown:
    """Show what a figure was made of."""
    data = {**_period(period, group), "name": name, "skipped": skipped, "rows": [_row(one) for one in rows]}
    columns = (
        Column(_("Ticket"), whole=True),
        Column(_("When"), wraps=True),
        Column(_("Agent")),
        Column(_("Value"), right=True),
        Column(_("Within hours"), right=True),
        Column(_("Group")),
        Column(_("Counts"), right=True),
    )
    drawn = [
        (
            Cell(one.ticket.handle, "id"),
            local(one.at),
            _agent(one.agent, names),
            str(one.value),
            str(one.within),
            _group(one.group, group, names),
            "✔" if one.is_part else "",
        )
        for one in rows
    ]
    return data, [_said(period), Listing(columns, drawn, empty=_("Nothing counts in this period."))]


def _listing(rows: Sequence[Sequence[Drawn]], group: Group | None) -> Listing:
    columns = (
        Column(_("Figure"), wraps=True),
        *([Column(_("Group"))] if group else []),
        Column(_("Number"), right=True),
        Column(_("Share"), right=True),
        Column(_("Mean"), right=True, rank=1),
        Column(_("Median"), right=True),
        Column(_("9 of 10 within"), right=True),
        Column(_("Median within hours"), right=True, rank=2),
    )
    return Listing(columns, rows)


def _rows(figure: Figure, group: Group | None, names: "Names") -> "list[tuple[Drawn, ...]]":
    title = _(figure.definition.title)
    if group is None:
        return [(title, *_cells(figure.whole, figure.definition.kind))]
    return [
        (title, _group(key, group, names), *_cells(value, figure.definition.kind))
        for key, value in figure.groups.items()
    ]


def _cells(value: Value, kind: Kind) -> tuple[str, ...]:
    share = NEVER if value.share is None else f"{value.share:.1%} ({value.part})"
    spread, within = value.spread, value.within
    durations = (
        (_lasted(spread.mean), _lasted(spread.median), _lasted(spread.p90)) if spread else (NEVER,) * 3
    )
    last = _lasted(within.median) if within else NEVER
    return (
        str(value.n),
        share if kind is Kind.SHARE else "",
        *(durations if kind is Kind.DURATION else ("",) * 3),
        (last if kind is Kind.DURATION else ""),
    )


def _lasted(seconds: float) -> str:
    return format_duration(round(seconds))


def _group(key: str, group: Group | None, names: "Names") -> Drawn:
    if group is Group.AGENT and key:
        return names.short(Address.parse(key))
    return key or NEVER


def _agent(agent: Address, names: "Names") -> Drawn:
    return NEVER if agent == NOBODY else names.short(agent)


def _said(period: Period) -> Line:
    said = _("From {since} until {until}, days in {zone}")
    return Line(said.format(since=local(period.since), until=local(period.until), zone=period.zone))


def _period(period: Period, group: Group | None) -> dict[str, Any]:
    by = group.value if group else None
    return {"since": period.since, "until": period.until, "zone": period.zone, "by": by}


def _data(figure: Figure) -> dict[str, Any]:
    one = figure.definition
    groups = {key: _value(value) for key, value in figure.groups.items()}
    return {"name": one.name, "kind": one.kind.value, **_value(figure.whole), "groups": groups}


def _value(value: Value) -> dict[str, Any]:
    return {
        "n": value.n,
        "part": value.part,
        "share": value.share,
        "calendar": _spread(value.spread),
        "business": _spread(value.within),
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return None if spread is None else {"mean": spread.mean, "median": spread.median, "p90": spread.p90}


def _row(one: Row) -> dict[str, Any]:
    return {
        "ticket_id": str(one.ticket),
        "handle": one.ticket.handle,
        "at": one.at,
        "agent": None if one.agent == NOBODY else str(one.agent),
        "value": one.value,
        "within": one.within,
        "group": one.group,
        "in_whole": one.is_whole,
        "in_part": one.is_part,
    }
