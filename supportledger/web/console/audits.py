"""Audits of the whole ledger: started here, followed, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.auditing.findings import Anomaly, Stage
from supportledger.desk.filing.sights import reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.web.console.telling import attempt, done, show, wrong
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
COUNTED: Final = (
    mark("tickets"),
    mark("entries"),
    mark("signatures"),
    mark("slots"),
    mark("rows"),
    mark("contents"),
    mark("lines"),
)
"""What a report counts, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One bar of a chart.

    Args:
        name: Of what.
        value: As it is written.
        share: Of the longest; 0 to 100.
    """

    name: str
    value: str
    share: float


@router.get("/console/audit")
def audits(request: Request, _visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> Response:
    """List audits."""
    return _shown(request, Entered.of(request))


@router.post("/console/audit")
def start(request: Request, visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> Response:
    """Begin an audit; it goes on when this page is closed."""
    entered, runs = Entered.of(request), front_of(request).audit_runs
    begun = attempt(entered, lambda: runs.start(visitor.name, reader_of(visitor)))
    if begun is None:
        return _shown(request, entered)
    return done(request, f"/console/audit/{begun[0].id}", mark("The audit has begun."))


@router.get("/console/audit/{name}")
def one(request: Request, name: str, _visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> Response:
    """Show how far an audit is, or what it says."""
    runs = front_of(request).audit_runs
    run = runs.get(name)
    figures = run.report.get("figures", {})
    return show(
        request,
        "audit.html",
        run=run,
        is_running=run.is_running(runs.now()),
        stages=[str(one) for one in Stage],
        classes=[str(one) for one in Anomaly],
        charts=_charts(figures),
        counted=COUNTED,
    )


def bars(counted: Mapping[str, float]) -> list[Bar]:
    """Draw numbers, the largest first."""
    longest = max(counted.values(), default=0) or 1
    ordered = sorted(counted.items(), key=lambda one: -one[1])
    return [Bar(name, f"{value:,}", round(100 * value / longest, 1)) for name, value in ordered]


def _charts(figures: Mapping[str, Any]) -> list[tuple[str, list[Bar]]]:
    drawn = [
        (mark("Tickets by status"), bars(figures.get("statuses", {}))),
        (mark("Entries by action"), bars(figures.get("actions", {}))),
        (mark("On record of tickets"), bars(figures.get("flags", {}))),
    ]
    return [(name, found) for name, found in drawn if found]


def _shown(request: Request, entered: Entered) -> Response:
    runs = front_of(request).audit_runs
    return show(
        request, "audits.html", status=wrong(entered), runs=runs.list(), at=runs.now(), entered=entered
    )
