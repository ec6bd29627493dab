"""Looking around: in a demonstration, on its own machine, anybody signs in as anybody."""

from ipaddress import ip_address
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.channels.mail_papers import LETTER
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.showcase import CUSTOMER, STAFF
from supportledger.errors import NotFound
from supportledger.web.doors import PUBLIC
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.pages import page
from supportledger.web.sign_in import cookies
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_RELAYED: Final = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""Whoever comes through a proxy on this machine is not on it."""


@router.get("/demo")
def choose(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Show who there is."""
    _check(request)
    people = front_of(request).people
    found = [people.by_mail(f"{identity}@desk.example") for identity in STAFF]
    return page(request, "sign_in/demo.html", staff=found, customer=people.by_mail(CUSTOMER[1]))


@router.post("/demo")
def be(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Sign in as somebody, with their key unlocked."""
    _check(request)
    front, mail = front_of(request), Entered.of(request)["mail"]
    account = front.people.by_mail(mail)
    answer = cookies.see(cookies.home(account))
    opened = cookies.sign_in(request, account, Way.PASSKEY, answer)
    identity = mail.partition("@")[0]
    if identity in STAFF:
        visitor = front.sessions.visitor(opened.token)
        front.unlocking.unlock_named(visitor, opened.token, identity)
    return answer


@router.get("/demo/letters")
def letters(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Show the letters that would have been sent."""
    _check(request)
    found = [paper.data for paper in front_of(request).cabinet.list(LETTER)]
    return page(request, "sign_in/letters.html", letters=found[::-1])


def _check(request: Request) -> None:
    """
    Let nobody play this from elsewhere.

    Raises:
        NotFound: This is no demonstration, or somebody asks from another machine.
    """
    host = cookies.network_of(request)
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:  # a test's client, say, has no address
        is_here = host == "testclient"
    surroundings = request.app.state.surroundings
    is_relayed = not surroundings.trusts_proxy and any(one in request.headers for one in _RELAYED)
    if not surroundings.is_demo or not is_here or is_relayed:
        raise NotFound("there is nothing at this address")
