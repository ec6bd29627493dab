"""
Signing what staff do: with a key that is unlocked for the session, or in their own wallet.

1. With a key at hand it is signed and kept at once.
2. A script that asks for `application/json` gets what the wallet is to sign, one request for each action, and
   brings the signatures back: each as soon as it is made, so that stopping midway costs none of them. Nothing
   is kept before that.
3. What belongs together (a merger and its notes) comes back together, to where it was asked for.
4. Whoever has neither is told so beside the form, and keeps what they typed.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.contracts import LONGEST
from supportledger.desk.signing.prepared import Prepared
from supportledger.errors import Denied, Error, InputError, NotSignedIn
from supportledger.language import mark, told
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.ports import Signer
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.line import Standing
from supportledger.web.sign_in.cookies import local
from supportledger.web.visitors import front_of, token_of

router = APIRouter(route_class=Standing)
Again = Callable[[Entered], Response]
"""Shows a form again, with what is wrong."""
SIGNED = mark("Signed and kept; the relayer takes it to the chain.")


class Signature(BaseModel):
    """A signature of what was prepared."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=64)
    signature: str = Field(max_length=2 + 2 * LONGEST)


class Brought(BaseModel):
    """What a wallet has signed."""

    model_config = ConfigDict(extra="forbid")
    signed: list[Signature] = Field(max_length=100)
    to: str = Field(default="/console", max_length=2_000)


def wants_wallet(request: Request) -> bool:
    """Tell whether a script asks for what its wallet is to sign."""
    return request.headers.get("accept", "").startswith("application/json")


def is_unlocked(request: Request, visitor: Visitor) -> bool:
    """Tell whether a key is at hand for somebody, so that pages know what their buttons do."""
    return front_of(request).unlocking.is_unlocked(visitor)


def address_of(visitor: Visitor) -> Address:
    """
    Give the address that signs for somebody.

    Raises:
        Denied: They have none.
    """
    if visitor.address is None:
        raise Denied("there is no address that signs for you", hint="Add your wallet to your account.")
    return visitor.address


def signer_of(request: Request, visitor: Visitor) -> Signer:
    """
    Give the key that is at hand for somebody.

    Raises:
        Denied: None is.
    """
    return front_of(request).unlocking.unlocked(visitor, token_of(request))


def sender_of(request: Request, visitor: Visitor) -> Signer:
    """
    Give the key that is at hand for a transaction of somebody's own, which no wallet in the browser sends.

    Raises:
        Denied: None is.
    """
    try:
        return signer_of(request, visitor)
    except NotSignedIn:
        raise
    except Denied as error:
        raise Denied(
            error.message,
            hint="This is a transaction of your own: send it with a wallet in this browser, or unlock your "
            "keystore on the page of your account.",
        ) from error


def carry_out(
    request: Request,
    visitor: Visitor,
    wanted: Sequence[Intent],
    to: str,
    *,
    entered: Entered,
    again: Again,
    seen_hash: bytes | None = None,
    field: str = "",
) -> Response:
    """
    Let somebody sign what they want to do.

    Args:
        request: Theirs.
        visitor: Who.
        wanted: What.
        to: Where to go on.
        entered: The form; what is wrong is put down in it.
        again: Shows it again.
        seen_hash: Of the ticket's state as they saw it; None: whatever it is.
        field: Beside which to say what is wrong.
    """
    if wants_wallet(request):
        return _to_wallet(request, visitor, wanted, to, entered, seen_hash)
    signing = front_of(request).desk.signing

    def act() -> bool:
        key = signer_of(request, visitor)
        for one in wanted:
            signing.sign_and_submit(one, key, seen_hash=seen_hash)
        return True

    if attempt(entered, act, field) is None:
        return again(entered)
    return done(request, to, SIGNED)


@router.post("/console/signed")
def signed(request: Request, brought: Brought, _visitor: Annotated[Visitor, needs(Right.ANSWER)]) -> Response:
    """Take what a wallet has signed: it counts as its key's, whoever brings it."""
    signing = front_of(request).desk.signing
    for one in brought.signed:
        signing.submit(one.id, bytes_of(one.signature))
    return kept(request, local(brought.to), SIGNED)


def kept(request: Request, to: str, message: str, **values: object) -> Response:
    """Tell a script where to go on; the page there says, once, what was done."""
    answer = JSONResponse({"to": to})
    shown = done(request, to, message, **values)
    answer.raw_headers += [pair for pair in shown.raw_headers if pair[0] == b"set-cookie"]
    return answer


def each_to_wallet(request: Request, visitor: Visitor, wanted: Sequence[Intent], to: str) -> Response:
    """
    Give a wallet what it is to sign, for each of many tickets; one that cannot be prepared stops no other.

    Raises:
        Denied: No address signs for whoever asks.
    """
    address, signing = address_of(visitor), front_of(request).desk.signing
    prepared: list[Prepared] = []
    failed: list[str] = []
    for one in wanted:
        try:
            prepared.append(signing.prepare(one, address))
        except Error as error:
            failed.append(f"{one.ticket.handle}: {told(Entered.of(request).language, error.message)}")
    return JSONResponse(
        {"address": str(address), "prepared": to_sign(prepared), "failed": failed, "to": to},
    )


def to_sign(prepared: Sequence[Prepared]) -> list[dict[str, Any]]:
    """Write requests to a wallet down."""
    return [{"id": one.id, "ticket": one.ticket.handle, "typedData": one.typed_data} for one in prepared]


def _to_wallet(  # noqa: PLR0917 -- as `carry_out`
    request: Request,
    visitor: Visitor,
    wanted: Sequence[Intent],
    to: str,
    entered: Entered,
    seen_hash: bytes | None,
) -> Response:
    def prepare() -> list[dict[str, Any]]:
        signing, address = front_of(request).desk.signing, address_of(visitor)
        return to_sign([signing.prepare(one, address, seen_hash=seen_hash) for one in wanted])

    prepared = attempt(entered, prepare)
    if prepared is None:
        return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)
    return JSONResponse({"address": str(visitor.address), "prepared": prepared, "to": to})


def bytes_of(text: str) -> bytes:
    """
    Read a signature.

    Raises:
        InputError: It is none.
    """
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise InputError("a signature is written in hexadecimal") from error
