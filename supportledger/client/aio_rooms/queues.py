"""What a desk is asked about queues; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Queues:
    """
    Asks a desk about queues.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(self) -> answers.PageQueueShape:
        """List the queues, in the order in which they are tried."""
        found: answers.PageQueueShape = await self._ask(Ask("GET", "/queues"))
        return found

    async def remove(self, name: str) -> None:
        """Remove a queue that is empty."""
        await self._ask(Ask("DELETE", f"/queues/{part(name)}"))

    async def get(self, name: str) -> answers.QueueShape:
        """Show one queue."""
        found: answers.QueueShape = await self._ask(Ask("GET", f"/queues/{part(name)}"))
        return found

    async def save(
        self,
        name: str,
        *,
        title: Mapping[str, str] | None = None,
        languages: Sequence[str] | None = None,
        products: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        skills: Sequence[str] | None = None,
        rank: int | None = None,
        policy: int | None = None,
        version: int | None = None,
    ) -> answers.QueueShape:
        """Write a queue: a new one, or as it was last read."""
        found: answers.QueueShape = await self._ask(
            Ask(
                "PUT",
                f"/queues/{part(name)}",
                body={
                    "title": title,
                    "languages": languages,
                    "products": products,
                    "channels": channels,
                    "skills": skills,
                    "rank": rank,
                    "policy": policy,
                    "version": version,
                },
            )
        )
        return found
