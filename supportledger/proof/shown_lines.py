"""
The lines of a conversation in a proof file, and the anchored checkpoint that they are shown under.

Source: docs/spec/proof-file.md, P6; docs/spec/anchored-log.md, L5.
"""

from dataclasses import dataclass
from typing import Self

from supportledger.model.acts import Checkpoint
from supportledger.proof.anchored import AnchoredLine
from supportledger.proof.json_values import array, hexed, integer, members, octets


@dataclass(frozen=True, slots=True)
class ShownLines:
    """
    Lines of one log.

    Args:
        log: Its id; 32 bytes.
        checkpoint: Its last anchored one, at the block of the file.
        lines: Of the ticket's conversation, in order.
    """

    log: bytes
    checkpoint: Checkpoint
    lines: tuple[AnchoredLine, ...]

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        root = hexed(self.checkpoint.root)
        return {
            "checkpoint": {"root": root, "size": self.checkpoint.size, "time": self.checkpoint.time},
            "lines": [
                {"data": hexed(one.data), "index": one.index, "proof": [hexed(node) for node in one.proof]}
                for one in self.lines
            ],
            "log": hexed(self.log),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """
        Read one.

        Raises:
            BundleFormatError: It is malformed.
        """
        parts = members(data, {"checkpoint", "lines", "log"}, "lines")
        anchored = members(parts["checkpoint"], {"root", "size", "time"}, "a checkpoint")
        checkpoint = Checkpoint(
            integer(anchored["size"], 53, "a checkpoint's size"),
            octets(anchored["root"], "a checkpoint's root", 32),
            integer(anchored["time"], 40, "a checkpoint's time"),
        )
        lines = tuple(_line(one) for one in array(parts["lines"], "lines"))
        return cls(octets(parts["log"], "a log's id", 32), checkpoint, lines)


def _line(data: object) -> AnchoredLine:
    parts = members(data, {"data", "index", "proof"}, "a line")
    proof = tuple(octets(node, "a node of a line's proof", 32) for node in array(parts["proof"], "a proof"))
    return AnchoredLine(octets(parts["data"], "a line"), integer(parts["index"], 53, "a line's index"), proof)
