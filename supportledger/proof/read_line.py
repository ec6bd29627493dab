"""
A line of the log of readings: that somebody was shown something, and by itself no more than that.

A line carries a commitment, and nothing else: whose ticket it was, who read it, when and why is in the fields
that it commits to, which stay with the desk. Every line looks like every other one.

Source: docs/spec/anchored-log.md, L9.
"""

from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError
from supportledger.proof import field_json
from supportledger.proof.commitment import context
from supportledger.proof.merkle import HASH_SIZE

READ_TYPE: Final = "supportledger.read.v1"
READ_ACTION: Final = 255
"""Stands for the action in the context of such a commitment: no entry and no conversation has it."""
_LIMIT: Final = 256


@dataclass(frozen=True, slots=True)
class ReadLine:
    """
    That something was shown (L9.2).

    Args:
        commitment: To the record of it, in the context of `read_context`; 32 bytes.
    """

    commitment: bytes

    def to_bytes(self) -> bytes:
        """Write it as it stands in the log."""
        return field_json.canonical(
            {"commitment": field_json.word_to_json(self.commitment), "type": READ_TYPE}
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read what `to_bytes` wrote.

        Raises:
            BundleFormatError: It is anything else, by as little as one byte.
        """
        content = field_json.read(data) if len(data) <= _LIMIT else None
        is_line = isinstance(content, dict) and content.keys() == {"commitment", "type"}
        if not is_line or not isinstance(content, dict) or content["type"] != READ_TYPE:
            raise BundleFormatError("this is no line of the log of readings")
        line = cls(field_json.word_from_json(content["commitment"]))
        if line.to_bytes() != data or len(line.commitment) != HASH_SIZE:
            raise BundleFormatError("a line is not in its canonical form")
        return line


def read_context(chain_id: int, ledger: bytes, ticket: bytes, reader: bytes) -> bytes:
    """Say where the record of a reading belongs, for `proof.commitment` (L9.3)."""
    return context(chain_id, ledger, ticket, READ_ACTION, reader)
