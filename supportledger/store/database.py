"""The store on disk: SQLite, embedded, or PostgreSQL, for a team."""
# ruff: noqa: D102 -- what a store does is documented at the interface, `ports.Store`

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Self

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
from supportledger.ports import Content, Contents, Holdings, Submission, Vault
from supportledger.proof.fields import Fields
from supportledger.store import (
    binding,
    claims,
    documents,
    holdings,
    listing,
    outgoing,
    readmodel,
    rules,
    schema,
)
from supportledger.store.place import Place, at_file
from supportledger.store.session import BUSY_TIMEOUT_S, Session, connect
from supportledger.store.vault_memory import MemoryVault


def open_store(
    place: Path | Place, deployment: Deployment, *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> "DatabaseStore":
    """
    Open a database, making a file or migrating it when needed, and bind it to one deployment.

    Args:
        place: A file, whose directory is made when missing; or where else it is.
        deployment: What the store is, or will be, bound to.
        busy_timeout_s: How long to wait for other processes that write.

    Raises:
        ForeignData: It holds the data of another deployment.
        ConfigError: Its directory cannot be made, or the driver of PostgreSQL is not installed.
        StoreError: It is away, locked, damaged, not ours, or of a newer version.
    """
    session = connect(at_file(place) if isinstance(place, Path) else place, busy_timeout_s)
    try:
        schema.bring_up_to_date(session)
        _bind(session, deployment)
    except BaseException:
        session.close()
        raise
    return DatabaseStore(session, deployment)


def _bind(session: Session, wanted: Deployment) -> None:
    with session.reading() as connection:
        held = binding.held(connection)
    if held is None:
        with session.alone() as connection:
            held = binding.held(connection) or binding.bind(connection, wanted)
    if held != wanted:
        raise rules.foreign(session.name, held, wanted)


class DatabaseStore:
    """The `Store` on an SQL database; its promises are written there. Made by `open_store`."""

    def __init__(self, session: Session, deployment: Deployment) -> None:
        self._session = session
        self._deployment = deployment
        self._vault: Vault = MemoryVault()

    @property
    def vault(self) -> Vault:
        return self._vault

    @property
    def deployment(self) -> Deployment:
        return self._deployment

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def keep(self, submissions: Sequence[Submission]) -> list[Draft]:
        with self._session.writing() as connection:
            return outgoing.keep(connection, submissions)

    def advance(self, drafts: Sequence[Draft]) -> None:
        with self._session.writing() as connection:
            outgoing.advance(connection, drafts)

    def draft(self, key: bytes) -> Draft:
        with self._session.reading() as connection:
            return outgoing.one(connection, key)

    def drafts(
        self,
        *,
        statuses: Collection[DraftStatus] = (),
        ticket: TicketId | None = None,
        transaction: bytes | None = None,
        after: bytes | None = None,
        limit: int | None = None,
    ) -> list[Draft]:
        of = listing.drafts_of(ticket, transaction)
        with self._session.reading() as connection:
            return listing.drafts(connection, statuses, of, after, limit)

    def claim(
        self, holder: str, *, now: int, lease_s: int, statuses: Sequence[DraftStatus], limit: int = 100
    ) -> list[Draft]:
        with self._session.writing() as connection:
            return claims.claim(connection, holder, now=now, lease_s=lease_s, statuses=statuses, limit=limit)

    def extend(self, holder: str, keys: Sequence[bytes], *, now: int, lease_s: int) -> list[bytes]:
        with self._session.writing() as connection:
            return claims.extend(connection, holder, keys, now, lease_s)

    def release(self, holder: str, keys: Sequence[bytes], *, due_at: int = 0) -> None:
        with self._session.writing() as connection:
            claims.release(connection, holder, keys, due_at)

    def receipt(self, digest: bytes) -> ReceiptRecord:
        with self._session.reading() as connection:
            return outgoing.receipt(connection, digest)

    def keep_contents(self, contents: Sequence[Content]) -> None:
        with self._session.writing() as connection:
            documents.write(connection, contents)

    def drafted(self, draft: Draft) -> Fields:
        with self._session.reading() as connection:
            return documents.of_draft(connection, draft)

    def contents(self, ticket: TicketId) -> Contents:
        with self._session.reading() as connection:
            return documents.of_ticket(connection, ticket)

    def content(self, ticket: TicketId, index: int) -> Fields:
        with self._session.reading() as connection:
            return documents.of_entry(connection, ticket, index)

    def attachments(self, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
        with self._session.reading() as connection:
            return documents.attachments(connection, ticket, commitment)

    def holdings(self, low: bytes | None = None, high: bytes | None = None) -> Holdings:
        with self._session.reading() as connection:
            return holdings.of_range(connection, low, high)

    def record(
        self,
        entries: Sequence[EntryRecord] = (),
        tickets: Sequence[TicketRecord] = (),
        cursor: Cursor | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        with self._session.writing() as connection:
            readmodel.record(connection, entries, tickets, cursor, span)

    def rewind(self, block_number: int) -> list[TicketId]:
        with self._session.alone() as connection:
            return readmodel.rewind(connection, block_number)

    def cursor(self) -> Cursor | None:
        with self._session.reading() as connection:
            return readmodel.cursor(connection)

    def entries(self, ticket: TicketId, start: int = 0, limit: int | None = None) -> list[EntryRecord]:
        with self._session.reading() as connection:
            return readmodel.entries(connection, ticket, start, limit)

    def ticket(self, ticket: TicketId) -> TicketRecord:
        with self._session.reading() as connection:
            return readmodel.one(connection, ticket)

    def known(self, tickets: Sequence[TicketId]) -> dict[TicketId, TicketRecord]:
        with self._session.reading() as connection:
            return readmodel.known(connection, tickets)

    def tickets(self, query: TicketQuery) -> list[TicketRecord]:
        with self._session.reading() as connection:
            return listing.tickets(connection, query)

    def count(self, query: TicketQuery) -> int:
        with self._session.reading() as connection:
            return listing.count(connection, query)

    def find(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        with self._session.reading() as connection:
            return listing.find(connection, prefix, limit)
