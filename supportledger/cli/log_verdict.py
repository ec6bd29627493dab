"""What a file from a log shows: which kind of file it is, and what of it holds."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from supportledger.cli.language import _
from supportledger.errors import AnchorMismatch, ConsistencyMismatch, InputError
from supportledger.proof.checkpoint import SignedCheckpoint
from supportledger.proof.contradiction import Contradicted, Contradiction
from supportledger.proof.line_proof import FORMAT, LineProof
from supportledger.proof.log_tree import TreeHead
from supportledger.proof.merkle import verify_consistency
from supportledger.proof.note import VerifierKey
from supportledger.proof.witness_policy import WitnessPolicy
from supportledger.proof.witnessing import CosignRequest

if TYPE_CHECKING:
    from supportledger.desk.logs import Logs

_OLD: Final = b"old "


@dataclass
class Found:
    """
    What holds.

    Args:
        data: For programs.
        told: The same for people, a sentence each.
    """

    data: dict[str, Any]
    told: list[str] = field(default_factory=list)


class Examination:
    """
    Examines files from one log.

    Args:
        key: Of the log, from whoever asks.
        logs: The desk's, if the checkpoint must be anchored.
        name: Of the log there.
        line: That a proof is to be of; None: the one that it carries.
    """

    def __init__(
        self, key: VerifierKey, logs: "Logs | None" = None, name: str | None = None, line: bytes | None = None
    ) -> None:
        self._key = key
        self._logs = logs
        self._name = name
        self._line = line
        self._policy: WitnessPolicy | None = None
        self._known: SignedCheckpoint | None = None

    def ask(self, policy: bytes) -> None:
        """
        Ask for witnesses.

        Raises:
            InputError: It is no policy.
        """
        try:
            self._policy = WitnessPolicy.parse(policy.decode())
        except UnicodeDecodeError as error:
            raise InputError("a policy of witnesses is a text in UTF-8") from error

    def compare(self, note: bytes) -> None:
        """
        Let an earlier checkpoint not be contradicted.

        Raises:
            VerificationError: It is none of this log.
        """
        self._known = SignedCheckpoint.from_bytes(note, self._key)

    def run(self, data: bytes) -> Found:
        """
        Examine a file.

        Raises:
            VerificationError: Something in it does not hold.
        """
        if data.startswith(b"{"):
            return self._contradiction(data)
        if data.startswith(FORMAT.encode()):
            return self._line_proof(data)
        if data.startswith(_OLD):
            return self._request(data)
        signed = SignedCheckpoint.from_bytes(data, self._key)
        found = Found({"kind": "checkpoint"})
        self._compare(found, signed, None)
        return self._checkpoint(found, signed)

    def _contradiction(self, data: bytes) -> Found:
        evidence = Contradiction.from_bytes(data)
        told = evidence.check(self._key)
        sizes = {"earlier": evidence.earlier.head.size, "later": evidence.later.head.size}
        return Found({"kind": "contradiction", "origin": self._key.name, **sizes, "shows": told}, [told])

    def _line_proof(self, data: bytes) -> Found:
        proof = LineProof.from_bytes(data, self._line)
        signed = proof.check(self._key)
        found = Found(
            {"kind": "line", "index": proof.index, "line": proof.line.decode(errors="backslashreplace")},
            [
                _("line {index} is in the log of {size} lines").format(
                    index=proof.index, size=signed.head.size
                )
            ],
        )
        self._compare(found, signed, None)
        return self._checkpoint(found, signed)

    def _request(self, data: bytes) -> Found:
        asked = CosignRequest.from_bytes(data)
        signed = SignedCheckpoint.from_bytes(asked.checkpoint.to_bytes(), self._key)
        found = Found({"kind": "request", "from": asked.old_size})
        self._compare(found, signed, asked)
        return self._checkpoint(found, signed)

    def _compare(self, found: Found, signed: SignedCheckpoint, asked: CosignRequest | None) -> None:
        """Hold a checkpoint against the one that is known."""
        known = self._known
        if known is None:
            return
        proof = asked.proof if asked else ()
        _check_comparable(known.head.size, signed.head.size, has_proof=asked is not None)
        try:
            verify_consistency(known.head.size, signed.head.size, proof, known.head.root, signed.head.root)
        except ConsistencyMismatch as refused:
            raise Contradicted(refused.message, Contradiction.of(known, signed, proof)) from refused
        found.data["extends"] = known.head.size
        found.told.append(_("it extends the checkpoint of {size} lines").format(size=known.head.size))

    def _checkpoint(self, found: Found, signed: SignedCheckpoint) -> Found:
        head = signed.head
        found.data |= {"origin": self._key.name, "size": head.size, "root": "0x" + head.root.hex()}
        said = _("the checkpoint of {size} lines is signed by {name}")
        found.told.append(said.format(size=head.size, name=self._key.name))
        self._check_witnesses(found, signed)
        self._check_anchor(found, head)
        return found

    def _check_witnesses(self, found: Found, signed: SignedCheckpoint) -> None:
        if self._policy is not None:
            cosigned = self._policy.check(signed.note)
            found.data["cosigned"] = dict(cosigned)
            names = ", ".join(cosigned) or "–"
            found.told.append(_("it is cosigned as the policy asks, by: {names}").format(names=names))

    def _check_anchor(self, found: Found, head: TreeHead) -> None:
        if self._logs is None or self._name is None:
            return
        anchor = self._logs.anchor_of(self._name, head)
        if anchor is None:
            raise AnchorMismatch(
                f"the checkpoint of {head.size} lines is not anchored",
                hint=f"`supportledger log checkpoint {self._name} --anchor` anchors the log as it is now.",
            )
        found.data["anchored_at"] = anchor.time
        found.told.append(_("it is anchored on the ledger"))


def _check_comparable(known: int, size: int, *, has_proof: bool) -> None:
    if known > size:
        raise InputError("the checkpoint to compare with is the later one: give it as FILE")
    if known != size and not has_proof:
        raise InputError(
            "two checkpoints of different sizes need the proof between them",
            hint=f"`supportledger log prove LOG --from {known}` makes it.",
        )
