"""
Which function of the contract does what is asked for, and how much gas it may take.

Gas is said beforehand only where many transactions are sent at once: estimating one costs the node as much as
doing it. The limits are well above what was measured; what is not used is not paid.
"""

from collections.abc import Sequence
from typing import Any, Final

from supportledger.chain.interface import Interface
from supportledger.errors import InputError
from supportledger.model.acts import Act, Acts, SignedOpening
from supportledger.model.entry import NOTHING, Opening
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action, TicketState
from supportledger.proof.signature import is_shortenable, shorten

OPEN_GAS: Final = 250_000
"""Of an opening; the most that was measured is 151,000, with two deadlines in business hours."""
ACT_GAS: Final = 200_000
"""Of an action; the most that was measured is 89,000, with one."""
BATCH_ITEMS: Final = 50
"""Items of one transaction: more of them cost hardly less each."""
BATCH_GAS: Final = 60_000
"""Of a batch without its items."""
ITEM_GAS: Final = 180_000
"""Of an item of a batch."""


class Calls:
    """Makes the inputs of transactions."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface

    def __call__(self, name: str, *values: Any) -> bytes:
        """Make the input of any function."""
        return self._interface[name].call(*values)

    def open(self, opening: Opening | SignedOpening) -> bytes:
        """Open a ticket, by whichever function fits."""
        if isinstance(opening, SignedOpening):
            return self("openSigned", _opening(opening), opening.signature)
        if opening.customer != opening.opener:
            return self("openKeyless", opening.policy, opening.terms, opening.commitment)
        return self("open", opening.terms, opening.commitment, opening.policy)

    def open_batch(self, openings: Sequence[SignedOpening]) -> bytes:
        """
        Open many tickets.

        Raises:
            InputError: One is signed by no account's key; `open` carries it.
        """
        return self("openBatch", [(_opening(one), *shorten(one.signature)) for one in openings])

    def act(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        """Do something to a ticket, by whichever function fits."""
        words = state.pack()
        if goes_alone(act):
            what = (_what(act), act.actor, act.commitment, act.signature, act.consent)
            return self("actApproved", ticket, words, *what)
        if act.signature:
            return self("actSigned", _signed(act), ticket, words)
        return self("act", ticket, words, _what(act), act.commitment)

    def act_batch(self, groups: Sequence[Acts]) -> bytes:
        """
        Do many things to many tickets.

        Raises:
            InputError: One act goes alone; `act` carries it.
        """
        return self(
            "actBatch",
            [(one.ticket, one.state.pack(), [_signed(act) for act in one.acts]) for one in groups],
        )

    def escalate_batch(self, tickets: Sequence[tuple[TicketId, TicketState]]) -> bytes:
        """Escalate many tickets."""
        return self("escalateBatch", [(ticket, state.pack()) for ticket, state in tickets])


def goes_alone(act: Act) -> bool:
    """Tell whether a batch cannot carry an act: a claim, or what a contract signed."""
    return act.action is Action.CLAIM or bool(act.signature and not is_shortenable(act.signature))


def _opening(signed: SignedOpening) -> tuple[object, ...]:
    return (*signed.opening, signed.deadline)


def _signed(act: Act) -> tuple[object, ...]:
    if goes_alone(act):
        raise InputError(
            f"{act.action} by {act.actor} cannot be part of a batch",
            hint="Send it alone: it is a claim, or signed by a contract.",
        )
    signature = shorten(act.signature) if act.signature else (NOTHING, NOTHING)
    return (_what(act), act.actor, act.commitment, *signature)


def _what(act: Act) -> bytes:
    """
    Lay an act into one word, as `Act` in the contract has it.

    Raises:
        InputError: A part does not fit: no ticket has such an argument or sequence.
    """
    for name, value, bits in (
        ("argument", act.argument, 160),
        ("seen", act.seen, 32),
        ("deadline", act.deadline, 40),
    ):
        if not 0 <= value < 1 << bits:
            raise InputError(f"{name} has at most {bits} bits, and {value} does not fit")
    return (act.argument << 96 | act.action << 80 | act.seen << 40 | act.deadline).to_bytes(32, "big")
