"""Filings in the database; what lists of tickets ask for is written to the tickets with them."""
# ruff: noqa: D102 -- what filings do is documented at the interface, `ports.filing.Filings`

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, update

from supportledger.model.ids import TicketId
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.ports import Vault
from supportledger.ports.filing import GENERAL, Filing
from supportledger.store import desk_tables, filing_rules, search, tables
from supportledger.store.desk_seal import Seals, altered
from supportledger.store.prepared import among
from supportledger.store.session import Session, take_turn

_FILING, _TICKET = desk_tables.filings, tables.tickets
_FILED: Final = among(_FILING.c.ticket)
TURN: Final = 0x5355_5050_4649_4C45
"""Who files waits for those who record tickets, and they for who files: none writes over the other's work."""


class DatabaseFilings:
    """
    The `Filings` on an SQL database; its promises are written there.

    Args:
        session: The way to the database.
        vault: Has the key that words are hashed with.
    """

    def __init__(self, session: Session, vault: Vault) -> None:
        self._session = session
        self._vault = vault
        self._seals: Final = Seals(vault)

    def file(self, *filings: Filing) -> list[Filing]:
        filing_rules.check_all(filings)
        with self._session.writing() as connection:
            take_turn(connection, TURN)
            known = _filed(connection, [one.ticket for one in filings])
            return [_written(connection, one, known.get(one.ticket)) for one in filings]

    def filed(self, tickets: Collection[TicketId]) -> dict[TicketId, Filing]:
        with self._session.reading() as connection:
            known = _filed(connection, list(tickets))
        return {ticket: known.get(ticket, Filing(ticket)) for ticket in tickets}

    def index(self, ticket: TicketId, words: Collection[str]) -> None:
        hashed = self._hashed(words)
        with self._session.writing() as connection:
            take_turn(connection, TURN)
            if not self._vault.keys([ticket]).erased:  # from here on, whoever erases it waits to forget
                search.index(connection, ticket, hashed)

    def _hashed(self, words: Collection[str]) -> set[bytes]:
        return {self._seals.hashed("word", word)[: search.SIZE] for word in words}

    def forget(self, ticket: TicketId) -> None:
        with self._session.writing() as connection:
            take_turn(connection, TURN)
            is_known = search.forget(connection, ticket)
        if is_known:
            self._leave_nothing()

    def _leave_nothing(self) -> None:
        """Let no log hold what was deleted; in the file it was written over (`secure_delete`)."""
        if self._session.place.path is not None:
            self._session.by_itself("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            self._session.by_itself("VACUUM search_words, searched")

    def search(self, words: Sequence[str], query: TicketQuery) -> list[TicketRecord]:
        hashed = sorted(self._hashed(words))
        with self._session.reading() as connection:
            return search.tickets(connection, hashed, query) if hashed else []


def listed_in(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, dict[str, object]]:
    """Give what the rows of tickets repeat of where they are filed."""
    known = _filed(connection, tickets)
    return {ticket: _repeated(known.get(ticket, Filing(ticket))) for ticket in tickets}


def _repeated(filing: Filing) -> dict[str, object]:
    is_merged = int(filing.merged_into is not None)
    return {"queue": filing.queue, "person": filing.person, "merged": is_merged}


def _filed(connection: Connection, tickets: Sequence[TicketId]) -> dict[TicketId, Filing]:
    found = map(_filing, _FILED.among(connection, sorted(set(tickets))))
    return {filing.ticket: filing for filing in found}


def _written(connection: Connection, filing: Filing, known: Filing | None) -> Filing:
    if filing.version != (known.version if known else 0):
        raise filing_rules.changed(filing.ticket)
    written = replace(filing, version=filing.version + 1)
    change = insert(_FILING) if known is None else update(_FILING).where(_FILING.c.ticket == filing.ticket)
    connection.execute(change.values(_values(written)))
    connection.execute(update(_TICKET).where(_TICKET.c.id == filing.ticket).values(_repeated(written)))
    return written


def _values(filing: Filing) -> Mapping[str, object]:
    return {
        "ticket": filing.ticket,
        "queue": filing.queue,
        "person": filing.person,
        "language": filing.language,
        "product": filing.product,
        "channel": filing.channel,
        "topic": filing.topic,
        "tags": json.dumps(filing.tags, ensure_ascii=False),
        "merged_into": filing.merged_into,
        "linked": b"".join(filing.linked),
        "version": filing.version,
    }


def _filing(row: Row[Any]) -> Filing:
    try:
        linked = [TicketId(row.linked[start : start + 32]) for start in range(0, len(row.linked), 32)]
        return Filing(
            TicketId(row.ticket),
            row.queue or GENERAL,
            None if row.person is None else TicketId(row.person),
            row.language,
            row.product,
            row.channel,
            row.topic,
            tuple(map(str, json.loads(row.tags))),
            None if row.merged_into is None else TicketId(row.merged_into),
            tuple(linked),
            row.version,
        )
    except (TypeError, ValueError) as error:
        raise altered("where a ticket is filed") from error
