"""
What the ledger knows, for anyone with a node: no key, no account, no store.

A ticket is never believed: its events are replayed by the rules, and the state must hash to the ticket's
slot.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final, Self, TypeVar

from supportledger.chain.approving import approves
from supportledger.chain.artifact import ANCHORS, TICKETS, Artifact, packaged
from supportledger.chain.border import guarded
from supportledger.chain.contract import Contract, word_of
from supportledger.chain.decoding import Decoder, entry
from supportledger.chain.deploy import inspect
from supportledger.chain.ranges import Log, Ranges
from supportledger.chain.reverts import Decoder as RevertDecoder
from supportledger.chain.reverts import plain
from supportledger.chain.rpc import Call, Fault, Rpc, block_call
from supportledger.chain.snapshot import Needs, Snapshots
from supportledger.chain.surroundings import Followed
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import ClockSkew, Error, ReorgDetected, ReplayMismatch, RpcUnavailable
from supportledger.model import refusal
from supportledger.model.acts import Block, Ticket
from supportledger.model.agent import Agent
from supportledger.model.events import AgentChanged, Anchored, LedgerEvent, RoleChanged, place
from supportledger.model.history import Registry
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import Policy
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.replay import replay
from supportledger.model.ticket import TicketState
from supportledger.proof.evidence import Signed, StateProof
from supportledger.proof.typed_data import Domain

Event = TypeVar("Event")

_SKEW_S: Final = 60
_TRIES: Final = 4
"""To read a ticket that changes while it is read, or depends on certificates that have changed."""


def decode_refusal(data: bytes) -> Error:
    """Make an exception of what the ledger refused with."""
    return refusal.decode(data) or plain(data)


@guarded
class Reader:
    """
    A ledger that can be read; see `ports.LedgerReader`, whose terms this keeps.

    Args:
        rpc: The node.
        deployment: Checked by `inspect`.
        since: Block of the deployment, or any before it.
        artifact: None: the packaged one.
        decode: Makes an exception of what the contract refused with.
    """

    def __init__(
        self,
        rpc: Rpc,
        deployment: Deployment,
        *,
        since: int = 0,
        artifact: Artifact | None = None,
        decode: RevertDecoder = decode_refusal,
    ) -> None:
        self.rpc: Final = rpc
        self.deployment: Final = deployment
        self.contract: Final = Contract(rpc, deployment.ledger, artifact or packaged(), since, decode)
        self._decoder = Decoder(self.contract.artifact.interface)
        self._followed = Followed(self.contract, self._decoder)
        self._snapshots = Snapshots(self.contract)

    @classmethod
    def attach(cls, rpc: Rpc, ledger: Address, *, chain_id: int | None = None, since: int = 0) -> Self:
        """
        Read the ledger at an address, once it is certain that it is one.

        Args:
            rpc: The node.
            ledger: Address of the contract.
            chain_id: Of its chain; None: whichever the node serves.
            since: Block of the deployment, or any before it.

        Raises:
            WrongNetwork: The node serves another chain.
            NotALedger: There is no contract, or other code.
            RpcUnavailable: No usable answer.
        """
        return cls(rpc, inspect(rpc, ledger, chain_id), since=since)

    @property
    def domain(self) -> Domain:
        """Where signatures for this ledger are good."""
        return Domain(self.deployment.chain_id, self.deployment.ledger)

    def close(self) -> None:
        """Let go of the node."""
        self.rpc.close()

    def now(self) -> int:
        """As `ports.LedgerReader.now`."""
        latest = int(self.rpc.block()["timestamp"], 16)
        here = int(time.time())
        if latest > here + _SKEW_S and self.deployment.chain_id != LOCAL_CHAIN_ID:
            raise ClockSkew(
                f"the chain is {latest - here} s ahead of this machine", hint="Set this machine's clock."
            )
        return max(latest, here)

    def height(self) -> int:
        """As `ports.LedgerReader.height`."""
        return int(self.rpc.call("eth_blockNumber"), 16)

    def block(self, number: int | None = None) -> Block:
        """As `ports.LedgerReader.block`."""
        found = self.rpc.block("latest" if number is None else number)
        return Block(int(found["number"], 16), bytes.fromhex(found["hash"][2:]), int(found["timestamp"], 16))

    def confirm(self, block: Block) -> None:
        """As `ports.LedgerReader.confirm`."""
        inspect(self.rpc, self.deployment.ledger, self.deployment.chain_id, self.contract.artifact)
        call = block_call(block.number)
        found = self.rpc.call(call.method, *call.params)
        if not isinstance(found, dict) or found["hash"] != "0x" + block.hash.hex():
            raise ReorgDetected(
                f"the chain at {self.rpc.shown} has another block {block.number} by now, or none"
            )

    # -- tickets ---------------------------------------------------------------------------------------------

    def slots(self, tickets: Sequence[TicketId], block: int | None = None) -> list[bytes]:
        """As `ports.LedgerReader.slots`."""
        return self.contract.slots(TICKETS, tickets, block)

    def is_current(self, ticket: TicketId, state: TicketState) -> bool:
        """As `ports.LedgerReader.is_current`."""
        return self.slots([ticket]) == [state.hash()]

    def entries(self, ticket: TicketId) -> list[EntryRecord]:
        """As `ports.LedgerReader.entries`."""
        return [entry(log) for log in self.contract.all_logs(self._topics(ticket))]

    def ticket(self, ticket: TicketId) -> Ticket:
        """As `ports.LedgerReader.ticket`."""
        for attempt in range(_TRIES):
            entries, slot = self._ticket_now(ticket)
            if not entries and slot == bytes(32):
                raise refusal.TicketNotFound(ticket)
            try:
                state = replay(ticket, entries, self._known(entries, attempt), self.deployment).state
            except ReplayMismatch:
                if attempt == _TRIES - 1:
                    raise
                continue
            if state.hash() == slot:
                return Ticket(ticket, state, tuple(entries))
        raise ReorgDetected(f"the events of {ticket.handle} and its slot do not fit together")

    def signatures(self, entries: Sequence[EntryRecord]) -> dict[tuple[TicketId, int], Signed]:
        """As `ports.LedgerReader.signatures`."""
        groups: dict[bytes, list[EntryRecord]] = {}
        for one in sorted(entries, key=place):
            groups.setdefault(one.transaction, []).append(one)
        calls = [Call("eth_getTransactionByHash", ("0x" + one.hex(),)) for one in groups]
        found: dict[tuple[TicketId, int], Signed] = {}
        for (name, group), answer in zip(groups.items(), self.rpc.all(calls), strict=True):
            if answer and answer["to"] and Address.parse(answer["to"].lower()) == self.deployment.ledger:
                data = bytes.fromhex(answer["input"][2:])
                found |= self._decoder.signatures(group, data, partial(self._skipped, name))
        return found

    def approves(self, account: Address, digest: bytes, signature: bytes) -> bool:
        """As `ports.LedgerReader.approves`."""
        return approves(self.rpc, self.deployment.ledger, account, digest, signature)

    def proof(self, places: Sequence[bytes], block: int | None = None) -> StateProof:
        """As `ports.LedgerReader.proof`."""
        from supportledger.chain.proving import state_proof  # noqa: PLC0415 -- tries cost 150 ms

        return state_proof(self.rpc, self.deployment.ledger, places, block)

    # -- everything ------------------------------------------------------------------------------------------

    def events(self, first: int | None = None, last: int | None = None) -> Iterator[list[LedgerEvent]]:
        """As `ports.LedgerReader.events`."""
        start = self.contract.since if first is None else first
        end = self.height() if last is None else last
        for part in Ranges(self.rpc, partial(self.contract.log_filter, [])).read(start, end):
            yield self._decoded(part)

    def registry(self) -> Registry:
        """As `ports.LedgerReader.registry`."""
        return self._followed.until_now()

    # -- agents, policies, roles, anchors --------------------------------------------------------------------

    def agent(self, address: Address, block: int | None = None) -> Agent:
        """As `ports.LedgerReader.agent`."""
        return Agent.unpack(self.contract.view("agentWord", address, block=block))

    def agents(self, addresses: Sequence[Address], block: int | None = None) -> list[Agent]:
        """As `ports.LedgerReader.agents`."""
        words = self.contract.views([("agentWord", (one,), block) for one in addresses])
        return [Agent.unpack(word) for word in words]

    def agent_changes(self, address: Address | None = None) -> list[AgentChanged]:
        """As `ports.LedgerReader.agent_changes`."""
        return self._events(AgentChanged, "AgentChanged", *([address] if address else []))

    def policy(self, number: int) -> Policy:
        """As `ports.LedgerReader.policy`."""
        word, hours, gate, text_hash, _ = self.contract.view("policyOf", number)
        if word == 0:
            raise refusal.PolicyNotFound(number)
        return Policy.unpack(word, hours, gate, text_hash)

    def policies(self, block: int | None = None) -> dict[int, Policy]:
        """As `ports.LedgerReader.policies`."""
        numbers = range(1, self.contract.view("policyCount", block=block) + 1)
        found = self.contract.views([("policyOf", (number,), block) for number in numbers])
        return {number: Policy.unpack(*words[:4]) for number, words in zip(numbers, found, strict=True)}

    def has_role(self, role: bytes, account: Address, block: int | None = None) -> bool:
        """As `ports.LedgerReader.has_role`."""
        return bool(self.contract.view("hasRole", role, account, block=block))

    def role_changes(self) -> list[RoleChanged]:
        """As `ports.LedgerReader.role_changes`."""
        names = ("RoleGranted", "RoleRevoked")
        logs = self.contract.all_logs([[self._decoder.topics[name] for name in names]])
        return [event for log in logs if isinstance(event := self._decoder.event(log), RoleChanged)]

    def anchors(self, log: bytes | None = None) -> list[Anchored]:
        """As `ports.LedgerReader.anchors`."""
        return self._events(Anchored, "Anchored", *([log] if log else []))

    def anchor_hash(self, log: bytes, block: int | None = None) -> bytes:
        """As `ports.LedgerReader.anchor_hash`."""
        return self.contract.slots(ANCHORS, [log], block)[0]

    def successor(self, block: int | None = None) -> Address:
        """As `ports.LedgerReader.successor`."""
        found: Address = self.contract.view("successor", block=block)
        return found

    # -- inside ----------------------------------------------------------------------------------------------

    def _decoded(self, logs: Sequence[Log]) -> list[LedgerEvent]:
        """Read logs of one answer, which must be this ledger's."""
        own = str(self.deployment.ledger).lower()
        try:
            if any(log["address"].lower() != own for log in logs):
                raise RpcUnavailable("the node's answer holds an event of another contract")
            return [event for log in logs if (event := self._decoder.event(log)) is not None]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise RpcUnavailable("the node's answer holds an event that is malformed") from error

    def _known(self, entries: Sequence[EntryRecord], attempt: int) -> Registry:
        """
        Give what entries depend on, with more effort at each attempt.

        1. What was followed is read on; otherwise certificates are taken for what they are now.
        2. Everything is followed from the deployment on.
        3. What was followed before is forgotten.
        """
        if attempt == 0 and not self._followed.is_begun:
            guess = self._snapshots.take(Needs.of(entries))
            if guess is not None:
                return guess
        return self._followed.until_now(anew=attempt > 1)

    def _ticket_now(self, ticket: TicketId) -> tuple[list[EntryRecord], bytes]:
        """Read events and slot at one time, as far as a node answers a batch at one time."""
        topics = self._topics(ticket)
        slot = self.contract.slot_call(TICKETS, ticket)
        logs, word = self.rpc.batch([self.contract.log_filter(topics, self.contract.since, None), slot])
        if isinstance(word, Fault):
            raise word.error(slot.method)
        if isinstance(logs, Fault):  # the range is too wide for this node
            logs = self.contract.all_logs(topics)
        return [entry(log) for log in logs], word_of(word)

    def _topics(self, ticket: TicketId) -> list[Any]:
        return [self._decoder.entry_topics, str(ticket)]

    def _events(self, kind: type[Event], name: str, *indexed: bytes) -> list[Event]:
        words = ["0x" + word.rjust(32, b"\0").hex() for word in indexed]
        logs = self.contract.all_logs([self._decoder.topics[name], *words])
        return [event for log in logs if isinstance(event := self._decoder.event(log), kind)]

    def _skipped(self, transaction: bytes) -> Collection[int]:
        receipt = self.rpc.call("eth_getTransactionReceipt", "0x" + transaction.hex())
        return self._decoder.skipped(receipt["logs"])
