"""What a desk is asked about audits; made by scripts/client.py."""

from collections.abc import Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Audits:
    """
    Asks a desk about audits.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(self) -> answers.PageAuditRun:
        """List audits, the latest first; they are kept for ninety days."""
        found: answers.PageAuditRun = self._ask(Ask("GET", "/audits"))
        return found

    def start(self, *, key: str = "") -> answers.AuditRun:
        """Begin an audit; one at a time."""
        found: answers.AuditRun = self._ask(Ask("POST", "/audits", key=key))
        return found

    def get(self, name: str) -> answers.AuditReport:
        """Show how far an audit is, and what it says."""
        found: answers.AuditReport = self._ask(Ask("GET", f"/audits/{part(name)}"))
        return found
