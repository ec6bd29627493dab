"""
Seed phrases whose words stand apart, by spaces, lines, numbers, commas or anything else that is no letter.

1. Twelve words of one list in a row are a phrase, whatever the checksum says: prose has fewer.
2. A word that is on no list joins what stands on its two sides, if it is nearly a word of the list, a
   connective, or both sides have several words.
3. Eleven words, alone or around such a word, are a phrase too if something else speaks for it: nothing else
   stands on the line, the words are numbered, one beside them is misspelled, or the text names a phrase.
4. Words shortened to four letters count if the checksum holds.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from supportledger.assist.guard.findings import Certainty, Finding
from supportledger.assist.guard.folding import fold
from supportledger.assist.guard.words import LEAST, SIZES, holds, is_near, vocabulary
from supportledger.model.incident import SecretKind

TOKEN: Final = re.compile(r"[^\W\d_]+")
"""Letters of any script, in a row."""
_GAP: Final = 64
"""Characters without letters that may stand between two words of a phrase."""
_SEVERAL: Final = 3
_ASKED: Final = re.compile("[?!]")
"""What ends a sentence and never stands between two words of a phrase."""
_OFFSETS: Final = 64
"""Places in a long run where a checksum is tried; without one, the run is a finding all the same."""
_AROUND: Final = 80
_NAMED: Final = re.compile(
    "|".join(
        fold(one).lower()
        for one in (
            *("seed", "mnemonic", r"recovery (?:phrase|words)", "secret phrase", r"(?:12|24)[ -]words?"),
            *(
                "助记",
                "助記",
                "恢复短语",
                "恢復短語",
                "种子",
                "種子",
                "シード",
                "ニーモニック",
                "復元フレーズ",
            ),
            *("니모닉", "시드", "복구", "semilla", "recuperaci", "recuperac", "graine", "récupération"),
            *("mnémo", "recupero", "obnov", "semente", "semínk", "wiederherstellung"),
        )
    )
)
_CONNECTIVES: Final = frozenset({"and", "y", "e", "et", "a", "und", "和", "と", "그리고", "及"})
_LABELS: Final = frozenset(
    fold(one).lower()
    for one in (
        *("word", "words", "w", "no", "nr", "num", "mot", "palabra", "parola", "palavra", "slovo", "wort"),
        *(
            "第",
            "个",
            "個",
            "词",
            "詞",
            "个词",
            "個詞",
            "单词",
            "單詞",
            "个单词",
            "個單詞",
            "番目",
            "번째",
            "단어",
        ),
    )
)
_LABELLED: Final = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]++(?=[\s#._:-]{0,2}[0-9]{1,2}(?![0-9]))|(?<=[0-9])[^\W\d_]++)"
)
_OPENING: Final = re.compile(r"[\n\r:=>,|({\[<\"'“”‘’「『《【.!?。！？]")
_CUT: Final = re.compile(r"[:\n\r\"“”「」『』]")
_CLOSING: Final = re.compile(r"[\n\r<,|)}\]\"'“”‘’」』》】.!?。！？]")


class Hit(NamedTuple):
    """
    A word of a list in a text.

    Args:
        number: Its place among the words of the text.
        place: Its place in the list.
        start: Its first character.
        end: The first character behind it.
    """

    number: int
    place: int
    start: int
    end: int


def separated(text: str) -> Iterator[Finding]:
    """
    Find phrases whose words stand apart.

    Args:
        text: Folded, in lower case.
    """
    for zone in _zones(text, without=frozenset()):
        yield from _found(text, zone)
    labels = frozenset(_labels(text))
    if len(labels) >= LEAST - 2:
        for zone in _zones(text, without=labels):
            yield from _found(text, zone)


def _labels(text: str) -> Iterator[int]:
    return (found.start() for found in _LABELLED.finditer(text) if found[0] in _LABELS)


def _zones(text: str, *, without: frozenset[int]) -> Iterator[list[re.Match[str]]]:
    """Give parts in which no two words in a row are on no list: phrases are in them, hardly any prose is."""
    known = vocabulary()
    zone: list[re.Match[str]] = []
    last, was_known = 0, False
    for token in TOKEN.finditer(text):
        if token.start() in without:
            continue
        is_known = token[0] in known
        if not (is_known or was_known) or token.start() - last > _GAP:
            if len(zone) >= LEAST - 1:
                yield zone
            zone = []
        zone.append(token)
        last, was_known = token.end(), is_known
    if len(zone) >= LEAST - 1:
        yield zone


def _found(text: str, zone: Sequence[re.Match[str]]) -> Iterator[Finding]:
    for language, some in _hits(text, zone).items():
        runs = _runs(some)
        if language.endswith("shortened"):
            yield from (_finding([run]) for run in runs if len(run) >= LEAST and _is_verified(run))
        else:
            yield from _Reading(text, language).findings(runs)


def _hits(text: str, zone: Sequence[re.Match[str]]) -> Mapping[str, list[Hit]]:
    known = vocabulary()
    hits: dict[str, list[Hit]] = defaultdict(list)
    number, end = 0, zone[0].start()
    for token in zone:
        number += _SEVERAL if _ASKED.search(text, end, token.start()) else 1
        end = token.end()
        for language, place in known.get(token[0], ()):
            hits[language].append(Hit(number, place, *token.span()))
    return {language: some for language, some in hits.items() if len(some) >= LEAST - 1}


def _runs(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Cut hits where another word stands between two of them."""
    runs: list[list[Hit]] = []
    last = None
    for hit in hits:
        if last is not None and hit.number == last + 1:
            runs[-1].append(hit)
        else:
            runs.append([hit])
        last = hit.number
    return runs


