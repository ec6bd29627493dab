"""
Which function of the contract does what is asked for, and how much gas it may take.

Gas is said beforehand only where many transactions are sent at once: estimating one costs the node as much as
doing it. The limits are well above what was measured; what is not used is not paid.
"""

from collections.abc import Sequence
from typing import Any, Final

from supportledger.chain.interface import Interface
from supportledger.model.acts import Act, Acts, SignedOpening
from supportledger.model.entry import NOTHING, Opening
from supportledger.model.ids import TicketId
from supportledger.model.ticket import Action, TicketState
from supportledger.proof import signed_acts, typed_data
from supportledger.proof.signature import shorten
from supportledger.proof.typed_data import Domain

OPEN_GAS: Final = 250_000
"""Of an opening; the most that was measured is 151,000, with two deadlines in business hours."""
ACT_GAS: Final = 200_000
"""Of an action; the most that was measured is 89,000, with one."""
WALLET_GAS: Final = 500_000
"""What a contract may take to say whether a signature is its own; one that checks a passkey takes 350,000."""
APPROVED_GAS: Final = OPEN_GAS + 2 * WALLET_GAS
"""Most that is paid for what was signed; a claim may ask two contracts."""
BATCH_ITEMS: Final = 50
"""Items of one transaction: more of them cost hardly less each."""
BATCH_GAS: Final = 60_000
"""Of a batch without its items."""
ITEM_GAS: Final = 180_000
"""Of an item of a batch."""


class Calls:
    """
    Makes the inputs of transactions.

    Args:
        interface: Of the contract.
        domain: Where signatures for it are good.
    """

    def __init__(self, interface: Interface, domain: Domain) -> None:
        self._interface = interface
        self._domain = domain

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
            InputError: One has a signature that no key makes; `open` carries it.
        """
        return self("openBatch", [(_opening(one), *shorten(one.signature)) for one in openings])

    def act(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        """
        Do something to a ticket, by whichever function fits.

        Raises:
            InputError: A part of it is too large for its place.
        """
        words, what = state.pack(), act.pack()
        if not act.signature and act.action is not Action.CLAIM:
            return self("act", ticket, words, what, act.commitment)
        digest = typed_data.digest(signed_acts.message(ticket, state, act), self._domain)
        if signed_acts.goes_alone(act, digest):
            by = (act.actor, act.commitment, act.signature, act.consent)
            return self("actApproved", ticket, words, what, *by)
        return self("actSigned", _signed(act), ticket, words)

    def act_batch(self, groups: Sequence[Acts]) -> bytes:
        """
        Do many things to many tickets.

        Raises:
            InputError: One goes alone, and `act` carries it; or a part of one is too large for its place.
        """
        for act in (act for one in groups for act in one.acts):
            signed_acts.check_batchable(act)
        return self(
            "actBatch",
            [(one.ticket, one.state.pack(), [_signed(act) for act in one.acts]) for one in groups],
        )

    def escalate_batch(self, tickets: Sequence[tuple[TicketId, TicketState]]) -> bytes:
        """Escalate many tickets."""
        return self("escalateBatch", [(ticket, state.pack()) for ticket, state in tickets])


def _opening(signed: SignedOpening) -> tuple[object, ...]:
    return (*signed.opening, signed.deadline)


def _signed(act: Act) -> tuple[object, ...]:
    signature = shorten(act.signature) if act.signature else (NOTHING, NOTHING)
    return (act.pack(), act.actor, act.commitment, *signature)
