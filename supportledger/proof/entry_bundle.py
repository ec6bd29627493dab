"""
Lines of a log side by side, each behind its length: how tiled logs store and serve them, 256 to a bundle.

Source: C2SP tlog-tiles, "Log entries"; docs/spec/anchored-log.md, L1.4.
"""

from collections.abc import Sequence
from typing import Final

from supportledger.errors import BundleFormatError, InputError

LINE_LIMIT: Final = 0xFFFF
"""Most bytes of one line: its length is written in two."""
_LENGTH: Final = 2


def pack(lines: Sequence[bytes]) -> bytes:
    """
    Write lines one behind the other.

    Raises:
        InputError: A line is too long.
    """
    check_lengths(lines)
    return b"".join([part for line in lines for part in (len(line).to_bytes(_LENGTH, "big"), line)])


def check_lengths(lines: Sequence[bytes]) -> None:
    """
    Do nothing if every line is short enough.

    Raises:
        InputError: One is not.
    """
    longest = max(map(len, lines), default=0)
    if longest > LINE_LIMIT:
        raise InputError(
            f"a line of {longest} bytes is longer than {LINE_LIMIT}",
            hint="Put the long part into a file, and its hash into the log.",
        )


def packed_size(lines: Sequence[bytes]) -> int:
    """Tell how many bytes lines take."""
    return sum(map(len, lines)) + _LENGTH * len(lines)


def unpack(data: bytes) -> list[bytes]:
    """
    Read lines.

    Raises:
        BundleFormatError: Something is missing at the end.
    """
    lines, at = [], 0
    while at < len(data):
        start = at + _LENGTH
        at = start + int.from_bytes(data[at:start], "big")
        lines.append(data[start:at])
    if at != len(data):
        raise BundleFormatError("a bundle of lines ends in the middle of one")
    return lines
