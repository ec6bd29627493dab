"""Pages of the console: with what was said after the last thing that somebody did, shown once."""

from functools import partial
from typing import Any, Final
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from supportledger.desk.filing.browsing import Sight
from supportledger.desk.filing.sights import sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Denied, Error
from supportledger.language import told, translated
from supportledger.model.ids import TicketId
from supportledger.web.console import words
from supportledger.web.console.clocks import lasting
from supportledger.web.forms import Entered
from supportledger.web.language import language_of
from supportledger.web.naming import ticket_named
from supportledger.web.pages import page
from supportledger.web.sign_in.cookies import see
from supportledger.web.visitors import front_of

_TOLD: Final = "sl_told"
_LONGEST: Final = 1_000
_SHOWN_S: Final = 60
UNPROCESSABLE: Final = 422


def staff_sight(visitor: Visitor) -> Sight:
    """
    Tell which tickets one of the staff sees.

    Raises:
        Denied: It is a customer, whose tickets are in the portal.
    """
    sight = sight_of(visitor)
    if sight.is_customers:
        raise Denied("the console is for those who work here", hint="Your tickets are in the portal.")
    return sight


def seen_ticket(request: Request, name: str, visitor: Visitor) -> TicketId:
    """
    Give a ticket that one of the staff sees.

    Raises:
        NotFound: There is none, or it is out of sight.
    """
    ticket = ticket_named(request, name)
    front_of(request).desk.browsing.find(ticket, staff_sight(visitor))
    return ticket


def said(request: Request, message: str, **values: object) -> str:
    """Say something in the reader's language; the message was marked for it."""
    return translated(language_of(request), message).format(**values)


def done(request: Request, to: str, message: str, **values: object) -> Response:
    """Send a browser to a page that says, once, what was done."""
    answer = see(to)
    secure = request.app.state.surroundings.is_secure
    text = quote(said(request, message, **values)[:_LONGEST])
    answer.set_cookie(_TOLD, text, max_age=_SHOWN_S, httponly=True, samesite="lax", secure=secure)
    return answer


def show(request: Request, template: str, *, status: int = 200, **about: Any) -> Response:
    """Show a page of the console; what is there to be said is said once, and to no live page that looks."""
    is_live = "hx-request" in request.headers
    waiting = "" if is_live else unquote(request.cookies.get(_TOLD, ""))[:_LONGEST]
    values = _tools(request) | {"told": waiting} | about
    answer = page(request, f"console/{template}", status=status, **values)
    if waiting:
        answer.delete_cookie(_TOLD, httponly=True, samesite="lax")
    return answer


def wrong(entered: Entered) -> int:
    """Give the status of a page with a form: whether something is wrong with it."""
    return UNPROCESSABLE if entered.wrong else 200


def attempt(entered: Entered, act: Any, field: str = "") -> Any:
    """Do something that was asked for in a form, unless it is wrong; what the desk says is put down."""
    if entered.wrong:
        return None
    try:
        return act()
    except Error as error:
        entered.failed(error, field)
        return None


def _tools(request: Request) -> dict[str, Any]:
    """Give templates what they write the same everywhere with."""
    language = language_of(request)
    return {
        "entered": Entered.of(request),
        "lasting": partial(lasting, language),
        "word": partial(words.word, language),
        "short": words.short,
        "retold": partial(told, language),
        "house": front_of(request).house,
    }
