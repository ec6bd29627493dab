"""
The cookies of signing in, and the way back to where somebody wanted to go.

1. `sl_session` is the session's secret: for our host alone, out of reach of scripts, with no request that
   another site's page makes.
2. `sl_browser` is a secret of the browser before anybody is signed in: what was begun in one browser is not
   ended in another.
3. `sl_chat` is the session of a chat, which other sites show in a frame: each site's frame has its own.
"""

import re
import secrets
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.sessions import Opened, Step, Way
from supportledger.errors import LimitReached
from supportledger.web.limits import SIGNING_IN
from supportledger.web.visitors import cookie_name, front_of, is_chat, token_of, visitor_of

_BROWSER: Final = "sl_browser"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SEE_OTHER: Final = 303
_STEPS: Final = {Step.ENROL: "/sign-in/enrol", Step.CODE: "/sign-in/code", Step.SECOND: "/sign-in/second"}


def network_of(request: Request) -> str:
    """Tell which address a request comes from."""
    return request.client.host if request.client else "unknown"


def limit(request: Request) -> None:
    """
    Count a try to sign in.

    Raises:
        LimitReached: There were too many from this network.
    """
    try:
        request.app.state.limits.take(SIGNING_IN, network_of(request))
    except LimitReached as error:
        error.hint = f"{error.hint} {LimitReached.advice}"
        raise


def browser_of(request: Request) -> str:
    """Give the secret of the browser; a new one, which `remember` sets, if it has none."""
    known = request.cookies.get(_browser(request), "")
    if _TOKEN.fullmatch(known):
        return known
    made: str = getattr(request.state, "browser", "") or secrets.token_urlsafe(32)
    request.state.browser = made
    return made


def _browser(request: Request) -> str:
    """Name the browser's cookie: over https one that no other host can set, as the session's."""
    return f"__Host-{_BROWSER}" if request.app.state.surroundings.is_secure else _BROWSER


def remember(request: Request, answer: Response) -> Response:
    """Let a browser keep the secret that it was given with this answer."""
    if made := getattr(request.state, "browser", ""):
        secure = request.app.state.surroundings.is_secure
        answer.set_cookie(
            _browser(request), made, max_age=86_400, httponly=True, samesite="lax", secure=secure
        )
    return answer


def sign_in(request: Request, account: Account, way: Way, answer: Response) -> Opened:
    """Open a session, in place of the one that the browser had."""
    front = front_of(request)
    agent = request.headers.get("user-agent", "")
    opened = front.sessions.open(account, way, agent=agent, replaces=token_of(request))
    keep(request, opened, answer)
    return opened


def keep(request: Request, opened: Opened, answer: Response) -> None:
    """Give the browser a session's secret."""
    secure = request.app.state.surroundings.is_secure
    lasts = opened.session.ends_at - opened.session.created_at
    is_framed = secure and is_chat(request)
    answer.set_cookie(
        cookie_name(request),
        opened.token,
        max_age=lasts,
        httponly=True,
        samesite="none" if is_framed else "lax",
        secure=secure,
    )
    if is_framed:
        name, value = answer.raw_headers[-1]
        answer.raw_headers[-1] = (name, value + b"; Partitioned")


def forget(request: Request, answer: Response) -> None:
    """Take the session's secret from the browser."""
    answer.delete_cookie(
        cookie_name(request), httponly=True, samesite="lax", secure=request.app.state.surroundings.is_secure
    )


def way_on(opened: Opened, account: Account, to: str) -> str:
    """Tell where to go next: to the step that is outstanding, to where they wanted, or home."""
    step = opened.session.step
    if step is not Step.DONE:
        return f"{_STEPS[step]}?to={quote(local(to), safe='')}"
    return local(to) if local(to) != "/" else home(account)


def home(account: Account) -> str:
    """Tell where somebody begins."""
    return "/console" if account.is_staff else "/my"


def local(to: str) -> str:
    """Keep a way back only if it leads to a page of ours."""
    parts = urlsplit(to)
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return to if is_ours and to.isprintable() and "\\" not in to else "/"


def see(to: str) -> RedirectResponse:
    """Send a browser elsewhere, to look there."""
    return RedirectResponse(to, _SEE_OTHER)


def to_sign_in(request: Request) -> Response:
    """Send somebody who must sign in to do so, and back afterwards; a part of a page is told where to go."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    step = visitor_of(request).step
    page = f"{_STEPS[Step(step)] if step else '/sign-in'}?to={quote(local(target), safe='')}"
    if request.headers.get("hx-request"):
        return JSONResponse({"sign_in": page}, 401, {"HX-Redirect": page})
    return see(page)
