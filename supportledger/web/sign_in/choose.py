"""The page to sign in on, the link that comes by mail, the language, and the way out."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.limits import network
from supportledger.desk.people.links import Asker
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import DeliveryError, Error
from supportledger.language import told
from supportledger.web.doors import PUBLIC
from supportledger.web.forms import Entered
from supportledger.web.language import LANGUAGE_COOKIE, LANGUAGES, language_of
from supportledger.web.line import Standing
from supportledger.web.pages import page
from supportledger.web.sign_in import cookies
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)
_YEAR_S: Final = 365 * 86_400


@router.get("/sign-in")
def choose(request: Request, _visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """Let somebody choose how to sign in."""
    return _choose(request, to)


@router.post("/sign-in/mail")
def send_link(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Send a link by mail; the answer is the same whoever has the address."""
    cookies.limit(request)
    entered, to = Entered.of(request), Entered.of(request)["to"]
    mail = entered.text("mail", most=254)
    browser = cookies.browser_of(request)
    if not entered.wrong:
        asker = Asker(browser, network(cookies.network_of(request)), language_of(request))
        try:
            front_of(request).links.send(mail, asker)
        except DeliveryError as error:  # nobody takes our mail now: the other ways are on the same page
            said = told(entered.language, error.message), told(entered.language, error.hint)
            entered.refuse("mail", " ".join(filter(None, said)))
        except Error as error:
            entered.failed(error, "mail")
    if entered.wrong:
        return _choose(request, to, entered)
    return cookies.remember(request, page(request, "sign_in/sent.html", mail=mail))


@router.get("/sign-in/link")
def link(request: Request, _visitor: Annotated[Visitor, PUBLIC], token: str = "") -> Response:
    """Ask somebody who came by a link to go on: whoever only looks at links does not use them up."""
    return page(request, "sign_in/go_on.html", token=token, action="/sign-in/link")


@router.post("/sign-in/link")
def follow_link(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Sign a customer in by their link."""
    cookies.limit(request)
    token, browser = Entered.of(request)["token"], cookies.browser_of(request)
    account = front_of(request).links.sign_in(token, browser, language_of(request))
    answer = cookies.see(cookies.home(account))
    cookies.sign_in(request, account, Way.LINK, answer)
    return answer


@router.get("/sign-in/invitation")
def invitation(request: Request, _visitor: Annotated[Visitor, PUBLIC], token: str = "") -> Response:
    """Ask somebody who was invited to go on, as `link`."""
    return page(request, "sign_in/go_on.html", token=token, action="/sign-in/invitation")


@router.post("/sign-in/invitation")
def accept(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Let somebody in by their invitation, to choose how they will sign in."""
    cookies.limit(request)
    account = front_of(request).invitations.accept(Entered.of(request)["token"])
    answer = cookies.see("/sign-in/enrol")
    cookies.sign_in(request, account, Way.INVITATION, answer)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """End the session."""
    if visitor.person is not None:
        front_of(request).sessions.sign_out(token_of(request))
    answer = cookies.see("/")
    cookies.forget(request, answer)
    return answer


@router.get("/language/{tag}")
def language(request: Request, tag: str, _visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """Speak another language from now on."""
    answer = cookies.see(cookies.local(to))
    if tag in LANGUAGES:
        secure = request.app.state.surroundings.is_secure
        answer.set_cookie(LANGUAGE_COOKIE, tag, max_age=_YEAR_S, samesite="lax", secure=secure)
    return answer


def _choose(request: Request, to: str, entered: Entered | None = None) -> Response:
    cookies.browser_of(request)
    status = 422 if entered and entered.wrong else 200
    shown = entered or Entered.of(request)
    answer = page(request, "sign_in/choose.html", status=status, to=cookies.local(to), entered=shown)
    return cookies.remember(request, answer)
