"""What is outstanding after the first step; and one's own account, where all of it can be changed."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from supportledger.desk.people.sessions import Step
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Error, NotSignedIn
from supportledger.web.doors import PUBLIC, SIGNED_IN
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.pages import page
from supportledger.web.sign_in import cookies
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)


@router.get("/sign-in/enrol")
def enrol(request: Request, visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """Let somebody who was invited choose how they will sign in from now on."""
    _at(visitor, Step.ENROL)
    return cookies.remember(request, page(request, "sign_in/enrol.html", to=cookies.local(to)))


@router.get("/sign-in/code")
def ask_code(request: Request, visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """Ask for the second factor."""
    _at(visitor, Step.CODE)
    return page(request, "sign_in/code.html", to=cookies.local(to), entered=Entered.of(request))


@router.post("/sign-in/code")
def check_code(request: Request, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Take the second factor."""
    _at(visitor, Step.CODE)
    entered = Entered.of(request)
    try:
        front_of(request).codes.check(visitor, entered.text("code", most=40))
    except Error as error:
        entered.failed(error, "code")
    if entered.wrong:
        to = cookies.local(entered["to"])
        return page(request, "sign_in/code.html", status=422, to=to, entered=entered)
    return _on(request, visitor, entered["to"])


@router.get("/sign-in/second")
def second(request: Request, visitor: Annotated[Visitor, PUBLIC], to: str = "/") -> Response:
    """Let somebody who needs a second factor set one up."""
    _at(visitor, Step.SECOND)
    made = front_of(request).codes.begin(visitor)
    return page(request, "sign_in/second.html", made=made, to=cookies.local(to), entered=Entered.of(request))


@router.post("/sign-in/second")
def confirm_second(request: Request, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Take the first code of a new second factor, and show the recovery codes once."""
    _at(visitor, Step.SECOND)
    return _confirm(request, visitor, "sign_in/second.html", cookies.local(Entered.of(request)["to"]))


@router.get("/account")
def account(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Show one's own account."""
    return _account(request, visitor)


@router.post("/account/code/begin")
def begin_code(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Begin to set up a second factor."""
    made = front_of(request).codes.begin(visitor)
    return page(request, "account/code.html", made=made, to="/account", entered=Entered.of(request))


@router.post("/account/code")
def confirm_code(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Take the first code of a second factor of one's own."""
    return _confirm(request, visitor, "account/code.html", "/account")


@router.post("/account/code/remove")
def remove_code(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Do without a second factor from now on; it takes one last code."""
    entered = Entered.of(request)
    try:
        front_of(request).codes.remove(visitor, entered.text("code", most=40))
    except Error as error:
        entered.failed(error, "code")
    if entered.wrong:
        return _account(request, visitor, entered)
    return cookies.see("/account")


@router.post("/account/passkey/remove")
def remove_passkey(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Let one of one's passkeys sign in no more."""
    front_of(request).passkeys.remove(visitor, Entered.of(request)["name"])
    return cookies.see("/account")


@router.post("/account/session/end")
def end_session(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """End one of one's sessions, or all others."""
    person, name = visitor.owner(), Entered.of(request)["name"]
    sessions = front_of(request).sessions
    if name:
        sessions.end(person, name)
    else:
        sessions.end_all(person, keep=visitor.session)
    return cookies.see("/account")


@router.post("/account/unlock")
def unlock(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Unlock a keystore for this session: brought along, or kept on the server under a name."""
    entered, unlocking = Entered.of(request), front_of(request).unlocking
    files, passphrase = entered.files("keystore"), entered["passphrase"]
    try:
        if files:
            keystore = files[0].data.decode("utf-8", "replace")
            unlocking.unlock(visitor, token_of(request), keystore, passphrase)
        else:
            unlocking.unlock_named(visitor, token_of(request), entered.text("name", most=64))
    except Error as error:
        entered.failed(error, "keystore" if files else "name")
    if entered.wrong:
        return _account(request, visitor, entered)
    return cookies.see(cookies.local(entered["to"] or "/account"))


@router.post("/account/lock")
def lock(request: Request, visitor: Annotated[Visitor, SIGNED_IN]) -> Response:
    """Forget the key that was unlocked."""
    front_of(request).unlocking.lock(visitor)
    return cookies.see("/account")


def _account(request: Request, visitor: Visitor, entered: Entered | None = None) -> Response:
    front, person = front_of(request), visitor.owner()
    answer = page(
        request,
        "account/account.html",
        status=422 if entered and entered.wrong else 200,
        account=front.people.get(person),
        passkeys=front.passkeys.of(person),
        sessions=front.sessions.of(person),
        has_code=front.codes.has(person),
        entered=entered or Entered.of(request),
    )
    return cookies.remember(request, answer)


def _at(visitor: Visitor, step: Step) -> None:
    """
    Let in only whoever has this step before them.

    Raises:
        NotSignedIn: They have not.
    """
    if visitor.person is None or visitor.step != step.value:
        raise NotSignedIn("this step of signing in is not yours to take", hint="Begin to sign in again.")


def _confirm(request: Request, visitor: Visitor, template: str, to: str) -> Response:
    """Take the first code of a second factor, and show the recovery codes once."""
    entered, front = Entered.of(request), front_of(request)
    codes: list[str] = []
    try:
        codes = front.codes.confirm(visitor, entered.text("code", most=40))
    except Error as error:
        entered.failed(error, "code")
    if entered.wrong:
        return page(request, template, status=422, made=None, to=to, entered=entered)
    opened = front.sessions.advance(token_of(request), is_coded=True)
    answer = page(request, "sign_in/recovery.html", codes=codes, to=to)
    cookies.keep(request, opened, answer)
    return answer


def _on(request: Request, visitor: Visitor, to: str) -> Response:
    front = front_of(request)
    opened = front.sessions.advance(token_of(request), is_coded=True)
    answer = cookies.see(cookies.way_on(opened, front.people.get(visitor.owner("code")), to))
    cookies.keep(request, opened, answer)
    return answer
