"""What is done to tickets, each thing by its own verb: signed with the key at hand, then left to relay."""

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from supportledger.desk.conversations import Message
from supportledger.desk.intents import Consent
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Right
from supportledger.ports.filing import Happening
from supportledger.web.api import wanted
from supportledger.web.api.acting import as_read, at, author_of, carry_out, may_escalate, sent
from supportledger.web.api.agents import Accepted
from supportledger.web.api.documented import problems
from supportledger.web.api.guards import guarded
from supportledger.web.api.shapes import AddressText, Body, Handle, Hex32, Instant, SignatureText, Text
from supportledger.web.api.shapes import Answer as Shown
from supportledger.web.api.ticket_shapes import Line, Sent, line_of
from supportledger.web.doors import SIGNED_IN, needs
from supportledger.web.naming import own
from supportledger.web.visitors import front_of, key_of

router = guarded("tickets")
_PROBLEMS = problems(404, 409, 410, 412)
_TAKEN = 202


class Say(Body):
    """Something to be said between entries; it is not signed."""

    body: Text = Field(examples=["I am looking at it now."])
    language: str = Field(default="", max_length=35)
    channel: str = Field(default="", max_length=64)


class Wished(Shown):
    """What a customer's key signs to take over a ticket; check it before you sign."""

    ticket: str = Field(description="Handle.")
    customer: AddressText = Field(description="Whose it will be.")
    deadline: Instant
    typed_data: dict[str, Any] = Field(description="The request of `eth_signTypedData_v4`.")
    digest: Hex32


class Consented(Body):
    """The signature of what was prepared."""

    deadline: Instant
    signature: SignatureText


@router.post("/tickets/{name}/answer", operation_id="tickets.answer", responses=_PROBLEMS, status_code=_TAKEN)
def answer(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Answer,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Answer the customer."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/note", operation_id="tickets.note", responses=_PROBLEMS, status_code=_TAKEN)
def note(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Note,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Leave an internal note."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/assign", operation_id="tickets.assign", responses=_PROBLEMS, status_code=_TAKEN)
def assign(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Assign,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Take a ticket; or give it to somebody, which needs the right to direct."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/hold", operation_id="tickets.hold", responses=_PROBLEMS, status_code=_TAKEN)
def hold(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Hold,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Wait for somebody else, and say why."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/resume", operation_id="tickets.resume", responses=_PROBLEMS, status_code=_TAKEN)
def resume(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Resume,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Wait no longer."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/solve", operation_id="tickets.solve", responses=_PROBLEMS, status_code=_TAKEN)
def solve(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Solve,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Declare a ticket solved; with a text, that answers what still waits."""
    return at(response, carry_out(request, visitor, name, act))


@router.post(
    "/tickets/{name}/repolicy", operation_id="tickets.repolicy", responses=_PROBLEMS, status_code=_TAKEN
)
def repolicy(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Repolicy,
    visitor: Annotated[Visitor, needs(Right.DIRECT)],
) -> Sent:
    """Promise more than before."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/claim", operation_id="tickets.claim", responses=_PROBLEMS, status_code=_TAKEN)
def claim(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Claim,
    visitor: Annotated[Visitor, needs(Right.ANSWER)],
) -> Sent:
    """Give a ticket without a key its customer, who has consented."""
    return at(response, carry_out(request, visitor, name, act))


@router.post(
    "/tickets/{name}/claim/prepare", operation_id="tickets.prepare_claim", responses=problems(404, 409)
)
def prepare_claim(request: Request, name: Handle, visitor: Annotated[Visitor, needs(Right.REPLY)]) -> Wished:
    """Write down what a customer's own key signs to take over a ticket that was opened without one."""
    made = front_of(request).desk.claiming.prepare(own(request, name, visitor), key_of(visitor))
    return Wished(
        ticket=made.ticket.handle,
        customer=str(made.customer),
        deadline=made.deadline,
        typed_data=dict(made.typed_data),
        digest="0x" + made.digest.hex(),
    )


@router.post(
    "/tickets/{name}/claim/take",
    operation_id="tickets.take_over",
    responses=problems(404, 409),
    status_code=_TAKEN,
)
def take_over(
    request: Request,
    response: Response,
    name: Handle,
    signed: Consented,
    visitor: Annotated[Visitor, needs(Right.REPLY)],
) -> Sent:
    """Take over a ticket of one's own with one's key; from then on only this key writes as its customer."""
    ticket, signature = own(request, name, visitor), bytes.fromhex(signed.signature[2:])
    consent = Consent(key_of(visitor), signed.deadline, signature)
    return at(response, sent(front_of(request).desk.claiming.take(ticket, consent)))


@router.post("/tickets/{name}/reply", operation_id="tickets.reply", responses=_PROBLEMS, status_code=_TAKEN)
def reply(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Reply,
    visitor: Annotated[Visitor, needs(Right.REPLY)],
) -> Sent:
    """Write as the customer."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/rate", operation_id="tickets.rate", responses=_PROBLEMS, status_code=_TAKEN)
def rate(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Rate,
    visitor: Annotated[Visitor, needs(Right.REPLY)],
) -> Sent:
    """Rate as the customer, once."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/close", operation_id="tickets.close", responses=_PROBLEMS, status_code=_TAKEN)
def close(
    request: Request,
    response: Response,
    name: Handle,
    act: wanted.Close,
    visitor: Annotated[Visitor, needs(Right.REPLY)],
) -> Sent:
    """Close as the customer, for good."""
    return at(response, carry_out(request, visitor, name, act))


@router.post("/tickets/{name}/escalate", operation_id="tickets.escalate", responses=_PROBLEMS)
def escalate(request: Request, name: Handle, visitor: Annotated[Visitor, SIGNED_IN]) -> Accepted:
    """Put on record that a deadline has passed: the desk's keeper sends it, and the ledger decides."""
    may_escalate(visitor)
    record, _ = as_read(request, visitor, name)
    entry = front_of(request).desk.tickets.escalate(record.id).posted.entry
    return Accepted(transaction="0x" + entry.transaction.hex(), block_number=entry.block_number)


@router.post("/tickets/{name}/say", operation_id="tickets.say", responses=_PROBLEMS, status_code=201)
def say(request: Request, name: Handle, said: Say, visitor: Annotated[Visitor, SIGNED_IN]) -> Line:
    """Say something between entries, as chats and calls do; it is logged and anchored, not signed."""
    author = author_of(visitor)
    front, (record, filing) = front_of(request), as_read(request, visitor, name)
    more = {"language": said.language or None, "channel": said.channel or "api"}
    (line,) = front.desk.conversations.say(record.id, Message(said.body, author, more))
    at_ = int(front.desk.clock.now().timestamp())
    front.feed.tell(Happening(0, "line.said", at_, record.id, filing.queue))
    return line_of(line)
