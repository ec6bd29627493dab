"""
Checkpoints of logs: the size and root that a log puts its name to, in the form that others read.

    supportledger.log/1337/0x…/conversations        origin: which log
    20852163                                        lines
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    root

Below, as a `proof.note`, stand the log's signature and those of witnesses.

Source: C2SP tlog-checkpoint; docs/spec/anchored-log.md, L4.3 to L4.5.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from supportledger.errors import (
    AnchorMismatch,
    BundleFormatError,
    ConsistencyMismatch,
    CosignatureMismatch,
    InputError,
)
from supportledger.proof.log_tree import TreeHead
from supportledger.proof.merkle import HASH_SIZE
from supportledger.proof.note import Note, SignerKey, VerifierKey

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_MOST_LINES: Final = 1 << 63
_LEAST_PARTS: Final = 4
"""Three lines, and nothing behind the last break."""
_ORIGIN: Final = "supportledger.log"


def log_origin(chain_id: int, ledger: bytes, log: str) -> str:
    """Name a log so that no other ledger has a log of that name (L4.3)."""
    return f"{_ORIGIN}/{chain_id}/0x{ledger.hex()}/{log}"


@dataclass(frozen=True, slots=True)
class LogCheckpoint:
    """
    What a checkpoint says.

    Args:
        origin: Which log.
        head: Size and root.
        extensions: Further lines, which nobody checks.

    Raises:
        InputError: A value cannot be.
    """

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be written in lines."""
        if any(not line or min(line) < " " for line in (self.origin, *self.extensions)):
            raise InputError("lines of a checkpoint are neither empty nor of more than one line")
        if not 0 <= self.head.size < _MOST_LINES or len(self.head.root) != HASH_SIZE:
            raise InputError(f"a log cannot have {self.head.size} lines and that root")

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.head.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.head.size, root, *self.extensions))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """
        Read the text of a note.

        Raises:
            BundleFormatError: It is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < _LEAST_PARTS or lines.pop():
            raise BundleFormatError("a checkpoint is an origin, a size and a root, a line each")
        origin, size, encoded, *extensions = lines
        root = _root(encoded)
        if not _SIZE.fullmatch(size) or root is None:
            raise BundleFormatError("a checkpoint is an origin, a size and a root, a line each")
        try:
            found = cls(origin, TreeHead(int(size), root), tuple(extensions))
        except InputError as cause:
            raise BundleFormatError(f"this is no checkpoint: {cause.message}") from cause
        if found.text != text:
            raise BundleFormatError("a checkpoint is not in its one form")
        return found

    def signed(self, signer: SignerKey) -> "SignedCheckpoint":
        """Put a log's name to it."""
        return SignedCheckpoint(self, Note(self.text, (signer.sign(self.text),)))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """
    A checkpoint with its signatures.

    Args:
        checkpoint: What it says.
        note: As it is exchanged.
    """

    checkpoint: LogCheckpoint
    note: Note

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """
        Read a checkpoint; no signature of it is verified.

        Raises:
            BundleFormatError: It is malformed.
        """
        note = Note.from_bytes(data)
        return cls(LogCheckpoint.from_text(note.text), note)

    @classmethod
    def from_bytes(cls, data: bytes, log: VerifierKey) -> Self:
        """
        Read a checkpoint of a log (L4.4).

        Args:
            data: A signed note.
            log: The log's key, whose name is its origin; never taken from the note.

        Raises:
            BundleFormatError: It is malformed.
            AnchorMismatch: It is another log's.
            CosignatureMismatch: It is not signed by the log.
        """
        found = cls.parse(data)
        if found.checkpoint.origin != log.name:
            raise AnchorMismatch(f"the checkpoint is of the log {found.checkpoint.origin}, not {log.name}")
        if log not in found.note.verified([log]):
            raise CosignatureMismatch(f"the checkpoint is not signed by the key of {log.name}")
        return found

    @property
    def head(self) -> TreeHead:
        """Size and root."""
        return self.checkpoint.head

    def to_bytes(self) -> bytes:
        """Write it."""
        return self.note.to_bytes()

    def merged(self, other: Self) -> Self:
        """
        Add the signatures of another copy of the same checkpoint.

        Raises:
            ConsistencyMismatch: It is of the same size, and says another root.
            AnchorMismatch: It is another checkpoint.
        """
        if other.note.text == self.note.text:
            return type(self)(self.checkpoint, self.note.with_signatures(other.note.signatures))
        is_same = (self.checkpoint.origin, self.head.size) == (other.checkpoint.origin, other.head.size)
        if is_same and self.head != other.head:
            raise ConsistencyMismatch(f"two checkpoints of {self.head.size} lines have different roots")
        raise AnchorMismatch("the signatures are under another checkpoint")


def _root(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
