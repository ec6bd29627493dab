"""
Papers in the database: sealed, found by hashes of their keys, and changed only by who has read them.

A paper is sealed for its kind, its id, its version, its group and its end: no row passes for another, none is
listed elsewhere, and none lives longer by being written over.
"""
# ruff: noqa: D102 -- what a cabinet does is documented at the interface, `ports.cabinet.Cabinet`

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from supportledger.errors import CommitmentMismatch
from supportledger.model.ids import TicketId
from supportledger.ports import Keys, Vault
from supportledger.ports.cabinet import Paper
from supportledger.proof.seal import Purpose, TicketSeal, padded, unpadded
from supportledger.store import desk_tables, limits
from supportledger.store import paper_rules as rules
from supportledger.store.desk_seal import Seals, altered
from supportledger.store.prepared import Prepared
from supportledger.store.session import CHUNK, Session

_KEY, _PAPER = desk_tables.paper_keys, desk_tables.papers
Place = tuple[str, str]
T = TypeVar("T", str, bytes)
_SAME: Final = and_(_PAPER.c.kind == _KEY.c.kind, _PAPER.c.id == _KEY.c.id)
_ONE: Final = Prepared(
    select(_PAPER).where(_PAPER.c.kind == bindparam("of"), _PAPER.c.id == bindparam("name"))
)
_FOUND: Final = (
    select(_PAPER).join(_KEY, _SAME).where(_KEY.c.kind == bindparam("kind"), _KEY.c.hash == bindparam("hash"))
)


