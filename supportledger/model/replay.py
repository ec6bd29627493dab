"""
A ticket rebuilt from its events, with every rule and every head.

The chain has applied the same rules already; applying them again is what lets a reader trust the events of a
node, a file or a database only as far as they follow from each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from supportledger.errors import InputError, ReplayMismatch
from supportledger.model.agent import UNCERTIFIED
from supportledger.model.entry import Context, Entry, Opening, Outcome, lane
from supportledger.model.history import Registry
from supportledger.model.ids import NOBODY, Address, TicketId, ticket_id
from supportledger.model.lifecycle import opening, transition
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.refusal import PolicyNotFound, Refusal
from supportledger.model.ticket import Action, Auth, Lane, TicketState

_POLICIES: Final = 1 << 16
_ADDRESS: Final = (1 << 160) - 1
_WITH_MORE: Final = (Action.ASSIGN, Action.REPOLICY, Action.CLOSE)
"""Actions that are decided by more than policy and certificate."""


@dataclass(frozen=True, slots=True)
class Replay:
    """
    A ticket's whole history.

    Args:
        entries: The events, in order.
        outcomes: What each of them left; as many.
    """

    entries: tuple[EntryRecord, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def state(self) -> TicketState:
        """The ticket after its last entry."""
        return self.outcomes[-1].state


def replay(
    ticket: TicketId, entries: Iterable[EntryRecord], registry: Registry, deployment: Deployment
) -> Replay:
    """
    Rebuild a ticket.

    * Events are of this ticket, in the order of the chain, none missing.
    * The id follows from the opening entry, on this ledger.
    * Every action was allowed, and has the argument that the rules give it.
    * Every head follows from the one before: the outcomes have them.

    Raises:
        ReplayMismatch: They are not; `entry` is the first that is wrong.
    """
    listed = tuple(entries)
    outcomes: list[Outcome] = []
    state, place = None, (-1, -1)
    for index, entry in enumerate(listed):
        at = (entry.block_number, entry.log_index)
        if at <= place:
            raise _broken(index, entry, f"it is at {at}, not after {place}, where the entry before it is")
        place = at
        outcomes.append(advance(ticket, state, entry, registry, deployment))
        state = outcomes[-1].state
    if not outcomes:
        raise ReplayMismatch("the ticket has no entries", entry=0)
    return Replay(listed, tuple(outcomes))


def advance(
    ticket: TicketId,
    state: TicketState | None,
    entry: EntryRecord,
    registry: Registry,
    deployment: Deployment,
) -> Outcome:
    """
    Apply one more event to a ticket.

    Args:
        ticket: Its id.
        state: Before the event; None before the first.
        entry: The event.
        registry: What the ledger knew then.
        deployment: The ledger.

    Raises:
        ReplayMismatch: The event does not follow; `entry` is its index.
    """
    index = 0 if state is None else state.entries
    if entry.ticket != ticket or entry.index != index:
        raise _broken(index, entry, f"it is entry {entry.index} of {entry.ticket.handle}: one is missing")
    try:
        outcome = _open(entry, registry, deployment) if state is None else _apply(state, entry, registry)
    except (Refusal, InputError) as refusal:
        raise _broken(index, entry, f"the ledger would have refused it: {refusal}") from refusal
    if outcome.argument != entry.argument:
        raise _broken(index, entry, f"its argument is {entry.argument:#x}, not {outcome.argument:#x}")
    return outcome


def _open(entry: EntryRecord, registry: Registry, deployment: Deployment) -> Outcome:
    at = (entry.block_number, entry.log_index)
    if entry.action != Action.OPEN or entry.seen:
        raise _broken(0, entry, "a ticket begins by being opened")
    own = ticket_id(deployment.chain_id, deployment.ledger, entry.actor, entry.commitment)
    if own != entry.ticket:
        raise _broken(0, entry, f"its opener and commitment make the id {own} on {deployment}")
    policy = registry.policy(entry.argument, at) if entry.argument < _POLICIES else None
    if policy is None:
        raise PolicyNotFound(entry.argument)
    keyless = entry.auth == Auth.RECORDED
    asked = Opening(
        opener=entry.actor,
        customer=NOBODY if keyless else entry.actor,
        policy=entry.argument,
        terms=policy.terms.hash,
        commitment=entry.commitment,
    )
    context = Context(entry.time, policy, registry.agent(entry.actor, at) if keyless else UNCERTIFIED)
    # The event does not name the sender; that it was the gate is for the ledger to know.
    return opening(entry.ticket, asked, entry.auth, context, sender=policy.terms.gate)


def _apply(t: TicketState, entry: EntryRecord, registry: Registry) -> Outcome:
    order = lane(entry.action, entry.actor, t.customer)
    _check_auth(t, entry, order)
    argument = 0 if entry.action == Action.ESCALATE else entry.argument
    asked = Entry(entry.action, entry.auth, entry.actor, argument, entry.seen, entry.commitment)
    return transition(t, asked, context(t, entry, order, registry))


def _check_auth(t: TicketState, entry: EntryRecord, order: Lane) -> None:
    recorded = entry.action == Action.REPLY and t.customer == NOBODY
    if (entry.auth == Auth.RECORDED) != recorded:
        raise _broken(t.entries, entry, "only what a keyless customer writes is recorded by the desk")
    if order == Lane.NONE and entry.auth != Auth.SENT:
        raise _broken(t.entries, entry, "what anybody may do cannot be signed")


def context(t: TicketState, entry: EntryRecord, order: Lane, registry: Registry) -> Context:
    """Look up what the contract loads for this action."""
    at = (entry.block_number, entry.log_index)
    policy = registry.policy(t.policy, at)
    staff = order == Lane.STAFF or entry.auth == Auth.RECORDED
    agent = registry.agent(entry.actor, at) if staff else UNCERTIFIED
    if entry.action not in _WITH_MORE:
        return Context(entry.time, policy, agent)
    match entry.action:
        case Action.ASSIGN:
            assignee = Address((entry.argument & _ADDRESS).to_bytes(20, "big"))
            return Context(
                entry.time,
                policy,
                agent,
                assignee=registry.agent(assignee, at),
                supervisor=registry.is_supervisor(entry.actor, at),
            )
        case Action.REPOLICY:
            return Context(
                entry.time,
                policy,
                agent,
                supervisor=registry.is_supervisor(entry.actor, at),
                proposed=registry.policy(entry.argument, at),
            )
        case _:
            return Context(entry.time, policy, agent, successor=registry.successor_at(at))


def _broken(index: int, entry: EntryRecord, why: str) -> ReplayMismatch:
    return ReplayMismatch(f"entry {index}, {entry.action} by {entry.actor}: {why}", entry=index)