def _finding(chain: Sequence[Sequence[Hit]]) -> Finding:
    certainty = Certainty.VERIFIED if any(map(_is_verified, chain)) else Certainty.LIKELY
    return Finding(SecretKind.SEED_PHRASE, chain[0][0].start, chain[-1][-1].end, certainty)


def _is_verified(run: Sequence[Hit]) -> bool:
    places = [hit.place for hit in run]
    return any(
        holds(places[at : at + size]) for size in SIZES for at in range(min(len(places) - size + 1, _OFFSETS))
    )


class _Reading:
    """The words of one list in one text."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language

    def findings(self, runs: Sequence[list[Hit]]) -> Iterator[Finding]:
        """Find what is a phrase, with all that is joined to it."""
        chain: list[list[Hit]] = []
        for run in runs:
            if chain and not self._is_joined(chain[-1], run):
                if self._is_phrase(chain):
                    yield self._whole(chain)
                chain = []
            chain.append(run)
        if chain and self._is_phrase(chain):
            yield self._whole(chain)

    def _is_joined(self, one: Sequence[Hit], other: Sequence[Hit]) -> bool:
        if other[0].number - one[-1].number != 2:
            return False
        if len(one) + 1 + len(other) in SIZES or min(len(one), len(other)) >= _SEVERAL:
            return True
        return max(len(one), len(other)) >= _SEVERAL and self._is_soft(one, other)

    def _is_phrase(self, chain: Sequence[Sequence[Hit]]) -> bool:
        if any(len(run) >= LEAST for run in chain):
            return True
        alone = (run for run in chain if len(run) == LEAST - 1)
        pairs = ((one, other) for one, other in pairwise(chain) if len(one) + len(other) >= LEAST - 1)
        return any(self._is_backed(run, run) for run in alone) or any(
            self._is_soft(one, other) or self._is_backed(one, other) for one, other in pairs
        )

    def _whole(self, chain: Sequence[Sequence[Hit]]) -> Finding:
        """Take in the misspelled word beside a phrase that lacks one; leave out words that announce it."""
        is_odd = len(chain) == 1 and len(chain[0]) not in SIZES
        if is_odd and (exact := self._exact(chain[0])):
            return _finding([exact])
        found = _finding(chain)
        if sum(map(len, chain)) + len(chain) - 1 in SIZES:
            return found
        before, behind = self._beside(found.start, found.end)
        start = before[0] if before and is_near(before[1], self._language) else found.start
        end = behind[0] if behind and is_near(behind[1], self._language) else found.end
        return Finding(found.kind, start, end, found.certainty)

    def _exact(self, run: Sequence[Hit]) -> Sequence[Hit]:
        """Give the phrase without words that a colon, quote or line end parts from it; or nothing."""
        starts = [0, *(at for at in range(1, min(len(run), _SEVERAL + 1)) if self._is_cut(run, at))]
        ends = [
            len(run),
            *(at for at in range(max(1, len(run) - _SEVERAL), len(run)) if self._is_cut(run, at)),
        ]
        parts = (run[start:end] for start in starts for end in ends)
        exact = (part for part in parts if len(part) in SIZES and holds([hit.place for hit in part]))
        return max(exact, key=len, default=[])

    def _is_cut(self, run: Sequence[Hit], at: int) -> bool:
        return _CUT.search(self._text, run[at - 1].end, run[at].start) is not None

    def _is_soft(self, one: Sequence[Hit], other: Sequence[Hit]) -> bool:
        """Tell whether the word between two runs is nearly one of the list, or only connects."""
        between = TOKEN.search(self._text, one[-1].end, other[0].start)
        return between is not None and (between[0] in _CONNECTIVES or is_near(between[0], self._language))

    def _is_backed(self, one: Sequence[Hit], other: Sequence[Hit]) -> bool:
        """Tell whether anything but the words themselves speaks for a phrase."""
        start, end = one[0].start, other[-1].end
        return (
            self._is_numbered(start, end)
            or self._is_alone(start, end)
            or _NAMED.search(self._text, max(0, start - _AROUND), start) is not None
            or _NAMED.search(self._text, end, end + _AROUND) is not None
            or any(word and is_near(word[1], self._language) for word in self._beside(start, end))
        )

    def _is_numbered(self, start: int, end: int) -> bool:
        return len(re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", self._text[start:end])) >= LEAST - 3

    def _is_alone(self, start: int, end: int) -> bool:
        """Tell whether at most one other word stands beside it up to the ends of its line or bracket."""
        before = _OPENING.split(self._text[max(0, start - _AROUND) : start])[-1]
        behind = _CLOSING.split(self._text[end : end + _AROUND], maxsplit=1)[0]
        return len(TOKEN.findall(before)) + len(TOKEN.findall(behind)) <= 1

    def _beside(self, start: int, end: int) -> tuple[tuple[int, str] | None, tuple[int, str] | None]:
        """Give the word before, with its first character, and the word behind, with the first behind it."""
        before = list(TOKEN.finditer(self._text, max(0, start - _AROUND // 2), start))
        behind = TOKEN.search(self._text, end, end + _AROUND // 2)
        return (before[-1].start(), before[-1][0]) if before else None, (
            (behind.end(), behind[0]) if behind else None
        )
