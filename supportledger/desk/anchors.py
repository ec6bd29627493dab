"""Checkpoints of append-only logs, anchored on the ledger."""

from supportledger.desk.cast import By, Cast, Part
from supportledger.errors import NotFound
from supportledger.model.acts import Checkpoint
from supportledger.model.events import Anchored
from supportledger.model.ids import keccak
from supportledger.ports import Ledger
from supportledger.proof.anchored import anchor_word


class Anchors:
    """The anchors of a desk."""

    def __init__(self, ledger: Ledger, cast: Cast) -> None:
        self._ledger = ledger
        self._cast = cast

    def anchor(self, log: str | bytes, size: int, root: bytes, *, by: By = None) -> Checkpoint:
        """
        Anchor a log's size and root on top of its last checkpoint.

        Args:
            log: Its name, or the 32 bytes of its id.
            size: Lines; more than at the last checkpoint.
            root: RFC 6962; 32 bytes.
            by: The anchorer.

        Raises:
            Refusal: The ledger refuses.
        """
        found = self.history(log)
        last = Checkpoint(found[-1].size, found[-1].root, found[-1].time) if found else Checkpoint()
        return self._ledger.anchor(self._cast.actor(Part.ANCHORER, by), log_id(log), last, size, root)

    def show(self, log: str | bytes) -> Checkpoint:
        """
        Give a log's last checkpoint.

        Raises:
            NotFound: It has none.
        """
        found = self.history(log)
        if not found:
            raise NotFound("the log was never anchored")
        return Checkpoint(found[-1].size, found[-1].root, found[-1].time)

    def history(self, log: str | bytes) -> list[Anchored]:
        """List a log's checkpoints in order."""
        return self._ledger.anchors(log_id(log))

    def confirmed(self, log: str | bytes) -> list[Anchored]:
        """List a log's checkpoints in order, if the last is what the contract holds; else none."""
        found = self.history(log)
        last = Checkpoint(found[-1].size, found[-1].root, found[-1].time) if found else Checkpoint()
        return found if self._ledger.anchor_hash(log_id(log)) == anchor_word(last) else []


def log_id(log: str | bytes) -> bytes:
    """Give the id of a log: 32 bytes as they are, or the hash of its name."""
    return keccak(log.encode()) if isinstance(log, str) else log
