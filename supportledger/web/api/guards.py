"""
What stands before every route of the API, in this order.

1. who asks (401), and how often (429)
2. what the body is written in (415); how large it may be is looked at before (413)
3. whether whoever asks may do such a thing at all (403)
4. whether the same request was answered before: its `Idempotency-Key` (422, 409)

Then comes the route: values (422), what is out of sight (404), `If-Match` (412), what has happened (409).
"""

from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi import APIRouter, HTTPException
from fastapi.dependencies.models import Dependant
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import LimitReached, NotSignedIn
from supportledger.web.api.repeated import Repeated
from supportledger.web.doors import Door, door_of, routes_of
from supportledger.web.limits import READING, STRANGERS, WRITING, Allowance, Left, Limits
from supportledger.web.line import Standing, in_line
from supportledger.web.sign_in.cookies import network_of
from supportledger.web.sizes import only_small
from supportledger.web.visitors import SAFE_METHODS, front_of, visitor_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
PREFIX: Final = "/api/v1"
JSON: Final = "application/json"
_WRONG_TYPE: Final = 415


class Guarded(Standing):
    """A route of the API; those of a router that `guarded` made are."""

    dependant: Dependant

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        is_work = not iscoroutinefunction(endpoint)
        self._reads = is_work and SAFE_METHODS.issuperset(options.get("methods") or ())
        super().__init__(path, _at_once(endpoint) if self._reads else endpoint, **options)

    def get_route_handler(self) -> Handler:
        """Put the guards before the route."""
        inner, door = super().get_route_handler(), door_of(self)

        def read(request: Request) -> Response:
            with front_of(request).desk.store.moment():
                _let_in(request, door)
                return _result(inner(request))

        async def handle(request: Request) -> Response:
            if self._reads:
                return await in_line(read, request)
            visitor = await in_line(_let_in, request, door)
            repeated = Repeated.of(front_of(request), request, visitor)
            return await inner(request) if repeated is None else await repeated.answer(request, inner)

        return handle


def _at_once(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Let the framework call an endpoint in the thread that it is in, which is not the one of its loop."""

    @wraps(endpoint)
    async def work(**given: Any) -> Any:
        return endpoint(**given)

    return work


def _result(work: Coroutine[Any, Any, Response]) -> Response:
    """Do in this thread what waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        answer: Response = done.value
        return answer
    work.close()
    raise TypeError("a route that only reads has waited for something")


def guarded(subject: str) -> APIRouter:
    """Make a router for what programs ask of one subject: guards stand before each of its routes."""
    return APIRouter(prefix=PREFIX, tags=[subject], route_class=Guarded)


def check_guards(routes: Sequence[BaseRoute]) -> None:
    """
    Let no API start with a route that nothing guards.

    Raises:
        TypeError: There is one: its router was not made by `guarded`.
    """
    for route in routes_of(routes):
        if not isinstance(route.original_route, Guarded):
            raise TypeError(f"the route {route.path} of the API is not guarded")


def _let_in(request: Request, door: Door | None) -> Visitor:
    """
    Let somebody come as far as the route.

    Raises:
        NotSignedIn: They are nobody, and the route is not everybody's; or their key does not work.
        LimitReached: They come too often.
        Denied: They may not do this.
    """
    visitor = _known(request)
    if visitor.person is None and (door is None or not door.is_public):
        raise NotSignedIn("this needs somebody who is signed in", hint="Sign in, or send an API key.")
    _count(request, visitor)
    _check_media_type(request)
    if door is not None:
        door.let_in(request)
    if visitor.person is None:
        only_small(request)
    return visitor


def _known(request: Request) -> Visitor:
    """
    Tell who asks; who shows a key that does not work is counted as a stranger.

    Raises:
        NotSignedIn: Their key does not work.
        LimitReached: They have tried too many.
    """
    try:
        return visitor_of(request)
    except NotSignedIn:
        _take(request, STRANGERS, network_of(request))
        raise


def _count(request: Request, visitor: Visitor) -> None:
    if visitor.person is None:
        _take(request, STRANGERS, network_of(request))
    else:
        _take(request, READING if request.method in SAFE_METHODS else WRITING, visitor.person.hex())


def _take(request: Request, allowance: Allowance, who: str) -> None:
    """Count a request, and let its answer say what is left."""
    limits: Limits = request.app.state.limits
    try:
        request.state.left = limits.take(allowance, who)
    except LimitReached as error:
        request.state.left = Left(allowance, 0, error.after_s)
        raise


def _check_media_type(request: Request) -> None:
    """Take nothing but JSON: forms could be sent by pages of others."""
    has_body = "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if has_body and kind != JSON:
        raise HTTPException(
            _WRONG_TYPE, f"a body is written in {JSON}, not in {kind[:80] or 'nothing known'}"
        )
