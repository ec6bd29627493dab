"""
The actions, one function each: what must hold, and what changes.

A function gets a ticket whose time is settled and an actor who may act at all, and gives the changed ticket;
`model.lifecycle` counts and chains it.

Source: LEDGER, "Actions"; contracts/lifecycle/Lifecycle.sol.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from supportledger.model import sla
from supportledger.model.agent import Agent
from supportledger.model.entry import NOTHING, Context, Entry, lane
from supportledger.model.hours import deadline
from supportledger.model.ids import NOBODY, Address
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.refusal import (
    ActionNotAllowed,
    AgentNotInForce,
    AlreadyClaimed,
    AlreadyRated,
    AnswersNothing,
    ArgumentInvalid,
    CommitmentMissing,
    CommitmentUnexpected,
    CustomerOnly,
    EscalatedRecently,
    KeylessCustomer,
    LevelsExhausted,
    MessagesWaiting,
    NothingOverdue,
    OwnTicket,
    PolicyLooser,
    PolicyNotFound,
    PolicyWithdrawn,
    RatingOver,
    ReopenWindowOpen,
    ReopenWindowPassed,
    SuccessorMismatch,
    TierTooLow,
    TooManyWaiting,
)
from supportledger.model.ticket import ACTIVE, Action, Clock, Flag, Lane, Status, TicketState

MAX_WAITING: Final = 9
MAX_STARS: Final = 5
RATING_TIME: Final = 30 * 86_400
_ADDRESSES: Final = 1 << 160
_POLICIES: Final = 1 << 16
_CLOSABLE: Final = (*ACTIVE, Status.SOLVED)
_RATABLE: Final = (Status.SOLVED, Status.CLOSED)


def _reply(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> TicketState:
    if t.customer == NOBODY:
        check_in_force(e.actor, c.agent, c.time)
    else:
        _check_customer(t, e)
    if e.argument > 1:
        raise ArgumentInvalid(e.action, e.argument)
    _check_committed(e)
    if t.status == Status.SOLVED:
        t = _reopen(t, c, terms)
    _check_status(t, e, ACTIVE)
    if t.unseen >= MAX_WAITING:
        raise TooManyWaiting(t.unseen)
    return sla.end_pause(t, c.time).changed(
        respond_by=t.respond_by if t.unseen else deadline(terms.hours, c.time, terms.next_response),
        unseen=t.unseen + 1,
        status=Status.OPEN,
        flags=t.flags | Flag.CONTESTED if e.argument else t.flags,
    )


def _reopen(t: TicketState, c: Context, terms: PolicyTerms) -> TicketState:
    """Shift the deadline, and only then settle time: what was solved in time stays in time."""
    until = t.settled_at + terms.reopen_window
    if c.time > until:
        raise ReopenWindowPassed(until)
    reopened = sla.credit_solved(t, c.time).changed(settled_at=0, status=Status.OPEN)
    return sla.settle(reopened, terms, c.time)


def _answer(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> TicketState:
    _check_status(t, e, ACTIVE)
    if e.argument not in ACTIVE:
        raise ArgumentInvalid(e.action, e.argument)
    t = _read(t, e, c)
    if t.unseen:
        respond_by = deadline(terms.hours, c.time, terms.next_response)
        t = t.changed(respond_by=respond_by, status=Status.OPEN)
    else:
        t = t.changed(status=Status(e.argument))
    return sla.end_pause(t, c.time) if t.status == Status.OPEN else sla.start_pause(t, c.time)


def _read(t: TicketState, e: Entry, c: Context) -> TicketState:
    """Read what the customer wrote, as far as the agent says; while messages wait, at least one of them."""
    if c.agent.tier < t.tier:
        raise TierTooLow(e.actor, c.agent.tier, t.tier)
    _check_committed(e)
    unread = t.customer_seq - e.seen
    if t.unseen and unread >= t.unseen:
        raise AnswersNothing(e.seen, t.customer_seq, t.unseen)
    return t.changed(unseen=min(t.unseen, unread), flags=t.flags | Flag.ANSWERED, assignee=e.actor)


def _note(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    _check_no_argument(e)
    if t.status in ACTIVE:
        return t
    _check_status(t, e, (Status.SOLVED,))
    return sla.credit_solved(t, c.time).changed(settled_at=c.time)


def _assign(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    _check_status(t, e, ACTIVE)
    assignee = _address(e, least=0)
    check_in_force(assignee, c.assignee, c.time)
    return t.changed(assignee=assignee)


def _hold(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    _check_status(t, e, (Status.OPEN,))
    _check_no_argument(e)
    _check_committed(e)
    return sla.start_pause(t, c.time).changed(status=Status.ON_HOLD)


def _resume(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    _check_status(t, e, (Status.ON_HOLD,))
    _check_no_argument(e)
    return sla.end_pause(t, c.time).changed(status=Status.OPEN)


def _solve(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    _check_status(t, e, ACTIVE)
    _check_no_argument(e)
    if t.unseen:
        t = _read(t, e, c)
        if t.unseen:
            raise MessagesWaiting(t.unseen)
    return sla.end_pause(t, c.time).changed(status=Status.SOLVED, settled_at=c.time)


def _close(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> TicketState:
    _check_status(t, e, _CLOSABLE)
    if lane(e.action, e.actor, t.customer) == Lane.NONE:
        _admit_stranger(t, e, c, terms)
    if e.argument not in {0, int.from_bytes(c.successor, "big")}:
        raise SuccessorMismatch(c.successor, e.argument)
    return sla.end_pause(t, c.time).changed(status=Status.CLOSED, settled_at=c.time)


def _admit_stranger(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> None:
    if t.status != Status.SOLVED:
        raise CustomerOnly(e.actor, t.customer)
    until = t.settled_at + terms.reopen_window
    if c.time <= until:
        raise ReopenWindowOpen(until)
    _check_uncommitted(e)


def _rate(t: TicketState, e: Entry, c: Context, _: PolicyTerms) -> TicketState:
    if t.customer == NOBODY:
        raise KeylessCustomer(e.action)
    _check_customer(t, e)
    if t.status == Status.CLOSED and c.time > t.settled_at + RATING_TIME:
        raise RatingOver(t.settled_at + RATING_TIME)
    _check_status(t, e, _RATABLE)
    if t.rating:
        raise AlreadyRated(t.rating)
    if not 1 <= e.argument <= MAX_STARS:
        raise ArgumentInvalid(e.action, e.argument)
    return t.changed(rating=e.argument)


def escalate(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> tuple[TicketState, Entry]:
    """
    Raise the level of a ticket with a late clock; the entry's argument then names clock, level and deadline.

    A clock calls once when it passes, and again each time the policy's interval has gone by.
    """
    _check_status(t, e, ACTIVE)
    _check_no_argument(e)
    _check_uncommitted(e)
    late = sla.overdue(t, terms, c.time)
    due = sla.due(t, terms, c.time)
    if not late:
        raise NothingOverdue(t.respond_by, due)
    if t.level >= terms.levels:
        raise LevelsExhausted(t.level)
    again = t.escalated_at + terms.escalate_every
    deadlines = {Clock.RESPONSE: t.respond_by, Clock.RESOLUTION: due}
    for clock in late:
        if t.escalated_at <= deadlines[clock] or c.time >= again:
            escalated = t.changed(level=t.level + 1, escalated_at=c.time)
            return escalated, e._replace(argument=clock << 48 | escalated.level << 40 | deadlines[clock])
    raise EscalatedRecently(again)


def _repolicy(t: TicketState, e: Entry, c: Context, terms: PolicyTerms) -> TicketState:
    _check_status(t, e, ACTIVE)
    if e.argument >= _POLICIES:
        raise ArgumentInvalid(e.action, e.argument)
    new = offered(c.proposed, e.argument).terms
    if not new.is_no_looser_than(terms):
        raise PolicyLooser(t.policy, e.argument)
    promised = new.next_response if t.flags & Flag.ANSWERED else new.first_response
    respond_by = sla.earlier(t.respond_by, deadline(new.hours, c.time, promised))
    return t.changed(
        respond_by=respond_by if t.unseen else t.respond_by,
        resolve_by=sla.earlier(t.resolve_by, deadline(new.hours, c.time, new.resolution)),
        policy=e.argument,
        tier=new.tier,
    )


def _claim(t: TicketState, e: Entry, _: Context, __: PolicyTerms) -> TicketState:
    """Give the ticket its customer, whose consent is a signature and checked where signatures are."""
    _check_status(t, e, _CLOSABLE)
    if t.customer != NOBODY:
        raise AlreadyClaimed(t.customer)
    customer = _address(e, least=1)
    if customer == e.actor:
        raise OwnTicket(e.actor)
    return t.changed(customer=customer)


ACTS: Final[Mapping[int, Callable[[TicketState, Entry, Context, PolicyTerms], TicketState]]] = {
    Action.REPLY: _reply,
    Action.ANSWER: _answer,
    Action.NOTE: _note,
    Action.ASSIGN: _assign,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.SOLVE: _solve,
    Action.CLOSE: _close,
    Action.RATE: _rate,
    Action.REPOLICY: _repolicy,
    Action.CLAIM: _claim,
}


def is_terminal(t: TicketState, time: int) -> bool:
    """Tell whether nothing can follow any more: closed, and rated, keyless, or too late to rate."""
    over = t.rating != 0 or t.customer == NOBODY or time > t.settled_at + RATING_TIME
    return t.status == Status.CLOSED and over


# ---- shared checks


def check_in_force(account: Address, agent: Agent, time: int) -> None:
    """Refuse a certificate that is not in force."""
    if not agent.in_force(time):
        raise AgentNotInForce(account, agent.status, agent.from_, agent.until)


def offered(policy: Policy | None, number: int) -> Policy:
    """Give the policy if it is published, and not retired."""
    if policy is None:
        raise PolicyNotFound(number)
    if policy.retired:
        raise PolicyWithdrawn(number)
    return policy


def _check_status(t: TicketState, e: Entry, allowed: Sequence[Status]) -> None:
    if t.status not in allowed:
        raise ActionNotAllowed(e.action, t.status)


def _check_no_argument(e: Entry) -> None:
    if e.argument:
        raise ArgumentInvalid(e.action, e.argument)


def _check_committed(e: Entry) -> None:
    if e.commitment == NOTHING:
        raise CommitmentMissing(e.action)


def _check_uncommitted(e: Entry) -> None:
    if e.commitment != NOTHING:
        raise CommitmentUnexpected(e.action)


def _address(e: Entry, *, least: int) -> Address:
    if not least <= e.argument < _ADDRESSES:
        raise ArgumentInvalid(e.action, e.argument)
    return Address(e.argument.to_bytes(20, "big"))


def _check_customer(t: TicketState, e: Entry) -> None:
    if e.actor != t.customer:
        raise CustomerOnly(e.actor, t.customer)
