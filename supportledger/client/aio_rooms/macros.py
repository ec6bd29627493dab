"""What a desk is asked about macros; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Macros:
    """
    Asks a desk about macros.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(self, *, language: str | None = None) -> answers.PageMacroShape:
        """List one's own macros and everybody's, by title."""
        found: answers.PageMacroShape = await self._ask(Ask("GET", "/macros", query={"language": language}))
        return found

    async def add(
        self,
        *,
        title: str,
        text: str,
        is_shared: bool | None = None,
        status: str | None = None,
        queue: str | None = None,
        tags: Sequence[str] | None = None,
        untags: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        version: int | None = None,
        key: str = "",
    ) -> answers.MacroShape:
        """Keep a new macro."""
        found: answers.MacroShape = await self._ask(
            Ask(
                "POST",
                "/macros",
                body={
                    "title": title,
                    "text": text,
                    "is_shared": is_shared,
                    "status": status,
                    "queue": queue,
                    "tags": tags,
                    "untags": untags,
                    "languages": languages,
                    "version": version,
                },
                key=key,
            )
        )
        return found

    async def remove(self, name: str) -> None:
        """Remove a macro."""
        await self._ask(Ask("DELETE", f"/macros/{part(name)}"))

    async def get(self, name: str) -> answers.MacroShape:
        """Show one macro."""
        found: answers.MacroShape = await self._ask(Ask("GET", f"/macros/{part(name)}"))
        return found

    async def save(
        self,
        name: str,
        *,
        title: str,
        text: str,
        is_shared: bool | None = None,
        status: str | None = None,
        queue: str | None = None,
        tags: Sequence[str] | None = None,
        untags: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        version: int | None = None,
    ) -> answers.MacroShape:
        """Write a macro as it was last read."""
        found: answers.MacroShape = await self._ask(
            Ask(
                "PUT",
                f"/macros/{part(name)}",
                body={
                    "title": title,
                    "text": text,
                    "is_shared": is_shared,
                    "status": status,
                    "queue": queue,
                    "tags": tags,
                    "untags": untags,
                    "languages": languages,
                    "version": version,
                },
            )
        )
        return found

    async def fill(self, name: str, *, ticket: str, key: str = "") -> answers.Proposed:
        """
        Fill a macro for a ticket.

        Nothing is sent. What the ticket is about is read, and that is on record.
        """
        found: answers.Proposed = await self._ask(
            Ask("POST", f"/macros/{part(name)}/fill", body={"ticket": ticket}, key=key)
        )
        return found
