"""
Makes what ordinary Chinese is woven of, pairs of characters and single ones, from a dictionary.

    python scripts/chinese_pairs.py DICTIONARY

DICTIONARY is `jieba/dict.txt` of jieba 0.42.1 (MIT): a word, its frequency and its part of speech in each
line. A pair counts if both characters are in the simplified BIP-39 list and stand side by side in a word of
two to four characters that is common; a character counts alone if it is among the commonest words of one.
The guard reads the files; the rest needs nothing of it.
"""

import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parents[1] / "supportledger" / "assist" / "guard" / "data"
LEAST_FREQUENCY = 10
LONGEST = 4
ALONE = 150


def common_words(dictionary: Path) -> list[str]:
    """Read the words that are common and short, the commonest first."""
    rows = [line.split(" ") for line in dictionary.read_text("utf-8").splitlines()]
    common = [row for row in rows if int(row[1]) >= LEAST_FREQUENCY and len(row[0]) <= LONGEST]
    return [row[0] for row in sorted(common, key=lambda row: -int(row[1]))]


def followers(words: list[str], alphabet: list[str]) -> dict[str, set[str]]:
    """Collect what follows each character in some word."""
    known, found = set(alphabet), defaultdict(set)
    for word in words:
        for one, other in pairwise(word):
            if one in known and other in known:
                found[one].add(other)
    return found


def main(dictionary: str) -> None:
    """Write the files: a character in each line, then all that may follow it, both in the list's order."""
    alphabet = (DATA / "bip39" / "chinese_simplified.txt").read_text("utf-8").split()
    rank = {character: number for number, character in enumerate(alphabet)}
    common = common_words(Path(dictionary))
    found = followers(common, alphabet)
    lines = [one + "".join(sorted(found[one], key=rank.__getitem__)) for one in alphabet if found[one]]
    alone = [word for word in common if word in rank][:ALONE]
    (DATA / "chinese" / "alone.txt").write_text("".join(sorted(alone, key=rank.__getitem__)) + "\n", "utf-8")
    (DATA / "chinese" / "pairs.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
