"""
Step 12 of the verifier: lines are under an anchored checkpoint, none missing from the middle.

Source: docs/spec/anchored-log.md, L5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from supportledger.errors import (
    AnchorMismatch,
    BundleFormatError,
    InclusionMismatch,
    Inconclusive,
)
from supportledger.model import abi
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import TicketId, keccak
from supportledger.proof.conversation import FIRST, Line, LogPlace
from supportledger.proof.merkle import leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class AnchoredLine:
    """
    A line with the proof of its place in the log.

    Args:
        data: The line as it stands in the log; hashed here, never taken as a hash (L5.2).
        index: Its position in the log, from 0.
        proof: Sibling hashes from leaf to root, under the size of the checkpoint.
    """

    data: bytes
    index: int
    proof: tuple[bytes, ...]


def check_anchored(
    ticket: TicketId,
    lines: Sequence[AnchoredLine],
    checkpoint: Checkpoint,
    places: Sequence[LogPlace] = (),
) -> str:
    """
    Check that the lines are the ticket's conversation, whole up to what its entries say of it.

    Args:
        ticket: Whose conversation it is to be.
        lines: All of its lines up to some number, in order.
        checkpoint: Size and root that the verifier trusts to be anchored: its caller has shown that (L5.1).
        places: What disclosed contents of the ticket's entries say, in the order of the entries.

    Returns:
        What was checked, in words.

    Raises:
        InclusionMismatch: A line is not in the log where it is said to be.
        AnchorMismatch: A line is missing, another ticket's, out of order, or not the one that an entry named.
        Inconclusive: There are neither lines, nor an entry that says anything of them (L5.7).
    """
    if not lines and not any(place.count for place in places):
        raise Inconclusive("no anchored lines were given, and no disclosed content names any")
    read = [_read(number, one) for number, one in enumerate(lines, start=1)]
    _check_sequence(ticket, read)
    _check_order([one.index for one in lines])
    for one in lines:
        _check_included(one, checkpoint)
    named = _check_places(read, places)
    return _told(len(lines), checkpoint.size, named)


def anchor_word(checkpoint: Checkpoint) -> bytes:
    """
    Give the word that the ledger holds for a log whose last anchor is this; zero before the first.

    Source: LEDGER, "Agents, policies, anchors".
    """
    if checkpoint == Checkpoint():
        return bytes(abi.WORD)
    words = abi.uint(checkpoint.size) + abi.bytes32(checkpoint.root) + abi.uint(checkpoint.time)
    return keccak(words)


def _read(number: int, one: AnchoredLine) -> Line:
    try:
        return Line.from_bytes(one.data)
    except BundleFormatError as cause:
        raise AnchorMismatch(f"line {number} of the conversation cannot be read: {cause.message}") from cause


def _check_sequence(ticket: TicketId, lines: Sequence[Line]) -> None:
    """L5.3: numbers run from 1, and each line names the hash of the one before."""
    previous = FIRST
    for number, line in enumerate(lines, start=1):
        if line.ticket != ticket:
            raise AnchorMismatch(f"line {number} belongs to ticket {line.ticket.handle}")
        if line.number != number:
            raise AnchorMismatch(f"line {number} of the conversation is missing: line {line.number} follows")
        if line.previous != previous:
            raise AnchorMismatch(f"line {number} does not follow the line before it")
        previous = line.hash


def _check_order(indexes: Sequence[int]) -> None:
    """L5.4: the log has the lines in the order of their numbers."""
    if any(one >= other for one, other in pairwise(indexes)):
        raise AnchorMismatch("the log has the lines in another order than the conversation")


def _check_included(line: AnchoredLine, checkpoint: Checkpoint) -> None:
    """L5.2."""
    if line.index >= checkpoint.size:
        raise InclusionMismatch(
            f"line {line.index} of the log came after the anchored checkpoint of {checkpoint.size}"
        )
    verify_inclusion(leaf_hash(line.data), line.index, checkpoint.size, line.proof, checkpoint.root)


def _check_places(lines: Sequence[Line], places: Sequence[LogPlace]) -> int:
    """L5.5: every entry that says how many lines it follows finds them, and the last of them."""
    named = 0
    for place in places:
        _check_place(place, lines, named)
        named = place.count
    return named


def _check_place(place: LogPlace, lines: Sequence[Line], named: int) -> None:
    entry, count = place.entry, place.count
    if count > len(lines):
        raise AnchorMismatch(
            f"entry {entry} follows {count} lines, of which {len(lines)} were given", entry=entry
        )
    if place.last != (lines[count - 1].hash if count else FIRST):
        raise AnchorMismatch(f"entry {entry} follows another line {count} than the one given", entry=entry)
    if count < named:
        raise AnchorMismatch(f"entry {entry} follows fewer lines than an entry before it", entry=entry)


def _told(given: int, size: int, named: int) -> str:
    """L5.6: behind the last line that an entry names, others may be missing."""
    lines = "1 line" if given == 1 else f"{given} lines"
    return f"{lines} under an anchored checkpoint of {size}; the ticket's entries name {named} of them"
