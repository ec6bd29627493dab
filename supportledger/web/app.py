"""
The web application, put together: the doors, what guards them, and how failures are told.

    request → its id → safe headers → who asks → its limit → the door's right → the handler → an answer
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from supportledger.desk.front import Front
from supportledger.desk.people.visitors import NOBODY_KNOWN
from supportledger.errors import Error, InputError, NotFound, NotSignedIn
from supportledger.language import told
from supportledger.web import api, console, portal, problems, sign_in, static
from supportledger.web.api.described import Described
from supportledger.web.doors import check_doors
from supportledger.web.headers import SAFE, SafeHeaders
from supportledger.web.health import ROUTES, Watcher
from supportledger.web.journal import Journal
from supportledger.web.language import language_of
from supportledger.web.limits import Limits, ToldLimits
from supportledger.web.line import in_line
from supportledger.web.live import Broadcast
from supportledger.web.pages import error_page
from supportledger.web.request_ids import HEADER, RequestIds, request_id_of
from supportledger.web.sizes import LimitedBodies
from supportledger.web.surroundings import Surroundings

API: Final = "/api/"
"""Where programs ask: they get problems instead of pages."""
TITLE: Final = "supportledger"


def create_app(front: Front, surroundings: Surroundings, *, closes: bool = True, log: Any = None) -> FastAPI:
    """
    Make the application.

    Args:
        front: The desk that it serves.
        surroundings: Where it is reached.
        closes: Let go of the desk when the application ends.
        log: Where requests are written down; None for nowhere.
    """
    app = Described(
        title=TITLE,
        summary="A support desk whose record nobody can rewrite.",
        version="1",
        openapi_url="/api/v1/openapi.json",
        servers=[{"url": surroundings.public_url}],
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(front, closes=closes),
    )
    app.state.front, app.state.surroundings = front, surroundings
    app.state.limits, app.state.broadcast = Limits(front.cabinet), Broadcast(front.feed)
    app.router.routes.extend(api.routes)
    app.include_router(console.router)
    app.include_router(portal.router)
    app.include_router(sign_in.router)
    app.include_router(static.router)
    app.state.watcher = Watcher(front)
    app.router.routes.extend(ROUTES)
    check_doors(app.routes)
    app.add_exception_handler(Error, _failed)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(LimitedBodies)
    app.add_middleware(ToldLimits)
    app.add_middleware(SafeHeaders, is_secure=surroundings.is_secure)
    if log is not None:
        app.add_middleware(Journal, log=log)
    app.add_middleware(RequestIds, trusts_proxy=surroundings.trusts_proxy)
    return app


def _lifespan(front: Front, *, closes: bool) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.broadcast.close()
        if closes:
            await in_line(front.close)

    return lifespan


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, Error)  # noqa: S101 -- it is registered for these
    return await in_line(_told, request, error)


def _told(request: Request, error: Error) -> Response:
    if request.url.path.startswith(API):
        language = language_of(request)
        name = request_id_of(request)
        said = problems.problem(error, told(language, error.message), told(language, error.hint), name)
        return JSONResponse(said, said["status"], problems.headers(error), media_type=problems.MEDIA_TYPE)
    if isinstance(error, NotSignedIn) and request.method == "GET":
        return sign_in.to_sign_in(request)
    return error_page(request, error)


async def _malformed(request: Request, error: Exception) -> Response:
    """Say which field of a request cannot be, in our own form of problem."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- it is registered for these
    fields = [_field(one) for one in error.errors()]
    said = InputError("; ".join(f"{one['field']}: {one['message']}" for one in fields)[:1_000])
    answer = problems.problem(said, said.message, said.hint, request_id_of(request)) | {"fields": fields}
    return JSONResponse(answer, answer["status"], media_type=problems.MEDIA_TYPE)


def _field(error: dict[str, Any]) -> dict[str, str]:
    return {"field": ".".join(map(str, error["loc"])), "message": str(error["msg"])}


async def _refused(request: Request, error: Exception) -> Response:
    """Say of what the framework refuses (no such page, no such method) the same as of everything else."""
    assert isinstance(error, HTTPException)  # noqa: S101 -- it is registered for these
    if error.status_code == 404:
        return await _failed(request, NotFound("there is nothing at this address"))
    said = InputError(str(error.detail))
    answer = problems.problem(said, said.message, said.hint, request_id_of(request))
    answer |= {"status": error.status_code}
    return JSONResponse(answer, error.status_code, error.headers, media_type=problems.MEDIA_TYPE)


async def _broken(request: Request, _error: Exception) -> Response:
    """
    Tell of a fault of ours by the name of the request alone; what it was, the server's log says.

    The framework answers so outside of what adds headers: they are set here.
    """
    if not hasattr(request.state, "visitor"):  # whatever is broken, is not asked again
        request.state.visitor = NOBODY_KNOWN.speaking(language_of(request))
    fault = Error("the desk has made a mistake", hint="Tell whoever runs it the id of this request.")
    answer = await _failed(request, fault)
    for name, value in {**SAFE, HEADER: request_id_of(request)}.items():
        answer.headers.setdefault(name, value)
    return answer
