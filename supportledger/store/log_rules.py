"""What every log store answers in the same words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from supportledger.errors import Conflict, InputError, NotFound
from supportledger.proof.log_tree import TILE_WIDTH

BATCH: Final = 64 * TILE_WIDTH
"""Lines that are held at a time while many are appended."""
SUBJECT_SIZE: Final = 32
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


def check_name(name: str) -> str:
    """
    Pass on the name of a log or document.

    Raises:
        InputError: It cannot be one.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"not a name of a log: {name[:80]!r}",
            hint="Use lower-case letters, digits and . _ -, at most 64, a letter or digit first.",
        )
    return name


def check_subject(subject: bytes) -> bytes:
    """
    Pass on a subject.

    Raises:
        InputError: It is not 32 bytes.
    """
    if len(subject) != SUBJECT_SIZE:
        raise InputError(f"a subject of records is {SUBJECT_SIZE} bytes, not {len(subject)}")
    return subject


def check_records(records: Sequence[bytes]) -> Sequence[bytes]:
    """
    Pass on records.

    Raises:
        InputError: One has a line break.
    """
    if any(b"\n" in record for record in records):
        raise InputError("a record is one line")
    return records


def check_about(records: Sequence[tuple[bytes, bytes]]) -> Sequence[tuple[bytes, bytes]]:
    """
    Pass on records with their subjects.

    Raises:
        InputError: A subject is not 32 bytes, or a record has a line break.
    """
    check_records([record for _, record in records])
    for subject, _ in records:
        check_subject(subject)
    return records


def check_size(log: str, size: int, after: int | None) -> None:
    """
    Do nothing if the log has as many lines as is expected.

    Raises:
        Conflict: It has not.
    """
    if after is not None and after != size:
        raise Conflict(f"the log {log} has {size} lines by now, not {after}", hint="Read it again.")


def batches(lines: Iterable[bytes], first: int) -> Iterator[list[bytes]]:
    """Cut lines into batches, of which each but the last fills its last bundle."""
    each = iter(lines)
    size = BATCH - first % TILE_WIDTH
    while batch := list(islice(each, size)):
        yield batch
        size = BATCH


def check_range(start: int, stop: int | None, size: int) -> tuple[int, int]:
    """
    Give the lines that are meant, as far as they are there.

    Raises:
        InputError: Somebody counts from the end.
    """
    if start < 0 or (stop is not None and stop < 0):
        raise InputError("lines of a log are numbered from 0")
    return start, size if stop is None else min(stop, size)


def no_log(log: str) -> NotFound:
    """Say that a log does not exist."""
    return NotFound(f"there is no log {log}", hint="`supportledger log create` begins one.")


def taken(log: str) -> Conflict:
    """Say that a log exists."""
    return Conflict(f"there is a log {log} already", hint="Choose another name.")


def no_document(log: str, document: str) -> NotFound:
    """Say that a document is not there."""
    return NotFound(f"the log {log} has no {document}")
