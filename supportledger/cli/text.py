"""
Text on a terminal: how wide it is, where it may break, and what must not reach the terminal at all.

Customers write what is shown here. Control characters could move the cursor, change colours or the window's
title, and directional overrides could make a line read as another; both are shown as escapes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_UNSAFE: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PIECE: Final = r"\s+|\S+"
_ZERO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
_NOT_FIRST: Final = frozenset("，。、；：？！）】》」』”’…%,.;:?!)]}")


def safe(text: str) -> str:
    r"""Show what could act on a terminal instead of being read: `\x1b`, `\u202e`."""
    return re.sub(_UNSAFE, lambda found: _escaped(found[0]), text.replace("\r\n", "\n").replace("\t", "    "))


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


@lru_cache(maxsize=2048)
def _cells(character: str) -> int:
    import unicodedata  # noqa: PLC0415 -- most help is ASCII

    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def width(text: str) -> int:
    """Count the columns that a line takes; Chinese characters take two."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, columns: int) -> str:
    """Fill a line with spaces."""
    return text + " " * (columns - width(text))


def wrap(text: str, columns: int) -> list[str]:
    """
    Break text into lines: at spaces, and between any two wide characters but before closing punctuation.

    A word that is wider than a line is broken anywhere.
    """
    return [line for paragraph in text.split("\n") for line in _wrapped(paragraph, max(columns, 2))]


def _wrapped(paragraph: str, columns: int) -> Iterator[str]:
    if paragraph.isascii() and len(paragraph) <= columns:
        yield paragraph.rstrip()
        return
    line = ""
    for piece in _pieces(paragraph, columns):
        if line and width(line) + width(piece.rstrip()) > columns:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(paragraph: str, columns: int) -> Iterator[str]:
    for found in re.finditer(_PIECE, paragraph):
        piece = ""
        for character in found[0]:
            breaks = _cells(character) == 2 or (piece and _cells(piece[-1]) == 2)
            if piece and character not in _NOT_FIRST and (breaks or width(piece) >= columns):
                yield piece
                piece = ""
            piece += character
        yield piece
