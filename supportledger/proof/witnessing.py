"""
What a witness does with a checkpoint, without its disk and its clock.

A request is what a log sends: the size that the witness saw last, a consistency proof from there, and the new
checkpoint. The witness refuses whatever does not extend the last tree that it put its name to.

Source: C2SP tlog-witness; docs/spec/anchored-log.md, L8.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import BundleFormatError, Conflict, ConsistencyMismatch
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.log_tree import EMPTY, TreeHead
from supportledger.proof.merkle import HASH_SIZE, verify_consistency
from supportledger.proof.note import NOTE_LIMIT, VerifierKey

MOST_PROOF_LINES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)
_LIMIT: Final = NOTE_LIMIT + 64 * 64


@dataclass(frozen=True, slots=True)
class CosignRequest:
    """
    What a log asks of a witness.

    Args:
        old_size: Lines of the last checkpoint that the witness cosigned; 0 for none.
        proof: Consistency proof from there; empty from 0, and from the same size.
        checkpoint: A signed note; verified by `judge` only.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: SignedCheckpoint

    def to_bytes(self) -> bytes:
        """Write it."""
        lines = [f"old {self.old_size}", *(base64.b64encode(node).decode() for node in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read a request.

        Raises:
            BundleFormatError: It is malformed, or asks to go back.
        """
        if len(data) > _LIMIT:
            raise BundleFormatError(f"a request of {len(data)} bytes is larger than {_LIMIT}")
        above, found, note = data.partition(b"\n\n")
        old, *nodes = above.decode("latin-1").split("\n")
        size = _OLD.fullmatch(old)
        if not found or size is None or len(nodes) > MOST_PROOF_LINES:
            raise BundleFormatError(
                f"a request is `old SIZE`, at most {MOST_PROOF_LINES} hashes, an empty line, and a note"
            )
        request = cls(int(size[1]), tuple(map(_node, nodes)), SignedCheckpoint.parse(note))
        if request.old_size > request.checkpoint.head.size:
            raise BundleFormatError(
                f"a checkpoint of {request.checkpoint.head.size} lines cannot extend {request.old_size}"
            )
        return request


def judge(request: CosignRequest, log: VerifierKey, seen: SignedCheckpoint | None) -> SignedCheckpoint:
    """
    Decide whether a witness may cosign (L8.2).

    1. The checkpoint is signed by the log.
    2. The request begins where the witness stands.
    3. The checkpoint extends what the witness saw last.

    Args:
        request: What is asked.
        log: The key that the witness trusts for this origin.
        seen: The last checkpoint that it cosigned; None for none.

    Returns:
        The checkpoint to be remembered and cosigned.

    Raises:
        AnchorMismatch: 1: it is another log's.
        CosignatureMismatch: 1: it is not signed by the log.
        Conflict: 2: the request begins elsewhere; the message says where the witness stands.
        ConsistencyMismatch: 3: it contradicts what was seen, or is not shown to extend it.
    """
    checkpoint = SignedCheckpoint.from_bytes(request.checkpoint.to_bytes(), log)
    known = EMPTY if seen is None else seen.head
    if request.old_size != known.size:
        raise Conflict(
            f"this witness has seen {known.size} lines of {log.name}, not {request.old_size}",
            hint=f"Ask again, with a proof from {known.size}.",
        )
    _check_extends(known, checkpoint.head, request.proof)
    return checkpoint


def _check_extends(known: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> None:
    """Check 3: every tree extends the empty one, without a proof."""
    if known.size:
        verify_consistency(known.size, new.size, proof, known.root, new.root)
    elif proof:
        raise ConsistencyMismatch("from no lines at all, a consistency proof is empty")
    elif not new.size and new.root != EMPTY.root:
        raise ConsistencyMismatch("no lines have another root than this checkpoint's")


def _node(line: str) -> bytes:
    try:
        data = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise BundleFormatError("a hash of a proof is written in base64") from cause
    if len(data) != HASH_SIZE:
        raise BundleFormatError(f"a hash of a proof is {HASH_SIZE} bytes")
    return data
