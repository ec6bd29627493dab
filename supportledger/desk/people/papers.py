"""The papers of this room: their kinds, and how they are changed while others change them, too."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from supportledger.errors import Conflict
from supportledger.ports.cabinet import Cabinet, Paper

ACCOUNT: Final = "account"
SESSION: Final = "session"
KEY: Final = "api-key"
INVITATION: Final = "invitation"
LINK: Final = "sign-in-link"
CHALLENGE: Final = "challenge"
PASSKEY: Final = "passkey"
FACTOR: Final = "second-factor"

_TRIES: Final = 8
_PAGE: Final = 1_000


def revise(
    cabinet: Cabinet, kind: str, name: str, change: Callable[[Paper], Mapping[str, Any] | Paper]
) -> Paper:
    """
    Change a paper as it is now; when somebody else was faster, begin again with what they wrote.

    Args:
        cabinet: Where it lies.
        kind: Its kind.
        name: Its id.
        change: Gives what it is to say, or all of it; it may refuse by raising.

    Raises:
        NotFound: It is not there.
        Conflict: Others change it all the time.
    """
    for tries_left in reversed(range(_TRIES)):
        paper = cabinet.read(kind, name)
        made = change(paper)
        changed = made if isinstance(made, Paper) else replace(paper, data=made)
        try:
            return cabinet.write(changed)[0]
        except Conflict:
            if not tries_left or cabinet.read(kind, name).version == paper.version:
                raise  # others change it all the time, or another paper has one of its keys
    raise AssertionError("unreachable: the last try returns or raises")


def remove_all(cabinet: Cabinet, kind: str, group: str, *, keep: str = "") -> int:
    """Remove all papers of a kind in a group but one, and tell how many they were."""
    after, removed = "", 0
    while page := cabinet.list(kind, group, after=after, limit=_PAGE):
        names = [paper.id for paper in page if paper.id != keep]
        cabinet.remove(kind, names)
        after, removed = page[-1].id, removed + len(names)
    return removed


def whole_list(cabinet: Cabinet, kind: str, group: str | None) -> list[Paper]:
    """List all papers of a kind in a group."""
    found: list[Paper] = []
    while page := cabinet.list(kind, group, after=found[-1].id if found else "", limit=_PAGE):
        found += page
    return found
