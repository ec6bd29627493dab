"""
How far the files of a log count: a small file with two places, which are written in turn.

    version, turn, lines, root, bytes of lines, and a hash of all that: six lines, and zeros up to 4,096 bytes
    the same, of the turn before or after

1. The place of the later turn counts. Even turns are in the first place, odd ones in the second.
2. Who appends writes the place that does not count, and waits for the disk: that is the moment of appending.
3. A disk writes so few bytes at once, or not at all. A place that is not whole, or of another turn than the
   one before, was damaged: nothing is guessed from the other one, which would take back what was appended.

An older version wrote a file with one place and without a hash; it is read, and written anew by who appends.

Source: docs/spec/anchored-log.md, L3.2; docs/adr/0018-two-places-for-a-head.md.
"""

import base64
import binascii
import hashlib
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from supportledger.errors import StoreCorrupt
from supportledger.proof.log_tree import EMPTY, TILE_WIDTH, TreeHead
from supportledger.store.log_disk import Handles, Part, Place, write_whole

_PLACE: Final = 4_096
_SIZE: Final = 2 * _PLACE
_LONGEST: Final = 256
_VERSION: Final = b"supportledger.log.v2"
_SAID: Final = rb"(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(0|[1-9][0-9]{0,17})\n"
_WHOLE: Final = re.compile(rb"(" + _VERSION + rb"\n([0-9]{1,18})\n" + _SAID + rb")([0-9a-f]{64})\n\0*")
_OLDER: Final = re.compile(rb"supportledger\.log\.v1\n" + _SAID)
_TRIES: Final = 5
_REST_S: Final = 0.001


@dataclass(frozen=True, slots=True)
class Extent:
    """
    How far the files of a log count.

    Args:
        head: Lines and root.
        line_bytes: Of the file of lines.
        turn: Counts how often it was written; -1: by an older version.
    """

    head: TreeHead
    line_bytes: int
    turn: int = -1

    @property
    def bundles(self) -> int:
        """How many bundles the lines make."""
        return -(-self.head.size // TILE_WIDTH)


def empty() -> bytes:
    """Give the file of a log without lines."""
    return _file(Extent(EMPTY, 0))


def read(path: Place, part: Part) -> Extent:
    """
    Read how far a log counts; whoever appends meanwhile does not disturb it.

    Args:
        path: Of the file.
        part: Reads so many bytes of a file, from somewhere.

    Raises:
        StoreCorrupt: It is damaged.
    """
    for _ in range(_TRIES):
        found = _read(part(path, 0, _SIZE + 1))
        if found:
            return found
        time.sleep(_REST_S)  # perhaps it is being written at this moment
    raise StoreCorrupt(f"{path} is damaged", hint="Restore the log from a backup.")


def write(path: Place, before: Extent, after: Extent, handles: Handles) -> None:
    """Let a log count further than before, and wait for the disk; whoever calls holds the log's lock."""
    turn = before.turn + 1
    if not turn:
        write_whole(path, _file(after))
        return
    at = turn % 2 * _PLACE
    older = handles.part(path, at, _LONGEST)
    try:
        handles.put(path, at, _place(after, turn))
    except OSError:
        with suppress(OSError):  # the first error is told; what was written by halves is not to count
            handles.put(path, at, older)
        raise


# -- inside --------------------------------------------------------------------------------------------------


def _file(extent: Extent) -> bytes:
    return b"".join(_place(extent, turn).ljust(_PLACE, b"\0") for turn in (0, 1))


def _place(extent: Extent, turn: int) -> bytes:
    root = base64.b64encode(extent.head.root)
    said = b"%s\n%d\n%d\n%s\n%d\n" % (_VERSION, turn, extent.head.size, root, extent.line_bytes)
    return (said + hashlib.sha256(said).hexdigest().encode() + b"\n").ljust(_LONGEST, b"\0")


def _read(data: bytes) -> Extent | None:
    """Read the file; None if it is damaged, or being written."""
    older = _OLDER.fullmatch(data)
    if older:
        return _extent(-1, older[1], older[2], older[3])
    even, odd = (_read_place(data[start : start + _PLACE]) for start in (0, _PLACE))
    if even is None or odd is None or len(data) != _SIZE or abs(even.turn - odd.turn) != 1:
        return None
    return max(even, odd, key=lambda one: one.turn) if even.turn % 2 == 0 else None


def _read_place(data: bytes) -> Extent | None:
    found = _WHOLE.fullmatch(data)
    if found is None or hashlib.sha256(found[1]).hexdigest().encode() != found[6]:
        return None
    return _extent(int(found[2]), found[3], found[4], found[5])


def _extent(turn: int, size: bytes, root: bytes, line_bytes: bytes) -> Extent | None:
    try:
        return Extent(TreeHead(int(size), base64.b64decode(root, validate=True)), int(line_bytes), turn)
    except binascii.Error:
        return None
