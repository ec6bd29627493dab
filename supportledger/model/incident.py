"""
Secrets that somebody wrote and the desk removed: their kinds, and the mark that stays in their place.

The mark is the record: whoever reads the content sees that a secret was there and of which kind, and nothing
of the secret, not even its hash.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class SecretKind(StrEnum):
    """What was removed, by its name in marks; the graver comes first."""

    SEED_PHRASE = "seed-phrase"
    PRIVATE_KEY = "private-key"
    EXTENDED_KEY = "extended-key"
    KEYSTORE = "keystore"
    CARD_NUMBER = "card-number"


MARK: Final = re.compile(rf"\[removed:({'|'.join(SecretKind)})\]")
"""A mark, with the kind as its first group."""
_PARAMETER: Final = re.compile(rf"; removed=((?:{'|'.join(SecretKind)})(?:\+(?:{'|'.join(SecretKind)}))*)\Z")


def mark(kind: SecretKind) -> str:
    """Give what stays in the place of a secret, in every language the same."""
    return f"[removed:{kind}]"


def marked_type(media_type: str, kinds: Iterable[SecretKind]) -> str:
    """Say in a file's media type what was removed from it."""
    named = "+".join(in_order(kinds))
    return f"{media_type}; removed={named}" if named else media_type


def kinds_in(text: str) -> tuple[SecretKind, ...]:
    """Tell what was removed from a text or, by its media type, from a file."""
    parameter = _PARAMETER.search(text)
    named = parameter[1].split("+") if parameter else MARK.findall(text)
    return in_order(map(SecretKind, named))


def in_order(kinds: Iterable[SecretKind]) -> tuple[SecretKind, ...]:
    """Give each kind once, the graver first."""
    found = set(kinds)
    return tuple(kind for kind in SecretKind if kind in found)
