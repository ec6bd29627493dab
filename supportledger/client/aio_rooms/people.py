"""What a desk is asked about people; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class People:
    """
    Asks a desk about people.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def me(self) -> answers.Me:
        """Tell who asks, and what they may do."""
        found: answers.Me = await self._ask(Ask("GET", "/me"))
        return found

    async def list(self) -> answers.PagePerson:
        """List who works here."""
        found: answers.PagePerson = await self._ask(Ask("GET", "/people"))
        return found

    async def invite(
        self,
        *,
        name: str,
        roles: Sequence[Mapping[str, Any]],
        queues: Sequence[str] | None = None,
        mail: str | None = None,
        key: str = "",
    ) -> answers.Invited:
        """Invite somebody to work here; administrators are not made by keys."""
        found: answers.Invited = await self._ask(
            Ask(
                "POST",
                "/people",
                body={"name": name, "roles": roles, "queues": queues, "mail": mail},
                key=key,
            )
        )
        return found

    async def disable(self, person: str, *, key: str = "") -> answers.Person:
        """Let somebody do nothing any more, and end all that lets them in."""
        found: answers.Person = await self._ask(Ask("POST", f"/people/{part(person)}/disable", key=key))
        return found

    async def enable(self, person: str, *, key: str = "") -> answers.Person:
        """Let somebody in again."""
        found: answers.Person = await self._ask(Ask("POST", f"/people/{part(person)}/enable", key=key))
        return found

    async def set_roles(
        self, person: str, *, roles: Sequence[Mapping[str, Any]], queues: Sequence[str] | None = None
    ) -> answers.Person:
        """Say what somebody is to the desk, from now on; administrators are not made by keys."""
        found: answers.Person = await self._ask(
            Ask("PUT", f"/people/{part(person)}/roles", body={"roles": roles, "queues": queues})
        )
        return found
