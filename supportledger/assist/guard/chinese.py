"""
Seed phrases of Chinese characters without spaces, told from ordinary sentences.

Most characters of any sentence are in the lists, and one run of twelve in sixteen has a valid checksum. But
a sentence is woven of common words: of twelve of its characters, nine or more stand in pairs that common
words contain, or are common words alone. Of twelve that are drawn by lot, two do.

1. A window of as many characters as a phrase has, with a valid checksum, few of them woven, is a phrase.
2. One that begins and ends where the text is cut (by spaces, lines, quotes …) may be woven more.
3. A window has no cuts inside, or even ones: sentences are not cut into equal parts.
4. One that stands so, and is hardly woven at all, is a phrase without a checksum, too; even if one character
   is missing, or is on no list.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Final

from supportledger.assist.guard.findings import Certainty, Finding
from supportledger.assist.guard.words import HAN, LEAST, SIZES, holds, places, words
from supportledger.model.incident import SecretKind

_CHARACTER: Final = "[\u3400-\u9fff\U00020000-\U000323af]"
_STRETCH: Final = re.compile(
    rf"{_CHARACTER}(?:[^\w。!?:;]{{0,4}}[0-9]{{0,2}}[^\w。!?:;]{{0,4}}{_CHARACTER})++"
)
"""Chinese characters with little between them that is no letter."""
_NOWHERE: Final = -1
_WINDOWS: Final = tuple(size - missing for size in SIZES for missing in (0, 1))
_EMBEDDED: Final = 5 / 12
_DELIMITED: Final = 8 / 12
_UNCHECKED: Final = 4 / 12
_UNCHECKED_EMBEDDED: Final = 1 / 12
"""How large a part of a phrase may be woven: in a sentence, or standing apart; with a checksum or without."""
_LOOSEST: Final = 8
"""Most woven characters among the first eleven of a window that is looked at closely."""
_CHECKS: Final = 20_000
"""Checksums that are computed in one stretch; beyond, what is no sentence is taken for a phrase."""


def unspaced(text: str) -> Iterator[Finding]:
    """
    Find Chinese phrases without spaces.

    Args:
        text: Folded.
    """
    for found in _STRETCH.finditer(text):
        if found.end() - found.start() >= LEAST - 1:
            at = [spot for spot in range(*found.span()) if text[spot].isalpha()]
            characters = [text[spot] for spot in at]
            woven = _woven(characters)
            if loose := _loose(woven):
                for language in HAN:
                    yield from _Stretch(language, characters, at, woven).findings(loose)


def _woven(characters: Sequence[str]) -> list[int]:
    """Count the woven characters up to each one."""
    pairs, alone = _pairs(), _alone()
    linked = [one + other in pairs for one, other in pairwise(characters)]
    sides = zip([False, *linked], [*linked, False], characters, strict=True)
    return [0, *accumulate(left or right or one in alone for left, right, one in sides)]


def _loose(woven: Sequence[int]) -> list[int]:
    """Give the beginnings of windows that are not plainly sentences."""
    ahead = zip(woven, woven[LEAST - 1 :], strict=False)
    return [start for start, (before, behind) in enumerate(ahead) if behind - before <= _LOOSEST]


@cache
def _pairs() -> frozenset[str]:
    """Collect what stands side by side in common words, and in those of this trade."""
    return frozenset(pair for language in HAN for pair in _pairs_of(language))


def _pairs_of(language: str) -> Iterator[str]:
    for line in _data("pairs.txt", language).splitlines():
        yield from (line[0] + other for other in line[1:])
    for term in _data("terms.txt", language).split():
        yield from (one + other for one, other in pairwise(term))


@cache
def _alone() -> frozenset[str]:
    """Collect the characters that are common words by themselves."""
    return frozenset("".join(_data("alone.txt", language).strip() for language in HAN))


def _data(name: str, language: str) -> str:
    """Read a file, in the characters of a list: the two have the same ones, in the same order."""
    text = files(__package__).joinpath("data", "chinese", name).read_text("utf-8")
    alphabet = zip(words(HAN[0]), words(language), strict=True)
    return text if language == HAN[0] else text.translate({ord(one): other for one, other in alphabet})


class _Stretch:
    """
    Chinese characters in a row, as one list sees them.

    Args:
        language: The list.
        characters: What they are.
        at: Where each stands in the text.
        woven: How many of them are woven, up to each one.
    """

    def __init__(
        self, language: str, characters: Sequence[str], at: Sequence[int], woven: Sequence[int]
    ) -> None:
        known = places(language)
        self._at = at
        self._woven = woven
        self._places = [known.get(one, _NOWHERE) for one in characters]
        self._unknown = [0, *accumulate(place == _NOWHERE for place in self._places)]
        self._checks = _CHECKS

    def findings(self, loose: Iterable[int]) -> Iterator[Finding]:
        """Find what is a phrase among the windows that begin at some characters."""
        free = 0
        for start in loose:
            if start < free or self._unknown[start + LEAST - 1] - self._unknown[start] > 1:
                continue
            for size in _WINDOWS:
                end = start + size
                if end <= len(self._at) and (certainty := self._judged(start, end)):
                    yield Finding(SecretKind.SEED_PHRASE, self._at[start], self._at[end - 1] + 1, certainty)
                    free = start if self._checks else max(free, end)

    def _judged(self, start: int, end: int) -> Certainty | None:
        """Say how a window is known to be a phrase; None if it is none."""
        size = end - start
        woven = (self._woven[end] - self._woven[start]) / size
        unknown = self._unknown[end] - self._unknown[start]
        is_delimited = self._is_cut(start) and self._is_cut(end)
        if (
            woven > (_DELIMITED if is_delimited else _EMBEDDED)
            or unknown > 1
            or not self._is_even(start, end)
        ):
            return None
        is_whole = not unknown and size in SIZES
        if is_whole and self._holds(start, end):
            return Certainty.VERIFIED
        if not self._checks:
            return Certainty.LIKELY
        most = _UNCHECKED if is_delimited else _UNCHECKED_EMBEDDED if is_whole else _NOWHERE
        return Certainty.LIKELY if woven <= most else None

    def _holds(self, start: int, end: int) -> bool:
        self._checks = max(0, self._checks - 1)
        return self._checks > 0 and holds(self._places[start:end])

    def _is_even(self, start: int, end: int) -> bool:
        """Tell whether a window is in one part, or in equal ones; the first and the last may be cut off."""
        cuts = [start, *filter(self._is_cut, range(start + 1, end)), end]
        parts = [other - one for one, other in pairwise(cuts)]
        if len(parts) == 2:
            return parts[0] == parts[1] and self._is_cut(start) and self._is_cut(end)
        inner = parts[1:-1] or parts
        return len(set(inner)) == 1 and max(parts[0], parts[-1]) <= inner[0]

    def _is_cut(self, number: int) -> bool:
        """Tell whether a character is the first of the stretch, or follows a gap; or none is left."""
        return number in {0, len(self._at)} or self._at[number] - self._at[number - 1] > 1
