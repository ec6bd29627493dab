"""
What was asked of this process: one line for each request, with nothing in it that anybody wrote.

The address is written as the route has it, with names for what varies: no ids, no file names, no query, no
cookies, and nothing of a body.
"""

import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from supportledger.web.request_ids import STATE

_QUIET: Final = frozenset({"/healthz", "/readyz"})
_ASSETS: Final = "/assets/{name}"
_FAULT: Final = 500


class Journal:
    """
    Writes down what was asked.

    Args:
        app: The application behind.
        log: Where it is told.
    """

    def __init__(self, app: ASGIApp, *, log: Any) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), _FAULT

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._tell(scope, status, time.monotonic() - began)

    def _tell(self, scope: Scope, status: int, took_s: float) -> None:
        route, name = getattr(scope.get("route"), "path", ""), scope.get("state", {}).get(STATE, "")
        if scope["path"] in _QUIET or (route == _ASSETS and status < _FAULT):
            return
        tell = self._log.error if status >= _FAULT else self._log.info
        ms = round(took_s * 1_000, 1)
        tell("web.request", id=name, method=scope["method"], route=route, status=status, ms=ms)
