"""Doing what programs want: whose ticket it is, as it was read, signed by a key at hand."""

from starlette.requests import Request
from starlette.responses import Response

from supportledger.desk.filing.browsing import Sight
from supportledger.desk.filing.sights import own_sight, sight_of
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import Conflict, NotFound
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.people import Right, Role
from supportledger.model.records import TicketRecord
from supportledger.ports import Submission
from supportledger.ports.filing import Filing
from supportledger.web.api.arriving import arriving, not_yet
from supportledger.web.api.as_read import arriving_tag, check_match, tag_of
from supportledger.web.api.signing import signer_of
from supportledger.web.api.ticket_shapes import Sent, action_of
from supportledger.web.api.wanted import Act, CustomersAct, Open, Reply
from supportledger.web.naming import ticket_named
from supportledger.web.opening import count_opening
from supportledger.web.visitors import front_of


def found(request: Request, visitor: Visitor, name: str) -> tuple[TicketRecord, Filing]:
    """
    Find a ticket that somebody sees.

    Raises:
        NotFound: There is none, or it is out of sight: nobody can tell which.
    """
    return _find(request, name, sight_of(visitor))


def as_read(request: Request, visitor: Visitor, name: str) -> tuple[TicketRecord, Filing]:
    """
    Find a ticket that somebody sees, as they have read it.

    Raises:
        NotFound: As `found`.
        Conflict: The ledger does not have it yet.
        Outdated: It has changed since.
    """
    try:
        record, filing = found(request, visitor, name)
    except NotFound as unknown:
        raise not_yet(request, visitor, name, unknown) from unknown
    _seen(request, record, filing)
    return record, filing


def fileable(request: Request, visitor: Visitor, name: str) -> TicketId:
    """
    Find a ticket that one of the staff files, as they have read it, also before the ledger has it.

    Raises:
        NotFound: As `found`.
        Outdated: It has changed since.
    """
    try:
        record, filing = found(request, visitor, name)
    except NotFound as unknown:
        ticket, filing = arriving(request, visitor, name, unknown)
        if "if-match" in request.headers:
            check_match(request, arriving_tag(front_of(request), ticket, filing))
        return ticket
    _seen(request, record, filing)
    return record.id


def staffs(request: Request, visitor: Visitor, name: str) -> TicketId:
    """
    Find a ticket that one of the staff works on, as they have read it.

    Raises:
        NotFound: As `found`.
        Outdated: It has changed since.
    """
    return as_read(request, visitor, name)[0].id


def carry_out(request: Request, visitor: Visitor, name: str, act: Act) -> Sent:
    """
    Do something to a ticket, in the name of whoever asks.

    Raises:
        Denied: They may not.
        NotFound: As `found`.
        Outdated: It is not as they have read it.
        Conflict: The ledger does not have it yet; or there is no key here that signs for them.
    """
    visitor.need(act.right(visitor))
    try:
        record, filing = _find(request, name, sight_for(act, visitor))
    except NotFound as unknown:
        raise not_yet(request, visitor, name, unknown) from unknown
    seen, intent = _seen(request, record, filing), act.intent(record.id, visitor)
    front = front_of(request)
    if not isinstance(act, CustomersAct):
        return sent(front.desk.signing.sign_and_submit(intent, signer_of(request, visitor), seen_hash=seen))
    if record.state.customer == NOBODY:
        _check_recorded(act)
        return sent(front.intake.record(intent, visitor))
    return sent(front.intake.sign(intent, signer_of(request, visitor), visitor))


def open_ticket(request: Request, visitor: Visitor, new: Open) -> Sent:
    """
    Open a ticket: a customer with a key signs it, for others the desk records what they wrote.

    Raises:
        Conflict: There is no key here that signs for them.
        LimitReached: They have opened too many.
    """
    count_opening(request, visitor)
    intake = front_of(request).intake
    if Role.CUSTOMER in visitor.roles and visitor.address is not None:
        return sent(intake.sign(new.wanted(), signer_of(request, visitor), visitor, new.place()))
    return sent(intake.record(new.wanted(), visitor, new.place()))


def sight_for(act: Act, visitor: Visitor) -> Sight:
    """Tell on which tickets somebody may do something: what a customer does, on their own alone."""
    return own_sight(visitor) if isinstance(act, CustomersAct) else sight_of(visitor)


def may_escalate(visitor: Visitor) -> None:
    """
    Let staff put on record that a deadline has passed, and customers of their own tickets.

    Raises:
        Denied: It is somebody else.
    """
    if not visitor.may(Right.REPLY):
        visitor.need(Right.ESCALATE)


def author_of(visitor: Visitor) -> Address:
    """
    Name whoever says something between entries: customers are named by the ticket, staff by their address.

    Raises:
        Denied: They may neither reply nor answer.
        Conflict: They are staff, and have no address.
    """
    if visitor.may(Right.REPLY):
        return visitor.address or NOBODY
    visitor.need(Right.ANSWER)
    if visitor.address is None:
        raise Conflict("a line of the desk names who said it, and you have no address")
    return visitor.address


def sent(submission: Submission) -> Sent:
    """Show what was taken."""
    removed = [str(one) for one in submission.removed]
    return Sent(**action_of(submission.draft).model_dump(), removed=removed)


def at(response: Response, action: Sent) -> Sent:
    """Say where its status is read."""
    response.headers["location"] = f"/api/v1/actions/{action.id}"
    return action


def _check_recorded(act: Act) -> None:
    """Say what only customers with a key do: the ledger takes it from nobody else."""
    if not isinstance(act, Reply):
        raise Conflict(
            "only a customer with a key can do this on the ledger, and this ticket was opened without one",
            hint="It closes by itself when it was solved for long enough.",
        )


def _find(request: Request, name: str, sight: Sight) -> tuple[TicketRecord, Filing]:
    ticket = ticket_named(request, name)
    return front_of(request).desk.browsing.find(ticket, sight)


def _seen(request: Request, record: TicketRecord, filing: Filing) -> bytes | None:
    """Give the hash of the state that somebody has read; None if they do not say."""
    if "if-match" not in request.headers:
        return None
    check_match(request, tag_of(front_of(request), record, filing))
    return record.state.hash()
