"""
Files of what was prepared and never signed: on disk, and named by no content.

Whoever prepares something with files leaves a note of them beside it. Once nobody can sign it any more, the
files that no content of the ticket names, and nothing else that waits for its signature, are removed.
"""

from collections.abc import Iterable
from typing import Final

from supportledger.desk.contents import Files
from supportledger.desk.signing.prepared import LASTS_S
from supportledger.model.ids import TicketId
from supportledger.ports import Store, Submission
from supportledger.ports.cabinet import Paper

LEFTOVER: Final = "leftover"
"""The kind of such notes."""
WAIT_S: Final = 2 * LASTS_S
"""By then it has been signed, or never will be."""
_PAGE: Final = 500
_WIDTH: Final = 32


def note(prepared: Paper, submission: Submission, now: int) -> list[Paper]:
    """
    Note the files of something that is prepared; nothing for what has none.

    Args:
        prepared: Under whose name.
        submission: What is prepared.
        now: Unix seconds.
    """
    files = [one.location for one in submission.attachments]
    if not files:
        return []
    return [Paper(LEFTOVER, prepared.id, {"files": files, "at": now}, owner=submission.draft.ticket)]


class Leftovers:
    """
    Removes them.

    Args:
        store: Has the notes, and the contents.
        files: Has the files.
    """

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files

    def clear(self, now: int) -> int:
        """
        Remove what nobody can sign any more, and tell how many files it was.

        A ticket with a content that cannot be read keeps its files, and the notes of them, for now.
        """
        notes = list(self._notes())
        recent = {name for one in notes if _at(one) > now - WAIT_S for name in _names(one)}
        count = 0
        for one in notes:
            if _at(one) > now - WAIT_S:
                continue
            named = self._named(one.owner)
            if named is not None:
                count += self._remove(set(_names(one)) - named - recent, now)
                self._store.cabinet.remove(LEFTOVER, [one.id])
        return count

    def _remove(self, locations: Iterable[str], now: int) -> int:
        return sum(self._files.remove(one, now - WAIT_S) for one in locations)

    def _notes(self) -> Iterable[Paper]:
        after = ""
        while page := self._store.cabinet.list(LEFTOVER, after=after, limit=_PAGE):
            yield from page
            after = page[-1].id

    def _named(self, ticket: TicketId) -> set[str] | None:
        """Give the files that contents of a ticket name; None if one of these cannot be read."""
        contents = self._store.holdings(ticket, _next(ticket)).contents
        if any(one.unreadable for one in contents):
            return None
        return {file.location for one in contents for file in one.attachments}


def _at(paper: Paper) -> int:
    return int(paper.data["at"])


def _names(paper: Paper) -> list[str]:
    return [str(one) for one in paper.data["files"]]


def _next(ticket: TicketId) -> bytes | None:
    """Give the first id behind one; None for the last."""
    number = int.from_bytes(ticket, "big") + 1
    return None if number >> 8 * _WIDTH else number.to_bytes(_WIDTH, "big")
