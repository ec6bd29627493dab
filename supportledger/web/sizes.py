"""
How much a request may carry, and how long it may take to: more is refused before it is read to its end.

1. Nobody carries more than a message with its files.
2. Strangers carry a form without files. Who is one is asked before a body is read: by the guards of the API,
   and of a larger form by `forms.take_form`; whoever names no session and no key need not be asked for.
3. Everything else that is sent to pages is small, whoever sends it.
4. A body comes in time: half a minute, and more for as much as it has.
"""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from supportledger.web.problems import MEDIA_TYPE
from supportledger.web.request_ids import STATE

LARGEST_BODY: Final = 24 * 1024 * 1024
"""Bytes: a message with its files. What a single file may have is said where files are taken."""
SMALL_BODY: Final = 256 * 1024
"""Bytes: a message of the most characters, as a browser writes it in a form, and no files."""
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_API: Final = "/api/"
_BODY: Final = "body"
_FIRST_S: Final = 30.0
_SLOWEST: Final = 50_000
"""Bytes each second."""


class _Refused(Exception):  # noqa: N818 -- never leaves this module
    """The body is larger than what may be carried, or comes too slowly."""


class LimitedBodies:
    """
    Refuses requests that carry too much, or take too long to.

    Args:
        app: The application behind.
        first_s: Seconds that each body has, besides those for its length.
    """

    def __init__(self, app: ASGIApp, *, first_s: float = _FIRST_S) -> None:
        self._app = app
        self._first_s = first_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        body = _Body(scope, receive, send, self._first_s)
        with suppress(_Refused):  # it is told here, whoever was reading
            body.take(declared(scope))
            await self._app(scope, body.receive, body.send)
        if body.is_refused and not body.has_begun:
            await body.refuse()


class _Body:
    """A body as it is read; and the answer, which is ours once it is refused."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, first_s: float) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._most = _most(scope)
        self._taken, self._is_whole, self._why = 0, False, HTTPStatus.OK
        scope.setdefault("state", {})[_BODY] = self
        expected = min(declared(scope) or self._most, self._most)
        self._until = asyncio.get_running_loop().time() + first_s + expected / _SLOWEST
        self.has_begun = self.is_refused = False

    def take(self, size: int, most: int = LARGEST_BODY) -> None:
        """Refuse what is too large; what is the most is never more than it was before."""
        self._most = min(self._most, most)
        if size > self._most:
            self._refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def receive(self) -> Message:
        """Give the next part; after the last one, what else there is, whenever it comes."""
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            self._refused(HTTPStatus.REQUEST_TIMEOUT)
        self._taken += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        self.take(self._taken)
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on, but for what is said of a body that was refused: that is ours to say."""
        if self.is_refused and not self.has_begun:
            return
        self.has_begun = True
        await self._send(message)

    async def refuse(self) -> None:
        """Say why."""
        said = _SAID[self._why] | {"status": self._why, "title": self._why.phrase, "retryable": False}
        said |= {"request_id": self._scope["state"].get(STATE, "")}
        answer = JSONResponse(said, self._why, {"connection": "close"}, media_type=MEDIA_TYPE)
        await answer(self._scope, self._receive, self._send)

    def _refused(self, why: HTTPStatus) -> NoReturn:
        """Stop reading; whoever reads may take it for a body that cannot be read, and answer in vain."""
        self._why, self.is_refused = why, True
        raise _Refused


_SAID: Final[dict[int, dict[str, Any]]] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {
        "type": "urn:supportledger:too-large",
        "detail": f"a request carries at most {LARGEST_BODY} bytes, a stranger's {SMALL_BODY}",
        "code": "too-large",
        "hint": "Send large files apart, or a link to them.",
    },
    HTTPStatus.REQUEST_TIMEOUT: {
        "type": "urn:supportledger:too-slow",
        "detail": "the body of the request came too slowly",
        "code": "too-slow",
        "hint": "Send it again over a better connection.",
    },
}


def declared(scope: Scope) -> int:
    """Give how much a request says that it carries; 0 if it does not say."""
    said = _header(scope, b"content-length")
    return int(said) if said.isdigit() else 0


def is_large(request: Request) -> bool:
    """Tell whether a request may carry more than a stranger's."""
    return declared(request.scope) > SMALL_BODY or "content-length" not in request.headers


def only_small(request: Request) -> None:
    """
    Take no large body from whoever sends this: they are a stranger after all.

    Raises:
        Exception: What they send is large; the answer says so.
    """
    body: _Body | None = request.scope["state"].get(_BODY)
    if body is not None:
        body.take(declared(request.scope), SMALL_BODY)


def _most(scope: Scope) -> int:
    """Tell how much somebody may carry who is who they say."""
    is_named = bool(_header(scope, b"cookie") or _header(scope, b"authorization"))
    kind = _header(scope, b"content-type").partition(b";")[0].strip().lower().decode("latin-1")
    is_large = scope["path"].startswith(_API) or kind in FORMS
    return LARGEST_BODY if is_named and is_large else SMALL_BODY


def _has_body(scope: Scope) -> bool:
    return declared(scope) > 0 or bool(_header(scope, b"transfer-encoding"))


def _header(scope: Scope, name: bytes) -> bytes:
    found: bytes = next((value for key, value in scope["headers"] if key == name), b"")
    return found
