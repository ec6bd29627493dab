"""
Seed phrases of spelled words without spaces: Japanese as it is written, others if somebody glued the words.

1. What can be cut into eleven words of one list, nothing left between them, is a phrase; prose cannot.
2. Of Japanese prose hardly two words in a row can be cut so: nine are enough.
3. Three words or more count on together behind what may be one wrong word.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from supportledger.assist.guard.findings import Certainty, Finding
from supportledger.assist.guard.words import LATIN, LEAST, SIZES, holds, places
from supportledger.model.incident import SecretKind

_LETTER: Final = "[\u3041-\u3096\uff9e\uff9f]"
_KANA: Final = re.compile(rf"{_LETTER}++(?:[\W\d_]{{1,8}}{_LETTER}++)*+")
_GLUED: Final = (
    (re.compile("(?<![0-9a-z])(?![a-f]++(?![g-z]))[a-z]{33,}+"), LATIN),
    (re.compile("[\u1100-\u11ff]{33,}+"), ("korean",)),
)
_LENGTHS: Final = range(3, 12)
"""Letters of a word, in every list."""
_LEAST_KANA: Final = 9
_SEVERAL: Final = 3
_TRIES: Final = 16
_CUTS: Final = 2_000
"""Ways to cut a stretch that are tried for a checksum; without one, it is a finding all the same."""


def glued(text: str) -> Iterator[Finding]:
    """
    Find phrases whose words are written without spaces.

    Args:
        text: Folded, in lower case.
    """
    for found in _KANA.finditer(text):
        if found.end() - found.start() < _LEAST_KANA * _LENGTHS.start:
            continue
        yield from _Stretch(text, found.span(), "japanese").findings()
    for letters, languages in _GLUED:
        for found in letters.finditer(text):
            begun = {text[at : at + _LENGTHS.start] for at in range(*found.span())}
            for language in languages:
                if begun & _lengths(language).keys():
                    yield from _Stretch(text, found.span(), language).findings()


@cache
def _lengths(language: str) -> Mapping[str, Sequence[int]]:
    """Tell how long the words are that begin with some letters: most places in a text begin none."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for word in places(language):
        found[word[: _LENGTHS.start]].add(len(word))
    return {begin: tuple(sorted(lengths)) for begin, lengths in found.items()}


class _Part(NamedTuple):
    """Letters that can be cut into words."""

    start: int
    end: int
    words: int


class _Stretch:
    """
    Letters in a row, as one list sees them.

    Args:
        text: All of it.
        span: Where the stretch is; what is no letter in it does not count.
        language: The list.
    """

    def __init__(self, text: str, span: tuple[int, int], language: str) -> None:
        self._at = [spot for spot in range(*span) if text[spot].isalpha()]
        self._letters = "".join(text[spot] for spot in self._at)
        self._known = places(language)
        self._lengths = _lengths(language)
        self._least = _LEAST_KANA if language == "japanese" else LEAST - 1

    def findings(self) -> Iterator[Finding]:
        """Find what can be cut into words."""
        group: list[_Part] = []
        for part in [*self._parts(), _Part(sys.maxsize, sys.maxsize, 0)]:
            if group and part.start - group[-1].end > _LENGTHS.stop:
                if sum(one.words for one in group) >= self._least:
                    yield self._finding(group)
                group = []
            group.append(part)

    def _finding(self, group: Sequence["_Part"]) -> Finding:
        is_verified = any(self._is_verified(part) for part in group[:_TRIES] if part.words >= LEAST)
        certainty = Certainty.VERIFIED if is_verified else Certainty.LIKELY
        start, end = self._at[group[0].start], self._at[group[-1].end - 1] + 1
        return Finding(SecretKind.SEED_PHRASE, start, end, certainty)

    def _parts(self) -> Iterator["_Part"]:
        """Give what can be cut into some words; chains that overlap are one part."""
        part: _Part | None = None
        for end, (count, first) in enumerate(zip(*self._longest(), strict=True)):
            if count < _SEVERAL:
                continue
            if part and first < part.end:
                part = _Part(min(first, part.start), end, max(count, part.words))
            else:
                yield from [part] if part else []
                part = _Part(first, end, count)
        yield from [part] if part else []

    def _longest(self) -> tuple[list[int], list[int]]:
        """Count the words of the longest chain that ends at each letter, and tell where it begins."""
        letters, known = self._letters, self._known
        count = [0] * (len(letters) + 1)
        first = list(range(len(letters) + 1))
        for start in range(len(letters)):
            for length in self._lengths.get(letters[start : start + _LENGTHS.start], ()):
                end = start + length
                if end < len(count) and letters[start:end] in known and count[start] + 1 > count[end]:
                    count[end], first[end] = count[start] + 1, first[start]
        return count, first

    def _is_verified(self, part: "_Part") -> bool:
        return any(len(cut) in SIZES and holds(cut) for cut in self._cuts(part))

    def _cuts(self, part: "_Part") -> Iterator[Sequence[int]]:
        """Give ways to cut a part into words, as their places in the list."""
        waiting: list[tuple[int, tuple[int, ...]]] = [(part.start, ())]
        for _ in range(_CUTS):
            if not waiting:
                return
            at, cut = waiting.pop()
            if at == part.end:
                yield cut
            elif len(cut) < max(SIZES):
                waiting += [(at + length, (*cut, place)) for length, place in self._next(at, part.end)]

    def _next(self, at: int, end: int) -> Iterator[tuple[int, int]]:
        known: Mapping[str, int] = self._known
        for length in _LENGTHS:
            if at + length <= end and (place := known.get(self._letters[at : at + length])) is not None:
                yield length, place
