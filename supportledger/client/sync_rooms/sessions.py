"""What a desk is asked about sessions; made by scripts/client.py."""

from collections.abc import Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Sessions:
    """
    Asks a desk about sessions.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(self) -> answers.PageSessionShape:
        """List one's own sessions; API keys have none, and see none."""
        found: answers.PageSessionShape = self._ask(Ask("GET", "/sessions"))
        return found

    def end(self, name: str) -> None:
        """End one of one's own sessions."""
        self._ask(Ask("DELETE", f"/sessions/{part(name)}"))
