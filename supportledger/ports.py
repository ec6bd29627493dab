"""
The map of the system: what the desk needs from the world, as Protocols. Each has a fake that ships.

    Ledger    tickets, agents, policies, anchors    `chain.ledger`, `chain.memory`
    Signer    a key, here or elsewhere              `chain.signer`
    Store     contents, drafts and read models      `store.database`, `store.memory`
    Clock     the time
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from supportledger.errors import Error
from supportledger.model.acts import Act, Acts, Block, Checkpoint, Mined, Posted, SignedOpening, Ticket
from supportledger.model.agent import Agent
from supportledger.model.entry import Opening
from supportledger.model.events import AgentChanged, Anchored, LedgerEvent, RoleChanged
from supportledger.model.handle import TicketPrefix
from supportledger.model.history import Registry
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import (
    AttachmentRecord,
    Cursor,
    Deployment,
    Draft,
    DraftStatus,
    EntryRecord,
    ReceiptRecord,
    TicketQuery,
    TicketRecord,
)
from supportledger.model.ticket import Action, TicketState
from supportledger.proof.evidence import Signed
from supportledger.proof.fields import Fields
from supportledger.proof.typed_data import Domain, Message


class Clock(Protocol):
    """The time, so that nothing else asks the machine for it."""

    def now(self) -> datetime:
        """Give this instant, aware and in UTC."""


@dataclass(frozen=True, slots=True)
class Content:
    """
    An entry's content and the context that its commitment binds it to.

    A content is shown at an entry only if ticket, action, actor and commitment are all the same: a commitment
    that somebody copied shows nothing.
    """

    ticket: TicketId
    action: Action
    actor: Address
    commitment: bytes
    fields: Fields
    attachments: tuple[AttachmentRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft with everything that must not be lost if it is kept."""

    draft: Draft
    fields: Fields | None = None
    receipt: ReceiptRecord | None = None
    attachments: tuple[AttachmentRecord, ...] = ()

    @property
    def content(self) -> Content | None:
        """The content, bound to the action that commits to it."""
        if self.fields is None:
            return None
        of = self.draft
        return Content(of.ticket, of.action, of.actor, of.commitment, self.fields, self.attachments)


@dataclass(frozen=True, slots=True)
class Contents:
    """
    What is held of a ticket's contents, by index of the entry.

    Args:
        held: Contents; whether they match their commitments is for the verifier to say.
        unreadable: Why a content that is there cannot even be read: it was altered.
    """

    held: Mapping[int, Fields] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)


