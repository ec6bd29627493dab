"""
The key store: a file beside the database, or a schema of its own on its server; made when it is first opened.

    desk          whose key wraps the others: one row       holds      what must not be erased
    ticket_keys   a key for each ticket, wrapped            erasures   which keys were destroyed, and when

What is deleted here is written over: SQLite with `secure_delete`, without a write-ahead log and rewritten by
VACUUM; PostgreSQL rewritten by VACUUM FULL. What its write-ahead log and base backups keep longer is useless
once the desk key was rotated (docs/guides/store.md).
"""
# ruff: noqa: D102 -- what a vault does is documented at the interface, `ports.Vault`

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    Table,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    union_all,
    update,
)

from supportledger.errors import CommitmentMismatch, StoreCorrupt, StoreError
from supportledger.model.ids import TicketId
from supportledger.ports.vault import Custody, Keys
from supportledger.proof import handed
from supportledger.proof.seal import DeskKey, Purpose, TicketSeal, padded, unpadded
from supportledger.store import keyplace, vault_rules
from supportledger.store.place import Place
from supportledger.store.prepared import WANTED, Asked, Prepared, among
from supportledger.store.session import BUSY_TIMEOUT_S, Session, chunks, put

VERSION: Final = 1
T = TypeVar("T")
metadata = MetaData()
_TICKET: Final = LargeBinary(32)

