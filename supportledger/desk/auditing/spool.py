"""
Entries on their way from the order of the ledger to their tickets, in a form that takes little room.

Tickets are dealt by the first byte of their id into 256 shards, which are judged one by one. What does not
fit into some memory goes to files: an audit takes no more of it for a million entries than for many (A5.3).
"""

import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Self

from supportledger.model.ids import Address, TicketId
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.proof.evidence import Signed

SHARDS: Final = 256
MEMORY: Final = 16 << 20
"""Bytes that are held before they go to files."""
FEW: Final = 16_384
"""Entries that are held as they are: packing them would take longer than it helps."""
_HEAD: Final = struct.Struct(">32sQBB20s32sQQ32s32sQQQHH")
_MOST: Final = (1 << 64) - 1
_ACTIONS: Final = {int(one): one for one in Action}
_AUTHS: Final = {int(one): one for one in Auth}


class Spooled(NamedTuple):
    """An entry, and what was shown for it."""

    entry: EntryRecord
    signed: Signed | None


@dataclass(frozen=True, slots=True)
class Shard:
    """
    The entries of some tickets, to be read by anybody: also by another process.

    Args:
        number: 0 to 255: the first byte of its tickets' ids.
        path: Where the first part lies; None when all is in `data`.
        data: The next part.
        few: The rest, as it is.
    """

    number: int
    path: str | None
    data: bytes
    few: Sequence[Spooled] = ()

    def read(self) -> Iterator[Spooled]:
        """Give its entries in the order in which they came."""
        if self.path is not None:
            yield from _unpacked(Path(self.path).read_bytes())
        yield from _unpacked(self.data)
        yield from self.few

    def tickets(self) -> dict[TicketId, list[Spooled]]:
        """Give its entries by ticket, in the order of the chain."""
        found: dict[TicketId, list[Spooled]] = {}
        for one in self.read():
            found.setdefault(one.entry.ticket, []).append(one)
        for listed in found.values():
            listed.sort(key=_place)
        return found


def _place(one: Spooled) -> tuple[int, int]:
    return one.entry.block_number, one.entry.log_index


class Spool:
    """Takes entries in any order and gives them by shards. Its files go when it is closed."""

    def __init__(self, memory: int = MEMORY, few: int = FEW) -> None:
        self._memory = memory
        self._few_at_most = few
        self._few: list[Spooled] = []
        self._parts: list[list[bytes]] = [[] for _ in range(SHARDS)]
        self._held = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.count = 0

    def __enter__(self) -> Self:
        """Remove the files when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Remove the files, and forget the rest."""
        self._few, self._parts = [], []
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, entries: Iterable[Spooled]) -> None:
        """Take some entries."""
        before = len(self._few)
        self._few.extend(entries)
        self.count += len(self._few) - before
        if self.count > self._few_at_most:
            self._pack()
        if self._held > self._memory:
            self._spill()

    def shards(self) -> Iterator[Shard]:
        """Give all shards, those without entries too."""
        few: list[list[Spooled]] = [[] for _ in range(SHARDS)]
        for one in self._few:
            few[one.entry.ticket[0]].append(one)
        for number, parts in enumerate(self._parts):
            path = self._path(number)
            there = path is not None and path.exists()
            yield Shard(number, str(path) if there else None, b"".join(parts), few[number])

    def _pack(self) -> None:
        for one in self._few:
            packed = _packed(one)
            self._parts[packed[0]].append(packed)
            self._held += len(packed)
        self._few = []

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="supportledger-audit-")
        for number, parts in enumerate(self._parts):
            path = self._path(number)
            if parts and path is not None:
                with path.open("ab") as file:
                    file.writelines(parts)
                parts.clear()
        self._held = 0

    def _path(self, number: int) -> Path | None:
        return None if self._folder is None else Path(self._folder.name) / f"{number:02x}"


def _packed(one: Spooled) -> bytes:
    e, signed = one
    signature, consent, deadline = (
        (signed.signature, signed.consent, signed.deadline) if signed else (b"", b"", 0)
    )
    head = _HEAD.pack(
        e.ticket,
        min(e.index, _MOST),
        e.action,
        e.auth,
        e.actor,
        e.argument.to_bytes(32, "big"),
        e.seen,
        e.time,
        e.commitment,
        e.transaction,
        e.block_number,
        e.log_index,
        deadline,
        len(signature),
        len(consent),
    )
    return head + signature + consent if signed else head


def _unpacked(data: bytes) -> Iterator[Spooled]:
    at, unpack, size = 0, _HEAD.unpack_from, _HEAD.size
    while at < len(data):
        (
            ticket,
            index,
            action,
            auth,
            actor,
            argument,
            seen,
            time,
            commitment,
            transaction,
            block_number,
            log_index,
            deadline,
            signature_size,
            consent_size,
        ) = unpack(data, at)
        at += size
        entry = EntryRecord(
            TicketId(ticket),
            index,
            _ACTIONS[action],
            _AUTHS[auth],
            Address(actor),
            int.from_bytes(argument, "big"),
            seen,
            time,
            commitment,
            transaction,
            block_number,
            log_index,
        )
        signed = None
        if signature_size or consent_size:
            middle = at + signature_size
            signed = Signed(data[at:middle], deadline, data[middle : middle + consent_size])
            at = middle + consent_size
        yield Spooled(entry, signed)
