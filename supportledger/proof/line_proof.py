"""
A line of a log with everything that shows that it is there: one file, verified without the log.

    c2sp.org/tlog-proof@v1
    extra …                 the line itself, in base64
    index 73894
    …                       hashes from leaf to root, a line each
                            (an empty line)
    …                       the signed checkpoint, word for word

The line is hashed here: neither a hash, nor an inner node, nor the root can be passed off as one (L1.5).

Source: C2SP tlog-proof; docs/spec/anchored-log.md, L4.7.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError, InclusionMismatch
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.entry_bundle import LINE_LIMIT
from supportledger.proof.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from supportledger.proof.note import NOTE_LIMIT, VerifierKey

FORMAT: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 63
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_EXTRA: Final = "extra "
_LIMIT: Final = 2 * NOTE_LIMIT


@dataclass(frozen=True, slots=True)
class LineProof:
    """
    One line, its place, and the checkpoint that it is under.

    Args:
        line: As it stands in the log; at most 65,535 bytes.
        index: Its position, from 0.
        proof: Sibling hashes from leaf to root.
        checkpoint: Verified by `check` only.
    """

    line: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def check(self, log: VerifierKey) -> SignedCheckpoint:
        """
        Check that the line is under a checkpoint that the log signed (L4.7).

        Args:
            log: The key of the log; never taken from the proof.

        Returns:
            The checkpoint, for whoever asks for witnesses or an anchor besides.

        Raises:
            AnchorMismatch: The checkpoint is another log's.
            CosignatureMismatch: The checkpoint is not signed by the log.
            InclusionMismatch: The line is not where it is said to be.
        """
        checkpoint = SignedCheckpoint.from_bytes(self.checkpoint.to_bytes(), log)
        head = checkpoint.head
        if self.index >= head.size:
            raise InclusionMismatch(f"line {self.index} came after the checkpoint of {head.size} lines")
        verify_inclusion(leaf_hash(self.line), self.index, head.size, self.proof, head.root)
        return checkpoint

    def to_bytes(self) -> bytes:
        """Write it."""
        hashes = (_encoded(node) for node in self.proof)
        lines = [FORMAT, _EXTRA + _encoded(self.line), f"index {self.index}", *hashes, ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes, line: bytes | None = None) -> Self:
        """
        Read a proof.

        Args:
            data: As `to_bytes` wrote it, or any other log.
            line: The line, if the proof does not carry it.

        Raises:
            BundleFormatError: It is malformed, or no line is known.
            InclusionMismatch: It carries another line than the one given.
        """
        above, found, note = data.partition(b"\n\n")
        if len(data) > _LIMIT or not found:
            raise BundleFormatError(f"a proof of a line is at most {_LIMIT} bytes, with an empty line in it")
        lines = above.decode("latin-1").split("\n")
        if lines.pop(0) != FORMAT:
            raise BundleFormatError(f"a proof of a line begins with {FORMAT}")
        carried = _decoded(lines.pop(0)[len(_EXTRA) :]) if lines and lines[0].startswith(_EXTRA) else None
        index = _INDEX.fullmatch(lines.pop(0) if lines else "")
        if index is None or len(lines) > MOST_HASHES:
            raise BundleFormatError(f"a proof of a line has an index, and at most {MOST_HASHES} hashes")
        proof = tuple(map(_hash, lines))
        return cls(_line(carried, line), int(index[1]), proof, SignedCheckpoint.parse(note))


def _line(carried: bytes | None, given: bytes | None) -> bytes:
    if carried is None and given is None:
        raise BundleFormatError("the proof does not carry its line", hint="Give the line with it.")
    if carried is not None and given is not None and carried != given:
        raise InclusionMismatch("the proof is of another line than the one given")
    line = carried if given is None else given
    if line is None or len(line) > LINE_LIMIT:
        raise BundleFormatError(f"a line is at most {LINE_LIMIT} bytes")
    return line


def _hash(text: str) -> bytes:
    data = _decoded(text)
    if len(data) != HASH_SIZE:
        raise BundleFormatError(f"a hash of a proof is {HASH_SIZE} bytes")
    return data


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise BundleFormatError("a proof of a line has something else than base64") from cause
    if _encoded(data) != text:
        raise BundleFormatError("base64 is written in one way only")
    return data


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
