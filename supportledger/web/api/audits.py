"""Audits of the whole ledger: begun here, followed, read."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import Field

from supportledger.desk.audit_runs import Run
from supportledger.desk.filing.sights import reader_of
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import Answer, Instant, Meta, Page
from supportledger.web.doors import needs
from supportledger.web.visitors import front_of

router = guarded("audits")
_Name = Annotated[str, Field(pattern="^[0-9a-f]{16}$", examples=["0011223344556677"])]


class AuditRun(Answer):
    """An audit, and how far it has come."""

    id: str
    by: str = Field(description="Who asked for it.")
    state: str = Field(description="running, done, failed", examples=["running"])
    is_running: bool = Field(description="It goes on; one that says running and is not heard of is dead.")
    began_at: Instant
    heard_at: Instant
    stage: str = Field(description="Which part it is at.")
    steps: int = Field(description="Of that part.")
    done: int
    why: str = Field(description="Why it failed; empty unless it did.")


class AuditReport(AuditRun):
    """An audit with what it says."""

    report: dict[str, Any] = Field(
        description="As `supportledger audit --json` gives it; empty before it is done.",
        examples=[{"conclusion": "clean", "findings": []}],
    )


@router.get("/audits", operation_id="audits.list", responses=problems())
def audits(request: Request, _visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> Page[AuditRun]:
    """List audits, the latest first; they are kept for ninety days."""
    runs = front_of(request).audit_runs
    now = runs.now()
    return Page(data=[AuditRun(**_shown(one, now)) for one in runs.list()], meta=Meta(has_more=False))


@router.post("/audits", operation_id="audits.start", responses=problems(409), status_code=202)
def start(request: Request, visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> AuditRun:
    """Begin an audit; one at a time."""
    runs = front_of(request).audit_runs
    run, _ = runs.start(visitor.name, reader_of(visitor))
    return AuditRun(**_shown(run, runs.now()))


@router.get("/audits/{name}", operation_id="audits.get", responses=problems(404))
def audit(request: Request, name: _Name, _visitor: Annotated[Visitor, needs(Right.AUDIT)]) -> AuditReport:
    """Show how far an audit is, and what it says."""
    runs = front_of(request).audit_runs
    run = runs.get(name)
    return AuditReport(**_shown(run, runs.now()), report=dict(run.report))


def _shown(run: Run, now: int) -> dict[str, Any]:
    names = ("id", "by", "state", "began_at", "heard_at", "stage", "steps", "done", "why")
    return {name: getattr(run, name) for name in names} | {"is_running": run.is_running(now)}
