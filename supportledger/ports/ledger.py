"""Tickets, agents, policies, anchors: read by anyone, and written by those who may."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from supportledger.errors import Error
from supportledger.model.acts import Act, Acts, Block, Checkpoint, Mined, Posted, SignedOpening, Ticket
from supportledger.model.agent import Agent
from supportledger.model.changes import Change, Sent
from supportledger.model.entry import Opening
from supportledger.model.events import AgentChanged, Anchored, LedgerEvent, RoleChanged
from supportledger.model.history import Registry
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.ticket import TicketState
from supportledger.ports.signer import Signer
from supportledger.proof.evidence import Signed, StateProof
from supportledger.proof.typed_data import Domain


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

    def confirm(self, block: Block) -> None:
        """
        Make sure that this is still the same ledger, on a chain that still has a block.

        Raises:
            WrongNetwork: The node serves another chain.
            NotALedger: There is no contract any more, or other code.
            ReorgDetected: The chain has another block of that number, or none.
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

    def approves(self, account: Address, digest: bytes, signature: bytes) -> bool:
        """
        Tell whether the contract at an address takes a signature for its own now (ERC-1271).

        No code is no contract. What it says later may be something else.

        Args:
            account: Whose signature it is said to be.
            digest: What was signed; 32 bytes.
            signature: Of whatever form.
        """

    def proof(self, places: Sequence[bytes], block: int | None = None) -> StateProof:
        """
        Show words of the ledger's storage as of a block, or now, with its header and the contract's account.

        Args:
            places: Of the words, as `proof.places` gives them; 32 bytes each.
            block: Number; None: the latest.

        Raises:
            RpcRefused: The node makes no proofs, or none of that block.
            StorageMismatch: Its proofs do not follow from its own block.
        """

    def events(self, first: int | None = None, last: int | None = None) -> Iterator[list[LedgerEvent]]:
        """
        Read every event from the deployment on, as the node lists them, in pieces of a size that it allows.

        Raises:
            RpcRefused: The node does not give the events of a block, however few are asked for.
        """

    def registry(self) -> Registry:
        """Give certificates, policies and roles as they were at any event until now."""

    def agent(self, address: Address, block: int | None = None) -> Agent:
        """Give a certificate as of a block, or now; UNCERTIFIED when there never was one."""

    def agents(self, addresses: Sequence[Address], block: int | None = None) -> list[Agent]:
        """Give many certificates as of a block, or now."""

    def agent_changes(self, address: Address | None = None) -> list[AgentChanged]:
        """List how one certificate, or each, was given and changed."""

    def policy(self, number: int) -> Policy:
        """
        Give a policy.

        Raises:
            PolicyNotFound: None has the number.
        """

    def policies(self, block: int | None = None) -> Mapping[int, Policy]:
        """Give all policies by number, as of a block, or now."""

    def has_role(self, role: bytes, account: Address, block: int | None = None) -> bool:
        """Tell whether an account holds a role, as of a block, or now."""

    def role_changes(self) -> list[RoleChanged]:
        """List how roles were granted and revoked."""

    def anchors(self, log: bytes | None = None) -> list[Anchored]:
        """List the checkpoints of one log, or of all."""

    def anchor_hash(self, log: bytes, block: int | None = None) -> bytes:
        """Give the word of a log's last checkpoint, as of a block, or now; zero when there is none."""

    def successor(self, block: int | None = None) -> Address:
        """Give the ledger where new tickets go, as of a block, or now; nobody when none was named."""


class Ledger(LedgerReader, Protocol):
    """
    The ledger, for those who act on it. Whoever signs the transaction pays for it.

    * A call that returns was accepted by the ledger, and has as many confirmations as were asked for.
    * A single call raises the ledger's refusal, usually before anything is paid; in a batch, what was refused
      is a value, and the others stand.

    Raises, anywhere: Refusal, when the ledger refuses; Denied, when the signer does; InsufficientFunds;
    TransactionDropped, TransactionPending, ReorgDetected, RpcUnavailable, when the outcome is not known.
    """

    @property
    def waits(self) -> bool:
        """Whether a call returns only when its entry is final; else somebody watches `final_height`."""

    def final_height(self) -> int:
        """Give the number of the last block that counts as final; below 0 when none does."""

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

    # -- by wallets elsewhere --------------------------------------------------------------------------------

    def input_of(self, change: Change) -> bytes:
        """Make the input of the transaction that makes a change; whoever may make it, sends it themselves."""

    def check(self, sender: Address, change: Change) -> None:
        """
        Ask whether the ledger would take a change from somebody now; nothing is sent.

        Raises:
            Refusal: It would not.
        """

    def sent(self, transaction: bytes) -> Sent | None:
        """Tell what became of a transaction that somebody else has sent; None: the node does not have it."""

    def count(self, account: Address) -> int:
        """Tell how many transactions of an account were mined: the nonces below it are used up."""
