"""Passkeys and wallets: what the script of the page asks for, and brings back."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk.people.accounts import Account
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.contracts import LONGEST
from supportledger.model.ids import Address
from supportledger.web.doors import PUBLIC
from supportledger.web.line import Standing
from supportledger.web.sign_in import cookies
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)


class _Brought(BaseModel):
    """What a script brings."""

    model_config = ConfigDict(extra="forbid")
    to: str = Field(default="/", max_length=2_000)


class WalletChosen(_Brought):
    """Which wallet is to sign."""

    address: str = Field(max_length=42)


class WalletSigned(_Brought):
    """What a wallet has signed."""

    text: str = Field(max_length=4_000)
    signature: str = Field(max_length=2 + 2 * LONGEST)


class PasskeyUsed(_Brought):
    """What a passkey has signed, or a new one."""

    credential: dict[str, Any]
    label: str = Field(default="", max_length=100)


@router.post("/sign-in/passkey/begin")
def passkey_begin(request: Request, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Say what a passkey is to sign."""
    cookies.limit(request)
    return _json(request, json.loads(front_of(request).passkeys.begin(cookies.browser_of(request))))


@router.post("/sign-in/passkey")
def passkey(request: Request, used: PasskeyUsed, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Sign somebody in by a passkey."""
    account = front_of(request).passkeys.sign_in(used.credential, cookies.browser_of(request))
    return _signed_in(request, account, Way.PASSKEY, used.to)


@router.post("/sign-in/wallet/begin")
def wallet_begin(request: Request, chosen: WalletChosen, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Write the text for a wallet to sign."""
    cookies.limit(request)
    text = front_of(request).wallets.begin(Address.parse(chosen.address), cookies.browser_of(request))
    return _json(request, {"text": text})


@router.post("/sign-in/wallet")
def wallet(request: Request, signed: WalletSigned, _visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Sign somebody in by a wallet; whoever is not known becomes a customer."""
    wallets, browser = front_of(request).wallets, cookies.browser_of(request)
    account = wallets.sign_in(signed.text, signed.signature, browser, newcomers=True)
    return _signed_in(request, account, Way.WALLET, signed.to)


@router.post("/account/passkey/begin")
def new_passkey_begin(request: Request, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Say what a passkey of one's own is to be made from."""
    browser = cookies.browser_of(request)
    return _json(request, json.loads(front_of(request).passkeys.begin_registering(visitor, browser)))


@router.post("/account/passkey")
def new_passkey(request: Request, used: PasskeyUsed, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Keep a passkey of one's own; it is a way of signing in from here on."""
    browser = cookies.browser_of(request)
    front_of(request).passkeys.register(visitor, used.credential, browser, used.label)
    return _advanced(request, visitor, Way.PASSKEY, used.to)


@router.post("/account/wallet/begin")
def new_wallet_begin(request: Request, chosen: WalletChosen, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Write the text that shows whose wallet it is."""
    browser = cookies.browser_of(request)
    return _json(request, {"text": front_of(request).wallets.begin(_address(chosen), browser, visitor)})


@router.post("/account/wallet")
def new_wallet(request: Request, signed: WalletSigned, visitor: Annotated[Visitor, PUBLIC]) -> Response:
    """Add a wallet to one's account: its signatures are one's own."""
    browser = cookies.browser_of(request)
    front_of(request).wallets.attach(visitor, signed.text, signed.signature, browser)
    return _advanced(request, visitor, Way.WALLET, signed.to)


def _address(chosen: WalletChosen) -> Address:
    return Address.parse(chosen.address)


def _signed_in(request: Request, account: Account, way: Way, to: str) -> Response:
    answer = JSONResponse({})
    opened = cookies.sign_in(request, account, way, answer)
    answer.body = answer.render({"to": cookies.way_on(opened, account, to)})
    answer.headers["content-length"] = str(len(answer.body))
    return answer


def _advanced(request: Request, visitor: Visitor, way: Way, to: str) -> Response:
    """Go on in a session that was opened by an invitation; any other stays as it is."""
    if visitor.step != "enrol":
        return _json(request, {"to": cookies.local(to)})
    front = front_of(request)
    opened = front.sessions.advance(token_of(request), way=way)
    answer = JSONResponse({"to": cookies.way_on(opened, front.people.get(visitor.owner("enrol")), to)})
    cookies.keep(request, opened, answer)
    return answer


def _json(request: Request, content: dict[str, Any]) -> Response:
    return cookies.remember(request, JSONResponse(content))
