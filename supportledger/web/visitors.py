"""
Who asks: by the cookie of a session, by an API key, or nobody in particular.

1. A request with an `Authorization` header is a program's: its cookies count for nothing.
2. A request that changes something, and comes from a browser, must show that a page of ours sent it: its
   `Origin` is ours; and in a session it brings that session's own token in `X-CSRF-Token` or the form field
   `csrf`.
"""

from typing import Final

from starlette.requests import Request

from supportledger.desk.front import Front
from supportledger.desk.people.tokens import is_csrf_token
from supportledger.desk.people.visitors import NOBODY_KNOWN, Visitor
from supportledger.errors import Denied
from supportledger.model.ids import Address
from supportledger.web.language import language_of

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
SESSION_COOKIE: Final = "sl_session"
CHAT_COOKIE: Final = "sl_chat"
CHAT: Final = "/chat"
_BEARER: Final = "bearer "


def front_of(request: Request) -> Front:
    """Give the desk that the request is for."""
    found: Front = request.app.state.front
    return found


def visitor_of(request: Request) -> Visitor:
    """
    Tell who asks; found once for each request.

    Raises:
        Denied: An API key is not good, or a page of somebody else's has sent the request.
    """
    known: Visitor | None = getattr(request.state, "visitor", None)
    if known is None:
        language = language_of(request)
        request.state.visitor = NOBODY_KNOWN.speaking(language)  # for the page that tells a refusal
        known = request.state.visitor = front_of(request).seeing.seen_by(_found(request, language))
    return known


def is_looked_up(request: Request) -> bool:
    """Whether `visitor_of` knows the answer already, or has refused to give one."""
    return hasattr(request.state, "visitor")


def is_known(request: Request) -> bool:
    """Tell whether somebody's session sends a request, before anything of it is read."""
    token = token_of(request)
    return bool(token) and front_of(request).sessions.visitor(token).person is not None


def found_anew(request: Request) -> Visitor:
    """
    Tell who asks, as it is now: for answers that take long.

    Raises:
        NotSignedIn: An API key works no more.
        Denied: As `visitor_of`.
    """
    return front_of(request).seeing.seen_by(_found(request, language_of(request)))


def key_of(visitor: Visitor) -> Address:
    """
    Give the key of a customer's account.

    Raises:
        Denied: It has none.
    """
    if visitor.address is None:
        raise Denied("there is no key that could sign this", hint="Make one, or add your wallet: /my/key.")
    return visitor.address


def token_of(request: Request) -> str:
    """Give the token of the session that the request belongs to; empty for none."""
    return request.cookies.get(cookie_name(request), "")


def cookie_name(request: Request) -> str:
    """Name the session's cookie: over https one that no other host can set; the chat has its own."""
    name = CHAT_COOKIE if is_chat(request) else SESSION_COOKIE
    return f"__Host-{name}" if request.app.state.surroundings.is_secure else name


def is_chat(request: Request) -> bool:
    """Tell whether a request belongs to the chat, which other sites show in a frame."""
    path: str = request.scope["path"]
    return path == CHAT or path.startswith(CHAT + "/")


def check_origin(request: Request) -> None:
    """
    Let only our own pages change something.

    Raises:
        Denied: Another's page has sent it.
    """
    origin = request.headers.get("origin")
    is_ours = origin is None or origin == request.app.state.surroundings.origin
    if not is_ours or request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Denied(
            "this was sent by a page of somebody else's", hint="Open the desk itself, and try again."
        )


def check_csrf(token: str, shown: str) -> None:
    """
    Let only pages of a session change something in it.

    Args:
        token: Of the session.
        shown: What the request brought as its proof.

    Raises:
        Denied: It brought nothing good.
    """
    if not is_csrf_token(token, shown):
        raise Denied(
            "this page has been open for too long, or was not made for this session",
            hint="Load the page again, and send it once more; what was typed is still there.",
        )


def _found(request: Request, language: str) -> Visitor:
    authorization = request.headers.get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        return front_of(request).api_keys.visitor(authorization[len(_BEARER) :].strip(), language)
    changes, token = request.method not in SAFE_METHODS, token_of(request)
    if changes:
        check_origin(request)
    if not token:
        return NOBODY_KNOWN.speaking(language)
    visitor = front_of(request).sessions.visitor(token, language)
    if changes and visitor.person is not None:
        in_form: str = getattr(request.state, "csrf_field", "")
        check_csrf(token, request.headers.get(CSRF_HEADER) or in_form)
    return visitor
