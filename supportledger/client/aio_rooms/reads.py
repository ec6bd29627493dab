"""What a desk is asked about reads; made by scripts/client.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask


class Reads:
    """
    Asks a desk about reads.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(
        self, *, ticket: str | None = None, size: int | None = None, after: int | None = None
    ) -> answers.PageReading:
        """
        List who read a ticket, oldest first, the lists that showed its subject included.

        Without a ticket: who went through many at once, by lists, exports and audits.
        """
        found: answers.PageReading = await self._ask(
            Ask("GET", "/reads", query={"ticket": ticket, "size": size, "after": after})
        )
        return found
