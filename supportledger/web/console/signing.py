"""
Signing what staff do: with a key that is unlocked for the session, or in their own wallet.

1. With a key at hand it is signed and kept at once.
2. A script that asks for `application/json` gets what the wallet is to sign, one request for each action, and
   brings the signatures back. Nothing is kept before that.
3. Whoever has neither is told so beside the form, and keeps what they typed.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk.intents import Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.contracts import LONGEST
from supportledger.errors import Denied, InputError
from supportledger.language import mark
from supportledger.model.people import Right
from supportledger.ports import Signer
from supportledger.web.console.telling import UNPROCESSABLE, attempt, done
from supportledger.web.doors import needs
from supportledger.web.forms import Entered
from supportledger.web.sign_in.cookies import local
from supportledger.web.visitors import front_of, token_of

router = APIRouter()
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


def signer_of(request: Request, visitor: Visitor) -> Signer:
    """
    Give the key that is at hand for somebody.

    Raises:
        Denied: None is.
    """
    return front_of(request).unlocking.unlocked(visitor, token_of(request))


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
        signing.submit(one.id, _bytes(one.signature))
    answer = JSONResponse({"to": local(brought.to)})
    told = done(request, "/console", SIGNED)
    answer.raw_headers += [pair for pair in told.raw_headers if pair[0] == b"set-cookie"]
    return answer


def _to_wallet(  # noqa: PLR0917 -- as `carry_out`
    request: Request,
    visitor: Visitor,
    wanted: Sequence[Intent],
    to: str,
    entered: Entered,
    seen_hash: bytes | None,
) -> Response:
    def prepare() -> list[dict[str, Any]]:
        if visitor.address is None:
            raise Denied("there is no address that signs for you", hint="Add your wallet to your account.")
        signing, address = front_of(request).desk.signing, visitor.address
        found = [signing.prepare(one, address, seen_hash=seen_hash) for one in wanted]
        return [{"id": one.id, "typedData": one.typed_data} for one in found]

    prepared = attempt(entered, prepare)
    if prepared is None:
        return JSONResponse({"wrong": entered.wrong}, UNPROCESSABLE)
    return JSONResponse({"address": str(visitor.address), "prepared": prepared, "to": to})


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError as error:
        raise InputError("a signature is written in hexadecimal") from error
