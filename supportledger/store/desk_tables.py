"""
The tables of a desk that people see, as they are after the last migration.

    papers       what the desk keeps, sealed         paper_keys     what else they are found by, hashed
    spent        what limits have granted
    filings      where tickets are filed
    searched     the words of each ticket, hashed    search_words   the tickets of each word, by age
    happenings   what happened lately, in one order

What lists ask for of `filings` is repeated in `tickets` (queue, person, merged), so that an index has it.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from supportledger.store.naming import HASH, NAME, SERIAL, SORTED, metadata

papers = Table(
    "papers",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("id", SORTED, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("group_name", NAME, nullable=False),
    Column("owner", HASH, nullable=False),  # whose key seals it
    Column("expires_at", BigInteger),
    Column("sealed", LargeBinary, nullable=False),  # what it says, and its keys
    PrimaryKeyConstraint("kind", "id"),
    Index(None, "kind", "group_name", "id"),
    Index(None, "expires_at"),
    Index(None, "owner"),
)

paper_keys = Table(
    "paper_keys",
    metadata,
    Column("kind", String(32), nullable=False),
    Column("hash", HASH, nullable=False),
    Column("id", SORTED, nullable=False),
    PrimaryKeyConstraint("kind", "hash"),
    Index(None, "kind", "id"),
    sqlite_with_rowid=False,
)

spent = Table(
    "spent",
    metadata,
    Column("name", HASH, primary_key=True),  # hashed
    Column("began_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("granted", BigInteger, nullable=False),  # the last time
    Index(None, "ends_at"),
    sqlite_with_rowid=False,
)

filings = Table(
    "filings",
    metadata,
    Column("ticket", HASH, primary_key=True),
    Column("queue", NAME, nullable=False),
    Column("person", HASH),
    Column("language", NAME, nullable=False),
    Column("product", NAME, nullable=False),
    Column("channel", NAME, nullable=False),
    Column("topic", NAME, nullable=False),
    Column("tags", Text, nullable=False),  # JSON
    Column("merged_into", HASH),
    Column("linked", LargeBinary, nullable=False),  # ids, one behind the other
    Column("version", BigInteger, nullable=False),
)

searched = Table(
    "searched",
    metadata,
    Column("serial", SERIAL, primary_key=True),
    Column("ticket", HASH, nullable=False),
    Column("opened_at", BigInteger),  # as `search_words` has it; None while the read model has no such ticket
    Column("words", LargeBinary, nullable=False),  # 8 bytes each, ascending
    UniqueConstraint("ticket"),
)

search_words = Table(
    "search_words",
    metadata,
    Column("word", LargeBinary(8), nullable=False),  # hashed
    Column("opened_at", BigInteger, nullable=False),
    Column("serial", BigInteger, nullable=False),
    PrimaryKeyConstraint("word", "opened_at", "serial"),
    sqlite_with_rowid=False,
)

happenings = Table(
    "happenings",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ticket", HASH),
    Column("queue", NAME, nullable=False),
    Column("about", Text, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,  # no number is ever used again
)
