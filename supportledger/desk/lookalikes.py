"""
What people take for one another: names written with other letters, one letter off, or dressed up.

1. A name has a skeleton: every character becomes the Latin letter that it looks like.
2. Two names look alike if their skeletons are the same, or one edit apart: one character more, less, other,
   or two neighbours swapped. Of short names, only the former.
3. A host looks like another if it has that one's name under another ending, as a part, or in front of a
   stranger's.

This finds the usual tricks, and not every one: what is not found is unknown, never safe.

Source: Unicode Technical Standard 39 (confusables), of which this is the part that meets the eye most often.
"""

import unicodedata
from functools import lru_cache
from typing import Final

import idna

_LETTERS: Final = {
    "a": "аαɑᴀ@",
    "b": "ьвβƅʙ",
    "c": "сϲᴄ",
    "d": "ԁɗđᴅ",
    "e": "еєэεɛᴇ€",
    "f": "ƒꜰ",
    "g": "ɡցɢ",
    "h": "һнħհʜ",
    "i": "іıɩɪι",
    "j": "јϳʝ",
    "k": "кκƙᴋ",
    "l": "ӏłʟլ|!",
    "m": "мᴍ",
    "n": "пηոռɴŋ",
    "o": "оοօøᴏσө〇",
    "p": "рρᴘþ",
    "q": "ԛգզ",
    "r": "гґʀ",
    "s": "ѕꜱʂ$",
    "t": "тτŧᴛ",
    "u": "иυսʋцμᴜ",
    "v": "νѵᴠ",
    "w": "ѡԝωшщաᴡ",
    "x": "хχ",
    "y": "уγүყʏ",
    "z": "ᴢʐ",
    "-": "ー一‐‑‒–—−·",
}
_LATIN: Final = str.maketrans(
    {other: latin for latin, others in _LETTERS.items() for other in others} | {"æ": "ae", "œ": "oe"}
)
_SEQUENCES: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_DIGITS: Final = str.maketrans("0123456789i", "olzeasbtbgl")
_SHORT: Final = 5
"""Names with fewer characters are not compared by edits: too many are one edit apart."""
_LEAST_PART: Final = 4
_LEAST_INSIDE: Final = 6
_SHARED: Final = frozenset(
    {
        *("github.io", "gitlab.io", "pages.dev", "workers.dev", "web.app", "netlify.app", "vercel.app"),
        *("zendesk.com", "freshdesk.com", "intercom.help", "notion.site", "blogspot.com", "wordpress.com"),
    }
)
"""Endings under which strangers have names, as under `com`."""


@lru_cache(maxsize=4_096)
def skeleton(name: str) -> str:
    """Write a name in the Latin letters that it looks like."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_LATIN)
    bare = "".join(one for one in unicodedata.normalize("NFD", plain) if _is_seen(one)).translate(_LATIN)
    for several, one in _SEQUENCES:
        bare = bare.replace(several, one)
    return bare.translate(_DIGITS)


def is_one_edit_away(one: str, other: str) -> bool:
    """Tell whether two texts differ by one character, or by two neighbours that are swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    rest_same = short[at + 1 :] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return rest_same or swapped


def names_alike(one: str, official: str) -> bool:
    """Tell whether a name could be taken for another one, which it is not."""
    mine, theirs = _bare(skeleton(one)), _bare(skeleton(official))
    if mine == theirs:
        return True
    if len(theirs) >= _SHORT and is_one_edit_away(mine, theirs):
        return True
    return len(theirs) >= _LEAST_PART and theirs in _parts(skeleton(one))


def hosts_alike(host: str, official: str) -> bool:
    """
    Tell whether a host could be taken for another one, which it is not.

    Args:
        host: As it is looked up, in ASCII.
        official: The other one.
    """
    mine, theirs = [_shown(one) for one in host.split(".")], [_shown(one) for one in official.split(".")]
    whole, other = ".".join(map(skeleton, mine)), ".".join(map(skeleton, theirs))
    if whole == other or (len(other) >= _SHORT and is_one_edit_away(whole, other)):
        return True
    name = main_label(official)
    if len(name) < _LEAST_PART:
        return False
    return any(_has_name(label, _shown(name)) for label in mine[:-1])


def main_label(host: str) -> str:
    """Give the part of a host that says whose it is."""
    labels = host.split(".")
    if len(labels) > 2 and ".".join(labels[-2:]) in _SHARED:
        return labels[-3]
    if len(labels) > 2 and len(labels[-2]) <= 3:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else labels[0]


def digits_alike(one: str, official: str) -> bool:
    """Tell whether a number could be taken for another one: a digit off, or two swapped."""
    return is_one_edit_away(one, official)


def addresses_alike(one: str, official: str) -> bool:
    """Tell whether an address has the ends of another one: the rest nobody reads."""
    mine, theirs = one.lower(), official.lower()
    return mine != theirs and (mine[:6], mine[-4:]) == (theirs[:6], theirs[-4:])


def _has_name(label: str, name: str) -> bool:
    found, wanted = skeleton(label), skeleton(name)
    return (
        names_alike(label, name)
        or wanted in _parts(found)
        or (len(wanted) >= _LEAST_INSIDE and _bare(wanted) in _bare(found))
    )


def _shown(label: str) -> str:
    """Write a label of a host as people see it."""
    try:
        return idna.decode(label) if label.startswith("xn--") else label
    except idna.IDNAError:
        return label


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in {"Mn", "Me", "Cf", "Cc"}


def _bare(name: str) -> str:
    return name.replace("-", "").replace("_", "").replace(".", "")


def _parts(name: str) -> list[str]:
    return name.replace("_", "-").replace(".", "-").split("-")
