"""
Values of a proof file, each with the one way in which it is written.

Bytes are `0x` and lower-case hexadecimal; small numbers are numbers; everything else is an object with
exactly its members, or an array.

Source: docs/spec/proof-file.md, P2.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from supportledger.errors import BundleFormatError

_HEX: Final = re.compile("0x(?:[0-9a-f]{2})*", re.ASCII)

Members = Mapping[str, object]


def members(data: object, names: Collection[str], what: str) -> Members:
    """
    Read an object that has exactly these members (P2.1).

    Raises:
        BundleFormatError: It is none, or one is missing or too many.
    """
    if not isinstance(data, dict):
        raise BundleFormatError(f"{what} is not an object")
    missing, more = sorted(set(names) - data.keys()), sorted(data.keys() - set(names))
    if missing:
        raise BundleFormatError(f"{what} lacks {', '.join(missing)}")
    if more:
        raise BundleFormatError(f"{what} has the unknown member {more[0][:80]!r}")
    return cast(Members, data)


def array(data: object, what: str) -> Sequence[object]:
    """
    Read an array.

    Raises:
        BundleFormatError: It is none.
    """
    if not isinstance(data, list):
        raise BundleFormatError(f"{what} is not an array")
    return cast(Sequence[object], data)


def integer(data: object, bits: int, what: str) -> int:
    """
    Read a number from 0 to 2**bits - 1 (P2.3).

    Raises:
        BundleFormatError: It is none.
    """
    if not isinstance(data, int) or isinstance(data, bool) or data < 0 or data >> bits:
        raise BundleFormatError(f"{what} is not a whole number of at most {bits} bits")
    return data


def chosen(data: object, words: Mapping[str, int], what: str) -> int:
    """
    Read one of a few words, as the number that it stands for.

    Raises:
        BundleFormatError: It is none of them.
    """
    if not isinstance(data, str) or data not in words:
        raise BundleFormatError(f"{what} is not one of {', '.join(words)}")
    return words[data]


def octets(data: object, what: str, size: int | None = None) -> bytes:
    """
    Read bytes (P2.2).

    Args:
        data: To read.
        what: For messages.
        size: How many there must be; None: any number.

    Raises:
        BundleFormatError: It is not `0x` and lower-case hexadecimal, or of another size.
    """
    if not isinstance(data, str) or not _HEX.fullmatch(data):
        raise BundleFormatError(f"{what} is not 0x and lower-case hexadecimal digits in pairs")
    found = bytes.fromhex(data[2:])
    if size is not None and len(found) != size:
        raise BundleFormatError(f"{what} has {len(found)} bytes, not {size}")
    return found


def hexed(value: bytes) -> str:
    """Write bytes."""
    return "0x" + value.hex()
