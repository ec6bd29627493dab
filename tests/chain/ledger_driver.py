"""
The one place of these tests that knows how the contract is called, and how it answers.

Inputs are encoded by the package's own `chain.calls`, from the ABI that Brownie has just compiled. What that
refuses to make, or makes by another function, is laid out here, as somebody else could; where both make it,
it is the same.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from supportledger.chain.calls import Calls
from supportledger.chain.decoding import Decoder
from supportledger.chain.interface import Interface
from supportledger.chain.reverts import plain
from supportledger.errors import InputError
from supportledger.model import refusal
from supportledger.model.acts import Act, Acts, Checkpoint, SignedOpening
from supportledger.model.entry import Opening
from supportledger.model.events import LedgerEvent
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.proof.signature import is_shortenable, shorten
from supportledger.proof.typed_data import Domain
from tests.chain.node import GAS, Node, Reverted


@dataclass(frozen=True, slots=True)
class Done:
    """A transaction that was mined: what it would have returned, and what it logged."""

    returned: bytes
    entries: list[EntryRecord]
    skipped: dict[int, bytes]
    events: list[LedgerEvent]
    gas_used: int
    names: list[str]
    """Of the ledger's events, in order."""


class LedgerDriver:
    """The contract at an address: makes inputs, sends them, reads what comes back."""

    def __init__(self, node: Node, address: Address, abi: Sequence[dict[str, Any]]) -> None:
        self.node: Final = node
        self.address: Final = address
        self.abi: Final = abi
        self.interface: Final = Interface(abi)
        self.input: Final = Calls(self.interface, Domain(node.chain_id, address))
        self._decoder = Decoder(self.interface)

    # ---- inputs

    def opening(self, opening: Opening | SignedOpening) -> bytes:
        return self.input.open(opening)

    def opening_batch(self, openings: Sequence[SignedOpening]) -> bytes:
        """A batch of openings, with whatever signatures."""
        made = self.input(
            "openBatch", [((*one.opening, one.deadline), *two_words(one.signature)) for one in openings]
        )
        return _same(made, lambda: self.input.open_batch(openings))

    def act(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        return self.input.act(ticket, state, act)

    def act_sent(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        """The same through `act`, whose sender is the actor."""
        return self.input("act", ticket, state.pack(), act.pack(), act.commitment)

    def act_signed(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        """The same through `actSigned`, with whatever signature, or none."""
        return self.input("actSigned", _signed(act), ticket, state.pack())

    def act_approved(self, ticket: TicketId, state: TicketState, act: Act) -> bytes:
        """The same through `actApproved`, even when a key has signed it, or nobody."""
        what = (act.pack(), act.actor, act.commitment, act.signature, act.consent)
        return self.input("actApproved", ticket, state.pack(), *what)

    def act_batch(self, groups: Sequence[Acts]) -> bytes:
        """A batch of acts, with whatever signatures, claims too."""
        made = self.input(
            "actBatch", [(one.ticket, one.state.pack(), [_signed(act) for act in one.acts]) for one in groups]
        )
        return _same(made, lambda: self.input.act_batch(groups))

    def escalate_batch(self, tickets: Sequence[tuple[TicketId, TicketState]]) -> bytes:
        return self.input.escalate_batch(tickets)

    def anchor(self, log: bytes, previous: Checkpoint, size: int, root: bytes) -> bytes:
        return self.input("anchor", log, size, root, (previous.size, previous.time, previous.root))

    # ---- answers

    def opened(self, name: str, returned: bytes) -> tuple[TicketId, TicketState]:
        """What an opening returned."""
        ticket, words = self.interface[name].result(returned)
        return TicketId(ticket), _state_of(words)

    def acted(self, name: str, returned: bytes) -> TicketState:
        """What an action returned."""
        (words,) = self.interface[name].result(returned)
        return _state_of(words)

    def states(self, name: str, returned: bytes) -> list[TicketState | None]:
        """What a batch of actions returned; None where nothing was there."""
        (found,) = self.interface[name].result(returned)
        return [_state_of(words) if any(map(any, words)) else None for words in found]

    def tickets(self, returned: bytes) -> list[tuple[TicketId, TicketState] | None]:
        """What a batch of openings returned; None where nothing was opened."""
        (found,) = self.interface["openBatch"].result(returned)
        return [(TicketId(name), _state_of(words)) if any(name) else None for name, words in found]

    # ---- sending

    def attempt(self, sender: bytes, data: bytes, gas: int = GAS) -> bytes:
        """
        Try a call.

        Raises:
            Refusal: The ledger refused, with this error.
            TransactionReverted: It failed in another way.
        """
        try:
            return self.node.call(sender, self.address, data, gas)
        except Reverted as reverted:
            raise refusal.decode(reverted.data) or plain(reverted.data) from None

    def send(self, sender: bytes, data: bytes, time: int, gas: int = GAS) -> Done:
        """
        Try a call, and mine it when it would succeed.

        Raises: As `attempt`.
        """
        returned = self.attempt(sender, data, gas)
        receipt = self.node.send(sender, self.address, data, time, gas)
        assert "0x1" == receipt["status"], "the transaction failed, though the same call succeeded"
        logs = receipt["logs"]
        own = [log for log in logs if bytes.fromhex(log["address"][2:]) == self.address]
        return Done(
            returned,
            self._decoder.entries(own),
            self._decoder.skipped(own),
            [event for log in own if (event := self._decoder.event(log)) is not None],
            int(receipt["gasUsed"], 16),
            [self.interface.by_topic[bytes.fromhex(log["topics"][0][2:])].name for log in own],
        )

    def view(self, name: str, *values: Any) -> Any:
        """Ask a view of one value."""
        function = self.interface[name]
        return function.result(self.attempt(bytes(20), function.call(*values)))[0]


def two_words(signature: bytes) -> tuple[bytes, bytes]:
    """Whatever bytes as `r` and `vs`: a key's signature as is meant, of others the first 64 as they lie."""
    if is_shortenable(signature):
        return shorten(signature)
    return signature[:32].ljust(32, b"\0"), signature[32:64].ljust(32, b"\0")


def _signed(act: Act) -> tuple[object, ...]:
    return (act.pack(), act.actor, act.commitment, *two_words(act.signature))


def _same(made: bytes, by_the_package: Callable[[], bytes]) -> bytes:
    """What the package makes too, it makes like this."""
    with suppress(InputError):
        assert made == by_the_package()
    return made


def _state_of(words: Sequence[bytes]) -> TicketState:
    return TicketState.unpack(b"".join(words))
