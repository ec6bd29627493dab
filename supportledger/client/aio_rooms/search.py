"""What a desk is asked about search; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask


class Search:
    """
    Asks a desk about search.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def tickets(
        self,
        *,
        words: str,
        queue: Sequence[str] | None = None,
        tag: Sequence[str] | None = None,
        size: int | None = None,
        after: str | None = None,
    ) -> answers.PageTicket:
        """Find tickets by words, for staff; that their subjects were read is on record."""
        found: answers.PageTicket = await self._ask(
            Ask(
                "GET",
                "/search",
                query={"words": words, "queue": queue, "tag": tag, "size": size, "after": after},
            )
        )
        return found
