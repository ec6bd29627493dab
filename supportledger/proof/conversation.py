"""
A line of a ticket's conversation, as it stands in an append-only log.

A line carries the ticket, its number in the conversation (from 1), the hash of the line before it, who wrote
it, and a commitment to what was written. The text is not in it: the log's hashes and lines can be shown to
anybody, and nothing guessable is hashed without a salt.

The hash of a line is its leaf hash in the log, so that the log and the conversation cannot tell two stories.

Source: docs/spec/anchored-log.md, L2.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError, InputError
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.proof import field_json
from supportledger.proof.commitment import context
from supportledger.proof.fields import Value
from supportledger.proof.merkle import HASH_SIZE, leaf_hash

LOG_ID: Final = keccak(b"conversations")
"""Under which the ledger holds the anchor of the one log that has lines of conversations (L2.1)."""
LINE_TYPE: Final = "supportledger.line.v1"
LINE_ACTION: Final = 0
"""Stands for the action in the context of a line's commitment: no entry of a ticket has it."""
FIRST: Final = bytes(HASH_SIZE)
"""The hash "before" a conversation's first line."""
LINE_LIMIT: Final = 4096
"""Most bytes of a line; one is about 350."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_MEMBERS: Final = {"actor", "commitment", "number", "previous", "ticket", "type"}


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a conversation (L2.1).

    Args:
        ticket: Whose conversation it is.
        number: Its place in the conversation, from 1.
        previous: Hash of the line before; `FIRST` for the first.
        actor: Who wrote it; nobody's address for a customer without a key.
        commitment: Of what was written, in the context of `line_context`; 32 bytes.

    Raises:
        InputError: A value cannot be.
    """

    ticket: TicketId
    number: int
    previous: bytes
    actor: Address
    commitment: bytes

    def __post_init__(self) -> None:
        """Refuse what no line can have."""
        if self.number < 1 or (self.number == 1) != (self.previous == FIRST):
            raise InputError(f"line {self.number} of a conversation cannot follow {self.previous.hex()}")
        if len(self.previous) != HASH_SIZE or len(self.commitment) != HASH_SIZE:
            raise InputError(f"hashes of a line are {HASH_SIZE} bytes")

    def to_bytes(self) -> bytes:
        """Write it as it stands in the log (L2.2)."""
        return field_json.canonical(
            {
                "actor": field_json.actor_to_json(self.actor),
                "commitment": field_json.word_to_json(self.commitment),
                "number": str(self.number),
                "previous": field_json.word_to_json(self.previous),
                "ticket": field_json.word_to_json(self.ticket),
                "type": LINE_TYPE,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read what `to_bytes` wrote.

        Raises:
            BundleFormatError: It is anything else, by as little as one byte.
        """
        if len(data) > LINE_LIMIT:
            raise BundleFormatError(f"a line of {len(data)} bytes is no line of a conversation")
        content = field_json.read(data)
        if not isinstance(content, dict) or content.keys() != _MEMBERS or content["type"] != LINE_TYPE:
            raise BundleFormatError("this is no line of a conversation")
        line = cls._from_json(content)
        if line.to_bytes() != data:
            raise BundleFormatError("a line is not in its canonical form")
        return line

    @classmethod
    def _from_json(cls, content: Mapping[str, object]) -> Self:
        number = content["number"]
        if not isinstance(number, str) or not _NUMBER.fullmatch(number):
            raise BundleFormatError("the number of a line is written in decimal, from 1")
        actor = Address(field_json.actor_from_json(content["actor"]))
        words = (field_json.word_from_json(content[name]) for name in ("ticket", "previous", "commitment"))
        ticket, previous, commitment = words
        try:
            return cls(TicketId(ticket), int(number), previous, actor, commitment)
        except InputError as cause:
            raise BundleFormatError(f"this is no line of a conversation: {cause.message}") from cause

    @property
    def hash(self) -> bytes:
        """The line's leaf hash, which the next line and the next entry repeat (L2.3)."""
        return leaf_hash(self.to_bytes())


@dataclass(frozen=True, slots=True)
class LogPlace:
    """
    What an entry's content says of the conversation that it follows.

    Args:
        entry: Index of the ticket's entry.
        count: `log.count`: lines that it follows.
        last: `log.last`: hash of the last of them; `FIRST` when there are none.
    """

    entry: int
    count: int
    last: bytes

    @classmethod
    def of(cls, entry: int, values: Mapping[str, Value]) -> Self | None:
        """Take it from the disclosed values of an entry; None when they do not say both halves of it."""
        count, last = values.get("log.count"), values.get("log.last")
        if not isinstance(count, int) or not isinstance(last, bytes):
            return None
        return cls(entry, count, last)


def line_context(chain_id: int, ledger: bytes, ticket: bytes, actor: bytes) -> bytes:
    """Say where the content of a line belongs, for `proof.commitment` (L2.4)."""
    return context(chain_id, ledger, ticket, LINE_ACTION, actor)
