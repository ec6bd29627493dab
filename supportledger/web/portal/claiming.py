"""A customer takes a ticket over that was opened without a key: told what changes, and signed by theirs."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from supportledger.desk.intents import Consent
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.signing.contracts import LONGEST
from supportledger.errors import InputError
from supportledger.model.people import Right
from supportledger.web.doors import needs
from supportledger.web.line import Standing
from supportledger.web.naming import own
from supportledger.web.visitors import front_of, key_of

router = APIRouter(route_class=Standing)


class Consented(BaseModel):
    """What the customer's key has signed."""

    model_config = ConfigDict(extra="forbid")
    deadline: int = Field(ge=0, lt=1 << 40)
    signature: str = Field(max_length=2 + 2 * LONGEST)


@router.post("/my/tickets/{name}/claim/prepare")
def prepare(request: Request, name: str, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Response:
    """Write down what the customer's key is to sign."""
    ticket = own(request, name, visitor)
    made = front_of(request).desk.claiming.prepare(ticket, key_of(visitor))
    return JSONResponse(
        {
            "ticket": ticket.handle,
            "address": str(made.customer),
            "typedData": made.typed_data,
            "deadline": made.deadline,
        }
    )


@router.post("/my/tickets/{name}/claim/take")
def take(
    request: Request, name: str, consented: Consented, visitor: Annotated[Visitor, needs(Right.REPLY)]
) -> Response:
    """Take the signature; the desk's service claims the ticket for whoever it is of."""
    ticket = own(request, name, visitor)
    try:
        signature = bytes.fromhex(consented.signature.removeprefix("0x"))
    except ValueError as error:
        raise InputError("a signature is written in hexadecimal") from error
    consent = Consent(key_of(visitor), consented.deadline, signature)
    front_of(request).desk.claiming.take(ticket, consent)
    return JSONResponse({"to": f"/my/tickets/{ticket.handle}?accepted=claim"})
