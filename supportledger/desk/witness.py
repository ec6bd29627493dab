"""
A witness: puts its name to checkpoints of logs, and only to those that extend what it saw before.

1. The checkpoint is of a log that it watches, and signed by that log.
2. It extends the last one that the witness cosigned.
3. What it cosigns is on its disk before anybody gets the signature.

Whoever is refused because a log contradicts itself gets evidence of it that can be shown to others.

Source: docs/spec/anchored-log.md, L8.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from supportledger.errors import ConsistencyMismatch, InputError
from supportledger.ports import Clock, WitnessStore
from supportledger.proof.block_note import BLOCK_ORIGIN, block_text
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.contradiction import Contradicted, Contradiction
from supportledger.proof.note import KeyKind, Note, Signature, SignerKey, VerifierKey
from supportledger.proof.witnessing import CosignRequest, judge


@dataclass(frozen=True, slots=True)
class Watched:
    """
    A log that a witness watches.

    Args:
        key: Of the log.
        seen: The last checkpoint that was cosigned; None before the first.
    """

    key: VerifierKey
    seen: SignedCheckpoint | None


class Witness:
    """
    A witness.

    Args:
        store: What it must never forget.
        clock: Says when it cosigns.
    """

    def __init__(self, store: WitnessStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def init(self, name: str) -> VerifierKey:
        """
        Begin, with a new key.

        Raises:
            Conflict: There is a witness.
            InputError: The name cannot be.
        """
        signer = SignerKey.generate(name, KeyKind.COSIGNATURE)
        self._store.create(signer.to_text().encode())
        return signer.verifier

    def watch(self, log: VerifierKey) -> None:
        """
        Watch a log (L8.1); never one that could pass for a chain (L6.3).

        Args:
            log: Its key, from somebody who knows; its name is its origin.

        Raises:
            Conflict: It is watched with another key.
            InputError: No log can have this name, or sign with this key.
        """
        if log.kind is not KeyKind.ED25519 or log.name.startswith(BLOCK_ORIGIN):
            raise InputError(
                f"{log.name} is no key of a log", hint="`supportledger log show` shows that of one."
            )
        self._store.trust(log.name, str(log).encode())

    @property
    def key(self) -> VerifierKey:
        """The key that others verify its cosignatures with."""
        return self._signer().verifier

    def watched(self) -> Sequence[Watched]:
        """List the logs, and how far each was seen."""
        keys = (VerifierKey.parse(key.decode()) for key in self._store.trusted().values())
        return [Watched(key, self._seen(self._store.seen(key.name))) for key in keys]

    def cosign(self, request: bytes) -> Signature:
        """
        Cosign a checkpoint (C2SP tlog-witness; L8.2), and keep evidence if it contradicts (L7.4).

        Args:
            request: `old SIZE`, the consistency proof, an empty line, and the checkpoint.

        Raises:
            BundleFormatError: The request is malformed.
            NotFound: The log is not watched.
            CosignatureMismatch: The checkpoint is not signed by the log.
            Conflict: The request begins elsewhere than where the witness stands.
            Contradicted: The checkpoint does not extend what the witness saw; the evidence is kept.
        """
        asked = CosignRequest.from_bytes(request)
        signatures: list[Signature] = []

        def decide(seen: bytes | None) -> bytes:  # L8.4: the time is taken while nobody else decides
            checkpoint = self._judge(asked, self._seen(seen))
            signatures.append(self._signer().sign(checkpoint.note.text, self._now()))
            return checkpoint.to_bytes()

        try:
            self._store.advance(asked.checkpoint.checkpoint.origin, decide)
        except Contradicted as refused:
            where = self._store.keep_evidence(refused.evidence.to_bytes())
            raise Contradicted(
                refused.message, refused.evidence, hint=f"The evidence is in {where}."
            ) from refused
        return signatures[0]

    def cosign_block(self, chain_id: int, number: int, block_hash: bytes) -> Note:
        """Put its name to a block, which it must have seen on the chain by itself (L6.3)."""
        text = block_text(chain_id, number, block_hash)
        return Note(text, (self._signer().sign(text, self._now()),))

    def _judge(self, asked: CosignRequest, seen: SignedCheckpoint | None) -> SignedCheckpoint:
        log = VerifierKey.parse(self._store.trusted()[asked.checkpoint.checkpoint.origin].decode())
        try:
            return judge(asked, log, seen)
        except ConsistencyMismatch as refused:
            if seen is None:
                raise
            evidence = Contradiction.of(seen, asked.checkpoint, asked.proof)
            raise Contradicted(refused.message, evidence) from refused

    def _signer(self) -> SignerKey:
        return SignerKey.parse(self._store.signer().decode())

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    @staticmethod
    def _seen(data: bytes | None) -> SignedCheckpoint | None:
        return None if data is None else SignedCheckpoint.parse(data)
