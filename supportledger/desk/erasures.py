"""
What the log `privacy` says of tickets: erasures that were begun, done and called off, and legal holds.

Source: docs/spec/anchored-log.md, L10.
"""

from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from supportledger.desk.anchors import Anchors
from supportledger.desk.logs import Logs
from supportledger.errors import BundleFormatError, Conflict, NotFound
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import TicketId
from supportledger.ports import LogStore
from supportledger.proof.anchored import AnchoredLine
from supportledger.proof.erasure import LOG, Erasure, PrivacyLine, Step
from supportledger.proof.log_tree import TileTree


@dataclass(frozen=True, slots=True)
class Noted:
    """
    A line of the log, and its place there.

    Args:
        line: What it says.
        index: Its position, from 0.
    """

    line: PrivacyLine
    index: int


class Erasures:
    """
    The log of one desk.

    Args:
        store: Where it lies.
        logs: Begins it.
        anchors: What the ledger has of it.
    """

    def __init__(self, store: LogStore, logs: Logs, anchors: Anchors) -> None:
        self._store = store
        self._logs = logs
        self._anchors = anchors
        self._lock = Lock()
        self._seen: Final[list[Noted]] = []
        """What the lines say that were read so far; a log only grows."""
        self._read = 0

    def note(self, line: PrivacyLine) -> Noted:
        """Write a line; it is on disk when this returns."""
        with suppress(Conflict):  # if somebody else was first, that is as good
            if LOG not in self._store.logs():
                self._logs.create(LOG)
        return Noted(line, self._store.append(LOG, [line.to_bytes()]).size - 1)

    def all(self) -> list[Noted]:
        """Read all lines, in order; what somebody else has appended and is no line says nothing (L10.2)."""
        with self._lock, suppress(NotFound):
            for data in self._store.lines(LOG, self._read):
                with suppress(BundleFormatError):
                    self._seen.append(Noted(PrivacyLine.from_bytes(data), self._read))
                self._read += 1
        return self._seen[:]

    def of(self, ticket: TicketId) -> list[Noted]:
        """Read the lines about a ticket, in order."""
        return [one for one in self.all() if one.line.ticket == ticket]

    def last(self, ticket: TicketId) -> Noted | None:
        """Give the last line about the erasure of a ticket; None if there was never one begun."""
        about = [one for one in self.of(ticket) if one.line.step not in {Step.HELD, Step.RELEASED}]
        return about[-1] if about else None

    def unfinished(self) -> list[Noted]:
        """List erasures that were begun, and neither done nor called off."""
        last: dict[TicketId, Noted] = {}
        for one in self.all():
            if one.line.step not in {Step.HELD, Step.RELEASED}:
                last[one.line.ticket] = one
        return [one for one in last.values() if one.line.step is Step.BEGUN]

    def shown(self, ticket: TicketId) -> Erasure | None:
        """
        Give what shows others that a ticket was erased, under the first anchor that has it.

        Returns:
            None if no line says so, or no anchor has it yet.
        """
        found = next((one for one in self.of(ticket) if one.line.step is Step.ERASED), None)
        anchor = self.anchor_of(found) if found else None
        if found is None or anchor is None or anchor.size > self._store.head(LOG).size:
            return None
        proof = TileTree(self._store.tiles(LOG), anchor.size).inclusion_proof(found.index)
        return Erasure(AnchoredLine(found.line.to_bytes(), found.index, tuple(proof)), anchor)

    def anchor_of(self, noted: Noted) -> Checkpoint | None:
        """Give the first anchor that has a line; None if none has it yet."""
        history = self._anchors.confirmed(LOG)
        found = next((one for one in history if one.size > noted.index), None)
        return Checkpoint(found.size, found.root, found.time) if found else None
