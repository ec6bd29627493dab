"""What a desk answers about audits, as JSON; made by scripts/client.py."""

from typing import Any, TypedDict

from supportledger.client.answers.shared import Meta


class AuditReport(TypedDict):
    """An audit with what it says."""

    id: str
    by: str
    state: str
    is_running: bool
    began_at: int
    heard_at: int
    stage: str
    steps: int
    done: int
    why: str
    report: dict[str, Any]


class AuditRun(TypedDict):
    """An audit, and how far it has come."""

    id: str
    by: str
    state: str
    is_running: bool
    began_at: int
    heard_at: int
    stage: str
    steps: int
    done: int
    why: str


class PageAuditRun(TypedDict):
    """A page of a list."""

    data: "list[AuditRun]"
    meta: "Meta"
