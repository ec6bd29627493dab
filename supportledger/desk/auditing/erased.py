"""
What the log `privacy` says of contents, against what the store still has of them.

* A content that the store erased is told of by an anchored line (A3.21).
* A content that a line says was erased cannot be read any more (A3.22).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from supportledger.desk.auditing.findings import Anomaly, Finding
from supportledger.errors import BundleFormatError, CommitmentMismatch, NotFound, StoreError
from supportledger.model.events import Anchored
from supportledger.model.instant import format_instant
from supportledger.model.records import EntryRecord
from supportledger.ports import Held
from supportledger.proof.erasure import LOG, LOG_ID, Erased, PrivacyLine, Step, check_possible

if TYPE_CHECKING:
    from supportledger.model.ids import TicketId

_ABOUT: Final = frozenset({Step.BEGUN, Step.ERASED, Step.CALLED_OFF})


class LineReader(Protocol):
    """Where logs are kept; `desk.logs.Logs` is one."""

    def names(self) -> list[str]:
        """List all logs."""

    def lines(self, name: str) -> Iterator[bytes]:
        """Read the lines of one, in order."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    The last that the log says of a ticket's contents.

    Args:
        line: What it says.
        anchored_at: Since when the ledger has had it; None if not by the block of the audit. Unix seconds.
    """

    line: PrivacyLine
    anchored_at: int | None


class Tales:
    """
    All that the log says, by ticket.

    Args:
        logs: Where it lies; None when logs are not looked at.
        anchored: Every anchor that the ledger has, of whatever log, in the order of the chain.
    """

    def __init__(self, logs: LineReader | None, anchored: Sequence[Anchored]) -> None:
        self._last: dict[TicketId, Told] = {}
        anchors = [one for one in anchored if one.log == LOG_ID]
        self._is_read = logs is not None and self._read(logs, anchors)

    def judge(
        self, entry: EntryRecord, held: Held | None, entries: Iterable[EntryRecord]
    ) -> Iterator[Finding]:
        """
        Compare what is said with what is there.

        Args:
            entry: Whose content it is.
            held: What lies in the store; None when nothing does.
            entries: All of its ticket, in order; read only where it matters.
        """
        told = self._last.get(entry.ticket)
        is_gone = held is None or held.erased_at is not None
        says_gone = told is not None and told.line.step is Step.ERASED
        if says_gone and not is_gone:
            since = format_instant(told.line.time) if told else ""
            why = f"its content is said to be erased, {since}, and lies in the store with its key"
            yield _finding(Anomaly.ROW_WITHOUT_EVENT, why, entry)
        elif is_gone and told is not None and says_gone and told.anchored_at is not None:
            yield from self._doubted(entry, told.line, told.anchored_at, entries)
        elif held is None:
            yield _finding(Anomaly.CONTENT_MISSING, "its content is not in the store", entry)
        elif held.erased_at is not None:
            yield self._untold(entry, format_instant(held.erased_at), told)

    @staticmethod
    def _doubted(
        entry: EntryRecord, line: PrivacyLine, anchored_at: int, entries: Iterable[EntryRecord]
    ) -> Iterator[Finding]:
        """Let an anchored line excuse only what could be erased, as a verifier does (V9.7)."""
        try:
            check_possible(line, anchored_at, entries)
        except CommitmentMismatch as mismatch:
            yield _finding(Anomaly.CONTENT_MISSING, mismatch.message, entry)
            return
        if not Erased(line, anchored_at).covers(entry):
            why = "its content is not in the store, and came after what the log says was erased"
            yield _finding(Anomaly.CONTENT_MISSING, why, entry)

    def _untold(self, entry: EntryRecord, since: str, told: Told | None) -> Finding:
        """Say what is wrong with an erasure that no anchored line tells of."""
        if not self._is_read:
            why = f"its content was erased, {since}, and the log that should say so was not read"
            return _finding(Anomaly.COULD_NOT_CHECK, why, entry)
        if told is None or told.line.step is Step.CALLED_OFF:
            why = f"its key was destroyed, {since}, and no line says that it was erased"
            return _finding(Anomaly.CONTENT_MISSING, why, entry)
        if told.line.step is Step.BEGUN:
            why = f"its content was erased, {since}, by an erasure that was not finished: erase it again"
            return _finding(Anomaly.CONTENT_MISSING, why, entry)
        why = f"its content was erased, {since}, and the line that says so is not anchored yet"
        return _finding(Anomaly.COULD_NOT_CHECK, why, entry)

    def _read(self, logs: LineReader, anchors: Sequence[Anchored]) -> bool:
        """Read all lines; a log that is damaged is named by whoever hashes it."""
        try:
            for index, data in enumerate(logs.lines(LOG) if LOG in logs.names() else ()):
                line = PrivacyLine.from_bytes(data)
                if line.step in _ABOUT:
                    first = next((one.time for one in anchors if one.size > index), None)
                    self._last[line.ticket] = Told(line, first)
        except (BundleFormatError, NotFound, StoreError):
            return False
        return True


def _finding(anomaly: Anomaly, why: str, entry: EntryRecord) -> Finding:
    return Finding(anomaly, why, entry.ticket, entry.index)
