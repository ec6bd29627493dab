"""The store on disk: SQLite, embedded, or PostgreSQL, for a team."""
# ruff: noqa: D102 -- what a store does is documented at the interface, `ports.Store`

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import select

from supportledger.errors import KeyMissing
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
from supportledger.ports import Content, Contents, Holdings, Keys, Submission
from supportledger.proof.fields import Fields
from supportledger.store import (
    binding,
    claims,
    desk_tables,
    documents,
    holdings,
    listing,
    openings,
    outgoing,
    readmodel,
    rules,
    schema,
    tables,
)
from supportledger.store.cabinet import DatabaseCabinet
from supportledger.store.facts import DatabaseFacts
from supportledger.store.feed import DatabaseFeed
from supportledger.store.files import FolderFiles
from supportledger.store.filings import DatabaseFilings
from supportledger.store.paper_rules import machine_time
from supportledger.store.place import Place, at_file
from supportledger.store.session import BUSY_TIMEOUT_S, Session, connect
from supportledger.store.vault import DatabaseVault


def open_store(
    place: Path | Place,
    deployment: Deployment,
    vault: DatabaseVault,
    *,
    files: FolderFiles | None = None,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    now: Callable[[], int] = machine_time,
) -> "DatabaseStore":
    """
    Open a database, making a file or migrating it when needed, and bind it to one deployment.

    Args:
        place: A file, whose directory is made when missing; or where else it is.
        deployment: What the store is, or will be, bound to.
        vault: Its keys; closed with the store.
        files: Where attachments are, which an older version has kept in clear.
        busy_timeout_s: How long to wait for other processes that write.
        now: Tells the time, in Unix seconds.

    Raises:
        ForeignData: It holds the data of another deployment.
        ConfigError: Its directory cannot be made, or the driver of PostgreSQL is not installed.
        KeyMissing: It holds what is sealed, and the key store no key at all.
        StoreError: It is away, locked, damaged, not ours, or of a newer version.
    """
    session = connect(at_file(place) if isinstance(place, Path) else place, busy_timeout_s)
    try:
        schema.bring_up_to_date(session, vault, files)
        _bind(session, deployment)
        check_keys(session, vault)
    except BaseException:
        session.close()
        raise
    return DatabaseStore(session, deployment, vault, now)


def check_keys(session: Session, vault: DatabaseVault) -> None:
    """
    Let a store not be opened with keys that cannot be its own.

    Raises:
        KeyMissing: It holds what is sealed, and the key store no key at all.
    """
    if not vault.is_empty:
        return
    with session.reading() as connection:
        sealed = (tables.contents.c.ticket, desk_tables.papers.c.id)
        is_sealed = any(connection.execute(select(one).limit(1)).first() for one in sealed)
    if is_sealed:
        raise KeyMissing(
            f"{session.name} holds sealed contents, and its key store is empty",
            hint="Put the key store back: the file beside the database, or its backup (`db restore`).",
        )


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

    def __init__(
        self,
        session: Session,
        deployment: Deployment,
        vault: DatabaseVault,
        now: Callable[[], int] = machine_time,
    ) -> None:
        self._session = session
        self._deployment = deployment
        self._vault = vault
        self._now = now
        self._cabinet = DatabaseCabinet(session, vault, now)
        self._filings = DatabaseFilings(session, vault)
        self._feed = DatabaseFeed(session)
        self._facts = DatabaseFacts(session)

    @property
    def vault(self) -> DatabaseVault:
        return self._vault

    @property
    def deployment(self) -> Deployment:
        return self._deployment

    @property
    def cabinet(self) -> DatabaseCabinet:
        return self._cabinet

    @property
    def filings(self) -> DatabaseFilings:
        return self._filings

    @property
    def feed(self) -> DatabaseFeed:
        return self._feed

    @property
    def facts(self) -> DatabaseFacts:
        return self._facts

    def close(self) -> None:
        self._feed.close()
        self._session.close()
        self._vault.close()

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._session.moment(), self._vault.moment():
            yield

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def keep(self, submissions: Sequence[Submission]) -> list[Draft]:
        keys = self._keys([one.content for one in submissions if one.content])
        with self._session.writing() as connection:
            kept = outgoing.keep(connection, submissions, keys, self._now())
        self._feed.wake()
        return kept

    def _keys(self, contents: Sequence[Content]) -> Keys:
        """Make the keys of contents, before anything is written that they seal."""
        keys = self._vault.make({one.ticket for one in contents})
        for one in contents:
            keys.of(one.ticket)
        return keys

    def advance(self, drafts: Sequence[Draft]) -> None:
        with self._session.writing() as connection:
            outgoing.advance(connection, drafts, self._now())
        self._feed.wake()

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
        of = {"ticket": ticket, "transaction_hash": transaction}
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
        keys = self._keys(contents)
        with self._session.writing() as connection:
            documents.write(connection, contents, keys)

    def drafted(self, draft: Draft) -> Fields:
        with self._session.reading() as connection:
            return documents.of_draft(connection, draft, self._vault.keys)

    def contents(self, ticket: TicketId) -> Contents:
        with self._session.reading() as connection:
            return documents.of_ticket(connection, ticket, self._vault.keys)

    def content(self, ticket: TicketId, index: int) -> Fields:
        with self._session.reading() as connection:
            return documents.of_entry(connection, ticket, index, self._vault.keys)

    def subjects(self, tickets: Collection[TicketId]) -> dict[TicketId, str]:
        with self._session.reading() as connection:
            return documents.subjects(connection, list(tickets), self._vault.keys)

    def waiting(self, tickets: Collection[TicketId]) -> dict[TicketId, int]:
        with self._session.reading() as connection:
            return outgoing.waiting(connection, list(tickets))

    def attachments(self, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
        with self._session.reading() as connection:
            return documents.attachments(connection, ticket, commitment, self._vault.keys)

    def holdings(self, low: bytes | None = None, high: bytes | None = None) -> Holdings:
        with self._session.reading() as connection:
            return holdings.of_range(connection, low, high, self._vault.keys)

    def record(
        self,
        entries: Sequence[EntryRecord] = (),
        tickets: Sequence[TicketRecord] = (),
        cursor: Cursor | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        with self._session.writing() as connection:
            readmodel.record(connection, entries, tickets, cursor, span, now=self._now())
        self._feed.wake()

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

    def opened(self, prefix: TicketPrefix, limit: int = 5) -> list[TicketId]:
        with self._session.reading() as connection:
            return openings.find(connection, prefix, limit)
