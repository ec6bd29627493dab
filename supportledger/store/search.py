"""
Finding tickets by words: hashes of words, and behind each the tickets that have it, by age.

`search_words` holds only tickets that the read model has, so that a list of the newest is read from where it
begins, and no further than it goes. Words of others wait in `searched` until the ledger has them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from supportledger.model.ids import TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.store import desk_tables, listing, rows, tables
from supportledger.store.desk_seal import altered
from supportledger.store.session import chunks, put

SIZE: Final = 8
"""Bytes of a word's hash."""
_FEW: Final = 1_000
_DUE_FIRST: Final = 2_000
"""Tickets that are looked through for words before those of a word are sorted."""
_WORD, _SEARCHED, _TICKET = desk_tables.search_words, desk_tables.searched, tables.tickets
_PLACE: Final = delete(_WORD).where(
    _WORD.c.word == bindparam("of_word"),
    _WORD.c.opened_at == bindparam("of_age"),
    _WORD.c.serial == bindparam("of_ticket"),
)  # one by one: SQLite has no index for lists of places


# -- writing -------------------------------------------------------------------------------------------------


def index(connection: Connection, ticket: TicketId, words: Collection[bytes]) -> None:
    """Add words to those that a ticket is found by."""
    row = connection.execute(select(_SEARCHED).where(_SEARCHED.c.ticket == ticket)).one_or_none()
    serial, opened_at, known = _begun(connection, ticket) if row is None else _known(row)
    new = set(words) - known
    if new:
        change = update(_SEARCHED).where(_SEARCHED.c.serial == serial)
        connection.execute(change.values(words=_joined(known | new)))
    if new and opened_at is not None:
        _list(connection, serial, opened_at, new)


def _begun(connection: Connection, ticket: TicketId) -> tuple[int, int | None, set[bytes]]:
    opened_at = _opened_at(connection, ticket)
    values = {"ticket": ticket, "opened_at": opened_at, "words": b""}
    new = insert(_SEARCHED).values(values).returning(_SEARCHED.c.serial)
    return connection.execute(new).scalar_one(), opened_at, set()


def _known(row: Row[Any]) -> tuple[int, int | None, set[bytes]]:
    """Give the age that the words are listed at: that of the ledger, unless it is being read anew."""
    return row.serial, row.opened_at, _split(row.words)


def _opened_at(connection: Connection, ticket: TicketId) -> int | None:
    found: int | None = connection.execute(select(_TICKET.c.opened_at).where(_TICKET.c.id == ticket)).scalar()
    return found


def _list(connection: Connection, serial: int, opened_at: int, words: Collection[bytes]) -> None:
    values = [{"word": word, "opened_at": opened_at, "serial": serial} for word in sorted(words)]
    put(connection, _WORD, values, replace=False, key=["word", "opened_at", "serial"])


def list_again(connection: Connection, opened_at: Mapping[TicketId, int]) -> None:
    """Let tickets be found that were read from the ledger: at the age that it says."""
    for some in chunks(sorted(opened_at)):
        for row in connection.execute(select(_SEARCHED).where(_SEARCHED.c.ticket.in_(some))).all():
            now = opened_at[TicketId(row.ticket)]
            if row.opened_at != now:
                _unlist(connection, row)
                _list(connection, row.serial, now, _split(row.words))
                change = update(_SEARCHED).where(_SEARCHED.c.serial == row.serial)
                connection.execute(change.values(opened_at=now))


def _unlist(connection: Connection, row: Row[Any]) -> None:
    at = {"of_age": row.opened_at, "of_ticket": row.serial}
    places = [{"of_word": word, **at} for word in sorted(_split(row.words))]
    if row.opened_at is not None and places:
        connection.execute(_PLACE, places)


def forget(connection: Connection, ticket: TicketId) -> bool:
    """Remove all words of a ticket, and tell whether there were any."""
    row = connection.execute(select(_SEARCHED).where(_SEARCHED.c.ticket == ticket)).one_or_none()
    if row is None:
        return False
    _unlist(connection, row)
    connection.execute(delete(_SEARCHED).where(_SEARCHED.c.serial == row.serial))
    return True


