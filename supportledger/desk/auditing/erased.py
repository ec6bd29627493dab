"""
What the log `privacy` says of contents, against what the store still has of them.

* A content that the store erased is told of by an anchored line (A3.21).
* A content that a line says was erased cannot be read any more (A3.22).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from supportledger.desk.auditing.findings import Anomaly, Finding
from supportledger.errors import BundleFormatError, NotFound, StoreError
from supportledger.model.events import Anchored
from supportledger.model.instant import format_instant
from supportledger.model.records import EntryRecord
from supportledger.ports import Held
from supportledger.proof.erasure import LOG, LOG_ID, PrivacyLine, Step

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
        is_anchored: The ledger has had it by the block of the audit.
    """

    line: PrivacyLine
    is_anchored: bool


class Tales:
    """
    All that the log says, by ticket.

    Args:
        logs: Where it lies; None when logs are not looked at.
        anchored: Every anchor that the ledger has, of whatever log, in the order of the chain.
    """

    def __init__(self, logs: LineReader | None, anchored: Sequence[Anchored]) -> None:
        self._last: dict[TicketId, Told] = {}
        size = max((one.size for one in anchored if one.log == LOG_ID), default=0)
        self._is_read = logs is not None and self._read(logs, size)

    def judge(self, entry: EntryRecord, held: Held | None) -> Iterator[Finding]:
        """
        Compare what is said with what is there.

        Args:
            entry: Whose content it is.
            held: What lies in the store; None when nothing does.
        """
        told = self._last.get(entry.ticket)
        is_gone = held is None or held.erased_at is not None
        says_gone = told is not None and told.line.step is Step.ERASED
        if says_gone and not is_gone:
            since = format_instant(told.line.time) if told else ""
            why = f"its content is said to be erased, {since}, and lies in the store with its key"
            yield _finding(Anomaly.ROW_WITHOUT_EVENT, why, entry)
        elif is_gone and told is not None and says_gone and told.is_anchored:
            return
        elif held is None:
            yield _finding(Anomaly.CONTENT_MISSING, "its content is not in the store", entry)
        elif held.erased_at is not None:
            yield self._untold(entry, format_instant(held.erased_at), told)

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

    def _read(self, logs: LineReader, anchored: int) -> bool:
        """Read all lines; a log that is damaged is named by whoever hashes it."""
        try:
            for index, data in enumerate(logs.lines(LOG) if LOG in logs.names() else ()):
                line = PrivacyLine.from_bytes(data)
                if line.step in _ABOUT:
                    self._last[line.ticket] = Told(line, index < anchored)
        except (BundleFormatError, NotFound, StoreError):
            return False
        return True


def _finding(anomaly: Anomaly, why: str, entry: EntryRecord) -> Finding:
    return Finding(anomaly, why, entry.ticket, entry.index)
