"""
An action before and after it is accepted, and what the ledger knows when it decides.

Source: contracts/types/Entry.sol, contracts/lifecycle/Lifecycle.sol.
"""

from typing import Final, NamedTuple

from supportledger.model.agent import UNCERTIFIED, Agent
from supportledger.model.ids import NOBODY, Address
from supportledger.model.policy import Policy
from supportledger.model.ticket import Action, Auth, Lane, TicketState

NOTHING: Final = bytes(32)
"""The commitment of an action without content, and the authority of customers and strangers."""
_IN_TWO: Final = (Action.CLOSE,)
"""Actions whose lane depends on who acts."""
_LANES: Final = {
    Action.OPEN: Lane.NONE,
    Action.ESCALATE: Lane.NONE,
    Action.REPLY: Lane.CUSTOMER,
    Action.RATE: Lane.CUSTOMER,
}
_ELSE: Final = Lane.STAFF


class Opening(NamedTuple):
    """
    A new ticket, as its opener asks for it.

    Args:
        opener: The customer; the agent, for a keyless one.
        customer: The opener, or nobody.
        policy: Number of the promise.
        terms: Hash of the promise that the opener was shown; 32 bytes.
        commitment: Of the first message; 32 bytes.
    """

    opener: Address
    customer: Address
    policy: int
    terms: bytes
    commitment: bytes


class Entry(NamedTuple):
    """
    One action on a ticket, before it is accepted.

    Args:
        action: What is done.
        auth: How the ledger knows the actor.
        actor: Who acts.
        argument: What the action argues; one word.
        seen: Staff: the customer sequence they have read up to; 0 for everybody else.
        commitment: Of its content; 32 bytes, zero where there is none.
    """

    action: Action
    auth: Auth
    actor: Address
    argument: int
    seen: int
    commitment: bytes


class Context(NamedTuple):
    """
    What the ledger knows at the instant of an action; only what the action needs is filled in.

    Args:
        time: Of the block; Unix seconds.
        policy: The ticket's; None when there is none of its number.
        agent: The actor's certificate, for staff and whoever records a keyless customer.
        assignee: Assign: the assignee's certificate.
        supervisor: Assign, Repolicy: whether the actor holds the role.
        proposed: Repolicy: the policy that the ticket is to get; None when there is none of its number.
        successor: Close: the ledger named as this one's successor; nobody when none is.
    """

    time: int
    policy: Policy | None
    agent: Agent = UNCERTIFIED
    assignee: Agent = UNCERTIFIED
    supervisor: bool = False
    proposed: Policy | None = None
    successor: Address = NOBODY


class Outcome(NamedTuple):
    """
    What an accepted action leaves.

    Args:
        state: The ticket after it, with its new head.
        meta: index << 88 | action << 80 | auth << 72 | seen << 40 | time, as the event carries it.
        argument: As the event carries it; an escalation's names clock, level and deadline.
        authority: What entitled the actor; 32 bytes, zero for customers and strangers.
    """

    state: TicketState
    meta: int
    argument: int
    authority: bytes


def lane(action: Action, actor: Address, customer: Address) -> Lane:
    """Tell in which order of signed actions this one stands, on a ticket of *customer*."""
    if action in _IN_TWO:
        return Lane.CUSTOMER if actor == customer != NOBODY else Lane.NONE
    return _LANES.get(action, _ELSE)