def _joined(words: Collection[bytes]) -> bytes:
    return b"".join(sorted(words))


def _split(words: Any) -> set[bytes]:
    if not isinstance(words, bytes) or len(words) % SIZE:
        raise altered("the words of a ticket")
    return {words[start : start + SIZE] for start in range(0, len(words), SIZE)}


# -- searching -----------------------------------------------------------------------------------------------


def tickets(connection: Connection, words: Sequence[bytes], query: TicketQuery) -> list[TicketRecord]:
    """
    List one page of the tickets that have all of some words, and that a query would list.

    Those of a word lie by age. By due instant, those of a word that many have are looked for among the
    tickets that are due first; only if these do not fill the page, all that have the word are sorted.
    """
    often = {word: _frequency(connection, word) for word in words}
    ordered = sorted(words, key=lambda word: often[word])
    if query.sorting is TicketOrder.DUE and often[ordered[0]] >= _FEW:
        found = connection.execute(among_due(ordered, query)).all()
        if len(found) == query.limit:
            return [rows.to_ticket(row) for row in found]
    return [rows.to_ticket(row) for row in connection.execute(page(ordered, query))]


def _frequency(connection: Connection, word: bytes) -> int:
    """Tell how many tickets have a word, as far as it matters where the search begins."""
    some = select(_WORD.c.serial).where(_WORD.c.word == word).limit(_FEW).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def page(words: Sequence[bytes], query: TicketQuery) -> Select[Any]:
    """Write the statement of one page; the first word is the one whose tickets are gone through."""
    first = _WORD.alias("first")
    joined = first.join(_SEARCHED, _SEARCHED.c.serial == first.c.serial)
    statement = select(_TICKET).select_from(joined.join(_TICKET, _TICKET.c.id == _SEARCHED.c.ticket))
    others = [_has(word, first, number) for number, word in enumerate(words[1:])]
    wanted = [first.c.word == words[0], *others, *listing.unhurried(query)]
    return statement.where(*wanted, *_within(query, first)).order_by(*_order(query, first)).limit(query.limit)


def among_due(words: Sequence[bytes], query: TicketQuery) -> Select[Any]:
    """Write the statement that looks for a page among the tickets that are due first, and no further."""
    by = (_TICKET.c.due_at, _TICKET.c.id)
    begins = [_TICKET.c.due_at.is_not(None), *([listing.behind(query.start)] if query.start else [])]
    first = select(*by).where(*begins).order_by(*by).limit(_DUE_FIRST).subquery("first_due")
    joined = first.join(_SEARCHED, _SEARCHED.c.ticket == first.c.id).join(_TICKET, _TICKET.c.id == first.c.id)
    has = [_has(word, _SEARCHED, number) for number, word in enumerate(words)]
    wanted = select(_TICKET).select_from(joined).where(*has, *listing.unhurried(query))
    return wanted.order_by(first.c.due_at, first.c.id).limit(query.limit)


def _has(word: bytes, first: Any, number: int) -> ColumnElement[bool]:
    other = _WORD.alias(f"other_{number}")
    same = and_(other.c.opened_at == first.c.opened_at, other.c.serial == first.c.serial)
    return exists(select(1).select_from(other).where(other.c.word == word, same))


def _within(query: TicketQuery, first: Any) -> list[ColumnElement[bool]]:
    """Begin where the page before ended: in the index, and then exactly."""
    if query.start is None:
        return []
    exactly = listing.behind(query.start)
    if query.sorting is TicketOrder.DUE:
        return [exactly]
    at = first.c.opened_at
    bound = at <= query.start.at if query.sorting is TicketOrder.NEWEST else at >= query.start.at
    return [bound, exactly]


def _order(query: TicketQuery, first: Any) -> list[Any]:
    if query.sorting is TicketOrder.DUE:
        return [_TICKET.c.due_at, _TICKET.c.id]
    by = (first.c.opened_at, _TICKET.c.id)
    return [one.desc() for one in by] if query.sorting is TicketOrder.NEWEST else list(by)
