"""What a desk is asked about keys; made by scripts/client.py."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Keys:
    """
    Asks a desk about keys.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Any]) -> None:
        self._ask = ask

    def list(self) -> answers.PageKey:
        """List one's API keys."""
        found: answers.PageKey = self._ask(Ask("GET", "/keys"))
        return found

    def make(
        self,
        *,
        label: str,
        scopes: Sequence[Mapping[str, Any]],
        expires_at: int | None = None,
        identity: str | None = None,
        key: str = "",
    ) -> answers.KeyMade:
        """Make an API key; it may do at most what its maker may."""
        found: answers.KeyMade = self._ask(
            Ask(
                "POST",
                "/keys",
                body={"label": label, "scopes": scopes, "expires_at": expires_at, "identity": identity},
                key=key,
            )
        )
        return found

    def revoke(self, name: str) -> None:
        """Let a key do nothing any more."""
        self._ask(Ask("DELETE", f"/keys/{part(name)}"))
