"""What a desk is asked about desk; made by scripts/client.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask


class Desk:
    """
    Asks a desk about desk.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def status(self) -> answers.DeskStatus:
        """Tell how the desk is."""
        found: answers.DeskStatus = await self._ask(Ask("GET", "/status"))
        return found
