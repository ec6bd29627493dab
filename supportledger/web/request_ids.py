"""
A name for each request: its answer, the page or problem that tells a failure, and the journal all have it.

1. Each answer says it in `X-Request-Id`.
2. A proxy of ours may give one; what anybody else gives is not looked at.
3. It tells nothing of who asked, or for what.
"""

import os
import re
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "x-request-id"
STATE: Final = "request_id"
"""Where a request has it, among what is known of it."""
_GIVEN: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_BYTES: Final = 8
_HEADER: Final = HEADER.encode()


class RequestIds:
    """
    Names requests.

    Args:
        app: The application behind.
        trusts_proxy: A proxy of ours stands before it, and may name them.
    """

    def __init__(self, app: ASGIApp, *, trusts_proxy: bool = False) -> None:
        self._app = app
        self._trusts_proxy = trusts_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = (_given(scope) if self._trusts_proxy else "") or os.urandom(_BYTES).hex()
        scope.setdefault("state", {})[STATE] = name

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((_HEADER, name.encode()))
            await send(message)

        await self._app(scope, receive, naming)


def request_id_of(request: Request) -> str:
    """Give the name of a request; empty before it has one."""
    return str(getattr(request.state, STATE, ""))


def _given(scope: Scope) -> str:
    """Give the name that a proxy has set: the last one, as with addresses; empty for one that is none."""
    said = [value for name, value in scope["headers"] if name == _HEADER]
    return said[-1].decode("ascii") if said and _GIVEN.fullmatch(said[-1]) else ""
