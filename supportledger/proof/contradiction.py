"""
Two checkpoints of one log that contradict each other (L7.1): evidence that can be shown to anybody.

A log must never sign two trees of which one does not extend the other. Whoever holds both signatures can show
that it did:

* of one size, with two roots: the notes alone show it;
* of two sizes: a consistency proof shows which root the later tree had at the earlier size, and it is not the
  one that was signed.

The file is canonical JSON; the log's key is the verifier's, never the file's.

Source: docs/spec/anchored-log.md, L7.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from supportledger.errors import BundleFormatError, ConsistencyMismatch, Inconclusive
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.log_tree import TileTree
from supportledger.proof.merkle import HASH_SIZE, prefix_root, verify_consistency
from supportledger.proof.note import NOTE_LIMIT, VerifierKey

CONTRADICTION_TYPE: Final = "supportledger.contradiction.v1"
MOST_HASHES: Final = 63
"""Hashes of a consistency proof; no log has more lines than that many heights hold."""
_LIMIT: Final = 3 * NOTE_LIMIT
_MEMBERS: Final = {"earlier", "later", "prefix", "proof", "type"}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """
    Two signed checkpoints, and what shows that they cannot both be of one log.

    Args:
        earlier: Of the smaller tree, or of the one seen first.
        later: Of the other.
        prefix: Root that the later tree had at the size of the earlier; empty where it is not shown.
        proof: Consistency proof from *prefix* to the later root; or what the log gave for one.
    """

    earlier: SignedCheckpoint
    later: SignedCheckpoint
    prefix: bytes = b""
    proof: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, one: SignedCheckpoint, other: SignedCheckpoint, proof: Sequence[bytes] = ()) -> Self:
        """
        Put the evidence together, from what a log gave for a consistency proof.

        Args:
            one: The checkpoint that was known.
            other: The one that was refused.
            proof: What came with it.
        """
        if one.head.size == other.head.size:
            return cls(one, other)
        earlier, later = sorted((one, other), key=lambda it: it.head.size)
        shown = prefix_root(earlier.head.size, later.head.size, proof, later.head.root)
        return cls(earlier, later, shown or b"", tuple(proof))

    @classmethod
    def found_in(cls, tree: TileTree, one: SignedCheckpoint, other: SignedCheckpoint) -> Self:
        """
        Put the evidence together, from the tree of the later checkpoint.

        Args:
            tree: With the later root.
            one: A checkpoint.
            other: Another one.
        """
        if one.head.size == other.head.size:
            return cls(one, other)
        earlier, later = sorted((one, other), key=lambda it: it.head.size)
        size = earlier.head.size
        proof = tuple(tree.consistency_proof(size)) if size else ()
        return cls(earlier, later, tree.root(size), proof)

    def check(self, log: VerifierKey) -> str:
        """
        Check that it shows what it claims (L7.2).

        Args:
            log: The key of the log that is said to have contradicted itself.

        Returns:
            What is shown, in words.

        Raises:
            AnchorMismatch: A checkpoint is of another log.
            CosignatureMismatch: A checkpoint is not signed by the log.
            ConsistencyMismatch: What is given for a proof leads nowhere.
            Inconclusive: The checkpoints do not contradict each other, as far as this shows (L7.3).
        """
        for one in (self.earlier, self.later):
            SignedCheckpoint.from_bytes(one.to_bytes(), log)
        old, new = self.earlier.head, self.later.head
        if old.size == new.size:
            if old.root == new.root:
                raise Inconclusive("both checkpoints say the same")
            return f"the log {log.name} signed two trees of {old.size} lines"
        if not self.prefix:
            raise Inconclusive(
                f"the log {log.name} gave no proof that {new.size} lines extend {old.size}",
                hint="Ask it for one; without, its two checkpoints may still be of one log.",
            )
        verify_consistency(old.size, new.size, self.proof, self.prefix, new.root)
        if self.prefix == old.root:
            raise Inconclusive("the later checkpoint extends the earlier one")
        return f"the tree of {new.size} lines that {log.name} signed does not begin with its {old.size} lines"

    def to_bytes(self) -> bytes:
        """Write it."""
        content = {
            "earlier": self.earlier.to_bytes().decode(),
            "later": self.later.to_bytes().decode(),
            "prefix": _encoded(self.prefix),
            "proof": [_encoded(node) for node in self.proof],
            "type": CONTRADICTION_TYPE,
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read what `to_bytes` wrote.

        Raises:
            BundleFormatError: It is anything else, by as little as one byte.
        """
        content = _read(data)
        nodes = content["proof"]
        if not isinstance(nodes, list) or len(nodes) > MOST_HASHES:
            raise BundleFormatError(f"a proof is an array of at most {MOST_HASHES} hashes")
        found = cls(
            _note(content["earlier"]),
            _note(content["later"]),
            _hash(content["prefix"]) if content["prefix"] else b"",
            tuple(map(_hash, nodes)),
        )
        if found.to_bytes() != data or found.earlier.head.size > found.later.head.size:
            raise BundleFormatError("a contradiction is not in its one form")
        return found


class Contradicted(ConsistencyMismatch):
    """
    Two checkpoints of a log contradict each other, and here is the evidence.

    Args:
        evidence: To be shown to others.
    """

    code = ConsistencyMismatch.code

    def __init__(self, message: str, evidence: Contradiction, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.evidence = evidence


def _read(data: bytes) -> dict[str, Any]:
    if len(data) > _LIMIT:
        raise BundleFormatError(f"a contradiction of {len(data)} bytes is larger than {_LIMIT}")
    try:
        content = json.loads(data.decode())
    except (ValueError, RecursionError) as cause:
        raise BundleFormatError(f"a contradiction is not JSON: {cause}") from cause
    if not isinstance(content, dict) or content.keys() != _MEMBERS or content["type"] != CONTRADICTION_TYPE:
        raise BundleFormatError(f"this is no {CONTRADICTION_TYPE}")
    return content


def _note(text: object) -> SignedCheckpoint:
    if not isinstance(text, str):
        raise BundleFormatError("a checkpoint in a contradiction is a text")
    return SignedCheckpoint.parse(text.encode("utf-8", "surrogatepass"))


def _hash(text: object) -> bytes:
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError) as cause:
        raise BundleFormatError("a hash is written in base64") from cause
    if len(data) != HASH_SIZE:
        raise BundleFormatError(f"a hash is {HASH_SIZE} bytes")
    return data


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
