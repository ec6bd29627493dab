"""What a desk is asked about contacts; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask


class Contacts:
    """
    Asks a desk about contacts.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(self) -> answers.PageOfficialContact:
        """List the official contacts."""
        found: answers.PageOfficialContact = await self._ask(Ask("GET", "/contacts"))
        return found

    async def add(self, *, kind: Mapping[str, Any], value: str, key: str = "") -> answers.OfficialContact:
        """Say that a contact is the desk's, from now on."""
        found: answers.OfficialContact = await self._ask(
            Ask("POST", "/contacts", body={"kind": kind, "value": value}, key=key)
        )
        return found

    async def check(self, *, contact: str, key: str = "") -> answers.Said:
        """Say of a contact what it is, or looks like."""
        found: answers.Said = await self._ask(
            Ask("POST", "/contacts/check", body={"contact": contact}, key=key)
        )
        return found

    async def revoke(self, *, kind: Mapping[str, Any], value: str, key: str = "") -> answers.OfficialContact:
        """Say that a contact is the desk's no longer."""
        found: answers.OfficialContact = await self._ask(
            Ask("POST", "/contacts/revoke", body={"kind": kind, "value": value}, key=key)
        )
        return found
