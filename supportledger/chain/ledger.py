"""
The ledger's client: everything the contract can be asked, with fees, nonces and finality out of sight.

What an entry makes of a ticket is computed by the rules from the entry's own event, as any reader does it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar

from supportledger.chain.artifact import Artifact
from supportledger.chain.border import guarded
from supportledger.chain.bulk import Outcome, send_many
from supportledger.chain.calls import (
    ACT_GAS,
    APPROVED_GAS,
    BATCH_GAS,
    BATCH_ITEMS,
    ITEM_GAS,
    OPEN_GAS,
    Calls,
)
from supportledger.chain.changes import input_of
from supportledger.chain.deploy import inspect
from supportledger.chain.reader import Reader, decode_refusal
from supportledger.chain.receipts import Finality, Receipt
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import check_sender
from supportledger.chain.snapshot import Needs
from supportledger.errors import ChainError, Error, InputError, ReorgDetected, ReplayMismatch, RpcRefused
from supportledger.model.acts import Act, Acts, Checkpoint, Mined, Posted, SignedOpening
from supportledger.model.agent import Agent
from supportledger.model.changes import Change, Sent
from supportledger.model.entry import Opening
from supportledger.model.events import Anchored, PolicyPublished
from supportledger.model.history import Registry
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.replay import advance
from supportledger.model.ticket import TicketState
from supportledger.ports import Signer

Progress = Callable[[int], None]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Batch:
    """Items of one transaction: its input, and the state that the ticket of each was presented with."""

    data: bytes
    states: tuple[TicketState | None, ...]

    @property
    def gas(self) -> int:
        """Most that it may use."""
        return BATCH_GAS + len(self.states) * ITEM_GAS


@guarded
class Ledger(Reader):
    """
    A ledger that can be read and acted on; see `ports.Ledger`, whose terms this keeps.

    Args:
        sender: To its chain.
        deployment: Checked by `inspect`.
        since: Block of the deployment, or any before it.
        artifact: None: the packaged one.
    """

    def __init__(
        self, sender: Sender, deployment: Deployment, *, since: int = 0, artifact: Artifact | None = None
    ) -> None:
        super().__init__(sender.rpc, deployment, since=since, artifact=artifact)
        self._sender: Final = sender
        self._calls: Final = Calls(self.contract.artifact.interface, self.domain)

    @classmethod
    def attach(
        cls,
        rpc: Rpc,
        ledger: Address,
        *,
        chain_id: int | None = None,
        since: int = 0,
        finality: Finality = 0,
    ) -> Self:
        """
        Act on the ledger at an address, once it is certain that it is one.

        Args:
            rpc: The node.
            ledger: Address of the contract.
            chain_id: Of its chain; None: whichever the node serves.
            since: Block of the deployment, or any before it.
            finality: When a transaction counts as done.

        Raises:
            WrongNetwork: The node serves another chain.
            NotALedger: There is no contract, or other code.
            RpcUnavailable: No usable answer.
        """
        deployment = inspect(rpc, ledger, chain_id)
        sender = Sender(rpc, deployment.chain_id, finality=finality, decode=decode_refusal)
        return cls(sender, deployment, since=since)

    @property
    def waits(self) -> bool:
        """As `ports.Ledger.waits`."""
        return self._sender.waits

    def final_height(self) -> int:
        """As `ports.Ledger.final_height`."""
        return self._sender.receipts.last_final(self._sender.finality)

    # -- tickets ---------------------------------------------------------------------------------------------

    def open(self, signer: Signer, opening: Opening) -> Posted:
        """As `ports.Ledger.open`."""
        check_sender(signer, opening.opener)
        return self._posted(self._send(signer, self._calls.open(opening)))

    def open_signed(self, relayer: Signer, opening: SignedOpening) -> Posted:
        """As `ports.Ledger.open_signed`."""
        return self._posted(self._send(relayer, self._calls.open(opening), APPROVED_GAS))

    def open_batch(
        self, relayer: Signer, openings: Sequence[SignedOpening], *, progress: Progress | None = None
    ) -> list[Posted | Error]:
        """As `ports.Ledger.open_batch`."""
        batches = [_Batch(self._calls.open_batch(part), (None,) * len(part)) for part in _parts(openings)]
        return self._batched(relayer, batches, progress)

    def open_many(
        self,
        signer: Signer,
        openings: Iterable[Opening | SignedOpening],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.open_many`."""
        requests = (self._request(self._calls.open(one), OPEN_GAS) for one in openings)
        outcomes = send_many(self._sender, signer, requests, progress=progress)
        return self._each(outcomes, [None] * len(outcomes))

    def act(self, signer: Signer, ticket: TicketId, state: TicketState, act: Act) -> Posted:
        """As `ports.Ledger.act`."""
        if not act.signature:
            check_sender(signer, act.actor)
        most = APPROVED_GAS if act.signature or act.consent else None
        return self._posted(self._send(signer, self._calls.act(ticket, state, act), most), state)

    def act_batch(
        self, relayer: Signer, groups: Sequence[Acts], *, progress: Progress | None = None
    ) -> list[Posted | Error]:
        """As `ports.Ledger.act_batch`."""
        batches = [
            _Batch(self._calls.act_batch(part), tuple(group.state for group in part for _ in group.acts))
            for part in _parts(groups, lambda group: len(group.acts))
        ]
        return self._batched(relayer, batches, progress)

    def act_many(
        self,
        signer: Signer,
        acts: Iterable[tuple[TicketId, TicketState, Act]],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.act_many`."""
        states: list[TicketState] = []

        def request(ticket: TicketId, state: TicketState, act: Act) -> Request:
            states.append(state)
            return self._request(self._calls.act(ticket, state, act), ACT_GAS)

        outcomes = send_many(self._sender, signer, (request(*one) for one in acts), progress=progress)
        return self._each(outcomes, states)

    def escalate_batch(
        self,
        signer: Signer,
        tickets: Sequence[tuple[TicketId, TicketState]],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.escalate_batch`."""
        batches = [
            _Batch(self._calls.escalate_batch(part), tuple(state for _, state in part))
            for part in _parts(tickets)
        ]
        return self._batched(signer, batches, progress)

    # -- agents, policies, anchors, roles --------------------------------------------------------------------

    def certify(self, certifier: Signer, account: Address, certificate: Agent) -> Mined:
        """As `ports.Ledger.certify`."""
        return self._do(certifier, "certify", account, certificate.word)

    def renew(self, certifier: Signer, account: Address, until: int) -> Mined:
        """As `ports.Ledger.renew`."""
        return self._do(certifier, "renew", account, until)

    def suspend(self, certifier: Signer, account: Address) -> Mined:
        """As `ports.Ledger.suspend`."""
        return self._do(certifier, "suspend", account)

    def reinstate(self, certifier: Signer, account: Address) -> Mined:
        """As `ports.Ledger.reinstate`."""
        return self._do(certifier, "reinstate", account)

    def revoke(self, certifier: Signer, account: Address, since: int) -> Mined:
        """As `ports.Ledger.revoke`."""
        return self._do(certifier, "revoke", account, since)

    def publish_policy(self, supervisor: Signer, terms: PolicyTerms) -> tuple[int, Mined]:
        """As `ports.Ledger.publish_policy`."""
        words = (terms.word, terms.hours_word, terms.gate, terms.text_hash)
        receipt = self._send(supervisor, self._calls("publishPolicy", *words))
        return self._only(receipt, PolicyPublished).policy, _mined(receipt)

    def retire_policy(self, supervisor: Signer, number: int) -> Mined:
        """As `ports.Ledger.retire_policy`."""
        return self._do(supervisor, "retirePolicy", number)

    def anchor(
        self, anchorer: Signer, log: bytes, previous: Checkpoint, size: int, root: bytes
    ) -> Checkpoint:
        """As `ports.Ledger.anchor`."""
        words = (previous.size, previous.time, previous.root)
        found = self._only(self._send(anchorer, self._calls("anchor", log, size, root, words)), Anchored)
        return Checkpoint(found.size, found.root, found.time)

    def grant(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """As `ports.Ledger.grant`."""
        return self._do(admin, "grantRole", role, account)

    def withdraw(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """As `ports.Ledger.withdraw`."""
        return self._do(admin, "revokeRole", role, account)

    def name_successor(self, admin: Signer, ledger: Address) -> Mined:
        """As `ports.Ledger.name_successor`."""
        return self._do(admin, "nameSuccessor", ledger)

    # -- by wallets elsewhere --------------------------------------------------------------------------------

    def input_of(self, change: Change) -> bytes:
        """As `ports.Ledger.input_of`."""
        return input_of(self._calls, change)

    def check(self, sender: Address, change: Change) -> None:
        """As `ports.Ledger.check`."""
        self.contract.rehearse(sender, self.input_of(change))

    def sent(self, transaction: bytes) -> Sent | None:
        """As `ports.Ledger.sent`."""
        found = self.rpc.call("eth_getTransactionByHash", "0x" + transaction.hex())
        if found is None:
            return None
        sender, nonce = Address.parse(found["from"].lower()), int(found["nonce"], 16)
        [receipt] = self._sender.receipts.find([transaction])
        if receipt is None:
            return Sent(sender, nonce)
        return Sent(sender, nonce, receipt.block_number, receipt.succeeded)

    def count(self, account: Address) -> int:
        """As `ports.Ledger.count`."""
        return int(self.rpc.call("eth_getTransactionCount", str(account), "latest"), 16)

    # -- inside ----------------------------------------------------------------------------------------------

    def _do(self, signer: Signer, name: str, *values: Any) -> Mined:
        return _mined(self._send(signer, self._calls(name, *values)))

    def _send(self, signer: Signer, data: bytes, most: int | None = None) -> Receipt:
        return self._sender.send(signer, Request(self.deployment.ledger, data, most=most))

    def _batched(
        self, signer: Signer, batches: Sequence["_Batch"], progress: Progress | None
    ) -> list[Posted | Error]:
        """Send batches, one transaction each, and tell the outcome of each item."""
        self._check_room(batches)
        requests = [self._request(one.data, one.gas) for one in batches]
        outcomes: Sequence[Outcome]
        if len(batches) == 1:
            outcomes = [self._sender.send(signer, requests[0])]
        else:
            outcomes = send_many(self._sender, signer, requests)
        found = self._items(outcomes, batches)
        if progress:
            progress(len(found))
        return found

    def _check_room(self, batches: Sequence["_Batch"]) -> None:
        room = int(self.rpc.block()["gasLimit"], 16) * 9 // 10 if batches else 0
        largest = max((len(one.states) for one in batches), default=0)
        if BATCH_GAS + largest * ITEM_GAS > room and batches:
            most = (room - BATCH_GAS) // ITEM_GAS
            raise InputError(f"{largest} acts on one ticket are too many for one transaction: {most} at most")

    def _request(self, data: bytes, gas: int | None) -> Request:
        return Request(self.deployment.ledger, data, gas)

    def _posted(self, receipt: Receipt, state: TicketState | None = None) -> Posted:
        return self._all_posted([receipt], [state])[0]

    def _each(
        self, outcomes: Sequence[Outcome], states: Sequence[TicketState | None]
    ) -> list[Posted | Error]:
        """Tell the outcomes of transactions with one entry each, given the state each was presented with."""
        mined = [
            (one, state) for one, state in zip(outcomes, states, strict=True) if isinstance(one, Receipt)
        ]
        posted = iter(self._all_posted([one for one, _ in mined], [state for _, state in mined]))
        return [one if isinstance(one, Error) else next(posted) for one in outcomes]

    def _all_posted(self, receipts: Sequence[Receipt], states: Sequence[TicketState | None]) -> list[Posted]:
        entries = []
        for receipt in receipts:
            found = self._decoder.entries(receipt.logs)
            if len(found) != 1:
                raise ChainError(f"one entry was expected of transaction 0x{receipt.transaction.hex()}")
            entries += found
        registry = self._known_to(entries, states)
        return [
            self._followed_by(entry, state, registry, receipt)
            for entry, state, receipt in zip(entries, states, receipts, strict=True)
        ]

    def _items(self, outcomes: Sequence[Outcome], batches: Sequence["_Batch"]) -> list[Posted | Error]:
        """Tell the outcome of each item; a transaction that failed is the outcome of all its items."""
        receipts = [one for one in outcomes if isinstance(one, Receipt)]
        accepted = [entry for one in receipts for entry in self._decoder.entries(one.logs)]
        states = [state for one in batches for state in one.states]
        registry, entries = self._known_to(accepted, states), iter(accepted)
        known: dict[TicketId, TicketState] = {}
        found: list[Posted | Error] = []
        for outcome, batch in zip(outcomes, batches, strict=True):
            if isinstance(outcome, Error):
                found += [outcome] * len(batch.states)
                continue
            refused = self._decoder.skipped(outcome.logs)
            for at, state in enumerate(batch.states):
                if at in refused:
                    found.append(decode_refusal(refused[at]))
                    continue
                entry = next(entries)
                posted = self._followed_by(entry, known.get(entry.ticket, state), registry, outcome)
                known[entry.ticket] = posted.state
                found.append(posted)
        return found

    def _known_to(self, entries: Sequence[EntryRecord], states: Sequence[TicketState | None]) -> Registry:
        """Give what the contract knew when it accepted entries that are new."""
        if not entries or self._followed.is_begun:
            return self._followed.until_now() if entries else Registry()
        needs = Needs.of(entries, {state.policy for state in states if state is not None})
        numbers = [entry.block_number for entry in entries]
        try:
            same = self._snapshots.take(needs, (min(numbers) - 1, max(numbers)))
        except RpcRefused:  # the node keeps no such states
            same = None
        return same or self._followed.until_now()

    def _followed_by(
        self, entry: EntryRecord, state: TicketState | None, registry: Registry, receipt: Receipt
    ) -> Posted:
        """Apply the rules to an entry that the ledger has accepted."""
        try:
            outcome = advance(entry.ticket, state, entry, registry, self.deployment)
        except ReplayMismatch as error:
            raise ReorgDetected(f"the ledger accepted what does not follow: {error.message}") from error
        return Posted(entry, outcome.state, receipt.gas_used)

    def _only(self, receipt: Receipt, kind: type[Any]) -> Any:
        events = (self._decoder.event(log) for log in receipt.logs)
        return next(event for event in events if isinstance(event, kind))


def _parts(items: Sequence[Item], size: Callable[[Item], int] = lambda _: 1) -> Iterator[list[Item]]:
    """Divide items into transactions of at most `BATCH_ITEMS`; an item that is larger goes alone."""
    part: list[Item] = []
    filled = 0
    for item in items:
        if part and filled + size(item) > BATCH_ITEMS:
            yield part
            part, filled = [], 0
        part.append(item)
        filled += size(item)
    if part:
        yield part


def _mined(receipt: Receipt) -> Mined:
    return Mined(receipt.transaction, receipt.block_number, receipt.gas_used)
