"""Why an action on a ticket is refused."""
# ruff: noqa: N818 -- as in supportledger.errors: the names are those of the contract

from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model.refusal.base import (
    Account,
    Bytes32,
    Id,
    Refusal,
    Standing,
    Time40,
    Uint8,
    Uint32,
    Uint256,
    What,
    Where,
    Word,
)


class TicketExists(Refusal, Conflict):
    """The same opener used this commitment before."""

    text = "ticket {ticket_id} exists: its opener used this commitment before"
    advice = "Make a new content; its salts give a new commitment."

    ticket_id: Id


class TicketNotFound(Refusal, NotFound):
    """The ledger has no such ticket."""

    text = "there is no ticket {ticket_id} on this ledger"
    advice = "Check the id, and that this is the right ledger."

    ticket_id: Id


class TicketStale(Refusal, Conflict):
    """The state presented is not the present one."""

    text = "ticket {ticket_id} has changed since it was read"
    advice = "Read the ticket again and decide anew."

    ticket_id: Id
    current: Bytes32
    presented: Bytes32


class ActionNotAllowed(Refusal, Conflict):
    """The action does not exist in this status."""

    text = "{action} is not possible while the ticket is {status}"

    action: What
    status: Where


class ActionUnknown(Refusal, InputError):
    """The ledger knows no such action."""

    text = "the ledger knows no action {action}"

    action: Uint8


class ArgumentInvalid(Refusal, InputError):
    """The action does not take this argument."""

    text = "{action} does not take {argument}"

    action: What
    argument: Uint256


class CommitmentMissing(Refusal, InputError):
    """The action needs a content."""

    text = "{action} needs a content to commit to"
    advice = "Give it a text."

    action: What


class CommitmentUnexpected(Refusal, InputError):
    """An escalation or a stranger's closing is nobody's word, and commits to nothing."""

    text = "{action} by anyone carries no content"
    advice = "Leave the text out."

    action: What


class CustomerOnly(Refusal, Denied):
    """Only the ticket's customer may do this."""

    text = "only the customer {customer} may do this, not {actor}"
    advice = "Act as the customer."

    actor: Account
    customer: Account


class KeylessCustomer(Refusal, Denied):
    """A keyless customer cannot sign, so cannot close or rate."""

    text = "{action} needs a customer with a key, and this ticket's has none"
    advice = "Let the customer claim the ticket first."

    action: What


class AlreadyClaimed(Refusal, Conflict):
    """The ticket has its customer."""

    text = "the ticket belongs to {customer} already"

    customer: Account


class OwnTicket(Refusal, Denied):
    """Staff never act on a ticket whose customer they are."""

    text = "{actor} is the customer of this ticket, and may not act on it as staff"
    advice = "Let another agent do it."

    actor: Account


class AgentNotInForce(Refusal, Denied):
    """The certificate is not in force now."""

    text = "the certificate of {agent} is not in force: {status}, from {from_} until {until}"
    advice = "Ask a certifier to certify, renew or reinstate the agent."

    agent: Account
    status: Standing
    from_: Time40
    until: Time40


class TierTooLow(Refusal, Denied):
    """The agent's tier is below the ticket's."""

    text = "{agent} has tier {tier}; this ticket needs {required}"
    advice = "Let an agent of a higher tier answer."

    agent: Account
    tier: Uint8
    required: Uint8


class SupervisorOnly(Refusal, Denied):
    """Only a supervisor may do this."""

    text = "{actor} is not a supervisor"
    advice = "Act as a supervisor; an agent may assign a ticket to themselves."

    actor: Account


class SeenInvalid(Refusal, InputError):
    """Nobody can have read what was not written; customers state nothing."""

    text = "seen is {seen}, and the customer has written {customer_seq} entries"
    advice = "Read the ticket again and decide anew."

    seen: Uint32
    customer_seq: Uint32


class AnswersNothing(Refusal, Conflict):
    """Messages wait, and the answer has read none of them."""

    text = (
        "{unseen} messages wait, and an answer that read up to {seen} of {customer_seq} answers none of them"
    )
    advice = "Read what the customer wrote since, then answer."

    seen: Uint32
    customer_seq: Uint32
    unseen: Uint8


class MessagesWaiting(Refusal, Conflict):
    """Not all messages are answered."""

    text = "{unseen} messages wait: a ticket is solved when all are answered"
    advice = "Read what the customer wrote since, then answer."

    unseen: Uint8


class TooManyWaiting(Refusal, Conflict):
    """No more messages fit on chain before one is answered."""

    text = "{unseen} messages wait for an answer already"
    advice = "Further messages go to the anchored log until one is answered."

    unseen: Uint8


class StaffRunTooLong(Refusal, Conflict):
    """Staff may not keep a ticket changing."""

    text = "staff have made {staff_run} entries in a row that answer nothing"
    advice = "Wait for the customer, or answer."

    staff_run: Uint8


class ReopenWindowPassed(Refusal, Conflict):
    """It is too late to reopen the ticket."""

    text = "the ticket could be reopened until {until}"
    advice = "Open a new ticket that names this one."

    until: Time40


class ReopenWindowOpen(Refusal, Conflict):
    """The customer may still reopen the ticket."""

    text = "the customer may reopen the ticket until {until}; others may close it after that"

    until: Time40


class AlreadyRated(Refusal, Conflict):
    """A ticket is rated once."""

    text = "the ticket is rated already, with {rating}"

    rating: Uint8


class RatingOver(Refusal, Conflict):
    """It is too late to rate."""

    text = "the ticket could be rated until {until}"

    until: Time40


class NothingOverdue(Refusal, Conflict):
    """No clock is late."""

    text = "nothing is overdue: a response, if messages wait, is due {respond_by}, the resolution {due}"

    respond_by: Time40
    due: Time40


class LevelsExhausted(Refusal, Conflict):
    """The ticket has its highest level."""

    text = "the ticket is escalated to its highest level, {level}"

    level: Uint8


class EscalatedRecently(Refusal, Conflict):
    """The last escalation is too recent."""

    text = "the ticket was escalated lately; again from {again}"

    again: Time40


class SuccessorMismatch(Refusal, InputError):
    """The ledger named another successor, or none."""

    text = "{argument} is not the successor of this ledger, {successor}"

    successor: Account
    argument: Word
