"""
The tables, as they are after the last migration; a test compares the two.

    deployment   what the store is bound to: one row
    drafts       actions and how far they have come       contents      what they commit to, sealed
    receipts     promises to relay them
    entries      } the read model: rebuilt from           cursor        how far it has read: one row
    tickets      } events at any time

The tables of a desk that people see are in `store.desk_tables`, that of its figures in `store.fact_tables`.

No foreign key leads to `entries` or `tickets`: the read model can be dropped. The keys that contents are
sealed with are in a store of their own (`store.vault`).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from supportledger.store import desk_tables, fact_tables, naming

_SERIAL, _ADDRESS, _HASH, _WORD = naming.SERIAL, naming.ADDRESS, naming.HASH, naming.WORD
metadata = naming.metadata
facts = fact_tables.facts

deployment = Table(
    "deployment",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("chain_id", BigInteger, nullable=False),
    Column("ledger", _ADDRESS, nullable=False),
    Column("code_hash", _HASH, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", _SERIAL, primary_key=True),  # the order in which they were kept
    Column("key", _HASH, nullable=False),
    Column("ticket", _HASH, nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("auth", SmallInteger, nullable=False),
    Column("actor", _ADDRESS, nullable=False),
    Column("argument", _WORD, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("commitment", _HASH, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("customer", _ADDRESS),
    Column("terms", _HASH),
    Column("deadline", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("consent", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("transaction_hash", _HASH),
    Column("entry_index", BigInteger),
    Column("free_at", BigInteger, nullable=False, server_default="0"),  # from then on anybody may work on it
    Column("holder", Text),  # who does until then
    UniqueConstraint("key"),
    Index(None, "ticket", "id"),
    Index(None, "status", "id"),
    Index(None, "status", "free_at", "id"),
    Index(None, "transaction_hash", "id"),
)

contents = Table(
    "contents",
    metadata,
    Column("ticket", _HASH, nullable=False),
    Column("commitment", _HASH, nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("actor", _ADDRESS, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # values, salts and files
    PrimaryKeyConstraint("ticket", "commitment"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("digest", _HASH, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("include_by", BigInteger, nullable=False),
    Column("signer", _ADDRESS, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("ticket", _HASH, nullable=False),
    Column("entry_index", BigInteger, nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("auth", SmallInteger, nullable=False),
    Column("actor", _ADDRESS, nullable=False),
    Column("argument", _WORD, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("commitment", _HASH, nullable=False),
    Column("transaction_hash", _HASH, nullable=False),
    Column("block_number", BigInteger, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    PrimaryKeyConstraint("ticket", "entry_index"),
    Index(None, "block_number"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", _HASH, primary_key=True),
    Column(
        "state", LargeBinary(128), nullable=False
    ),  # the four words; the columns below repeat parts, to search by
    Column("status", SmallInteger, nullable=False),
    Column("customer", _ADDRESS, nullable=False),
    Column("assignee", _ADDRESS, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    # what `desk_tables.filings` says, which is written with them
    Column("queue", desk_tables.filings.c.queue.type, nullable=False, server_default="general"),
    Column("person", _HASH),
    Column("merged", SmallInteger, nullable=False, server_default="0"),
)
LISTED_BY: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("status",),
    ("customer", "status"),
    ("assignee", "status"),
    ("customer", "assignee", "status"),
    ("queue",),
    ("queue", "status"),
    ("person", "status"),
)
"""What narrows lists of tickets; each has an index for each order, so that none is searched or sorted."""
_IS_DUE = tickets.c.due_at.is_not(None)  # most tickets are closed, and never due again
for _columns in LISTED_BY:
    Index(None, *(tickets.c[name] for name in (*_columns, "opened_at", "id", "merged")))
    _due = (tickets.c[name] for name in (*_columns, "due_at", "id", "merged"))
    Index(None, *_due, sqlite_where=_IS_DUE, postgresql_where=_IS_DUE)

cursor = Table(
    "cursor",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),  # always 1
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", _HASH, nullable=False),
)
