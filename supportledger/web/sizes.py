"""How much a request may carry: more is refused before it is read to its end."""

from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from supportledger.web.problems import MEDIA_TYPE
from supportledger.web.request_ids import STATE

LARGEST_BODY: Final = 24 * 1024 * 1024
"""Bytes: a message with its files. What a single file may have is said where files are taken."""
_TOO_LARGE: Final = 413


class _Refused(Exception):  # noqa: N818 -- never leaves this module
    """The body is larger than what may be carried."""


class LimitedBodies:
    """
    Refuses requests that carry too much.

    Args:
        app: The application behind.
        most: Bytes.
    """

    def __init__(self, app: ASGIApp, *, most: int = LARGEST_BODY) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._declared(scope) > self._most:
            await self._refuse(scope, receive, send)
            return
        taken, begun = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise _Refused
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _Refused:
            if not begun:
                await self._refuse(scope, receive, send)

    @staticmethod
    def _declared(scope: Scope) -> int:
        found = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        return int(found) if found.isdigit() else 0

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = {
            "type": "urn:supportledger:too-large",
            "title": "Content Too Large",
            "status": _TOO_LARGE,
            "detail": f"a request carries at most {self._most} bytes",
            "code": "too-large",
            "hint": "Send large files apart, or a link to them.",
            "retryable": False,
            "request_id": scope.get("state", {}).get(STATE, ""),
        }
        answer = JSONResponse(said, _TOO_LARGE, {"connection": "close"}, media_type=MEDIA_TYPE)
        await answer(scope, receive, send)
