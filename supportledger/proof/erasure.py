"""
Erasures that can be told from losses: lines of the log `privacy`, and what an anchored one shows.

A line says what is done about the contents of one ticket, when, on what ground and by whom; nothing of it is
anybody's private matter, so it is shown as it is.

Source: docs/spec/verification.md, V9.4 to V9.8; docs/spec/anchored-log.md, L10.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from supportledger.errors import BundleFormatError, CommitmentMismatch, VerificationError
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.instant import format_instant
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action
from supportledger.proof import field_json
from supportledger.proof.anchored import AnchoredLine
from supportledger.proof.merkle import leaf_hash, verify_inclusion

LOG: Final = "privacy"
"""The one log that has such lines."""
LOG_ID: Final = keccak(LOG.encode())
LINE_TYPE: Final = "supportledger.privacy.v1"
_LIMIT: Final = 1024
_TIME: Final = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_MEMBERS: Final = {"actor", "ground", "step", "ticket", "time", "type"}


class Step(StrEnum):
    """What a line says."""

    BEGUN = "begun"
    """The contents are about to be erased; they may still be there."""
    ERASED = "erased"
    """They are gone: nobody can read them any more."""
    CALLED_OFF = "called off"
    """What was begun was not done: a legal hold came first."""
    HELD = "held"
    """They must be kept, by law."""
    RELEASED = "released"
    """They need not be kept any longer."""


class Ground(StrEnum):
    """Why contents are erased, in words that say nothing about anybody (GDPR, art. 17 (1) and 5 (1) e)."""

    REQUEST = "request"
    """The customer asked for it, and nothing stands against it."""
    NO_LONGER_NEEDED = "no longer needed"
    CONSENT_WITHDRAWN = "consent withdrawn"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEGAL_OBLIGATION = "legal obligation"
    CHILD = "child"
    RETENTION_OVER = "retention over"
    """The time for which it was to be kept is over."""


@dataclass(frozen=True, slots=True)
class PrivacyLine:
    """
    One line of the log (L10.1).

    Args:
        ticket: Whose contents.
        step: What it says of them.
        time: When, by the ledger's clock; Unix seconds.
        actor: Who did it; nobody's address for whoever works on the desk's machine.
        ground: Why they are erased; None for holds.
    """

    ticket: TicketId
    step: Step
    time: int
    actor: Address
    ground: Ground | None = None

    def to_bytes(self) -> bytes:
        """Write it as it stands in the log (L10.2)."""
        return field_json.canonical(
            {
                "actor": field_json.actor_to_json(self.actor),
                "ground": str(self.ground or ""),
                "step": str(self.step),
                "ticket": field_json.word_to_json(self.ticket),
                "time": str(self.time),
                "type": LINE_TYPE,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """
        Read what `to_bytes` wrote.

        Raises:
            BundleFormatError: It is anything else, by as little as one byte.
        """
        content = field_json.read(data) if len(data) <= _LIMIT else None
        if not isinstance(content, dict) or content.keys() != _MEMBERS or content["type"] != LINE_TYPE:
            raise BundleFormatError("this is no line of the log of erasures")
        line = cls._from_json(content)
        if line.to_bytes() != data:
            raise BundleFormatError("a line is not in its canonical form")
        return line

    @classmethod
    def _from_json(cls, content: Mapping[str, object]) -> Self:
        time = content["time"]
        if not isinstance(time, str) or not _TIME.fullmatch(time):
            raise BundleFormatError("the time of a line is written in decimal")
        actor = Address(field_json.actor_from_json(content["actor"]))
        try:
            step = Step(str(content["step"]))
            ground = Ground(str(content["ground"])) if content["ground"] else None
        except ValueError as cause:
            raise BundleFormatError("a line says something that no such line says") from cause
        ticket = TicketId(field_json.word_from_json(content["ticket"]))
        return cls(ticket, step, int(time), actor, ground)


@dataclass(frozen=True, slots=True)
class Erasure:
    """
    That a ticket's contents were erased, as a verifier is shown it.

    Args:
        line: Of the log `privacy`, with the proof of its place.
        checkpoint: Under which it is; that the ledger has it is the verifier's business (V9.6).
    """

    line: AnchoredLine
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Erased:
    """
    An erasure that was checked.

    Args:
        line: What was erased, when and why.
        anchored_at: Since when the ledger has known of it; Unix seconds.
    """

    line: PrivacyLine
    anchored_at: int

    def covers(self, entry: EntryRecord) -> bool:
        """Tell whether an entry was there when its ticket's contents were erased (V9.7)."""
        return entry.time <= self.anchored_at


def check_erasure(ticket: TicketId, erasure: Erasure, entries: Iterable[EntryRecord]) -> Erased:
    """
    Check that a ticket's contents were erased, and could be.

    Args:
        ticket: Which ticket it is to be.
        erasure: What is shown.
        entries: Of the ticket, in order.

    Raises:
        CommitmentMismatch: It was not, or could not be.
    """
    try:
        line = PrivacyLine.from_bytes(erasure.line.data)
        _check_included(erasure)
    except VerificationError as cause:
        raise CommitmentMismatch(f"the erasure of the contents is not shown: {cause.message}") from cause
    if line.ticket != ticket or line.step is not Step.ERASED:
        raise CommitmentMismatch("the line that is shown is not of an erasure of this ticket")
    check_possible(line, erasure.checkpoint.time, entries)
    return Erased(line, erasure.checkpoint.time)


def check_possible(line: PrivacyLine, anchored_at: int, entries: Iterable[EntryRecord]) -> None:
    """
    Check that a ticket's contents could be erased when a line says that they were (V9.7).

    Args:
        line: Of an erasure.
        anchored_at: Since when the ledger has had it; Unix seconds.
        entries: Of the ticket, in order.

    Raises:
        CommitmentMismatch: They could not.
    """
    closings = [one.time for one in entries if one.action is Action.CLOSE and one.time <= anchored_at]
    if not closings:
        raise CommitmentMismatch("the contents are said to be erased, and the ticket was not closed")
    if line.time < closings[0]:
        said = format_instant(line.time)
        raise CommitmentMismatch(
            f"the contents are said to be erased, {said}, and the ticket was closed later"
        )


def _check_included(erasure: Erasure) -> None:
    line, checkpoint = erasure.line, erasure.checkpoint
    if line.index >= checkpoint.size:
        raise CommitmentMismatch(f"line {line.index} came after the checkpoint of {checkpoint.size} lines")
    verify_inclusion(leaf_hash(line.data), line.index, checkpoint.size, line.proof, checkpoint.root)
