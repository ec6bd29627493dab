"""What a desk is asked about figures; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Figures:
    """
    Asks a desk about figures.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(
        self,
        *,
        group: Mapping[str, Any] | None = None,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
    ) -> answers.PageFigureShape:
        """Give all figures of a period."""
        found: answers.PageFigureShape = await self._ask(
            Ask("GET", "/figures", query={"group": group, "since": since, "until": until, "zone": zone})
        )
        return found

    async def backlog(
        self, *, since: int | None = None, until: int | None = None, zone: str | None = None
    ) -> answers.PageBacklogDay:
        """Count what was active at the end of each day of a period."""
        found: answers.PageBacklogDay = await self._ask(
            Ask("GET", "/figures/backlog", query={"since": since, "until": until, "zone": zone})
        )
        return found

    async def definitions(self) -> answers.PageDefinitionShape:
        """Say what each figure is."""
        found: answers.PageDefinitionShape = await self._ask(Ask("GET", "/figures/definitions"))
        return found

    async def unanswered(self) -> answers.WaitingShape:
        """Count what waits now."""
        found: answers.WaitingShape = await self._ask(Ask("GET", "/figures/unanswered"))
        return found

    async def get(
        self,
        name: str,
        *,
        group: Mapping[str, Any] | None = None,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
    ) -> answers.FigureShape:
        """Give one figure."""
        found: answers.FigureShape = await self._ask(
            Ask(
                "GET",
                f"/figures/{part(name)}",
                query={"group": group, "since": since, "until": until, "zone": zone},
            )
        )
        return found

    async def rows(
        self,
        name: str,
        *,
        group: Mapping[str, Any] | None = None,
        size: int | None = None,
        after: int | None = None,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
    ) -> answers.PageRowShape:
        """List what a figure is made of, oldest first."""
        found: answers.PageRowShape = await self._ask(
            Ask(
                "GET",
                f"/figures/{part(name)}/rows",
                query={
                    "group": group,
                    "size": size,
                    "after": after,
                    "since": since,
                    "until": until,
                    "zone": zone,
                },
            )
        )
        return found