class DatabaseCabinet:
    """
    The `Cabinet` on an SQL database; its promises are written there.

    Args:
        session: The way to the database.
        vault: Has the keys that papers are sealed with.
        now: Tells the time, in Unix seconds.
    """

    def __init__(self, session: Session, vault: Vault, now: Callable[[], int] = rules.machine_time) -> None:
        self._session = session
        self._seals: Final = Seals(vault)
        self._now = now

    # -- writing ---------------------------------------------------------------------------------------------

    def write(self, *papers: Paper) -> list[Paper]:
        texts = rules.all_checked(papers)
        seals = self._seals.made({one.owner for one in papers})
        written = [replace(one, version=one.version + 1) for one in papers]
        rows = [_values(*each, seals) for each in zip(written, texts, strict=True)]
        hashes = [(one, self._hash(one.kind, key)) for one in papers for key in one.keys]
        with self._session.writing() as connection:
            there = self._there(connection, papers)
            _check_read(papers, there)
            self._put(connection, rows, there.keys())
            self._put_keys(connection, papers, hashes)
        return [replace(one, data=rules.read_text(text)[0]) for one, text in zip(written, texts, strict=True)]

    def _hash(self, kind: str, key: str) -> bytes:
        return self._seals.hashed("paper key", f"{kind}\0{key}")

    def _there(self, connection: Connection, papers: Sequence[Paper]) -> dict[Place, int]:
        """Give the versions of rows that are there, locked; 0 of what is gone, and still lies there."""
        found = [row for one in _grouped(map(_place, papers)) for row in connection.execute(_locked(*one))]
        gone = self._gone(found)
        return {(row.kind, row.id): 0 if row in gone else row.version for row in found}

    def _gone(self, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        """Pick what has expired, and what nobody can open any more."""
        now, erased = self._now(), self._seals.known({TicketId(row.owner) for row in rows}).erased
        return [row for row in rows if row.owner in erased or rules.is_gone(row.expires_at, now)]

    @staticmethod
    def _put(connection: Connection, rows: Sequence[dict[str, object]], there: Any) -> None:
        for row in sorted(rows, key=lambda one: (str(one["kind"]), str(one["id"]))):
            place = (row["kind"], row["id"])
            change = update(_PAPER).where(_at(*map(str, place))) if place in there else insert(_PAPER)
            connection.execute(change.values(row))

    def _put_keys(
        self, connection: Connection, papers: Sequence[Paper], hashes: Sequence[tuple[Paper, bytes]]
    ) -> None:
        for kind, names in _grouped(map(_place, papers)):
            connection.execute(delete(_KEY).where(_KEY.c.kind == kind, _KEY.c.id.in_(names)))
        if hashes:
            self._free(connection, [(one.kind, value) for one, value in hashes])
            rows = [{"kind": one.kind, "hash": value, "id": one.id} for one, value in hashes]
            connection.execute(insert(_KEY), sorted(rows, key=lambda row: (row["kind"], row["hash"])))

    def _free(self, connection: Connection, wanted: Sequence[tuple[str, bytes]]) -> None:
        """Let keys be taken whose papers are gone, and no others."""
        holders = [row for one in _grouped(wanted) for row in connection.execute(_having(*one))]
        gone = self._gone(holders)
        for row in holders:
            if row not in gone:
                raise rules.key_taken(row.kind)
            _delete(connection, [(row.kind, row.id)])

    # -- reading ---------------------------------------------------------------------------------------------

    def read(self, kind: str, name: str) -> Paper:
        with self._session.asking() as connection:
            row = next(iter(_ONE.rows(connection, {"of": kind, "name": name})), None)
        return self._opened_one(row, kind)

    def find(self, kind: str, key: str) -> Paper:
        with self._session.reading() as connection:
            row = connection.execute(_FOUND, {"kind": kind, "hash": self._hash(kind, key)}).one_or_none()
        paper = self._opened_one(row, kind)
        if key not in paper.keys:
            raise altered(f"a key of a {kind}")
        return paper

    def _opened_one(self, row: Row[Any] | None, kind: str) -> Paper:
        found = [] if row is None else self._opened([row])
        if not found:
            raise rules.no_paper(kind)
        return found[0]

    def _opened(self, rows: Sequence[Row[Any]]) -> list[Paper]:
        """Open rows, without those that are gone."""
        now, keys = self._now(), self._seals.known({_owner(row) for row in rows})
        alive = (
            row for row in rows if not rules.is_gone(row.expires_at, now) and row.owner not in keys.erased
        )
        return [opened(row, keys) for row in alive]

    def list(
        self, kind: str, group: str | None = None, *, after: str = "", limit: int = 1_000
    ) -> list[Paper]:
        found: list[Paper] = []
        while len(found) < limit:
            wanted = limit - len(found)
            rows = self._page(kind, group, after, wanted)
            found += self._opened(rows)
            if len(rows) < wanted:
                break
            after = rows[-1].id
        return found

    def _page(self, kind: str, group: str | None, after: str, limit: int) -> Sequence[Row[Any]]:
        wanted = [_PAPER.c.kind == kind, _PAPER.c.id > after, _is_alive(self._now())]
        if group is not None:
            wanted.append(_PAPER.c.group_name == group)
        with self._session.reading() as connection:
            return connection.execute(select(_PAPER).where(*wanted).order_by(_PAPER.c.id).limit(limit)).all()

    # -- removing --------------------------------------------------------------------------------------------

    def take(self, kind: str, name: str) -> Paper:
        with self._session.writing() as connection:
            row = connection.execute(delete(_PAPER).where(_at(kind, name)).returning(_PAPER)).one_or_none()
            connection.execute(delete(_KEY).where(_KEY.c.kind == kind, _KEY.c.id == name))
            return self._opened_one(row, kind)

    def remove(self, kind: str, names: Sequence[str]) -> None:
        if names:
            with self._session.writing() as connection:
                _delete(connection, sorted({(kind, name) for name in names}))

    def sweep(self, now: int) -> int:
        with self._session.writing() as connection:
            limits.sweep(connection, now)
            places = select(_PAPER.c.kind, _PAPER.c.id).where(_PAPER.c.expires_at <= now)
            swept = _delete(connection, sorted((row.kind, row.id) for row in connection.execute(places)))
            return swept + self._sweep_erased(connection)

    def _sweep_erased(self, connection: Connection) -> int:
        owners = [TicketId(one) for one in connection.execute(select(_PAPER.c.owner).distinct()).scalars()]
        erased, swept = sorted(self._seals.known(owners).erased), 0
        for owner in erased:
            places = select(_PAPER.c.kind, _PAPER.c.id).where(_PAPER.c.owner == owner)
            swept += _delete(connection, sorted((row.kind, row.id) for row in connection.execute(places)))
        return swept

    # -- limits ----------------------------------------------------------------------------------------------

    def spend(self, name: str, amount: int, *, limit: int, window_s: int, now: int) -> int:
        window = rules.window_of(now, window_s, amount, limit)
        hashed = self._seals.hashed("limit", f"{window_s}\0{name}")
        with self._session.careless() as connection:
            return limits.spend(connection, hashed, amount, limit, (window, window + window_s))


# -- rows ----------------------------------------------------------------------------------------------------


def _at(kind: str, name: str) -> ColumnElement[bool]:
    return and_(_PAPER.c.kind == kind, _PAPER.c.id == name)


def _is_alive(now: int) -> ColumnElement[bool]:
    return or_(_PAPER.c.expires_at.is_(None), _PAPER.c.expires_at > now)


def _place(paper: Paper) -> Place:
    return paper.kind, paper.id


def _grouped(places: Iterable[tuple[str, T]]) -> Iterator[tuple[str, list[T]]]:
    """Put ids or hashes of each kind together, in one order: SQLite has no index for lists of pairs."""
    for kind, found in groupby(sorted(set(places)), key=itemgetter(0)):
        values = [value for _, value in found]
        for start in range(0, len(values), CHUNK):
            yield kind, values[start : start + CHUNK]


def _locked(kind: str, names: Sequence[str]) -> Select[Any]:
    query = select(_PAPER).where(_PAPER.c.kind == kind, _PAPER.c.id.in_(names))
    return query.order_by(_PAPER.c.id).with_for_update()


def _having(kind: str, hashes: Sequence[bytes]) -> Select[Any]:
    return select(_PAPER).join(_KEY, _SAME).where(_KEY.c.kind == kind, _KEY.c.hash.in_(hashes))


def _delete(connection: Connection, places: Sequence[Place]) -> int:
    deleted = 0
    for kind, names in _grouped(places):
        connection.execute(delete(_KEY).where(_KEY.c.kind == kind, _KEY.c.id.in_(names)))
        deleted += connection.execute(
            delete(_PAPER).where(_PAPER.c.kind == kind, _PAPER.c.id.in_(names))
        ).rowcount
    return deleted


def _check_read(papers: Sequence[Paper], there: dict[Place, int]) -> None:
    for paper in papers:
        if paper.version != there.get((paper.kind, paper.id), 0):
            raise rules.changed(paper.kind)


def _values(paper: Paper, text: str, keys: Keys) -> dict[str, object]:
    where = _where(paper.kind, paper.id, paper.version, paper.group, paper.expires_at)
    return {
        "kind": paper.kind,
        "id": paper.id,
        "version": paper.version,
        "group_name": paper.group,
        "owner": paper.owner,
        "expires_at": paper.expires_at,
        "sealed": keys.of(paper.owner).seal(Purpose.PAPER, where, padded(text.encode())),
    }


def _where(*parts: object) -> bytes:
    return "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")


def _owner(row: Row[Any]) -> TicketId:
    try:
        return TicketId(row.owner)
    except (TypeError, ValueError) as error:
        raise altered(f"a {row.kind}") from error


def opened(row: Row[Any], keys: Keys) -> Paper:
    """
    Open a row of papers.

    Raises:
        StoreCorrupt: It was altered.
        ContentErased: The key of its owner was destroyed.
        KeyMissing: There is no key for it.
    """
    return _paper(row, keys.of(_owner(row)))


def _paper(row: Row[Any], seal: TicketSeal) -> Paper:
    where = _where(row.kind, row.id, row.version, row.group_name, row.expires_at)
    try:
        data, keys = rules.read_text(unpadded(seal.unseal(Purpose.PAPER, where, row.sealed)).decode())
    except (CommitmentMismatch, ValueError) as error:
        raise altered(f"a {row.kind}") from error
    return Paper(row.kind, row.id, data, row.version, keys, row.group_name, _owner(row), row.expires_at)
