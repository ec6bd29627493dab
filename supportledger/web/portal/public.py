"""What anybody may look at: the way in, whether a contact is ours, who is certified, and the verifier."""

from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Error
from supportledger.model.ids import Address
from supportledger.web.doors import PUBLIC
from supportledger.web.forms import Entered
from supportledger.web.limits import STRANGERS
from supportledger.web.line import Standing
from supportledger.web.pages import ASSETS, page
from supportledger.web.sign_in.cookies import network_of
from supportledger.web.visitors import front_of

router = APIRouter(route_class=Standing)
_VERIFIER: Final = "verify.html"
_HOUR_S: Final = 3_600
_LONGEST: Final = 500


@router.get("/")
def home(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Show the way in."""
    return page(request, "portal/home.html")


@router.get("/contacts")
def contacts(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Show the official contacts, and a field for any other."""
    return _contacts(request, Entered.of(request))


@router.post("/contacts")
def check_contact(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Say of a contact whether it is ours; what was asked stands in no address, and in no log."""
    request.app.state.limits.take(STRANGERS, network_of(request))
    entered, found = Entered.of(request), None
    asked = entered.text("contact", most=_LONGEST)
    if not entered.wrong:
        try:
            found = front_of(request).contacts.check(asked)
        except Error as error:
            entered.failed(error, "contact")
    return _contacts(request, entered, found)


@router.get("/agents/{address}")
def agent(request: Request, address: str, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Show the certificate of an address, as the ledger has it."""
    request.app.state.limits.take(STRANGERS, network_of(request))
    found = front_of(request).desk.agents.show(Address.parse(address))
    return page(request, "portal/agent.html", agent=found)


@router.get("/verify")
def verify(_request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Give the page that verifies by itself; its own policy lets nothing but its own script run."""
    content, policy = _verifier()
    headers = {"content-security-policy": policy, "cache-control": f"public, max-age={_HOUR_S}"}
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/verify.html.sha256")
def verifier_hash(_request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Give the hash of the page that verifies, to compare a saved one with."""
    return Response((ASSETS / f"{_VERIFIER}.sha256").read_text(), media_type="text/plain; charset=utf-8")


@router.get("/.well-known/supportledger.json")
def about(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Say which ledger the desk works on: the desk's word, for others to compare."""
    ledger = front_of(request).desk.ledger
    said: dict[str, Any] = {
        "version": 1,
        "name": front_of(request).house.name,
        "chainId": ledger.deployment.chain_id,
        "ledger": str(ledger.deployment.ledger),
        "codeHash": "0x" + ledger.deployment.code_hash.hex(),
        "verifier": "0x" + sha256(_verifier()[0]).hexdigest(),
    }
    return JSONResponse(said, headers={"access-control-allow-origin": "*"})


@cache
def _verifier() -> tuple[bytes, str]:
    """Read the page, and the policy that stands in it, which a header repeats and adds to."""
    content = (ASSETS / _VERIFIER).read_bytes()
    inside = content.decode().partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    return content, inside.replace("&#39;", "'") + "; frame-ancestors 'none'"


def _contacts(request: Request, entered: Entered, found: Any = None) -> Response:
    status = 422 if entered.wrong else 200
    official = front_of(request).contacts.official()
    return page(
        request, "portal/contacts.html", status=status, entered=entered, found=found, official=official
    )
