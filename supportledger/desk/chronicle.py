"""
A log about tickets: lines that say nothing by themselves, and beside them, by ticket, what they commit to.

1. A line goes into the log; its words and their salts are kept beside it.
2. A record beside the log counts only if the log has its line: whoever was killed in between left one or the
   other, and neither says anything.

What is said about tickets (`desk.conversations`) and who read them (`desk.reads`) are such logs.

Source: docs/spec/anchored-log.md, L2, L9.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from supportledger.desk.logs import Logs
from supportledger.errors import CommitmentMismatch, Conflict, NotFound, VerificationError
from supportledger.model.ids import TicketId
from supportledger.ports import LogStore
from supportledger.proof import field_json
from supportledger.proof.fields import Fields
from supportledger.proof.log_tree import TileTree


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A line, and what it commits to.

    Args:
        line: As it stands in the log.
        index: Its position in the log, from 0.
        fields: What was written, with its salts.
    """

    line: bytes
    index: int
    fields: Fields


class Chronicle:
    """
    One log, and the records beside it.

    Args:
        name: Of the log.
        store: Where it lies.
        logs: Begins it when the first line is written.
    """

    def __init__(self, name: str, store: LogStore, logs: Logs) -> None:
        self.name: Final = name
        self._store = store
        self._logs = logs

    def size(self) -> int:
        """Tell how many lines the log has; none before anything was written."""
        try:
            return self._store.head(self.name).size
        except NotFound:
            return 0

    def add(self, ticket: TicketId, line: bytes, fields: Fields) -> Kept:
        """
        Write one line, wherever the log ends by now, and then its record.

        Raises:
            StoreError: The disk cannot; then there is no record, and perhaps a line that nobody can read.
        """
        self._begin()
        kept = Kept(line, self._store.append(self.name, [line]).size - 1, fields)
        self._store.remember(self.name, ticket, [self._record(kept)])
        return kept

    def add_after(self, ticket: TicketId, size: int, kept: Sequence[Kept]) -> None:
        """
        Write records, and then their lines, if the log has so many lines as was thought.

        Raises:
            Conflict: Somebody else was first: the records are of lines that are not there.
        """
        self._begin()
        self._store.remember(self.name, ticket, [self._record(one) for one in kept])
        self._store.append(self.name, [one.line for one in kept], after=size)

    def records(self, ticket: TicketId) -> list[Kept]:
        """
        Read the records of a ticket, in the order in which they were written; their lines may not be there.

        Raises:
            CommitmentMismatch: One was altered so that it cannot be read.
        """
        return list(self._records(ticket)) if self.size() else []

    def has(self, kept: Kept) -> bool:
        """Tell whether the log has a record's line."""
        first = max(kept.index, 0)
        return list(self._store.lines(self.name, first, first + 1)) == [kept.line]

    def tree(self, size: int) -> TileTree:
        """Give the hashes of the first lines, to make proofs from."""
        return TileTree(self._store.tiles(self.name), size)

    def _begin(self) -> None:
        """Let there be a log, if this is the first line of all."""
        with suppress(Conflict):  # if somebody else was first, that is as good
            if self.name not in self._store.logs():
                self._logs.create(self.name)

    def _records(self, ticket: TicketId) -> Iterator[Kept]:
        for record in self._store.remembered(self.name, ticket):
            try:
                content: Any = field_json.read(record)
                fields = Fields(field_json.fields_from_json(content["fields"]))
                yield Kept(content["line"].encode(), int(content["index"]), fields)
            except (VerificationError, KeyError, TypeError, AttributeError, ValueError) as cause:
                raise CommitmentMismatch(
                    f"what the log {self.name} keeps of {ticket.handle} cannot be read: {cause}",
                    hint="Restore the log from a backup.",
                ) from cause

    @staticmethod
    def _record(kept: Kept) -> bytes:
        content = {
            "fields": field_json.fields_to_json(kept.fields.fields),
            "index": str(kept.index),
            "line": kept.line.decode(),
        }
        return field_json.canonical(content)
