"""
What may be done to a ticket, by whom and when, and what it changes: one pure transition.

    action     who                                            in status
    Open       the customer, or an agent for a keyless one    none -> Open
    Reply      the customer (an agent, for a keyless one)     active, Solved while it can be reopened -> Open
    Answer     an agent of the ticket's tier                  active -> Open, Pending, OnHold
    Note       an agent                                       active, Solved
    Assign     an agent to themselves, or a supervisor        active
    Hold       an agent                                       Open -> OnHold
    Resume     an agent                                       OnHold -> Open
    Solve      an agent; of the ticket's tier if it answers   active -> Solved
    Close      the customer; anyone once it cannot reopen     active (customer), Solved -> Closed
    Rate       the customer, once                             Solved, Closed for 30 days
    Escalate   anyone                                         active
    Repolicy   a supervisor                                   active
    Claim      an agent, with the customer's signature        active, Solved

What the table does not list is refused. The contract's Lifecycle.sol is the twin of this module: it checks
the same in the same order, so that both give the same refusal for the same reason.

Source: LEDGER, "Actions"; contracts/lifecycle/Lifecycle.sol.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from supportledger.errors import InputError
from supportledger.model import sla
from supportledger.model.entry import NOTHING, Context, Entry, Opening, Outcome, lane
from supportledger.model.hours import deadline
from supportledger.model.ids import NOBODY, Address, TicketId, entry_head, keccak
from supportledger.model.policy import Policy
from supportledger.model.refusal import (
    ActionUnknown,
    CommitmentMissing,
    GateOnly,
    OwnTicket,
    PolicyNotFound,
    SeenInvalid,
    StaffRunTooLong,
    SupervisorOnly,
    TermsMismatch,
)
from supportledger.model.rules import ACTS, check_in_force, escalate, offered
from supportledger.model.ticket import ACTIVE, STATE_VERSION, Action, Auth, Lane, Status, TicketState

SUPERVISOR_ROLE: Final = keccak(b"SUPERVISOR_ROLE")
MAX_STAFF_RUN: Final = 16
_SUPERVISED: Final = (Action.ASSIGN, Action.REPOLICY)
_UNCOUNTED: Final[Mapping[str, Any]] = MappingProxyType({})


def opening(ticket: TicketId, o: Opening, auth: Auth, c: Context, sender: Address) -> Outcome:
    """
    Open a ticket.

    Args:
        ticket: Its id, from which the head starts.
        o: What is asked for.
        auth: How the ledger knows the opener; recorded for a keyless customer.
        c: The policy offered, and the opener's certificate for a keyless customer.
        sender: Of the transaction: a gated policy opens through its gate only.

    Raises:
        Refusal: The ledger would refuse, with this error.
    """
    terms = _admit_opening(o, auth, c, sender).terms
    t = TicketState(
        customer=o.customer,
        opened_at=c.time,
        respond_by=deadline(terms.hours, c.time, terms.first_response),
        policy=o.policy,
        assignee=NOBODY,
        resolve_by=deadline(terms.hours, c.time, terms.resolution),
        paused_at=0,
        status=Status.OPEN,
        level=0,
        version=STATE_VERSION,
        flags=0,
        rating=0,
        unseen=1,
        staff_run=0,
        tier=terms.tier,
        escalated_at=0,
        settled_at=0,
        paused_total=0,
        entries=0,
        customer_seq=1,
        staff_seq=1,
        head=ticket,
    )
    authority = keccak(terms.hash + c.agent.authority) if auth == Auth.RECORDED else terms.hash
    return _chain(t, Entry(Action.OPEN, auth, o.opener, o.policy, 0, o.commitment), authority, c.time)


def transition(t: TicketState, e: Entry, c: Context) -> Outcome:
    """
    Apply an action to an existing ticket.

    1. The state is of a known version.
    2. Time is settled before anything else, in an active ticket.
    3. The actor may act at all; staff state what they have read, nobody else does.
    4. The action is possible, and changes what it changes.
    5. Its lane counts it; staff do not go on for ever without answering.
    6. The entry is chained to the head.

    Raises:
        InputError: The state is of another version: no slot of this ledger holds it.
        Refusal: The ledger would refuse, with this error.
    """
    if t.version != STATE_VERSION:
        raise InputError(f"a ticket's state has version {t.version}, this code knows {STATE_VERSION}")
    if c.policy is None:
        raise PolicyNotFound(t.policy)
    order, waited, terms = lane(e.action, e.actor, t.customer), t.unseen, c.policy.terms
    if t.status in ACTIVE:
        t = sla.settle(t, terms, c.time)
    if order == Lane.STAFF:
        _admit_staff(t, e, c)
    elif e.seen:
        raise SeenInvalid(e.seen, 0)
    if e.action == Action.ESCALATE:
        t, e = escalate(t, e, c, terms)
    elif act := ACTS.get(e.action):
        t = act(t, e, c, terms)
    else:
        raise ActionUnknown(e.action)
    return _chain(t, e, authority_of(e, c), c.time, _counted(t, order, waited))


def authority_of(e: Entry, c: Context) -> bytes:
    """Give what the actor acted on: bound into the head, so that no later change can rewrite it."""
    if not _is_supervisors(e, c):
        return c.agent.authority
    if e.action == Action.ASSIGN:
        return SUPERVISOR_ROLE
    return keccak(SUPERVISOR_ROLE + (c.proposed.terms.hash if c.proposed else NOTHING))


def _chain(
    t: TicketState, e: Entry, authority: bytes, time: int, counted: Mapping[str, Any] = _UNCOUNTED
) -> Outcome:
    """Append an entry to the ticket's hash chain."""
    meta = t.entries << 88 | e.action << 80 | e.auth << 72 | e.seen << 40 | time
    head = entry_head(t.head, meta, e.argument, e.actor, authority, e.commitment)
    return Outcome(t.changed(head=head, entries=t.entries + 1, **counted), meta, e.argument, authority)


