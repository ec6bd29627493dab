"""
The logs that a desk keeps, against what they signed and what the ledger has of them.

* Every line is hashed again; what a log signed, and each anchor, is what its lines make (A3.19).
* A log that the ledger has and the desk does not hold cannot be checked (A3.20).
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from supportledger.desk.anchors import log_id
from supportledger.desk.auditing.findings import Anomaly, Figures, Finding
from supportledger.desk.log_check import Checked
from supportledger.errors import InputError, NotFound, StoreCorrupt, StoreError, VerificationError
from supportledger.model.events import Anchored
from supportledger.proof.log_tree import TreeHead

OURS: Final = ("conversations", "privacy", "reads")
"""Logs that a desk keeps by itself: their ids are recognised even where the logs are missing."""


class LogReader(Protocol):
    """Where logs are kept; `desk.logs.Logs` is one."""

    def names(self) -> list[str]:
        """List all logs."""

    def lines(self, name: str) -> Iterator[bytes]:
        """Read the lines of one, in order."""

    def checkpoints(self, name: str) -> list[int]:
        """List the sizes at which a log was signed."""

    def check(self, name: str, anchors: Sequence[TreeHead] | None = None) -> Checked:
        """Hash every line again, and compare with all that was signed, and with these anchors."""


def check_logs(logs: LogReader, anchored: Sequence[Anchored], figures: Figures) -> Iterator[Finding]:
    """
    Compare every log.

    Args:
        logs: Which the desk keeps.
        anchored: Every anchor that the ledger has, of whatever log, in the order of the chain.
        figures: Where to count what was compared.
    """
    anchors: dict[bytes, list[TreeHead]] = {}
    for one in anchored:
        anchors.setdefault(one.log, []).append(TreeHead(one.size, one.root))
    for name in logs.names():
        yield from _log(logs, name, anchors.pop(log_id(name), []), figures)
    known = {log_id(name): name for name in OURS}
    for log, heads in anchors.items():
        name, size = known.get(log, log.hex()[:16]), heads[-1].size
        why = f"the log {name} is anchored with {size} lines, and this desk does not hold it"
        yield Finding(Anomaly.COULD_NOT_CHECK, why)


def _log(logs: LogReader, name: str, anchors: Sequence[TreeHead], figures: Figures) -> Iterator[Finding]:
    try:
        checked = logs.check(name, anchors)
        missing = {one.size for one in anchors} - set(logs.checkpoints(name))
    except (VerificationError, StoreCorrupt, InputError, NotFound) as wrong:
        yield _inconsistent(name, wrong.message)
        return
    except StoreError as error:
        yield Finding(Anomaly.COULD_NOT_CHECK, f"the log {name} cannot be read: {error.message}")
        return
    figures.logs += 1
    figures.lines += checked.head.size
    for size in sorted(missing):
        yield _inconsistent(name, f"{size} lines are anchored, and the checkpoint signed with them is gone")


def _inconsistent(name: str, why: str) -> Finding:
    return Finding(Anomaly.CHECKPOINT_INCONSISTENT, f"log {name}: {why}")
