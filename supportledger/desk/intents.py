"""
What people want to do to a ticket, one function for each verb; how it is done is the same for all.

An intent names no actor and no state yet: `desk.drafting` makes a draft of it once both are known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from supportledger.desk.cast import Part
from supportledger.desk.contents import Attachment, values
from supportledger.errors import InputError
from supportledger.model.ids import Address, TicketId
from supportledger.model.ticket import ACTIVE, Action, Status, TicketState
from supportledger.proof.fields import Value

STATUSES: Final = {"open": Status.OPEN, "pending": Status.PENDING, "on-hold": Status.ON_HOLD}
"""What an answer may leave a ticket in, by the word for it."""


@dataclass(frozen=True, slots=True)
class Consent:
    """
    A customer's signature of `Claim`, made elsewhere.

    Args:
        customer: Who signed.
        deadline: Of the signature; Unix seconds.
        signature: Of `Claim`.
    """

    customer: Address
    deadline: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Intent:
    """
    What somebody wants to do to a ticket.

    Args:
        ticket: Which.
        action: What; not Open.
        part: Who does it, unless somebody is named.
        argument: As LEDGER lists it for the action.
        values: The content's fields by name, as they were written; empty for none.
        attachments: Files that belong to it.
        seen: Staff: the customer sequence they have read up to; None: all that is there.
        state: The ticket as the actor saw it; None: as it is.
        consent: Claim: the customer's.
    """

    ticket: TicketId
    action: Action
    part: Part
    argument: int = 0
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    attachments: Sequence[Attachment] = ()
    seen: int | None = None
    state: TicketState | None = None
    consent: Consent | None = None

    def on(self, state: TicketState) -> "Intent":
        """Say how the actor saw the ticket."""
        return replace(self, state=state)


def reply(
    ticket: TicketId,
    body: str | bytes,
    *,
    contested: bool = False,
    attachments: Sequence[Attachment] = (),
    **more: Value | None,
) -> Intent:
    """
    Write as the customer.

    Args:
        ticket: Which.
        body: The message.
        contested: The last answer's content never arrived.
        attachments: Files that belong to it.
        more: Further fields: author, channel, language.
    """
    said = values("reply", body, **more)
    return Intent(ticket, Action.REPLY, Part.CUSTOMER, int(contested), said, attachments)


def answer(
    ticket: TicketId,
    body: str | bytes,
    *,
    status: Status | str = Status.PENDING,
    seen: int | None = None,
    attachments: Sequence[Attachment] = (),
    **more: Value | None,
) -> Intent:
    """
    Answer the customer.

    Args:
        ticket: Which.
        body: The answer.
        status: What it leaves the ticket in, unless messages still wait: open, pending or on-hold.
        seen: The customer sequence that was read; None: all that is there.
        attachments: Files that belong to it.
        more: Further fields: author, channel, language.

    Raises:
        InputError: There is no such status.
    """
    said = values("answer", body, **more)
    return Intent(ticket, Action.ANSWER, Part.AGENT, _status(status), said, attachments, seen)


def note(ticket: TicketId, body: str | bytes, **more: Value | None) -> Intent:
    """Leave an internal note."""
    return Intent(ticket, Action.NOTE, Part.AGENT, values=values("note", body, **more))


def assign(ticket: TicketId, assignee: Address, *, by_self: bool, reason: str | None = None) -> Intent:
    """Give a ticket to an agent: to oneself, or as a supervisor to anybody."""
    part = Part.AGENT if by_self else Part.SUPERVISOR
    return Intent(ticket, Action.ASSIGN, part, _number(assignee), _optional("assignment", reason))


def hold(ticket: TicketId, reason: str | bytes) -> Intent:
    """Wait for somebody else, and say why."""
    return Intent(ticket, Action.HOLD, Part.AGENT, values=values("hold", reason))


def resume(ticket: TicketId, reason: str | None = None) -> Intent:
    """Wait no longer."""
    return Intent(ticket, Action.RESUME, Part.AGENT, values=_optional("resumption", reason))


def solve(ticket: TicketId, body: str | bytes | None = None, *, seen: int | None = None) -> Intent:
    """Declare a ticket solved; with a text, that answers what still waits."""
    return Intent(ticket, Action.SOLVE, Part.AGENT, values=_optional("solution", body), seen=seen)


def close(ticket: TicketId, reason: str | None = None, *, successor: Address | None = None) -> Intent:
    """Close a ticket for good; it may name the ledger where the matter goes on."""
    argument = _number(successor) if successor else 0
    return Intent(ticket, Action.CLOSE, Part.CUSTOMER, argument, _optional("closing", reason))


def rate(ticket: TicketId, stars: int, comment: str | None = None) -> Intent:
    """Rate as the customer: 1 to 5 stars."""
    said = _optional("rating", comment)
    return Intent(ticket, Action.RATE, Part.CUSTOMER, stars, said)


def escalate(ticket: TicketId) -> Intent:
    """Put on record that a deadline has passed."""
    return Intent(ticket, Action.ESCALATE, Part.KEEPER)


def repolicy(ticket: TicketId, policy: int, reason: str | None = None) -> Intent:
    """Promise more than before."""
    return Intent(ticket, Action.REPOLICY, Part.SUPERVISOR, policy, _optional("repolicy", reason))


def claim(ticket: TicketId, consent: Consent) -> Intent:
    """Give a keyless ticket its customer, who has consented."""
    return Intent(ticket, Action.CLAIM, Part.AGENT, _number(consent.customer), consent=consent)


def _optional(kind: str, text: str | bytes | None) -> Mapping[str, Value]:
    return {} if text is None else values(kind, text)


def _status(status: Status | str) -> Status:
    found = STATUSES.get(status.lower().replace("_", "-")) if isinstance(status, str) else status
    if found not in ACTIVE:
        raise InputError(f"an answer leaves a ticket {', '.join(STATUSES)}, not {status}")
    return found


def _number(address: Address) -> int:
    return int.from_bytes(address, "big")