class Store(Protocol):
    """
    Contents, drafts, and a reading of the ledger that can be rebuilt; bound to one deployment.

    * A call that returns has been written to disk as a whole; one that raises has changed nothing.
    * It is safe under threads, and several processes may open the same store.
    * It checks no evidence: contents come back as they lie there, and verifying them is the vault's business.
    * Warning: contents are not sealed; whoever reads the database reads them.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    @property
    def deployment(self) -> Deployment:
        """The deployment that the store is bound to."""

    def close(self) -> None:
        """Let go of the database."""

    def __enter__(self) -> Self:
        """Close when the block ends."""

    def __exit__(self, *exc: object) -> None:
        """Close."""

    # -- drafts: what we mean to send ------------------------------------------------------------------------

    def keep(self, submissions: Sequence[Submission]) -> list[Draft]:
        """
        Write drafts down with their contents, receipts and attachments, before anything is sent.

        Returns:
            The drafts as they are now stored, in order: a key that was there before keeps its progress.

        Raises:
            Conflict: A key is there with another action; nothing of the call is kept.
        """

    def advance(self, drafts: Sequence[Draft]) -> None:
        """
        Write how far drafts have come: all that is not their identity may change.

        Raises:
            NotFound: A key is unknown; nothing of the call is written.
            Conflict: A step does not exist (`Draft.check_step_to`); nothing of the call is written.
        """

    def draft(self, key: bytes) -> Draft:
        """
        Give one draft.

        Raises:
            NotFound: The key is unknown.
        """

    def drafts(
        self,
        *,
        statuses: Collection[DraftStatus] = (),
        ticket: TicketId | None = None,
        transaction: bytes | None = None,
        limit: int | None = None,
    ) -> list[Draft]:
        """
        List drafts in the order in which they were kept.

        Args:
            statuses: Any of these; empty for all.
            ticket: Of this ticket only.
            transaction: Carried by this transaction only.
            limit: At most this many.
        """

    def receipt(self, digest: bytes) -> ReceiptRecord:
        """
        Give the promise to relay an action.

        Raises:
            NotFound: None was given.
        """

    # -- contents --------------------------------------------------------------------------------------------

    def keep_contents(self, contents: Sequence[Content]) -> None:
        """Keep contents of actions that others send; one that is there already stays as it is."""

    def drafted(self, draft: Draft) -> Fields:
        """
        Give the content that a draft commits to, mined or not.

        Raises:
            NotFound: None is held.
            CommitmentMismatch: It was altered so that it cannot be read.
        """

    def contents(self, ticket: TicketId) -> Contents:
        """Give all contents held of a ticket's entries, as far as the read model knows the entries."""

    def content(self, ticket: TicketId, index: int) -> Fields:
        """
        Give the content of one entry.

        Raises:
            NotFound: The entry is unknown to the read model, or its content is not held.
            CommitmentMismatch: It was altered so that it cannot be read.
        """

    def attachments(self, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
        """List the files that a content names, in their order."""

    # -- the read model: rebuilt from events at any time -----------------------------------------------------

    def record(
        self,
        entries: Sequence[EntryRecord] = (),
        tickets: Sequence[TicketRecord] = (),
        cursor: Cursor | None = None,
    ) -> None:
        """Take over what was read from the chain, replacing what is there; all of it or nothing."""

    def rewind(self, block_number: int) -> list[TicketId]:
        """
        Forget every entry mined after a block, and the cursor if it is past it; -1 forgets the read model.

        Returns:
            Tickets that lost entries, ascending: their states are forgotten and must be replayed.
        """

    def cursor(self) -> Cursor | None:
        """Give the last block read; None when nothing was."""

    def entries(self, ticket: TicketId, start: int = 0) -> list[EntryRecord]:
        """List a ticket's entries from an index on, in order; empty when it is unknown."""

    def ticket(self, ticket: TicketId) -> TicketRecord:
        """
        Give one ticket.

        Raises:
            NotFound: The read model does not have it.
        """

    def known(self, tickets: Sequence[TicketId]) -> Mapping[TicketId, TicketRecord]:
        """Give those of some tickets that the read model has."""

    def tickets(self, query: TicketQuery) -> list[TicketRecord]:
        """List tickets."""

    def count(self, query: TicketQuery) -> int:
        """Count the tickets that a query would list on all its pages."""

    def find(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        """List ids that a prefix fits, ascending; more than one means that it is ambiguous."""


class Signer(Protocol):
    """An address, and what it puts its name to. Safe under threads."""

    @property
    def address(self) -> Address:
        """Whose signatures these are."""

    def sign_message(self, message: Message, domain: Domain) -> bytes:
        """
        Sign one of the ledger's messages; 65 bytes, as `proof.signature` has them.

        Raises:
            Denied: The signer refuses, or its key is well known and the chain is not the local one.
        """

    def sign_transaction(self, transaction: Any) -> Any:
        """
        Sign a transaction, in the form of the chain that the ledger lives on.

        Raises:
            Denied: As `sign_message`.
        """


class LedgerReader(Protocol):
    """
    What the ledger knows, for anyone.

    * Nothing is believed that can be checked: a ticket is what its events make by the rules, and its state
      hashes to its slot.
    * It is safe under threads.

    Raises, anywhere: RpcUnavailable, when the node gives no usable answer.
    """

    @property
    def deployment(self) -> Deployment:
        """Which ledger it is."""

    @property
    def domain(self) -> Domain:
        """Where signatures for it are good."""

    def now(self) -> int:
        """
        Give the least time that the next block can have; Unix seconds.

        Raises:
            ClockSkew: The chain is ahead of this machine.
        """

    def height(self) -> int:
        """Give the number of the latest block."""

    def block(self, number: int | None = None) -> Block:
        """
        Give a block; None: the latest.

        Raises:
            RpcRefused: There is no such block.
        """

    def slots(self, tickets: Sequence[TicketId], block: int | None = None) -> list[bytes]:
        """Give the words of tickets as of a block, or now; zero for one that does not exist."""

    def is_current(self, ticket: TicketId, state: TicketState) -> bool:
        """Tell whether this is the present state of the ticket."""

    def entries(self, ticket: TicketId) -> list[EntryRecord]:
        """List a ticket's entries in order, without signatures; empty when it does not exist."""

    def ticket(self, ticket: TicketId) -> Ticket:
        """
        Give a ticket with its history.

        Raises:
            TicketNotFound: It does not exist.
            ReplayMismatch: Its events break the rules.
            ReorgDetected: Its events and its slot do not fit together.
        """

    def signatures(self, entries: Sequence[EntryRecord]) -> Mapping[tuple[TicketId, int], Signed]:
        """Find signatures in the inputs of transactions; what other contracts relayed is missing."""

    def proof(self, tickets: Sequence[TicketId], block: int | None = None) -> Mapping[str, Any]:
        """
        Give the account and storage proofs of tickets, as EIP-1186 has them.

        Raises:
            RpcRefused: The node makes no proofs.
        """

    def events(self, first: int | None = None, last: int | None = None) -> Iterator[list[LedgerEvent]]:
        """Read every event in order, from the deployment on, in pieces of a size that the node allows."""

    def registry(self) -> Registry:
        """Give certificates, policies and roles as they were at any event until now."""

    def agent(self, address: Address, block: int | None = None) -> Agent:
        """Give a certificate as of a block, or now; UNCERTIFIED when there never was one."""

    def agent_changes(self, address: Address | None = None) -> list[AgentChanged]:
        """List how one certificate, or each, was given and changed."""

    def policy(self, number: int) -> Policy:
        """
        Give a policy.

        Raises:
            PolicyNotFound: None has the number.
        """

    def policies(self) -> Mapping[int, Policy]:
        """Give all policies by number."""

    def has_role(self, role: bytes, account: Address) -> bool:
        """Tell whether an account holds a role."""

    def role_changes(self) -> list[RoleChanged]:
        """List how roles were granted and revoked."""

    def anchors(self, log: bytes | None = None) -> list[Anchored]:
        """List the checkpoints of one log, or of all."""

    def anchor_hash(self, log: bytes) -> bytes:
        """Give the word of a log's last checkpoint; zero when there is none."""

    def successor(self) -> Address:
        """Give the ledger where new tickets go; nobody when none was named."""


class Ledger(LedgerReader, Protocol):
    """
    The ledger, for those who act on it. Whoever signs the transaction pays for it.

    * A call that returns was accepted by the ledger, and has as many confirmations as were asked for.
    * A single call raises the ledger's refusal, usually before anything is paid; in a batch, what was refused
      is a value, and the others stand.

    Raises, anywhere: Refusal, when the ledger refuses; Denied, when the signer does; InsufficientFunds;
    TransactionDropped, TransactionPending, ReorgDetected, RpcUnavailable, when the outcome is not known.
    """

    def open(self, signer: Signer, opening: Opening) -> Posted:
        """Open a ticket as its customer, or record one for a keyless customer as an agent."""

    def open_signed(self, relayer: Signer, opening: SignedOpening) -> Posted:
        """Open a ticket that its opener signed."""

    def open_batch(
        self,
        relayer: Signer,
        openings: Sequence[SignedOpening],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[Posted | Error]:
        """
        Open many tickets, signed by the openers' own keys, fifty in a transaction.

        Raises:
            InputError: One has a signature that no key makes; nothing is sent.
        """

    def open_many(
        self,
        signer: Signer,
        openings: Iterable[Opening | SignedOpening],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[Posted | Error]:
        """Open many tickets in a transaction each, as fast as the node takes them."""

    def act(self, signer: Signer, ticket: TicketId, state: TicketState, act: Act) -> Posted:
        """
        Do something to a ticket: by its actor, who is then the signer, or by signature.

        Raises:
            InputError: Argument, sequence or deadline are larger than any can be.
        """

    def act_batch(
        self,
        relayer: Signer,
        groups: Sequence[Acts],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[Posted | Error]:
        """
        Do many things, most by signature, about fifty in a transaction; one outcome for each act, in order.

        Raises:
            InputError: Nothing is sent: the acts on one ticket do not fit into one transaction, or one of
                them into none: a claim, or what no key signed, goes alone by `act`.
        """

    def act_many(
        self,
        signer: Signer,
        acts: Iterable[tuple[TicketId, TicketState, Act]],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[Posted | Error]:
        """Do many things, on a ticket each, in a transaction each, as fast as the node takes them."""

    def escalate_batch(
        self,
        signer: Signer,
        tickets: Sequence[tuple[TicketId, TicketState]],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> list[Posted | Error]:
        """Put on record that deadlines of many tickets have passed, fifty in a transaction."""

    def certify(self, certifier: Signer, account: Address, certificate: Agent) -> Mined:
        """Certify an agent, from now when `from_` is 0; or change tier, skills, languages or credential."""

    def renew(self, certifier: Signer, account: Address, until: int) -> Mined:
        """Extend a certificate."""

    def suspend(self, certifier: Signer, account: Address) -> Mined:
        """Suspend a certificate."""

    def reinstate(self, certifier: Signer, account: Address) -> Mined:
        """End a suspension."""

    def revoke(self, certifier: Signer, account: Address, since: int) -> Mined:
        """End a certificate for good, as of a time that is not in the future."""

    def publish_policy(self, supervisor: Signer, terms: PolicyTerms) -> tuple[int, Mined]:
        """Publish a promise, and give its number."""

    def retire_policy(self, supervisor: Signer, number: int) -> Mined:
        """Let no new ticket be opened under a policy."""

    def anchor(
        self, anchorer: Signer, log: bytes, previous: Checkpoint, size: int, root: bytes
    ) -> Checkpoint:
        """Anchor a log's size and root, on top of its present checkpoint."""

    def grant(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """Give a role to an account."""

    def withdraw(self, admin: Signer, role: bytes, account: Address) -> Mined:
        """Take a role from an account."""

    def name_successor(self, admin: Signer, ledger: Address) -> Mined:
        """Say once where new tickets go."""
