"""Three ways to be a customer, in plain words: a key in the browser, a wallet, or none."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.visitors import Visitor
from supportledger.web.doors import PUBLIC
from supportledger.web.line import Standing
from supportledger.web.pages import page
from supportledger.web.sign_in import cookies

router = APIRouter(route_class=Standing)


@router.get("/my/key")
def keys(request: Request, visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """
    Show the ways; what happens to a key, happens in the browser alone.

    `account` is what a key would be added to: an address, `keyless`, or `none` when nobody is signed in.
    """
    account = "none" if visitor.person is None else str(visitor.address or "keyless")
    answer = page(request, "portal/key.html", to=cookies.local(to), account=account)
    cookies.browser_of(request)
    return cookies.remember(request, answer)
