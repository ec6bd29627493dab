"""
Append-only logs of the desk: lines, checkpoints that the log signs, witnesses' signatures, anchors, proofs.

1. Lines are appended; their place is theirs for good.
2. A checkpoint is signed over all of them; never one that contradicts an earlier one, or the anchor.
3. Witnesses cosign it, and it is anchored on the ledger.
4. A line is proven under any checkpoint that came after it.

Source: docs/spec/anchored-log.md, L3, L4.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from supportledger.desk.anchors import Anchors
from supportledger.desk.cast import By
from supportledger.desk.log_check import Checked, check_log
from supportledger.errors import (
    AnchorMismatch,
    ConsistencyMismatch,
    InputError,
    NotFound,
    VerificationError,
)
from supportledger.model.acts import Checkpoint
from supportledger.model.records import Deployment
from supportledger.ports import LogStore
from supportledger.proof import entry_bundle
from supportledger.proof.checkpoint import LogCheckpoint, SignedCheckpoint, log_origin
from supportledger.proof.contradiction import Contradicted, Contradiction
from supportledger.proof.line_proof import LineProof
from supportledger.proof.log_tree import (
    TILE_WIDTH,
    TileTree,
    TreeHead,
    stored_hashes,
    tile_path,
    tile_widths,
)
from supportledger.proof.merkle import HASH_SIZE, verify_consistency
from supportledger.proof.note import Note, SignerKey, VerifierKey
from supportledger.proof.witnessing import CosignRequest

_SIGNER: Final = "signer"
_CHECKPOINT: Final = re.compile(r"checkpoint\.([0-9]+)")


@dataclass(frozen=True, slots=True)
class LogView:
    """
    A log as people look at it.

    Args:
        name: On this desk.
        key: Its name for others, and what it signs with.
        head: Size and root, of everything that was appended.
        checkpoint: The last one that was signed; None before the first.
        anchor: The last one that the ledger has; None before the first.
    """

    name: str
    key: VerifierKey
    head: TreeHead
    checkpoint: SignedCheckpoint | None
    anchor: Checkpoint | None


class Logs:
    """
    The logs of a desk, by name.

    Args:
        deployment: The ledger that they are anchored on.
        store: Where they lie.
        anchors: What the ledger has of them.
    """

    def __init__(self, deployment: Deployment, store: LogStore, anchors: Anchors) -> None:
        self._deployment = deployment
        self._store = store
        self._anchors = anchors

    def names(self) -> list[str]:
        """List all logs."""
        return self._store.logs()

    def create(self, name: str) -> VerifierKey:
        """
        Begin a log, with a key of its own.

        Raises:
            Conflict: There is one of this name.
            InputError: The name cannot be.
        """
        origin = log_origin(self._deployment.chain_id, self._deployment.ledger, name)
        signer = SignerKey.generate(origin)
        self._store.create(name, {_SIGNER: signer.to_text().encode()})
        return signer.verifier

    def key(self, name: str) -> VerifierKey:
        """Give the key that others verify the log's checkpoints with."""
        return self._signer(name).verifier

    def show(self, name: str) -> LogView:
        """
        Look at a log.

        Raises:
            NotFound: There is none of this name.
        """
        key, head = self.key(name), self._store.head(name)
        return LogView(name, key, head, self._last(name), self._anchor(name))

    def size(self, name: str) -> int:
        """Tell how many lines a log has."""
        return self._store.head(name).size

    def append(self, name: str, lines: Iterable[bytes]) -> TreeHead:
        """
        Append lines as they are, all of them or none.

        Warning: a line is hashed as it is. Who holds a proof of another line can try to guess it: put
        something random into whatever could be guessed, as `desk.conversations` does.

        Returns:
            The log with them.

        Raises:
            NotFound: There is no such log.
            InputError: A line is longer than 65,535 bytes.
        """
        return self._store.append(name, lines)

    def tidy(self, name: str, least: int = 0) -> None:
        """Put what was kept beside a log lately where it is found quickly; see `LogStore.tidy`."""
        self._store.tidy(name, least)

    def lines(self, name: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Read lines in order."""
        return self._store.lines(name, start, stop)

    # -- checkpoints -----------------------------------------------------------------------------------------

    def checkpoint(self, name: str) -> SignedCheckpoint:
        """
        Sign all that was appended; what is signed already stays, with its signatures (L4.5).

        Raises:
            ConsistencyMismatch: The log is not what it was when it signed last.
        """
        signer, head, last = self._signer(name), self._store.head(name), self._last(name)
        if last is not None:
            if last.head == head:
                return last
            self._check_extends(name, last.head, head)
        signed = LogCheckpoint(signer.name, head).signed(signer)
        self._keep(name, signed)
        return signed

    def checkpoints(self, name: str) -> list[int]:
        """List the sizes at which the log was signed, ascending."""
        found = (_CHECKPOINT.fullmatch(document) for document in self._store.documents(name))
        return sorted(int(match[1]) for match in found if match)

    def signed(self, name: str, size: int | None = None) -> SignedCheckpoint:
        """
        Give a checkpoint with all the signatures that it has by now.

        Args:
            name: Of the log.
            size: Lines; None: the last.

        Raises:
            NotFound: The log was not signed at that size.
            VerificationError: The file was altered.
        """
        sizes = self.checkpoints(name)
        wanted = (sizes[-1] if sizes else 0) if size is None else size
        if wanted not in sizes:
            raise NotFound(
                f"the log {name} was never signed at {wanted} lines",
                hint=f"`supportledger log checkpoint {name}` signs it as it is now.",
            )
        return SignedCheckpoint.from_bytes(self._store.kept(name, f"checkpoint.{wanted}"), self.key(name))

    def take(self, name: str, data: bytes) -> SignedCheckpoint:
        """
        Take over signatures that others made: a checkpoint with them, or only their lines.

        Args:
            name: Of the log.
            data: A signed note of one of its checkpoints, or signature lines under the last.

        Raises:
            Contradicted: It is signed by the log, and contradicts it.
            BundleFormatError: It is neither.
            AnchorMismatch: It is another log's.
            NotFound: The log did not sign a checkpoint of that size.
        """
        if data.startswith("\u2014 ".encode()):
            known = self.signed(name)
            data = Note.from_bytes(known.note.text.encode() + b"\n" + data).to_bytes()
            merged = known.merged(SignedCheckpoint.parse(data))
        else:
            given = SignedCheckpoint.from_bytes(data, self.key(name))
            self._check_known(name, given)
            merged = self.signed(name, given.head.size).merged(given)
        self._keep(name, merged)
        return merged

    def request(self, name: str, old_size: int) -> bytes:
        """
        Ask a witness to cosign the last checkpoint (C2SP tlog-witness).

        Args:
            name: Of the log.
            old_size: Where the witness stands; 0 if it has seen nothing.

        Raises:
            InputError: The checkpoint is not as large.
            ConsistencyMismatch: The log's files were altered.
        """
        signed = self.signed(name)
        size, root = signed.head.size, signed.head.root
        tree = self._tree(name, size)
        proof = tree.consistency_proof(old_size) if old_size else []
        if old_size:
            verify_consistency(old_size, size, proof, tree.root(old_size), root)
        return CosignRequest(old_size, tuple(proof), signed).to_bytes()

    # -- anchors ---------------------------------------------------------------------------------------------

    def anchor(self, name: str, *, by: By = None) -> Checkpoint:
        """
        Anchor the log on the ledger as it is, signed; what is anchored already stays (L4.5).

        Raises:
            AnchorMismatch: The log does not extend what the ledger has of it.
            InputError: It has no lines.
            Refusal: The ledger refuses.
        """
        head = self.checkpoint(name).head
        if not head.size:
            raise InputError(f"the log {name} has no lines to anchor")
        last = self._anchor(name)
        if last is not None:
            self._check_anchor(name, last, head)
            if last.size == head.size:
                return last
        return self._anchors.anchor(name, head.size, head.root, by=by)

    def last_anchored(self, name: str) -> Checkpoint:
        """
        Give the last anchor, once our log is known to have had that root.

        Raises:
            NotFound: The log was never anchored.
            AnchorMismatch: The ledger has another root than the log had.
        """
        found = self._anchor(name)
        if found is None:
            raise NotFound(
                f"the log {name} is not anchored yet",
                hint=f"`supportledger log checkpoint {name} --anchor` anchors it.",
            )
        self._check_anchor(name, found, self._store.head(name))
        return found

    # -- proofs ----------------------------------------------------------------------------------------------

    def prove(self, name: str, index: int, size: int | None = None) -> LineProof:
        """
        Prove that a line is in the log; nothing is handed out that does not verify.

        Args:
            name: Of the log.
            index: Of the line, from 0.
            size: Of the signed checkpoint to prove it under; None: the last.

        Raises:
            NotFound: There is no such line, or it came after the checkpoint.
            InclusionMismatch: The line was altered where it lies.
        """
        signed = self.signed(name, size)
        if not 0 <= index < signed.head.size:
            raise NotFound(f"the log {name} had {signed.head.size} lines at its checkpoint, none is {index}")
        (line,) = self._store.lines(name, index, index + 1)
        hashes = self._tree(name, signed.head.size).inclusion_proof(index)
        proof = LineProof(line, index, tuple(hashes), signed)
        proof.check(self.key(name))
        return proof

    def check(self, name: str, anchors: Sequence[TreeHead] | None = None) -> Checked:
        """
        Hash every line again, and compare with all that was kept, signed and anchored.

        Args:
            name: Of the log.
            anchors: Sizes and roots that somebody has read from the ledger; None: they are read now.

        Raises:
            VerificationError, StoreCorrupt: As `log_check.check_log`.
        """
        signed = [self._signed_head(name, size) for size in self.checkpoints(name)]
        if anchors is None:
            anchors = [TreeHead(one.size, one.root) for one in self._anchors.history(name)]
        return check_log(self._store, name, signed, anchors)

    def check_line(self, name: str, proof: LineProof) -> Checkpoint:
        """
        Check that a line is under a checkpoint that the ledger has.

        Raises:
            VerificationError: It is not in the log, or its checkpoint is not the log's.
            AnchorMismatch: The checkpoint is not anchored.
        """
        head = proof.check(self.key(name)).head
        found = self.anchor_of(name, head)
        if found is None:
            raise AnchorMismatch(
                f"the checkpoint of {head.size} lines is not anchored",
                hint=f"`supportledger log checkpoint {name} --anchor` anchors the log as it is now.",
            )
        return found

    def anchor_of(self, name: str, head: TreeHead) -> Checkpoint | None:
        """Find a size and root among the anchors of a log; None if the ledger does not have them."""
        history = (Checkpoint(one.size, one.root, one.time) for one in self._anchors.history(name))
        return next((one for one in history if TreeHead(one.size, one.root) == head), None)

    def static(self, name: str) -> Iterator[tuple[str, bytes]]:
        """
        Give the log at its last checkpoint as the files of a tiled log, to be served by any web server.

        Warning: its lines are among them.

        Returns:
            Paths below the log's folder with their contents; the checkpoint comes last.

        Source: C2SP tlog-tiles.
        """
        signed, tiles = self.signed(name), self._store.tiles(name)
        for level, stored in enumerate(stored_hashes(signed.head.size)):
            for index, width in tile_widths(stored):
                yield tile_path(level, index, width), tiles.tile(level, index)[: width * HASH_SIZE]
        for index, width in tile_widths(signed.head.size):
            start = index * TILE_WIDTH
            bundle = entry_bundle.pack(list(self._store.lines(name, start, start + width)))
            yield tile_path("entries", index, width), bundle
        yield "checkpoint", signed.to_bytes()

    # -- inside ----------------------------------------------------------------------------------------------

    def _signer(self, name: str) -> SignerKey:
        return SignerKey.parse(self._store.kept(name, _SIGNER).decode())

    def _signed_head(self, name: str, size: int) -> TreeHead:
        """Give what a checkpoint says, if it is what its name and the log's key say."""
        try:
            head = self.signed(name, size).head
        except VerificationError as wrong:
            raise ConsistencyMismatch(
                f"its checkpoint of {size} lines was altered: {wrong.message}"
            ) from wrong
        if head.size != size:
            raise ConsistencyMismatch(f"its checkpoint of {size} lines is one of {head.size}")
        return head

    def _last(self, name: str) -> SignedCheckpoint | None:
        sizes = self.checkpoints(name)
        return self.signed(name, sizes[-1]) if sizes else None

    def _keep(self, name: str, signed: SignedCheckpoint) -> None:
        self._store.keep(name, f"checkpoint.{signed.head.size}", signed.to_bytes())

    def _anchor(self, name: str) -> Checkpoint | None:
        try:
            return self._anchors.show(name)
        except NotFound:
            return None

    def _tree(self, name: str, size: int) -> TileTree:
        held = self._store.head(name).size
        if not 0 <= size <= held:
            raise InputError(f"the log {name} has {held} lines, and never had {size}")
        return TileTree(self._store.tiles(name), size)

    def _check_extends(self, name: str, known: TreeHead, head: TreeHead) -> None:
        """Refuse to sign two stories."""
        if known.size > head.size:
            raise ConsistencyMismatch(
                f"the log {name} has {head.size} lines, and signed {known.size} before",
                hint="It was set back: restore a later backup.",
            )
        if self._tree(name, head.size).root(known.size) != known.root:
            raise ConsistencyMismatch(
                f"the log {name} was altered after it signed {known.size} lines",
                hint="Restore the log from a backup.",
            )

    def _check_known(self, name: str, given: SignedCheckpoint) -> None:
        """Hold a checkpoint that the log's key signed against the log."""
        head = self._store.head(name)
        size = given.head.size
        if size > head.size:
            raise NotFound(f"the log {name} has {head.size} lines by now, and the checkpoint {size}")
        tree = self._tree(name, head.size)
        if tree.root(size) != given.head.root:
            ours = self.checkpoint(name)
            evidence = Contradiction.found_in(self._tree(name, ours.head.size), given, ours)
            raise Contradicted(f"the checkpoint of {size} lines contradicts the log {name}", evidence)

    def _check_anchor(self, name: str, anchor: Checkpoint, head: TreeHead) -> None:
        if anchor.size > head.size:
            raise AnchorMismatch(
                f"the ledger has {anchor.size} lines of the log {name}, and it has {head.size} here",
                hint="It was set back: restore a later backup.",
            )
        if self._tree(name, head.size).root(anchor.size) != anchor.root:
            raise AnchorMismatch(f"the log {name} is not the one that was anchored with {anchor.size} lines")
