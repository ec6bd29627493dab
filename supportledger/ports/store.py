"""Contents, drafts and read models."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, Self

from supportledger.model.handle import TicketPrefix
from supportledger.model.ids import TicketId
from supportledger.model.records import (
    AttachmentRecord,
    Cursor,
    Deployment,
    Draft,
    DraftStatus,
    EntryRecord,
    ReceiptRecord,
    Span,
    TicketQuery,
    TicketRecord,
)
from supportledger.ports.cabinet import Cabinet
from supportledger.ports.figures import Facts
from supportledger.ports.filing import Feed, Filings
from supportledger.ports.kept import Content, Contents, Holdings, Submission
from supportledger.ports.vault import Vault
from supportledger.proof.fields import Fields


class Store(Protocol):
    """
    Contents, drafts, and a reading of the ledger that can be rebuilt; bound to one deployment.

    * A call that returns has been written to disk as a whole; one that raises has changed nothing.
    * It is safe under threads, and several processes may open the same store.
    * It checks no evidence: contents come back as they lie there, and verifying them is the vault's business.
    * Contents lie there sealed, each under the key that the vault has for its ticket. Whose key was erased
      is erased: nobody reads it, in this database or in any copy.

    Raises, anywhere: StoreError, when the database cannot do what was asked.
    """

    @property
    def deployment(self) -> Deployment:
        """The deployment that the store is bound to."""

    @property
    def vault(self) -> Vault:
        """The keys that its contents are sealed with; closed with the store."""

    @property
    def cabinet(self) -> Cabinet:
        """The desk's own papers."""

    @property
    def filings(self) -> Filings:
        """Where tickets are filed, and words that they are found by."""

    @property
    def feed(self) -> Feed:
        """What happened lately."""

    @property
    def facts(self) -> Facts:
        """What counts of each ticket, for figures."""

    def close(self) -> None:
        """Let go of the database."""

    def moment(self) -> AbstractContextManager[None]:
        """
        Let all that this thread reads inside the block be of one moment, and each key be looked up once.

        What is written meanwhile, by this thread or another, is not seen inside; it should not last long.
        """

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
            ContentErased: A content belongs to a ticket that was erased; nothing of the call is kept.
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
        after: bytes | None = None,
        limit: int | None = None,
    ) -> list[Draft]:
        """
        List drafts in the order in which they were kept.

        Args:
            statuses: Any of these; empty for all.
            ticket: Of this ticket only.
            transaction: Carried by this transaction only.
            after: Key of the last draft of the page before, whatever has become of it since.
            limit: At most this many.

        Raises:
            NotFound: The draft of the page before is unknown.
        """

    def claim(
        self,
        holder: str,
        *,
        now: int,
        lease_s: int,
        statuses: Sequence[DraftStatus],
        limit: int = 100,
    ) -> list[Draft]:
        """
        Take drafts to work on that nobody else works on, those that wait longest first.

        Nobody else is given them before the lease runs out: then whoever held them is taken for dead.
        A lease is no lock: who outlives his own may meet another at the same draft, which the ledger sorts
        out. Clocks of machines that share a store must agree within a fraction of the lease.

        Args:
            holder: Who takes them: a name that no other worker has, not even an earlier run of this one.
            now: Unix seconds.
            lease_s: For how long; 1 to 120.
            statuses: Of these, the first one's before the next one's.
            limit: At most this many.

        Raises:
            InputError: The lease is too short or too long.
        """

    def extend(self, holder: str, keys: Sequence[bytes], *, now: int, lease_s: int) -> list[bytes]:
        """
        Hold drafts for longer.

        Returns:
            Those that the holder still holds, in order; the others were given to somebody else.

        Raises:
            InputError: As `claim`.
        """

    def release(self, holder: str, keys: Sequence[bytes], *, due_at: int = 0) -> None:
        """
        Give back drafts that the holder still holds.

        Args:
            holder: As in `claim`.
            keys: Of the drafts.
            due_at: Nobody is to take them before this instant; Unix seconds, at most 120 from now.
        """

    def receipt(self, digest: bytes) -> ReceiptRecord:
        """
        Give the promise to relay an action.

        Raises:
            NotFound: None was given.
        """

    # -- contents --------------------------------------------------------------------------------------------

    def keep_contents(self, contents: Sequence[Content]) -> None:
        """
        Keep contents of actions that others send; one that is there already stays as it is.

        Raises:
            ContentErased: One belongs to a ticket that was erased; nothing of the call is kept.
        """

    def drafted(self, draft: Draft) -> Fields:
        """
        Give the content that a draft commits to, mined or not.

        Raises:
            NotFound: None is held.
            ContentErased: It was erased.
            CommitmentMismatch: It was altered so that it cannot be read.
            KeyMissing: The key store has no key for it.
        """

    def contents(self, ticket: TicketId) -> Contents:
        """Give all contents held of a ticket's entries, as far as the read model knows the entries."""

    def content(self, ticket: TicketId, index: int) -> Fields:
        """
        Give the content of one entry.

        Raises:
            NotFound: The entry is unknown to the read model, or its content is not held.
            ContentErased: It was erased.
            CommitmentMismatch: It was altered so that it cannot be read.
            KeyMissing: The key store has no key for it.
        """

    def subjects(self, tickets: Collection[TicketId]) -> Mapping[TicketId, str]:
        """Give what tickets are about, of those whose first content is held and can be read."""

    def waiting(self, tickets: Collection[TicketId]) -> Mapping[TicketId, int]:
        """Count the drafts of tickets that are on their way to the ledger; those with none are left out."""

    def attachments(self, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
        """
        List the files that a content names, in their order.

        Raises: As `content`, but for NotFound.
        """

    def holdings(self, low: bytes | None = None, high: bytes | None = None) -> Holdings:
        """
        Give all that is held of tickets whose ids are in a range, for those who audit it.

        Args:
            low: The lowest id; None for no bound, which also gives rows whose ticket is no id at all.
            high: The first id that is not meant; None for no bound.
        """

    # -- the read model: rebuilt from events at any time -----------------------------------------------------

    def record(
        self,
        entries: Sequence[EntryRecord] = (),
        tickets: Sequence[TicketRecord] = (),
        cursor: Cursor | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        """
        Take over what was read from the chain, replacing what is there; all of it or nothing.

        A ticket whose known state has more entries keeps that: several may follow the chain at once, and only
        `rewind` goes back.

        Args:
            entries: Accepted actions.
            tickets: As they are after them.
            cursor: The last block read: all before it is there.
            span: What was read to get there; the cursor moves over nothing that somebody else has taken away.

        Raises:
            Conflict: Somebody else has moved the cursor since the span's beginning.
            ReorgDetected: The entries from the span's beginning up to the new cursor are not those that were
                read: they are to be read again.
        """

    def rewind(self, block_number: int) -> list[TicketId]:
        """
        Forget every entry mined after a block, and the cursor if it is past it; -1 forgets the read model.

        Returns:
            Tickets that lost entries, ascending: their states are forgotten and must be replayed.
        """

    def cursor(self) -> Cursor | None:
        """Give the last block read; None when nothing was."""

    def entries(self, ticket: TicketId, start: int = 0, limit: int | None = None) -> list[EntryRecord]:
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
        """List a page of tickets; it begins behind its mark, whatever came, went or changed meanwhile."""

    def count(self, query: TicketQuery) -> int:
        """Count the tickets that a query would list on all its pages."""

    def find(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        """List ids that a prefix fits, ascending; more than one means that it is ambiguous."""

    def opened(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        """List ids of openings kept here that a prefix fits, ascending, also before the ledger has them."""
