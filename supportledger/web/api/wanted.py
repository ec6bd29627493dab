"""
What programs want to do to tickets: one body for each verb, the same whoever signs it.

Files come as base64 within the JSON, not as a form: one body is what is hashed for `Idempotency-Key`, and no
page of another site can send it. A request carries up to 24 MiB, which is some 17 MiB of files.
"""

import base64
import binascii
from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import Field

from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.contents import Attachment
from supportledger.desk.filing.intake import Place
from supportledger.desk.intents import Consent, Intent
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, InputError
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Right
from supportledger.web.api.shapes import AddressText, Body, Instant, Line, SignatureText, Text
from supportledger.web.forms import LARGEST_FILE, MOST_FILES

_Reason = Annotated[str | None, Field(default=None, max_length=2_000, description="Why; it is committed to.")]
_Word = Annotated[str, Field(default="", max_length=64)]
_Language = Annotated[str, Field(default="", max_length=35, description="BCP 47.", examples=["en"])]
_BASE64 = (LARGEST_FILE + 2) // 3 * 4


class File(Body):
    """A file that belongs to a message."""

    name: Line = Field(examples=["receipt.png"])
    media_type: str = Field(default="application/octet-stream", max_length=100)
    data: str = Field(max_length=_BASE64, description="base64, RFC 4648.", examples=["aGVsbG8="])

    def attachment(self) -> Attachment:
        """
        Give it as the desk takes it.

        Raises:
            InputError: It is not base64, or too large.
        """
        try:
            data = base64.b64decode(self.data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError(f"the file {self.name} is not base64") from error
        if len(data) > LARGEST_FILE:
            raise InputError(f"the file {self.name} is larger than {LARGEST_FILE} bytes")
        return Attachment(self.name, data, self.media_type)


_Files = Annotated[list[File], Field(default=[], max_length=MOST_FILES)]


class Open(Body):
    """A new ticket."""

    verb: Literal["open"] = "open"
    body: Text = Field(examples=["My withdrawal has not arrived."])
    subject: Line = Field(examples=["Where is my withdrawal?"])
    policy: int | None = Field(default=None, ge=1, le=65_535, description="null: what the desk offers.")
    language: _Language
    channel: _Word
    product: _Word
    topic: _Word
    files: _Files

    def wanted(self) -> NewTicket:
        """Give it as the desk takes it."""
        more = {"language": self.language or None, "channel": self.channel or "api"}
        return NewTicket(self.body, self.subject, self.policy, attachments=_files(self.files), more=more)

    def place(self) -> Place:
        """Say where it belongs."""
        return Place(self.product, self.topic, (self.product,) if self.product else ())


class _Act(Body, ABC):
    """Something to be done to a ticket."""

    def right(self, visitor: Visitor) -> Right:  # noqa: ARG002 -- one of them looks at who asks
        """Tell which right it takes."""
        return Right.ANSWER

    @abstractmethod
    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:
        """Give it as the desk takes it."""


class Answer(_Act):
    """An answer to the customer."""

    verb: Literal["answer"] = "answer"
    body: Text = Field(examples=["It waits for one more confirmation."])
    status: Literal["open", "pending", "on-hold"] = "pending"
    seen: int | None = Field(default=None, ge=0, description="Customer sequence that was read; null: all.")
    language: _Language
    channel: _Word
    files: _Files

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.answer(
            ticket,
            self.body,
            status=self.status,
            seen=self.seen,
            attachments=_files(self.files),
            language=self.language or None,
            channel=self.channel or "api",
        )


class Note(_Act):
    """A note that customers do not see."""

    verb: Literal["note"] = "note"
    body: Text = Field(examples=["The payout batch of 14:00 is stuck."])

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.note(ticket, self.body)


class Assign(_Act):
    """Whose ticket it is to be; oneself, or with the right to direct anybody."""

    verb: Literal["assign"] = "assign"
    assignee: AddressText | None = Field(default=None, description="null: oneself.")
    reason: _Reason

    def right(self, visitor: Visitor) -> Right:
        """Tell which right it takes."""
        return Right.ANSWER if self._to(visitor) == visitor.address else Right.DIRECT

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:
        """Give it as the desk takes it."""
        to = self._to(visitor)
        return intents.assign(ticket, to, by_self=to == visitor.address, reason=self.reason)

    def _to(self, visitor: Visitor) -> Address:
        if self.assignee is not None:
            return Address.parse(self.assignee)
        if visitor.address is None:
            raise Conflict("there is no address that signs for you", hint="Name the assignee.")
        return visitor.address


class Hold(_Act):
    """Waiting for somebody else."""

    verb: Literal["hold"] = "hold"
    reason: str = Field(min_length=1, max_length=2_000, examples=["The bank has to confirm it."])

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.hold(ticket, self.reason)


class Resume(_Act):
    """Waiting no longer."""

    verb: Literal["resume"] = "resume"
    reason: _Reason

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.resume(ticket, self.reason)


class Solve(_Act):
    """The matter is solved; with a text, that answers what still waits."""

    verb: Literal["solve"] = "solve"
    body: Text | None = None
    seen: int | None = Field(default=None, ge=0)

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.solve(ticket, self.body, seen=self.seen)


class Repolicy(_Act):
    """A promise that is no looser than before."""

    verb: Literal["repolicy"] = "repolicy"
    policy: int = Field(ge=1, le=65_535)
    reason: _Reason

    def right(self, visitor: Visitor) -> Right:  # noqa: ARG002 -- as the others
        """Tell which right it takes."""
        return Right.DIRECT

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.repolicy(ticket, self.policy, self.reason)


class Claim(_Act):
    """A customer takes over a ticket that was opened for them without a key, and has signed that."""

    verb: Literal["claim"] = "claim"
    customer: AddressText
    deadline: Instant
    signature: SignatureText

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        signature = bytes.fromhex(self.signature[2:])
        return intents.claim(ticket, Consent(Address.parse(self.customer), self.deadline, signature))


class _CustomersAct(_Act):
    """Something that the customer of a ticket does."""

    def right(self, visitor: Visitor) -> Right:  # noqa: ARG002 -- as the others
        """Tell which right it takes."""
        return Right.REPLY


class Reply(_CustomersAct):
    """What the customer writes."""

    verb: Literal["reply"] = "reply"
    body: Text = Field(examples=["It is still missing."])
    contested: bool = Field(default=False, description="The last answer's content never arrived.")
    language: _Language
    channel: _Word
    files: _Files

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        more = {"language": self.language or None, "channel": self.channel or "api"}
        files = _files(self.files)
        return intents.reply(ticket, self.body, contested=self.contested, attachments=files, **more)


class Rate(_CustomersAct):
    """What the customer thinks of it; once."""

    verb: Literal["rate"] = "rate"
    stars: int = Field(ge=1, le=5)
    comment: str | None = Field(default=None, max_length=2_000)

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.rate(ticket, self.stars, self.comment)


class Close(_CustomersAct):
    """The end of it, for good."""

    verb: Literal["close"] = "close"
    reason: _Reason

    def intent(self, ticket: TicketId, visitor: Visitor) -> Intent:  # noqa: ARG002 -- as the others
        """Give it as the desk takes it."""
        return intents.close(ticket, self.reason)


StaffsAct = Answer | Note | Assign | Hold | Resume | Solve | Repolicy | Claim
CustomersAct = Reply | Rate | Close
Act = StaffsAct | CustomersAct


def _files(files: list[File]) -> list[Attachment]:
    return [one.attachment() for one in files]