def _counted(t: TicketState, order: Lane, waited: int) -> Mapping[str, Any]:
    """Count the entry in its lane; *waited* messages waited before it."""
    if order == Lane.CUSTOMER:
        return {"customer_seq": t.customer_seq + 1, "staff_run": 0}
    if order == Lane.NONE:
        return _UNCOUNTED
    if t.unseen < waited:
        return {"staff_seq": t.staff_seq + 1}
    if t.staff_run >= MAX_STAFF_RUN:
        raise StaffRunTooLong(t.staff_run)
    return {"staff_seq": t.staff_seq + 1, "staff_run": t.staff_run + 1}


# ---- who may act


def _admit_opening(o: Opening, auth: Auth, c: Context, sender: Address) -> Policy:
    if o.commitment == NOTHING:
        raise CommitmentMissing(Action.OPEN)
    policy = offered(c.policy, o.policy)
    if o.terms != policy.terms.hash:
        raise TermsMismatch(o.policy, policy.terms.hash, o.terms)
    gate = policy.terms.gate
    if gate != NOBODY and (sender != gate or not auth.is_signed):
        raise GateOnly(o.policy, gate)
    if auth == Auth.RECORDED:
        check_in_force(o.opener, c.agent, c.time)
    return policy


def _admit_staff(t: TicketState, e: Entry, c: Context) -> None:
    if e.actor == t.customer:
        raise OwnTicket(e.actor)
    if e.seen > t.customer_seq:
        raise SeenInvalid(e.seen, t.customer_seq)
    if not _is_supervisors(e, c):
        check_in_force(e.actor, c.agent, c.time)
    elif not c.supervisor:
        raise SupervisorOnly(e.actor)


def _is_supervisors(e: Entry, c: Context) -> bool:
    """Tell whether the action takes a supervisor: all repolicies, and assignments but to oneself."""
    if e.action not in _SUPERVISED:
        return False
    assigns_self = e.argument == int.from_bytes(e.actor, "big") and c.agent.in_force(c.time)
    return e.action == Action.REPOLICY or not assigns_self
