"""The table of facts, which figures are made from; all of it can be worked out again from entries."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table

from supportledger.store.naming import HASH, metadata

facts = Table(
    "facts",
    metadata,
    Column("ticket", HASH, primary_key=True),
    Column("head", HASH, nullable=False),  # of the state they are of; zero when the ticket is gone
    Column("revision", BigInteger, nullable=False),  # grows with each writing
    Column("opened_at", BigInteger, nullable=False),
    Column("policy", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("was_answered", SmallInteger, nullable=False),
    Column("moments", LargeBinary, nullable=False),  # see `fact_rows`
    Index(None, "revision"),
)
