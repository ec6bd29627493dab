"""What a desk is asked about export; made by scripts/client.py."""

from collections.abc import Awaitable, Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask


class Export:
    """
    Asks a desk about export.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def tickets(self, *, cursor: str | None = None, size: int | None = None) -> answers.Exported:
        """
        Take out tickets: first all, then those to which something happened since.

        What happened within the last minute comes later. Whoever comes again after more than six days
        begins
        anew: their cursor is answered with tickets from the first one on. Whoever accepts
        `application/jsonl`
        gets as many parts as there are, one ticket to a line, while they are read.
        """
        found: answers.Exported = await self._ask(
            Ask("GET", "/export", query={"cursor": cursor, "size": size})
        )
        return found
