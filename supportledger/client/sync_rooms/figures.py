"""What a desk is asked about figures; made by scripts/client.py."""

from collections.abc import Callable, Mapping
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Figures:
    """
    Asks a desk about figures.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(
        self,
        *,
        group: Mapping[str, Any] | None = None,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
    ) -> answers.PageFigureShape:
        """Give all figures of a period."""
        found: answers.PageFigureShape = self._ask(
            Ask("GET", "/figures", query={"group": group, "since": since, "until": until, "zone": zone})
        )
        return found

    def backlog(
        self, *, since: int | None = None, until: int | None = None, zone: str | None = None
    ) -> answers.PageBacklogDay:
        """Count what was active at the end of each day of a period."""
        found: answers.PageBacklogDay = self._ask(
            Ask("GET", "/figures/backlog", query={"since": since, "until": until, "zone": zone})
        )
        return found

    def definitions(self) -> answers.PageDefinitionShape:
        """Say what each figure is."""
        found: answers.PageDefinitionShape = self._ask(Ask("GET", "/figures/definitions"))
        return found

    def unanswered(self) -> answers.WaitingShape:
        """Count what waits now."""
        found: answers.WaitingShape = self._ask(Ask("GET", "/figures/unanswered"))
        return found

    def get(
        self,
        name: str,
        *,
        group: Mapping[str, Any] | None = None,
        since: int | None = None,
        until: int | None = None,
        zone: str | None = None,
    ) -> answers.FigureShape:
        """Give one figure."""
        found: answers.FigureShape = self._ask(
            Ask(
                "GET",
                f"/figures/{part(name)}",
                query={"group": group, "since": since, "until": until, "zone": zone},
            )
        )
        return found

    def rows(
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
        found: answers.PageRowShape = self._ask(
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
