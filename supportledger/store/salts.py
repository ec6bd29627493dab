"""
Salts: without them nothing can be shown, and nothing guessed.

They have a table and a module of their own so that they can move to a key store whose erasure is final;
nothing joins them with another table.
"""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, select

from supportledger.model.ids import TicketId
from supportledger.ports import Content
from supportledger.proof.fields import SALT_SIZE, Fields
from supportledger.store import tables
from supportledger.store.session import put

Salts = Mapping[bytes, bytes]
"""By commitment: the salts of its fields, in the order of their names."""


def joined(fields: Fields) -> bytes:
    """Lay the salts of a content side by side."""
    return b"".join(one.salt for one in fields.fields)


def split(salts: bytes) -> Iterator[bytes]:
    """Take `joined` salts apart; what is not a whole salt comes last, as it is."""
    return (salts[start : start + SALT_SIZE] for start in range(0, len(salts), SALT_SIZE))


def write(connection: Connection, contents: Iterable[Content]) -> None:
    """Keep the salts of contents; those that are there already stay."""
    rows = [
        {"ticket": one.ticket, "commitment": one.commitment, "salts": joined(one.fields)} for one in contents
    ]
    put(connection, tables.salts, rows, replace=False)


def of_ticket(connection: Connection, ticket: TicketId) -> Salts:
    """Give all salts of a ticket."""
    table = tables.salts
    rows = connection.execute(select(table.c.commitment, table.c.salts).where(table.c.ticket == ticket))
    return {row.commitment: row.salts for row in rows}


def of_content(connection: Connection, ticket: TicketId, commitment: bytes) -> bytes:
    """Give the salts of one content; none when they are gone."""
    table = tables.salts
    query = select(table.c.salts).where(table.c.ticket == ticket, table.c.commitment == commitment)
    return connection.execute(query).scalar() or b""
