"""What a ledger in memory knows; see `chain.memory`."""

from collections.abc import Iterator, Sequence
from threading import RLock
from typing import Final, TypeVar

from supportledger.chain.memory_rules import Approval, checkpoint_hash
from supportledger.chain.memory_state import MemoryState
from supportledger.errors import ReorgDetected, RpcRefused
from supportledger.model.acts import Block, Checkpoint, Ticket
from supportledger.model.agent import Agent
from supportledger.model.events import AgentChanged, Anchored, LedgerEvent, RoleChanged, place
from supportledger.model.history import Position, Registry
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.policy import Policy
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.refusal import PolicyNotFound, TicketNotFound
from supportledger.model.registrar import grown
from supportledger.model.replay import replay
from supportledger.model.ticket import TicketState
from supportledger.proof.evidence import Signed, StateProof
from supportledger.proof.typed_data import Domain

Event = TypeVar("Event")

_FIRST_LOG = -1


class MemoryReader:
    """
    A ledger in memory that can be read; see `ports.LedgerReader`, whose terms this keeps.

    Args:
        chain_id: Of the chain that it pretends to be on.
        time: At the beginning; Unix seconds.
    """

    def __init__(self, chain_id: int, time: int) -> None:
        self.deployment = Deployment(chain_id, Address(keccak(b"memory")[12:]), keccak(b""))
        self._lock = RLock()
        self._time = time
        self._times = [time]
        self._at = Position(0, _FIRST_LOG)
        self._transaction = bytes(32)
        self._events: list[LedgerEvent] = []
        self._registry = Registry()
        self._slots: dict[TicketId, list[tuple[int, bytes]]] = {}
        self._state = MemoryState(self.deployment, self._slot, lambda number: self._times[number])
        self._checkpoints: dict[bytes, Checkpoint] = {}
        self._roles: set[tuple[bytes, Address]] = set()
        self._signed: dict[tuple[TicketId, int], Signed] = {}
        self.wallets: Final[dict[Address, Approval]] = {}
        """Accounts that are contracts, and what each says of a digest and a signature."""

    @property
    def domain(self) -> Domain:
        """Where signatures for this ledger are good."""
        return Domain(self.deployment.chain_id, self.deployment.ledger)

    def now(self) -> int:
        """As `ports.LedgerReader.now`."""
        return self._time

    def height(self) -> int:
        """As `ports.LedgerReader.height`."""
        return self._at.block_number

    def block(self, number: int | None = None) -> Block:
        """As `ports.LedgerReader.block`."""
        at = self.height() if number is None else number
        if not 0 <= at <= self.height():
            raise RpcRefused(f"there is no block {number}")
        with self._lock:
            return Block(at, keccak(self._state.header(at, self._events)), self._times[at])

    def confirm(self, block: Block) -> None:
        """As `ports.LedgerReader.confirm`."""
        if block.number > self.height() or self.block(block.number) != block:
            raise ReorgDetected(f"the chain has another block {block.number} by now, or none")

    def slots(self, tickets: Sequence[TicketId], block: int | None = None) -> list[bytes]:
        """As `ports.LedgerReader.slots`."""
        return [self._slot(ticket, self.height() if block is None else block) for ticket in tickets]

    def is_current(self, ticket: TicketId, state: TicketState) -> bool:
        """As `ports.LedgerReader.is_current`."""
        return self.slots([ticket]) == [state.hash()]

    def entries(self, ticket: TicketId) -> list[EntryRecord]:
        """As `ports.LedgerReader.entries`."""
        return [event for event in self._all(EntryRecord) if event.ticket == ticket]

    def ticket(self, ticket: TicketId) -> Ticket:
        """As `ports.LedgerReader.ticket`."""
        with self._lock:
            entries = self.entries(ticket)
            if not entries:
                raise TicketNotFound(ticket)
            state = replay(ticket, entries, self._registry, self.deployment).state
            return Ticket(ticket, state, tuple(entries))

    def signatures(self, entries: Sequence[EntryRecord]) -> dict[tuple[TicketId, int], Signed]:
        """As `ports.LedgerReader.signatures`."""
        keys = ((one.ticket, one.index) for one in entries)
        return {key: self._signed[key] for key in keys if key in self._signed}

    def approves(self, account: Address, digest: bytes, signature: bytes) -> bool:
        """As `ports.LedgerReader.approves`; asks `wallets`."""
        asked = self.wallets.get(account)
        return asked is not None and asked(digest, signature)

    def proof(self, places: Sequence[bytes], block: int | None = None) -> StateProof:
        """As `ports.LedgerReader.proof`."""
        with self._lock:
            return self._state.proof(places, self.block(block).number, self._events)

    def events(self, first: int | None = None, last: int | None = None) -> Iterator[list[LedgerEvent]]:
        """As `ports.LedgerReader.events`."""
        low, high = first or 0, self.height() if last is None else last
        yield [event for event in self._events if low <= place(event).block_number <= high]

    def registry(self) -> Registry:
        """As `ports.LedgerReader.registry`."""
        return self._registry

    def agent(self, address: Address, block: int | None = None) -> Agent:
        """As `ports.LedgerReader.agent`."""
        if block is None:
            return self._registry.agent_now(address)
        return self._registry.agent(address, _end_of(block))

    def agents(self, addresses: Sequence[Address], block: int | None = None) -> list[Agent]:
        """As `ports.LedgerReader.agents`."""
        return [self.agent(one, block) for one in addresses]

    def agent_changes(self, address: Address | None = None) -> list[AgentChanged]:
        """As `ports.LedgerReader.agent_changes`."""
        return [event for event in self._all(AgentChanged) if address in {None, event.agent}]

    def policy(self, number: int) -> Policy:
        """As `ports.LedgerReader.policy`."""
        found = self.policies().get(number)
        if found is None:
            raise PolicyNotFound(number)
        return found

    def policies(self, block: int | None = None) -> dict[int, Policy]:
        """As `ports.LedgerReader.policies`."""
        at = _end_of(self.height() if block is None else block)
        known = ((number, history.before(at)) for number, history in self._registry.policies.items())
        return {number: policy for number, policy in known if policy is not None}

    def has_role(self, role: bytes, account: Address, block: int | None = None) -> bool:
        """As `ports.LedgerReader.has_role`."""
        if block is None:
            return (role, account) in self._roles
        changes = [one for one in self._all(RoleChanged) if (one.role, one.account) == (role, account)]
        before = [one for one in changes if one.place < _end_of(block)]
        return bool(before) and before[-1].is_granted

    def role_changes(self) -> list[RoleChanged]:
        """As `ports.LedgerReader.role_changes`."""
        return self._all(RoleChanged)

    def anchors(self, log: bytes | None = None) -> list[Anchored]:
        """As `ports.LedgerReader.anchors`."""
        return [event for event in self._all(Anchored) if log in {None, event.log}]

    def anchor_hash(self, log: bytes, block: int | None = None) -> bytes:
        """As `ports.LedgerReader.anchor_hash`."""
        end = _end_of(self.height() if block is None else block)
        found = [one for one in self.anchors(log) if one.place < end]
        return checkpoint_hash(
            Checkpoint(found[-1].size, found[-1].root, found[-1].time) if found else Checkpoint()
        )

    def successor(self, block: int | None = None) -> Address:
        """As `ports.LedgerReader.successor`."""
        return self._registry.successor_at(_end_of(self.height() if block is None else block))

    # -- inside ----------------------------------------------------------------------------------------------

    def _slot(self, ticket: TicketId, block: int) -> bytes:
        written = [value for at, value in self._slots.get(ticket, ()) if at <= block]
        return written[-1] if written else bytes(32)

    def _all(self, kind: type[Event]) -> list[Event]:
        return [event for event in self._events if isinstance(event, kind)]

    def _begin(self) -> None:
        """Begin a transaction, which is the only one of its block."""
        number = self._at.block_number + 1
        self._at = Position(number, _FIRST_LOG)
        self._times[number:] = [self._time]
        self._transaction = keccak(number.to_bytes(32, "big"))

    def _next(self) -> Position:
        """Give the place of the next event."""
        self._at = Position(self._at.block_number, self._at.log_index + 1)
        return self._at

    def _note(self, event: LedgerEvent) -> None:
        """Write an event down, with everything that follows from it."""
        self._events.append(event)
        self._registry = grown(self._registry, [event])
        match event:
            case RoleChanged():
                pair = (event.role, event.account)
                (self._roles.add if event.is_granted else self._roles.discard)(pair)
            case Anchored():
                self._checkpoints[event.log] = Checkpoint(event.size, event.root, event.time)
            case _:
                pass


def _end_of(block: int) -> Position:
    """Give the place after everything in a block."""
    return Position(block + 1, _FIRST_LOG)