desk = Table(
    "desk",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("version", SmallInteger, nullable=False),
    Column("key_id", LargeBinary(16), nullable=False),
    Column("next_key_id", LargeBinary(16)),  # while keys are being wrapped for it
)
ticket_keys = Table(
    "ticket_keys",
    metadata,
    Column("ticket", _TICKET, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("key_id", LargeBinary(16), nullable=False),  # of the desk key that it is wrapped with
)
erasures = Table(
    "erasures",
    metadata,
    Column("ticket", _TICKET, primary_key=True),
    Column("erased_at", BigInteger, nullable=False),
)
holds = Table(
    "holds",
    metadata,
    Column("ticket", _TICKET, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("reason", LargeBinary, nullable=False),  # sealed
)

_WANTED: Final[BindParameter[Any]] = bindparam(WANTED, expanding=True)
_KNOWN: Final = Prepared(
    union_all(
        select(ticket_keys, cast(null(), BigInteger).label("erased_at")).where(
            ticket_keys.c.ticket.in_(_WANTED)
        ),
        select(
            erasures.c.ticket, cast(null(), LargeBinary), cast(null(), LargeBinary), erasures.c.erased_at
        ).where(erasures.c.ticket.in_(_WANTED)),
    )
)
_HELD: Final = among(holds.c.ticket)
_DESK: Final = Prepared(select(desk))


def open_vault(
    place: Place, key: DeskKey, *, busy_timeout_s: float = BUSY_TIMEOUT_S, half_rotated: bool = False
) -> "DatabaseVault":
    """
    Open the keys of a store, which are made when there are none yet.

    Args:
        place: Of the store, not of the keys: they are beside it.
        key: The desk's.
        busy_timeout_s: How long to wait for other processes that write.
        half_rotated: Also open keys of which some are wrapped for another desk key already, to go on.

    Raises:
        WrongDeskKey: The keys are wrapped with another one.
        StoreError: The key store is away, locked, damaged, or of a newer version.
    """
    session = keyplace.connect(place, busy_timeout_s)
    try:
        state = _state(session) or _begin(session, key)
        _check(session.name, state, key, half_rotated=half_rotated)
    except BaseException:
        session.close()
        raise
    return DatabaseVault(session, key)


def exists(place: Place) -> bool:
    """Tell whether a store has keys already; nothing is made."""
    if place.path is not None and not keyplace.beside(place.path).exists():
        return False
    session = keyplace.connect(place)
    try:
        return _state(session) is not None
    finally:
        session.close()


def _state(session: Session) -> Row[Any] | None:
    with session.reading() as connection:
        if not keyplace.has_table(connection, desk):
            return None
        return connection.execute(select(desk)).one_or_none()


def _begin(session: Session, key: DeskKey) -> Row[Any]:
    with session.alone() as connection:  # somebody else may have begun meanwhile
        keyplace.make(connection, metadata)
        row = {"id": 1, "version": VERSION, "key_id": key.id, "next_key_id": None}
        put(connection, desk, [row], replace=False)
        return connection.execute(select(desk)).one()


def _check(name: str, state: Row[Any], key: DeskKey, *, half_rotated: bool = False) -> None:
    if not isinstance(state.version, int):
        raise vault_rules.damaged(name)
    if state.version > VERSION:
        raise StoreError(
            f"{name} was written by a newer version ({state.version})", hint="upgrade supportledger"
        )
    if state.next_key_id is not None and not half_rotated:
        raise vault_rules.half_rotated(name)
    if state.key_id != key.id:
        raise vault_rules.wrong_key(name)


class DatabaseVault:
    """The `Vault` on an SQL database; its promises are written there. Made by `open_vault`."""

    def __init__(self, session: Session, key: DeskKey) -> None:
        self._session = session
        self._key = key
        self._here = local()

    @property
    def is_empty(self) -> bool:
        """There is no key yet, and none was ever destroyed."""
        with self._session.reading() as connection:
            return not any(
                connection.execute(select(one).limit(1)).first() for one in (ticket_keys, erasures)
            )

    def close(self) -> None:
        self._session.close()

    def make(self, tickets: Collection[TicketId]) -> Keys:
        wanted = sorted(set(tickets))
        found = self.keys(wanted)
        missing = [one for one in wanted if one not in found.seals and one not in found.erased]
        if not missing:
            return found
        with self._session.writing() as connection:
            _check(self._session.name, connection.execute(select(desk)).one(), self._key)
            gone = self._known(connection, missing).erased
            fresh = [TicketSeal.new(one) for one in missing if one not in gone]
            put(connection, ticket_keys, [self._row(one) for one in fresh], replace=False)
            made = self._known(connection, missing)  # somebody else may have been first
        return _both(found, made)

    def _row(self, seal: TicketSeal) -> Mapping[str, bytes]:
        return {"ticket": seal.ticket, "wrapped": self._key.wrap(seal), "key_id": self._key.id}

    def keys(self, tickets: Collection[TicketId]) -> Keys:
        held: Keys | None = getattr(self._here, "held", None)
        if held is None:
            return self._looked_up(tickets)
        missing = [one for one in tickets if one not in held.seals and one not in held.erased]
        held = self._here.held = _both(held, self._looked_up(missing))
        return Keys(_only(held.seals, tickets), _only(held.erased, tickets))

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Let this thread look each key up once until it ends, as `ports.Store.moment` promises."""
        before: Keys | None = getattr(self._here, "held", None)
        self._here.held = before or Keys()
        try:
            yield
        finally:
            self._here.held = before

    def _looked_up(self, tickets: Collection[TicketId]) -> Keys:
        if not tickets:
            return Keys()
        with self._session.asking() as connection:
            return self._known(connection, tickets)

    def _known(self, connection: Asked, tickets: Collection[TicketId]) -> Keys:
        rows = list(_KNOWN.among(connection, list(tickets)))
        erased = {
            TicketId(row.ticket): self._instant(row.erased_at) for row in rows if row.erased_at is not None
        }
        wrapped = [row for row in rows if row.erased_at is None and row.ticket not in erased]
        return Keys(self._unwrapped(connection, wrapped), erased)

    def _instant(self, value: Any) -> int:
        """Take an instant from a row, if it is one."""
        if not isinstance(value, int) or not 0 <= value <= _LATEST:
            raise vault_rules.damaged(self._session.name)
        return value

    def _unwrapped(self, connection: Asked, rows: Sequence[Row[Any]]) -> dict[TicketId, TicketSeal]:
        seals = {}
        for row in rows:
            if row.key_id != self._key.id:
                _check(self._session.name, _DESK.rows(connection, {})[0], self._key)
                continue  # somebody wrote another id over it
            try:
                seals[TicketId(row.ticket)] = self._key.unwrap(row.ticket, row.wrapped)
            except CommitmentMismatch:
                continue  # it was altered: there is no key that opens
        return seals

    def erase(self, tickets: Collection[TicketId], at: int) -> None:
        wanted = sorted(set(tickets))
        with self._session.alone() as connection:
            for row in _HELD.among(connection, wanted):
                raise vault_rules.under_hold(TicketId(row.ticket), self._instant(row.since))
            for some in chunks(wanted):
                connection.execute(delete(ticket_keys).where(ticket_keys.c.ticket.in_(some)))
            put(connection, erasures, [{"ticket": one, "erased_at": at} for one in wanted], replace=False)
        self._scrub()

    def _scrub(self) -> None:
        """Write the table of keys anew, so that no page of it holds what was deleted."""
        keyplace.scrub(self._session, ticket_keys)

    def hold(self, ticket: TicketId, reason: str, at: int) -> None:
        seal = self.make([ticket]).of(ticket)
        row = {"ticket": ticket, "since": at, "reason": seal.seal(Purpose.HOLD, b"", padded(reason.encode()))}
        with self._session.alone() as connection:
            self._known(connection, [ticket]).of(ticket)  # it may have been erased meanwhile
            for there in _HELD.among(connection, [ticket]):
                raise vault_rules.under_hold(ticket, self._instant(there.since))
            connection.execute(insert(holds), row)

    def release(self, ticket: TicketId) -> None:
        with self._session.alone() as connection:
            if not connection.execute(delete(holds).where(holds.c.ticket == ticket)).rowcount:
                raise vault_rules.no_hold(ticket)

    def status(self, ticket: TicketId) -> Custody:
        with self._session.reading() as connection:
            return self._custody(connection, ticket)

    def held(self) -> list[Custody]:
        with self._session.reading() as connection:
            ordered = select(holds.c.ticket).order_by(holds.c.since, holds.c.ticket)
            return [self._custody(connection, TicketId(one)) for one in connection.execute(ordered).scalars()]

    def _custody(self, connection: Connection, ticket: TicketId) -> Custody:
        keys = self._known(connection, [ticket])
        seal, erased_at = keys.seals.get(ticket), keys.erased.get(ticket)
        held = next(_HELD.among(connection, [ticket]), None)
        since = self._instant(held.since) if held else None
        return Custody(ticket, seal is not None, erased_at, since, _reason(seal, held))

    def rotate(self, new: DeskKey) -> int:
        with self._session.alone() as connection:
            state = connection.execute(select(desk)).one()
            if state.next_key_id not in {None, new.id}:
                raise vault_rules.other_rotation()
            if state.key_id != new.id:
                connection.execute(update(desk).values(next_key_id=new.id))
        count = sum(iter(lambda: self._rewrap(new), 0)) if self._key.id != new.id else 0
        self._key = new
        self._scrub()
        return count

    def _rewrap(self, new: DeskKey) -> int:
        """Wrap some keys anew, and put the new desk key in place once there are no more."""
        with self._session.alone() as connection:
            query = select(ticket_keys).where(ticket_keys.c.key_id == self._key.id).limit(_PART)
            rows = connection.execute(query).all()
            if not rows:
                connection.execute(update(desk).values(key_id=new.id, next_key_id=None))
                return 0
            change = update(ticket_keys).where(ticket_keys.c.ticket == bindparam("whose"))
            connection.execute(change, [self._rewrapped(row, new) for row in rows])
            return len(rows)

    def _rewrapped(self, row: Row[Any], new: DeskKey) -> Mapping[str, bytes]:
        try:
            seal = self._key.unwrap(row.ticket, row.wrapped)
        except CommitmentMismatch as error:
            raise StoreCorrupt(
                f"the key of {TicketId(row.ticket).handle} in {self._session.name} was altered",
                hint="restore a backup of the key store, then rotate again",
            ) from error
        return {"whose": seal.ticket, "wrapped": new.wrap(seal), "key_id": new.id}

    def wrap_for(self, ticket: TicketId, public_key: bytes) -> bytes:
        return handed.hand(self.keys([ticket]).of(ticket), public_key)

    def counts(self) -> tuple[int, int]:
        """Count the keys there are, and those that were destroyed."""
        with self._session.reading() as connection:
            there, gone = (
                connection.execute(select(func.count()).select_from(one)).scalar_one()
                for one in (ticket_keys, erasures)
            )
            return there, gone


_LATEST: Final = 253_402_300_799
"""The last second of the year 9999: no calendar goes on."""
_PART: Final = 500
"""Keys that are wrapped anew at once."""


def _both(some: Keys, more: Keys) -> Keys:
    return Keys({**some.seals, **more.seals}, {**some.erased, **more.erased})


def _only(found: Mapping[TicketId, T], tickets: Collection[TicketId]) -> dict[TicketId, T]:
    return {one: found[one] for one in tickets if one in found}


def _reason(seal: TicketSeal | None, held: Row[Any] | None) -> str:
    if seal is None or held is None:
        return ""
    try:
        return unpadded(seal.unseal(Purpose.HOLD, b"", held.reason)).decode()
    except CommitmentMismatch:
        return ""
