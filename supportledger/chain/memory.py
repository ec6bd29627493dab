"""
The ledger without a chain: the same port, the same rules, the same refusals, in this process's memory.

Every transaction is a block of its own. The clock stands still until `advance` moves it. Wallets that are
contracts are functions, in `wallets`; a batch asks none of them (ERC-1271).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from supportledger.chain import memory_rules as rules
from supportledger.chain.artifact import packaged
from supportledger.chain.calls import Calls
from supportledger.chain.changes import input_of
from supportledger.chain.memory_reader import MemoryReader
from supportledger.chain.memory_rules import NO_WALLETS
from supportledger.chain.signer import check_sender
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import Error
from supportledger.model.acts import Act, Acts, Checkpoint, Mined, Posted, SignedOpening
from supportledger.model.agent import UNCERTIFIED, Agent, AgentStatus
from supportledger.model.changes import CertificateChange, Change, Publication, Sent
from supportledger.model.entry import Context, Entry, Opening, Outcome, lane
from supportledger.model.events import (
    AgentChanged,
    Anchored,
    PolicyPublished,
    PolicyRetired,
    RoleChanged,
    SuccessorNamed,
    place,
)
from supportledger.model.history import Position
from supportledger.model.ids import NOBODY, Address, TicketId, keccak, ticket_id
from supportledger.model.lifecycle import SUPERVISOR_ROLE, opening, transition
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.refusal import (
    AdminTransferRequired,
    AnchorNotGrowing,
    AnchorStale,
    PoliciesExhausted,
    PolicyWithdrawn,
    Refusal,
    RoleMissing,
    SuccessorAlreadyNamed,
    SuccessorInvalid,
    TicketExists,
    TicketNotFound,
    TicketStale,
)
from supportledger.model.replay import context
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.ports import Signer
from supportledger.proof.evidence import Signed
from supportledger.proof.signature import shorten
from supportledger.proof.signed_acts import check_batchable

CERTIFIER_ROLE: Final = keccak(b"CERTIFIER_ROLE")
ANCHORER_ROLE: Final = keccak(b"ANCHORER_ROLE")
ADMIN_ROLE: Final = bytes(32)
_MOST_POLICIES: Final = (1 << 16) - 1

Progress = Callable[[int], None]
Wallets = Mapping[Address, rules.Approval]


class MemoryLedger(MemoryReader):
    """
    A ledger in memory; see `ports.Ledger`, whose terms this keeps. Transactions cost nothing.

    Args:
        admin: Grants the roles and names the successor.
        chain_id: Of the chain that it pretends to be on.
        time: At the beginning; Unix seconds.
    """

    def __init__(self, admin: Address, *, chain_id: int = LOCAL_CHAIN_ID, time: int = 1_767_225_600) -> None:
        super().__init__(chain_id, time)
        self._begin()
        self._note(self._role_change(ADMIN_ROLE, admin, by=admin, is_granted=True))

    def advance(self, seconds: int) -> int:
        """Let time pass, and give the new time."""
        self._time += seconds
        return self._time

    @property
    def waits(self) -> bool:
        """As `ports.Ledger.waits`: what is here is final."""
        return True

    def final_height(self) -> int:
        """As `ports.Ledger.final_height`."""
        return self.height()

    # -- tickets ---------------------------------------------------------------------------------------------

    def open(self, signer: Signer, opening: Opening) -> Posted:
        """As `ports.Ledger.open`."""
        check_sender(signer, opening.opener)
        with self._single():
            return self._open(signer.address, opening)

    def open_signed(self, relayer: Signer, opening: SignedOpening) -> Posted:
        """As `ports.Ledger.open_signed`."""
        with self._single():
            return self._open(relayer.address, opening)

    def open_batch(
        self, relayer: Signer, openings: Sequence[SignedOpening], *, progress: Progress | None = None
    ) -> list[Posted | Error]:
        """As `ports.Ledger.open_batch`."""
        for one in openings:
            shorten(one.signature)  # as a batch carries it
        with self._single():
            outcomes = [_outcome(partial(self._open, relayer.address, one, NO_WALLETS)) for one in openings]
        return _told(outcomes, progress)

    def open_many(
        self,
        signer: Signer,
        openings: Iterable[Opening | SignedOpening],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.open_many`."""
        return _told([_outcome(partial(self._open_any, signer, one)) for one in openings], progress)

    def act(self, signer: Signer, ticket: TicketId, state: TicketState, act: Act) -> Posted:
        """As `ports.Ledger.act`."""
        if not act.signature:
            check_sender(signer, act.actor)
        with self._single():
            return self._act(signer.address, ticket, state, act)

    def act_batch(
        self, relayer: Signer, groups: Sequence[Acts], *, progress: Progress | None = None
    ) -> list[Posted | Error]:
        """As `ports.Ledger.act_batch`."""
        outcomes: list[Posted | Error] = []
        for act in (act for group in groups for act in group.acts):
            check_batchable(act)
            act.pack()
        with self._single():
            for group in groups:
                state = group.state
                for act in group.acts:
                    post = partial(self._act, relayer.address, group.ticket, state, act, NO_WALLETS)
                    outcome = _outcome(post)
                    state = outcome.state if isinstance(outcome, Posted) else state
                    outcomes.append(outcome)
        return _told(outcomes, progress)

    def act_many(
        self,
        signer: Signer,
        acts: Iterable[tuple[TicketId, TicketState, Act]],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.act_many`."""
        return _told([_outcome(partial(self.act, signer, *one)) for one in acts], progress)

    def escalate_batch(
        self,
        signer: Signer,
        tickets: Sequence[tuple[TicketId, TicketState]],
        *,
        progress: Progress | None = None,
    ) -> list[Posted | Error]:
        """As `ports.Ledger.escalate_batch`."""
        act = Act(Action.ESCALATE, signer.address)
        with self._single():
            acts = (partial(self._act, signer.address, ticket, state, act) for ticket, state in tickets)
            outcomes = [_outcome(one) for one in acts]
        return _told(outcomes, progress)

    # -- agents, policies, anchors, roles --------------------------------------------------------------------

    def certify(self, certifier: Signer, account: Address, certificate: Agent) -> Mined:
        """As `ports.Ledger.certify`."""
        return self._certificate(
            certifier, account, lambda current: rules.certified(current, account, certificate, self._time)
        )

    def renew(self, certifier: Signer, account: Address, until: int) -> Mined:
        """As `ports.Ledger.renew`."""
        return self._certificate(certifier, account, lambda current: rules.renewed(current, account, until))

    def suspend(self, certifier: Signer, account: Address) -> Mined:
        """As `ports.Ledger.suspend`."""
        before, after = AgentStatus.CERTIFIED, AgentStatus.SUSPENDED
        return self._certificate(
            certifier, account, lambda current: rules.changed(current, account, before, after)
        )

    def reinstate(self, certifier: Signer, account: Address) -> Mined:
        """As `ports.Ledger.reinstate`."""
        before, after = AgentStatus.SUSPENDED, AgentStatus.CERTIFIED
        return self._certificate(
            certifier, account, lambda current: rules.changed(current, account, before, after)
        )

    def revoke(self, certifier: Signer, account: Address, since: int) -> Mined:
        """As `ports.Ledger.revoke`."""
        return self._certificate(
            certifier, account, lambda current: rules.revoked(current, account, since, self._time)
        )

    def publish_policy(self, supervisor: Signer, terms: PolicyTerms) -> tuple[int, Mined]:
        """As `ports.Ledger.publish_policy`."""
        with self._single():
            self._check_role(SUPERVISOR_ROLE, supervisor)
            number = len(self._registry.policies) + 1
            if number > _MOST_POLICIES:
                raise PoliciesExhausted
            terms.check_publishable()
            self._note(PolicyPublished(number, supervisor.address, terms, self._transaction, self._next()))
            return number, self._mined()

    def retire_policy(self, supervisor: Signer, number: int) -> Mined:
        """As `ports.Ledger.retire_policy`."""
        with self._single():
            self._check_role(SUPERVISOR_ROLE, supervisor)
            if self.policy(number).retired:
                raise PolicyWithdrawn(number)
            self._note(PolicyRetired(number, supervisor.address, self._transaction, self._next()))
            return self._mined()

    def anchor(
        self, anchorer: Signer, log: bytes, previous: Checkpoint, size: int, root: bytes
    ) -> Checkpoint:
        """As `ports.Ledger.anchor`."""
        with self._single():
            self._check_role(ANCHORER_ROLE, anchorer)
            current, presented = self.anchor_hash(log), rules.checkpoint_hash(previous)
            if presented != current:
                raise AnchorStale(log, current, presented)
            if size <= previous.size:
                raise AnchorNotGrowing(previous.size, size)
            tx, time = self._transaction, self._time
            self._note(Anchored(log, anchorer.address, size, root, time, tx, self._next()))
            return Checkpoint(size, root, time)

    def grant(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """As `ports.Ledger.grant`."""
        return self._change_role(admin, role, account, is_granted=True)

    def withdraw(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """As `ports.Ledger.withdraw`."""
        return self._change_role(admin, role, account, is_granted=False)

    def name_successor(self, admin: Signer, ledger: Address) -> Mined:
        """As `ports.Ledger.name_successor`."""
        with self._single():
            self._check_role(ADMIN_ROLE, admin)
            if self.successor() != NOBODY:
                raise SuccessorAlreadyNamed(self.successor())
            if ledger in {NOBODY, self.deployment.ledger}:
                raise SuccessorInvalid(ledger)
            self._note(SuccessorNamed(ledger, self._transaction, self._next()))
            return self._mined()

    # -- by wallets elsewhere --------------------------------------------------------------------------------

    def input_of(self, change: Change) -> bytes:
        """As `ports.Ledger.input_of`: as the contract would have it."""
        return input_of(Calls(packaged().interface, self.domain), change)

    def check(self, sender: Address, change: Change) -> None:
        """As `ports.Ledger.check`."""
        if isinstance(change, CertificateChange):
            self._check_holder(CERTIFIER_ROLE, sender)
            rules.check_certificate(self._registry.agent_now(change.account), change, self._time)
            return
        self._check_holder(SUPERVISOR_ROLE, sender)
        if isinstance(change, Publication):
            change.terms.check_publishable()
        elif self.policy(change.policy).retired:
            raise PolicyWithdrawn(change.policy)

    def sent(self, transaction: bytes) -> Sent | None:
        """As `ports.Ledger.sent`; what was refused was never sent."""
        with self._lock:
            found = [one for one in self._events if one.transaction == transaction]
        if not found:
            return None
        return Sent(rules.sender_of(found[0]), 0, place(found[0]).block_number, succeeded=True)

    def count(self, account: Address) -> int:
        """As `ports.Ledger.count`, of those that have changed something."""
        with self._lock:
            return len({one.transaction for one in self._events if rules.sender_of(one) == account})

    # -- inside ----------------------------------------------------------------------------------------------

    @contextmanager
    def _single(self) -> Iterator[None]:
        """Do everything in one transaction; one that raises has never been."""
        with self._lock:
            before = self._at
            self._begin()
            try:
                yield
            except BaseException:
                self._at = before
                raise

    def _open_any(self, signer: Signer, asked: Opening | SignedOpening) -> Posted:
        return (
            self.open_signed(signer, asked) if isinstance(asked, SignedOpening) else self.open(signer, asked)
        )

    def _open(
        self, sender: Address, asked: Opening | SignedOpening, wallets: Wallets | None = None
    ) -> Posted:
        if isinstance(asked, SignedOpening):
            auth = rules.authenticate_opening(asked, self._place(wallets))
            o, signed = asked.opening, Signed(asked.signature, asked.deadline)
        else:
            auth = Auth.SENT if asked.customer == asked.opener else Auth.RECORDED
            o, signed = asked, None
        ticket = ticket_id(*self._here, o.opener, o.commitment)
        if ticket in self._slots:
            raise TicketExists(ticket)
        at = self._coming()
        agent = self._registry.agent(o.opener, at) if auth is Auth.RECORDED else UNCERTIFIED
        around = Context(self._time, self._registry.policy(o.policy, at), agent)
        outcome = opening(ticket, o, auth, around, sender)
        entry = Entry(Action.OPEN, auth, o.opener, o.policy, 0, o.commitment)
        return self._accept(ticket, entry, outcome, signed)

    def _act(
        self,
        sender: Address,
        ticket: TicketId,
        t: TicketState,
        act: Act,
        wallets: Wallets | None = None,
    ) -> Posted:
        act.pack()  # as a call carries it
        current, presented = self._slot(ticket, self.height()), t.hash()
        if presented != current:
            raise TicketStale(ticket, current, presented) if any(current) else TicketNotFound(ticket)
        auth = rules.authenticate(sender, ticket, t, act, self._place(wallets))
        if act.action is Action.REPLY and t.is_keyless:
            auth = Auth.RECORDED
        entry = act.entry(auth)
        wanted = self._record(ticket, entry, t.entries, entry.argument, self._coming())
        around = context(t, wanted, lane(act.action, act.actor, t.customer), self._registry)
        consent = act.consent if act.action is Action.CLAIM else b""
        signed = Signed(act.signature, act.deadline, consent) if act.signature or consent else None
        return self._accept(ticket, entry, transition(t, entry, around), signed)

    def _place(self, wallets: Wallets | None) -> rules.Place:
        return rules.Place(self.domain, self._time, self.wallets if wallets is None else wallets)

    def _accept(self, ticket: TicketId, entry: Entry, outcome: Outcome, signed: Signed | None) -> Posted:
        index = outcome.state.entries - 1
        record = self._record(ticket, entry, index, outcome.argument, self._next())
        self._note(record)
        self._slots.setdefault(ticket, []).append((self.height(), outcome.state.hash()))
        if signed is not None:
            self._signed[ticket, index] = signed
        return Posted(record, outcome.state, 0)

    def _record(self, ticket: TicketId, entry: Entry, index: int, argument: int, at: Position) -> EntryRecord:
        return EntryRecord(
            ticket=ticket,
            index=index,
            action=entry.action,
            auth=entry.auth,
            actor=entry.actor,
            argument=argument,
            seen=entry.seen,
            time=self._time,
            commitment=entry.commitment,
            transaction=self._transaction,
            block_number=at.block_number,
            log_index=at.log_index,
        )

    def _certificate(self, certifier: Signer, account: Address, change: Callable[[Agent], Agent]) -> Mined:
        with self._single():
            self._check_role(CERTIFIER_ROLE, certifier)
            new = change(self._registry.agent_now(account))
            by, tx = certifier.address, self._transaction
            self._note(AgentChanged(account, by, new, self._time, tx, self._next()))
            return self._mined()

    def _change_role(self, admin: Signer, role: bytes, account: Address, *, is_granted: bool) -> Mined:
        with self._single():
            if role == ADMIN_ROLE:
                raise AdminTransferRequired
            self._check_role(ADMIN_ROLE, admin)
            if self.has_role(role, account) != is_granted:
                self._note(self._role_change(role, account, by=admin.address, is_granted=is_granted))
            return self._mined()

    def _role_change(self, role: bytes, account: Address, *, by: Address, is_granted: bool) -> RoleChanged:
        return RoleChanged(role, account, by, is_granted, self._transaction, self._next())

    def _check_role(self, role: bytes, signer: Signer) -> None:
        self._check_holder(role, signer.address)

    def _check_holder(self, role: bytes, account: Address) -> None:
        if not self.has_role(role, account):
            raise RoleMissing(account, role)

    def _mined(self) -> Mined:
        return Mined(self._transaction, self.height(), 0)

    def _coming(self) -> Position:
        return Position(self._at.block_number, self._at.log_index + 1)

    @property
    def _here(self) -> tuple[int, Address]:
        return self.deployment.chain_id, self.deployment.ledger


def _outcome(post: Callable[[], Posted]) -> Posted | Error:
    try:
        return post()
    except Refusal as refusal:
        return refusal


def _told(outcomes: list[Posted | Error], progress: Progress | None) -> list[Posted | Error]:
    if progress:
        progress(len(outcomes))
    return outcomes
