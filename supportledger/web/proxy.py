"""
Who asks, as a proxy of ours says.

A proxy adds the address that it sees behind whatever a client has claimed: only the last one is the proxy's
own word.
"""

from collections.abc import MutableMapping
from ipaddress import ip_address
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

FORWARDED: Final = b"x-forwarded-for"


class Proxied:
    """
    Takes the last address of `X-Forwarded-For` for that of the client.

    Args:
        app: The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http":
            _name_client(scope)
        await self._app(scope, receive, send)


def _name_client(scope: MutableMapping[str, Any]) -> None:
    said = [value for name, value in scope["headers"] if name == FORWARDED]
    if not said:
        return
    last = said[-1].decode("latin-1").rpartition(",")[2].strip()
    try:
        scope["client"] = (str(ip_address(last)), 0)
    except ValueError:  # a proxy that says nonsense: whoever comes through it counts as one
        scope["client"] = ("unknown", 0)
