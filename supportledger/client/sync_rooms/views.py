"""What a desk is asked about views; made by scripts/client.py."""

from collections.abc import Callable, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Views:
    """
    Asks a desk about views.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(self) -> answers.PageViewShape:
        """List everybody's views and one's own."""
        found: answers.PageViewShape = self._ask(Ask("GET", "/views"))
        return found

    def add(
        self,
        *,
        title: str,
        is_shared: bool | None = None,
        statuses: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        assignee: str | None = None,
        is_overdue: bool | None = None,
        person: str | None = None,
        words: str | None = None,
        order: str | None = None,
        version: int | None = None,
        key: str = "",
    ) -> answers.ViewShape:
        """Keep a new view."""
        found: answers.ViewShape = self._ask(
            Ask(
                "POST",
                "/views",
                body={
                    "title": title,
                    "is_shared": is_shared,
                    "statuses": statuses,
                    "queues": queues,
                    "tags": tags,
                    "assignee": assignee,
                    "is_overdue": is_overdue,
                    "person": person,
                    "words": words,
                    "order": order,
                    "version": version,
                },
                key=key,
            )
        )
        return found

    def remove(self, name: str) -> None:
        """Remove a view."""
        self._ask(Ask("DELETE", f"/views/{part(name)}"))

    def get(self, name: str) -> answers.ViewShape:
        """Show one view."""
        found: answers.ViewShape = self._ask(Ask("GET", f"/views/{part(name)}"))
        return found

    def save(
        self,
        name: str,
        *,
        title: str,
        is_shared: bool | None = None,
        statuses: Sequence[str] | None = None,
        queues: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        assignee: str | None = None,
        is_overdue: bool | None = None,
        person: str | None = None,
        words: str | None = None,
        order: str | None = None,
        version: int | None = None,
    ) -> answers.ViewShape:
        """Write a view as it was last read."""
        found: answers.ViewShape = self._ask(
            Ask(
                "PUT",
                f"/views/{part(name)}",
                body={
                    "title": title,
                    "is_shared": is_shared,
                    "statuses": statuses,
                    "queues": queues,
                    "tags": tags,
                    "assignee": assignee,
                    "is_overdue": is_overdue,
                    "person": person,
                    "words": words,
                    "order": order,
                    "version": version,
                },
            )
        )
        return found

    def tickets(self, name: str, *, size: int | None = None, after: str | None = None) -> answers.PageTicket:
        """
        List the tickets that a view comes to now, for staff.

        That their subjects were read is on record.
        """
        found: answers.PageTicket = self._ask(
            Ask("GET", f"/views/{part(name)}/tickets", query={"size": size, "after": after})
        )
        return found
