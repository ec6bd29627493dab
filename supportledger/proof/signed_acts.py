"""
Acts before they are recorded: what their actors sign, and which of them a batch can carry.

A batch carries signatures of accounts' own keys, in two words each. A contract that verifies signatures could
use up the gas of the whole batch, and a claim has two signatures: these go alone.
"""

from typing import Final

from supportledger.errors import InputError, SignatureMismatch
from supportledger.model.acts import Act
from supportledger.model.entry import lane
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action, Lane, TicketState
from supportledger.proof import typed_data
from supportledger.proof.signature import is_shortenable, recover

NO_SEQUENCE: Final = 0
"""Of an action without a lane: the ledger takes no signature of it."""


def message(ticket: TicketId, state: TicketState, act: Act) -> typed_data.Action:
    """Give what the actor of an act signs, when it is the next in its lane."""
    order = lane(act.action, act.actor, state.customer)
    return typed_data.Action(
        ticket=ticket,
        action=str(act.action),
        argument=act.argument,
        actor=act.actor,
        sequence=NO_SEQUENCE if order is Lane.NONE else state.sequence(order),
        seen=act.seen,
        commitment=act.commitment,
        deadline=act.deadline,
    )


def goes_alone(act: Act, digest: bytes) -> bool:
    """
    Tell whether no batch can carry an act: a claim, or what its actor's own key has not signed.

    Args:
        act: Sent by its actor, or signed.
        digest: What is signed; of any bytes when nothing is.
    """
    if act.action is Action.CLAIM:
        return True
    try:
        return bool(act.signature) and recover(digest, act.signature) != act.actor
    except SignatureMismatch:
        return True


def check_batchable(act: Act) -> None:
    """
    Let an act into a batch.

    One of 65 bytes is taken for a signature of the actor's own key: whether it is, the ledger says.

    Raises:
        InputError: It is a claim, or what only a contract can have signed.
    """
    if act.action is Action.CLAIM:
        why = "it carries two signatures"
    elif act.signature and not is_shortenable(act.signature):
        why = "no key makes such a signature"
    else:
        return
    raise InputError(f"{act.action} by {act.actor} does not fit into a batch: {why}", hint="Send it alone.")
