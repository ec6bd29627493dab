"""How tables, keys and indexes are named, and the types that several tables use."""

from typing import Final

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, String

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

SERIAL: Final = BigInteger().with_variant(Integer, "sqlite")
"""Numbers itself; wider than SQLite's key type, it would lose its automatic numbering there."""
ADDRESS: Final = LargeBinary(20)
HASH: Final = LargeBinary(32)
WORD: Final = LargeBinary(32)
"""uint256, big-endian."""
NAME: Final = String(128)
SORTED: Final = String(128).with_variant(String(128, collation="C"), "postgresql")
"""A name that lists are sorted by: everywhere by its bytes."""
