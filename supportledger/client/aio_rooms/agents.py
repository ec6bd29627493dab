"""What a desk is asked about agents; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Agents:
    """
    Asks a desk about agents.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def list(self) -> answers.PageCertificate:
        """List every agent there ever was."""
        found: answers.PageCertificate = await self._ask(Ask("GET", "/agents"))
        return found

    async def certify(
        self,
        *,
        account: str,
        tier: int | None = None,
        valid_days: int | None = None,
        skills: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        credential: str | None = None,
        key: str = "",
    ) -> answers.Accepted:
        """Certify an agent, or change what a certificate is for."""
        found: answers.Accepted = await self._ask(
            Ask(
                "POST",
                "/agents",
                body={
                    "account": account,
                    "tier": tier,
                    "valid_days": valid_days,
                    "skills": skills,
                    "languages": languages,
                    "credential": credential,
                },
                key=key,
            )
        )
        return found

    async def get(self, account: str) -> answers.History:
        """Show an agent with the history of their certificate."""
        found: answers.History = await self._ask(Ask("GET", f"/agents/{part(account)}"))
        return found

    async def reinstate(self, account: str, *, key: str = "") -> answers.Accepted:
        """Let a suspended certificate count again."""
        found: answers.Accepted = await self._ask(Ask("POST", f"/agents/{part(account)}/reinstate", key=key))
        return found

    async def renew(self, account: str, *, valid_days: int | None = None, key: str = "") -> answers.Accepted:
        """Extend a certificate."""
        found: answers.Accepted = await self._ask(
            Ask("POST", f"/agents/{part(account)}/renew", body={"valid_days": valid_days}, key=key)
        )
        return found

    async def revoke(
        self, account: str, *, since: int | None = None, reason: str | None = None, key: str = ""
    ) -> answers.Accepted:
        """End a certificate for good; what was answered since then counts as not certified."""
        found: answers.Accepted = await self._ask(
            Ask("POST", f"/agents/{part(account)}/revoke", body={"since": since, "reason": reason}, key=key)
        )
        return found

    async def suspend(self, account: str, *, reason: str | None = None, key: str = "") -> answers.Accepted:
        """Let a certificate not count for now."""
        found: answers.Accepted = await self._ask(
            Ask("POST", f"/agents/{part(account)}/suspend", body={"reason": reason}, key=key)
        )
        return found
