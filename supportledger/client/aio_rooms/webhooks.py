"""What a desk is asked about webhooks; made by scripts/client.py."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from supportledger.client import answers
from supportledger.client.asking import Ask, part


class Webhooks:
    """
    Asks a desk about webhooks.

    Args:
        ask: Sends what is asked.
    """

    def __init__(self, ask: Callable[[Ask], Awaitable[Any]]) -> None:
        self._ask = ask

    async def replay(self, name: str, *, key: str = "") -> answers.DeliveryShape:
        """Tell an endpoint once more of one thing."""
        found: answers.DeliveryShape = await self._ask(
            Ask("POST", f"/deliveries/{part(name)}/replay", key=key)
        )
        return found

    async def list(self) -> answers.PageEndpointShape:
        """List the endpoints."""
        found: answers.PageEndpointShape = await self._ask(Ask("GET", "/webhooks"))
        return found

    async def add(
        self, *, url: str, wants: Sequence[str] | None = None, note: str | None = None, key: str = ""
    ) -> answers.EndpointMade:
        """Tell a program from now on; it must be reached by https, at a public address."""
        found: answers.EndpointMade = await self._ask(
            Ask("POST", "/webhooks", body={"url": url, "wants": wants, "note": note}, key=key)
        )
        return found

    async def remove(self, name: str) -> None:
        """Forget an endpoint."""
        await self._ask(Ask("DELETE", f"/webhooks/{part(name)}"))

    async def get(self, name: str) -> answers.EndpointShape:
        """Show one endpoint."""
        found: answers.EndpointShape = await self._ask(Ask("GET", f"/webhooks/{part(name)}"))
        return found

    async def deliveries(
        self, name: str, *, size: int | None = None, after: str | None = None
    ) -> answers.PageDeliveryShape:
        """List what an endpoint was told, or is to be."""
        found: answers.PageDeliveryShape = await self._ask(
            Ask("GET", f"/webhooks/{part(name)}/deliveries", query={"size": size, "after": after})
        )
        return found

    async def disable(self, name: str, *, key: str = "") -> answers.EndpointShape:
        """Tell an endpoint nothing any more."""
        found: answers.EndpointShape = await self._ask(
            Ask("POST", f"/webhooks/{part(name)}/disable", key=key)
        )
        return found

    async def enable(self, name: str, *, key: str = "") -> answers.EndpointShape:
        """Tell an endpoint again, from now on."""
        found: answers.EndpointShape = await self._ask(Ask("POST", f"/webhooks/{part(name)}/enable", key=key))
        return found

    async def replay_since(self, name: str, *, since: int, key: str = "") -> answers.Count:
        """Tell an endpoint all once more that happened since an instant."""
        found: answers.Count = await self._ask(
            Ask("POST", f"/webhooks/{part(name)}/replay", body={"since": since}, key=key)
        )
        return found

    async def rotate(self, name: str, *, key: str = "") -> answers.EndpointMade:
        """Make a new secret; for a while, requests are signed with both."""
        found: answers.EndpointMade = await self._ask(Ask("POST", f"/webhooks/{part(name)}/rotate", key=key))
        return found
