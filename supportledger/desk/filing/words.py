"""
The words that tickets are found by: the same for what people wrote and for what somebody asks.

1. Text is read in one form (NFKC, without case), so that full-width and plain letters are the same.
2. Handles, addresses, hashes and numbers are one word each, as they are.
3. Scripts that put spaces between words give words of two characters or more; nothing is shortened to a stem.
4. Scripts without spaces give overlapping pairs of characters, and each character for whoever asks for one.

Traditional and simplified characters are different characters: nothing here folds one into the other.

Source: Unicode Standard Annex 15 (normalisation forms).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from supportledger.errors import InputError

MOST: Final = 2_000
"""Words that one text is found by; the rest of a very long one is not."""
MOST_ASKED: Final = 24
_LONGEST: Final = 80
_LONGEST_QUESTION: Final = 500
_UNSPACED: Final = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    "\u0e00-\u0e3a\u0e40-\u0e4e\U00020000-\U0003ffff"
)
"""Han, kana, Hangul and Thai."""
_MARKS: Final = "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
"""Signs that belong to the letter before them, and the scripts of India, whose words are full of such."""
_LETTER: Final = rf"[^\W_{_UNSPACED}]"
_WORD: Final = re.compile(
    rf"""
      (?P<whole> (?<![0-9a-z]) (?: [a-z2-7]{{4}}(?:-[a-z2-7]{{4}}){{3}} | 0x[0-9a-f]{{6,64}} ) (?![0-9a-z]) )
    | (?P<number> [0-9]+ (?: [.,][0-9]+ )* (?![^\W_{_UNSPACED}]) )
    | (?P<unspaced> [{_UNSPACED}]+ )
    | (?P<spaced> {_LETTER} (?: {_LETTER} | [{_MARKS}] )*+ )
    """,
    re.VERBOSE,
)


def folded(text: str) -> str:
    """Write a text in the one form in which words are compared."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def indexing(texts: Iterable[str], most: int = MOST) -> frozenset[str]:
    """
    Give the words that somebody may ask for who looks for one of these texts.

    Args:
        texts: What was written.
        most: Words at most, the first ones.
    """
    found = dict.fromkeys(islice(_distinct(word for text in texts for word in _kept(text)), most))
    return frozenset(found)


def asking(text: str) -> tuple[str, ...]:
    """
    Give the words that a ticket must have which answers a question; each once, in order.

    Raises:
        InputError: It has no word to look for, or is too long.
    """
    if len(text) > _LONGEST_QUESTION:
        raise InputError(
            f"a search has at most {_LONGEST_QUESTION} characters", hint="Ask for a few words of it."
        )
    found = tuple(islice(_distinct(_asked(text)), MOST_ASKED))
    if not found:
        raise InputError(
            "there is no word in it to look for",
            hint="A word has two letters or more; one Chinese character is enough.",
        )
    return found


def _kept(text: str) -> Iterator[str]:
    for kind, word in _parts(text):
        if kind == "unspaced":
            yield from word
            yield from _pairs(word)
        else:
            yield word


def _asked(text: str) -> Iterator[str]:
    for kind, word in _parts(text):
        if kind == "unspaced" and len(word) > 1:
            yield from _pairs(word)
        else:
            yield word


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into words, each with its kind; single letters of spaced scripts say nothing."""
    for found in _WORD.finditer(folded(text)):
        kind, word = str(found.lastgroup), found[0]
        if kind == "number":
            word = word.replace(",", "")
        if kind != "spaced" or len(word) > 1:
            yield kind, word if kind == "unspaced" else word[:_LONGEST]


def _pairs(word: str) -> Iterator[str]:
    return (word[at : at + 2] for at in range(len(word) - 1))


def _distinct(words: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for word in words:
        if word not in seen:
            seen.add(word)
            yield word
