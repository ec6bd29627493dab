"""
A log about tickets: lines that say nothing by themselves, and beside them, by ticket, what they commit to.

1. A line goes into the log; its words and their salts are kept beside it, sealed.
2. A record beside the log counts only if the log has its line: whoever was killed in between left one or the
   other, and neither says anything.

What is said about tickets (`desk.conversations`) and who read them (`desk.reads`) are such logs.

Source: docs/spec/anchored-log.md, L2, L9.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from supportledger.desk.logs import Logs
from supportledger.desk.together import Together
from supportledger.errors import CommitmentMismatch, Conflict, NotFound, VerificationError
from supportledger.model.ids import TicketId
from supportledger.ports import LogStore, Vault
from supportledger.proof import field_json
from supportledger.proof.fields import Fields
from supportledger.proof.log_tree import TileTree
from supportledger.proof.seal import Purpose, TicketSeal, padded, unpadded


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


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is to be written, with what it says and the key that this is sealed with."""

    ticket: TicketId
    line: bytes
    fields: Fields
    key: TicketSeal


class Chronicle:
    """
    One log, and the records beside it.

    Args:
        name: Of the log.
        store: Where it lies.
        logs: Begins it when the first line is written.
        vault: The keys that records are sealed with, each with its ticket's.
    """

    def __init__(self, name: str, store: LogStore, logs: Logs, vault: Vault) -> None:
        self.name: Final = name
        self._store = store
        self._logs = logs
        self._vault = vault
        self._together: Together[_Line, Kept] = Together(self._write)
        self._has_begun = False

    def size(self) -> int:
        """Tell how many lines the log has; none before anything was written."""
        try:
            return self._store.head(self.name).size
        except NotFound:
            return 0

    def add(self, ticket: TicketId, line: bytes, fields: Fields) -> Kept:
        """
        Write one line, wherever the log ends by now, and then its record; many at once share the disk's time.

        Raises:
            ContentErased: The ticket was erased.
            StoreError: The disk cannot; then there is no record, and perhaps a line that nobody can read.
        """
        self._begin()
        return self._together.do(_Line(ticket, line, fields, self._key(ticket, makes=True)))

    def add_after(self, ticket: TicketId, size: int, kept: Sequence[Kept]) -> None:
        """
        Write records, and then their lines, if the log has so many lines as was thought.

        Raises:
            Conflict: Somebody else was first: the records are of lines that are not there.
            ContentErased: The ticket was erased.
        """
        self._begin()
        key = self._key(ticket, makes=True)
        self._store.remember(self.name, [(ticket, _record(one, key)) for one in kept])
        self._store.append(self.name, [one.line for one in kept], after=size)

    def records(self, ticket: TicketId) -> list[Kept]:
        """
        Read the records of a ticket, in the order in which they were written; their lines may not be there.

        Raises:
            CommitmentMismatch: One was altered so that it cannot be read.
            ContentErased: The ticket was erased, and there were some.
            KeyMissing: There is no key for them.
        """
        return list(self._records(ticket)) if self.size() else []

    def check_not_erased(self, ticket: TicketId) -> None:
        """
        Let a ticket not be one whose key was destroyed.

        Raises:
            ContentErased: It is.
        """
        keys = self._vault.keys([ticket])
        if ticket in keys.erased:
            keys.of(ticket)

    def has(self, kept: Kept) -> bool:
        """Tell whether the log has a record's line."""
        first = max(kept.index, 0)
        return list(self._store.lines(self.name, first, first + 1)) == [kept.line]

    def tree(self, size: int) -> TileTree:
        """Give the hashes of the first lines, to make proofs from."""
        return TileTree(self._store.tiles(self.name), size)

    def settle(self) -> None:
        """
        Seal the records that an older version has kept in clear, and put away many that came lately.

        It is quick when that was done.
        """
        if self.name not in self._store.logs():
            return
        self._store.tidy(self.name, _MANY)
        if _SEALED not in self._store.documents(self.name):
            self._seal_all()

    def _seal_all(self) -> None:
        for subject in self._store.subjects(self.name):
            ticket = TicketId(subject)
            key = self._vault.make([ticket]).to_seal_with(ticket)
            self._store.rewrite(self.name, subject, partial(_sealed_anew, key))
        self._store.keep(self.name, _SEALED, b"")

    def _write(self, lines: Sequence["_Line"]) -> list[Kept]:
        """Append lines, and then remember what each of them says."""
        kept: list[Kept] = []

        def records(first: int) -> list[tuple[bytes, bytes]]:
            kept.extend(Kept(one.line, first + at, one.fields) for at, one in enumerate(lines))
            return [(line.ticket, _record(one, line.key)) for line, one in zip(lines, kept, strict=True)]

        self._store.append(self.name, [one.line for one in lines], records=records)
        return kept

    def _key(self, ticket: TicketId, *, makes: bool = False) -> TicketSeal:
        return (self._vault.make([ticket]) if makes else self._vault.keys([ticket])).of(ticket)

    def _begin(self) -> None:
        """Let there be a log, if this is the first line of all."""
        if self._has_begun:
            return
        with suppress(Conflict):  # if somebody else was first, that is as good
            if self.name not in self._store.logs():
                self._logs.create(self.name)
        self._has_begun = True

    def _records(self, ticket: TicketId) -> Iterator[Kept]:
        records = self._store.remembered(self.name, ticket)
        key = self._key(ticket) if records else None
        for record in records:
            try:
                yield _kept(record, key)
            except (VerificationError, KeyError, TypeError, AttributeError, ValueError) as cause:
                raise CommitmentMismatch(
                    f"what the log {self.name} keeps of {ticket.handle} cannot be read: {cause}",
                    hint="Restore the log from a backup.",
                ) from cause


_MANY: Final = 1_048_576
"""Bytes of records that came lately: to look through them for those of a ticket takes about a millisecond."""
_SEALED: Final = "records.sealed"
"""Document that says of a log that none of its records is in clear."""


def _record(kept: Kept, key: TicketSeal) -> bytes:
    """Write a record: what the log says in clear anyway, and the words, sealed."""
    fields = field_json.to_bytes(kept.fields)
    sealed = base64.b64encode(key.seal(Purpose.LINE, kept.line, padded(fields)))
    content = {"index": str(kept.index), "line": kept.line.decode(), "sealed": sealed.decode()}
    return field_json.canonical(content)


def _kept(record: bytes, key: TicketSeal | None) -> Kept:
    content: Any = field_json.read(record)
    line, index = content["line"].encode(), int(content["index"])
    if "fields" in content or key is None:  # of an older version, which is sealed when a desk is opened
        return Kept(line, index, Fields(field_json.fields_from_json(content["fields"])))
    sealed = base64.b64decode(content["sealed"], validate=True)
    opened = unpadded(key.unseal(Purpose.LINE, line, sealed))
    return Kept(line, index, field_json.from_bytes(opened))


def _sealed_anew(key: TicketSeal, record: bytes) -> bytes:
    """Seal a record in clear; one that is sealed, or cannot be read, stays as it is."""
    try:
        content: Any = field_json.read(record)
        return _record(_kept(record, None), key) if "fields" in content else record
    except (VerificationError, KeyError, TypeError, AttributeError, ValueError):
        return record
