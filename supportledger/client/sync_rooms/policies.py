"""What a desk is asked about policies; made by scripts/client.py."""

from collections.abc import Callable
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Policies:
    """
    Asks a desk about policies.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(self) -> answers.PagePromise:
        """List all policies."""
        found: answers.PagePromise = self._ask(Ask("GET", "/policies"))
        return found

    def publish(
        self,
        *,
        first_response: int | None = None,
        next_response: int | None = None,
        resolution: int | None = None,
        escalate_every: int | None = None,
        reopen_window: int | None = None,
        pause_allowance: int | None = None,
        levels: int | None = None,
        tier: int | None = None,
        hours: str | None = None,
        key: str = "",
    ) -> answers.Published:
        """Publish a policy, for good."""
        found: answers.Published = self._ask(
            Ask(
                "POST",
                "/policies",
                body={
                    "first_response": first_response,
                    "next_response": next_response,
                    "resolution": resolution,
                    "escalate_every": escalate_every,
                    "reopen_window": reopen_window,
                    "pause_allowance": pause_allowance,
                    "levels": levels,
                    "tier": tier,
                    "hours": hours,
                },
                key=key,
            )
        )
        return found

    def get(self, number: int) -> answers.Promise:
        """Show one policy."""
        found: answers.Promise = self._ask(Ask("GET", f"/policies/{part(number)}"))
        return found

    def retire(self, number: int, *, key: str = "") -> answers.Accepted:
        """Let no new ticket be opened under a policy; those that have it keep it."""
        found: answers.Accepted = self._ask(Ask("POST", f"/policies/{part(number)}/retire", key=key))
        return found
