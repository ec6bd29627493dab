"""
The ten official word lists, as folded words with their places, and the checksum over places.

Source: BIP-39, "Wordlists" and "Generating the mnemonic".
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from supportledger.assist.guard.folding import fold

SIZES: Final = (24, 21, 18, 15, 12)
"""How many words a phrase has; the longest first."""
LEAST: Final = min(SIZES)
HAN: Final = ("chinese_simplified", "chinese_traditional")
"""Lists of single characters, which are written without spaces."""
LATIN: Final = ("english", "czech", "french", "italian", "portuguese", "spanish")
"""Lists whose words are told apart by their first four letters, and are often shortened to them."""
LANGUAGES: Final = (*LATIN, "japanese", "korean", *HAN)
_BITS: Final = 11
_STEM: Final = 4


@cache
def words(language: str) -> tuple[str, ...]:
    """Give a list in its order, folded and in lower case."""
    text = files(__package__).joinpath("data", "bip39", f"{language}.txt").read_text("utf-8")
    return tuple(fold(text).lower().split())


@cache
def places(language: str) -> Mapping[str, int]:
    """Tell the place of each word of a list."""
    return {word: place for place, word in enumerate(words(language))}


@cache
def stems(language: str) -> Mapping[str, int]:
    """Tell the place of each word of a Latin list by its first four letters."""
    return {word[:_STEM]: place for place, word in enumerate(words(language))}


@cache
def vocabulary() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Tell in which lists a word is, and where; shortened words are lists of their own."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    lists = [(language, places(language)) for language in LANGUAGES]
    lists += [(f"{language}, shortened", stems(language)) for language in LATIN]
    for language, known in lists:
        for word, place in known.items():
            found[word] = (*found.get(word, ()), (language, place))
    return found


@cache
def near(language: str) -> frozenset[str]:
    """Collect the words of a list and what is left of each when one letter is taken out."""
    return frozenset(form for word in words(language) for form in _lessened(word))


def is_near(word: str, language: str) -> bool:
    """Tell whether one wrong, missing, extra or exchanged letter makes a word one of the list."""
    is_spelled = language in LATIN or language in {"japanese", "korean"}
    return is_spelled and len(word) > 2 and not near(language).isdisjoint(_lessened(word))


def holds(phrase: Sequence[int]) -> bool:
    """
    Check the checksum of a phrase.

    Args:
        phrase: The places of its words; as many as a phrase has.

    Source: BIP-39, "Generating the mnemonic": one bit of SHA-256 for every 32 bits of entropy.
    """
    total = 0
    for place in phrase:
        total = total << _BITS | place
    check_bits = len(phrase) // 3
    entropy = (total >> check_bits).to_bytes(check_bits * 4, "big")
    check = hashlib.sha256(entropy).digest()[0] >> (8 - check_bits)
    return check == total & ((1 << check_bits) - 1)


def _lessened(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
