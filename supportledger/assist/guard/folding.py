"""
A text as the guard reads it: one form for every way to write the same, and the way back to where it stood.

* Full-width, enclosed and composed characters become the plain ones of Unicode's compatibility form; accents
  of Latin letters fall, those of kana stay; katakana becomes hiragana.
* What cannot be seen falls: zero-width and other format characters.
* Enclosed numbers stand apart from the word that follows them.

Source: Unicode Standard Annex 15 (normalisation forms); BIP-39, which compares words in NFKD.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

from supportledger.model.incident import MARK

_KANA_MARKS: Final = {"\u3099": "\uff9e", "\u309a": "\uff9f"}
"""Sounds of kana, written as letters so that a word stays one."""
_KATAKANA: Final = range(0x30A1, 0x30F7)
_TO_HIRAGANA: Final = 0x60
_UNSEEN: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_KEPT_CONTROLS: Final = frozenset("\t\n\v\f\r")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


class _Table(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _folded(chr(code))
        return found


def _folded(character: str) -> str:
    plain = "".join(map(_plain, unicodedata.normalize("NFKD", character)))
    is_number = unicodedata.category(character) in {"No", "Nl"}
    return f" {plain} " if is_number else plain


def _plain(character: str) -> str:
    if character in _KANA_MARKS:
        return _KANA_MARKS[character]
    if character in _UNSEEN:
        return ""
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc", "Co", "Cn"}:
        return character if character in _KEPT_CONTROLS else ""
    code = ord(character)
    return chr(code - _TO_HIRAGANA) if code in _KATAKANA else character


_TABLE: Final = _Table()


def fold(text: str) -> str:
    """Write a text in the one form, its case as it was."""
    return text if text.isascii() and not _CONTROL.search(text) else text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Where a decoder put other text in the place of some.

    Args:
        at: Where the other text begins, in what was decoded.
        size: How long it is.
        start: Where the first text begins, in the source.
        end: Where it ends.
    """

    at: int
    size: int
    start: int
    end: int


class View:
    """
    One reading of a text, in which secrets are looked for.

    Args:
        text: Decoded: without tags and escapes.
        pieces: What the decoder replaced, in order.
    """

    def __init__(self, text: str, pieces: Sequence[Piece] = ()) -> None:
        self._decoded = MARK.sub(_blank, text)
        self._pieces = pieces
        self.plain: Final = fold(self._decoded)
        """In the one form, with its case."""
        self.lower: Final = self.plain.lower()
        """The same in lower case, and of the same length."""

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Tell where a part of `plain` stood in the source; what was read as one stays whole."""
        first, last = self._unfolded(start), self._unfolded(end - 1)
        return self._undecoded(first)[0], self._undecoded(last)[1]

    def _unfolded(self, at: int) -> int:
        if self.plain is self._decoded:
            return at
        return bisect_right(self._ends, at)

    @cached_property
    def _ends(self) -> list[int]:
        """Where each character of the decoded text ends in the folded one."""
        return list(accumulate(len(_TABLE[ord(one)]) for one in self._decoded))

    def _undecoded(self, at: int) -> tuple[int, int]:
        number = bisect_right(self._pieces, at, key=lambda piece: piece.at) - 1
        if number < 0:
            return at, at + 1
        piece = self._pieces[number]
        beyond = at - piece.at - piece.size
        return (piece.start, piece.end) if beyond < 0 else (piece.end + beyond, piece.end + beyond + 1)


def _blank(found: re.Match[str]) -> str:
    return "\n" * len(found[0])
