"""
What every answer tells the browser not to do.

1. No script that is not a file of ours, no frame around a page of ours, no guess at a type.
2. What belongs to somebody is kept in no cache; files that carry their hash in their address, for a year.
3. What people have sent is only ever downloaded, and has no rights of our origin where it is shown anyway.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
"""Of our own pages. No inline script or style runs, whoever managed to write one into a page."""
SANDBOX: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Of files that people have sent."""
SAFE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "content-security-policy": CONTENT_POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "cache-control": "no-store",
    }
)
"""Set wherever the answer does not say otherwise itself."""
_YEAR_S: Final = 365 * 86_400


class SafeHeaders:
    """
    Adds to every answer what keeps it from being misused.

    Args:
        app: The application behind.
        is_secure: The desk is reached by https: browsers are told never to come otherwise.
    """

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        more = {"strict-transport-security": f"max-age={_YEAR_S}"} if is_secure else {}
        self._safe = [(name.encode(), value.encode()) for name, value in {**SAFE, **more}.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                said = {name for name, _ in headers}
                headers += [one for one in self._safe if one[0] not in said]
            await send(message)

        await self._app(scope, receive, safely)
