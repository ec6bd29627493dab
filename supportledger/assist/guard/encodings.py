"""How a file that is text was encoded, and how it is written again with some of it changed."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; the longer before those that they begin with."""
_UNMARKED: Final = ("utf-8", "gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "latin-1")
_BINARY: Final = bytes(range(8)) + bytes(range(14, 27)) + bytes(range(28, 32))
"""Bytes that no text of one or two bytes a character has."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """
    A way to write text as bytes.

    Args:
        name: As Python knows it.
        mark: The byte order mark that stands before the text.
    """

    name: str
    mark: bytes = b""

    def decode(self, data: bytes) -> str:
        """
        Read a file.

        Raises:
            UnicodeDecodeError: It is not written so.
        """
        return data[len(self.mark) :].decode(self.name)

    def encode(self, text: str) -> bytes:
        """Write a file."""
        return self.mark + text.encode(self.name)


def of(data: bytes) -> Iterator[Encoding]:
    """Give the ways in which a file can be read as text, and written again as it is; none for other files."""
    return (one for one in _candidates(data) if _is_written_so(data, one))


def _candidates(data: bytes) -> Iterator[Encoding]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            yield Encoding(name, mark)
            return
    if b"\0" in data:
        yield from _wide(data)
        return
    if data.translate(None, _BINARY) != data:
        return
    utf8 = Encoding("utf-8")
    if _is_written_so(data, utf8):
        yield utf8
    else:
        yield from (Encoding(name) for name in _UNMARKED[1:])


def _wide(data: bytes) -> Iterator[Encoding]:
    """Give UTF-16 without a mark for what has zeros in every other place only, as Latin text has."""
    if len(data) % 2 == 0:
        if 0 not in data[::2] and data[1::2].count(0) * 2 > len(data) // 2:
            yield Encoding("utf-16-le")
        elif 0 not in data[1::2] and data[::2].count(0) * 2 > len(data) // 2:
            yield Encoding("utf-16-be")


def _is_written_so(data: bytes, encoding: Encoding) -> bool:
    try:
        return encoding.encode(encoding.decode(data)) == data
    except UnicodeError:
        return False
