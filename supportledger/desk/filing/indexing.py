"""
Keeping the words that tickets are found by: one step at a time, for a worker.

1. The feed is followed; each new entry's content gives its ticket more words.
2. Where the feed does not reach back (it is swept, or the store was restored), every ticket is read once.
3. A ticket that was erased meanwhile loses its words again: erasing first destroys the key, then forgets the
   words, and whoever indexes looks for the key last.

Warning: what is written in internal notes is found, too. Searching is for staff: a customer who searched
could tell from what is found what their ticket's notes say.

Nothing is shown to anybody, so no reading is put on record. Several at once do each other's work, no harm.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.filing.words import indexing
from supportledger.errors import CommitmentMismatch, Conflict, ContentErased, NotFound
from supportledger.model.ids import TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import TicketQuery
from supportledger.ports.cabinet import Paper
from supportledger.ports.filing import Feed, Filings, Happening
from supportledger.ports.kept import Contents
from supportledger.ports.store import Store
from supportledger.proof.fields import Fields

NAME: Final = "librarian"
READ: Final = ("subject", "body")
"""Fields whose words are kept."""
_BATCH: Final = 200
_ENTRY: Final = "ticket."
"""What the kinds of happenings that are entries of tickets begin with."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """
    What a step has done.

    Args:
        tickets: Whose words were kept.
        is_done: There is nothing more to do now.
    """

    tickets: int
    is_done: bool


class Indexing:
    """
    Keeps words.

    Args:
        store: Whose tickets.
        filings: Where words are kept.
        feed: What happens.
        bookmark: How far that was read.
    """

    def __init__(self, store: Store, filings: Filings, feed: Feed, bookmark: Bookmark) -> None:
        self._store = store
        self._filings = filings
        self._feed = feed
        self._bookmark = bookmark

    def step(self) -> Indexed:
        """Do some of what there is to do."""
        place = self._bookmark.read()
        if "page" in place.data:
            return self._sweep(place)
        if "after" not in place.data:
            return self._begin(place)
        after = int(place.data["after"])
        found = self._feed.since(max(after - 1, 0), _BATCH)
        return self._begin(place) if self._is_lost(after, found) else self._follow(place, after, found)

    # -- following -------------------------------------------------------------------------------------------

    def _is_lost(self, after: int, found: Sequence[Happening]) -> bool:
        """Tell whether the feed does not reach back to what was read last, or ends before it."""
        if not found:
            return after != self._feed.last()
        return found[0].id != max(after, 1)

    def _follow(self, place: Paper, after: int, found: Sequence[Happening]) -> Indexed:
        new = [one for one in found if one.id > after]
        if not new:
            return Indexed(0, is_done=True)
        number = self._index_entries(new)
        self._move(place, {"after": new[-1].id})
        return Indexed(number, is_done=len(found) < _BATCH)

    def _index_entries(self, happenings: Sequence[Happening]) -> int:
        tickets: dict[TicketId, list[int]] = {}
        for one in happenings:
            if one.ticket is not None and one.kind.startswith(_ENTRY) and one.about.isdecimal():
                tickets.setdefault(one.ticket, []).append(int(one.about))
        for ticket, indexes in tickets.items():
            self._keep(ticket, self._contents_of(ticket, indexes))
        return len(tickets)

    def _contents_of(self, ticket: TicketId, indexes: Iterable[int]) -> list[Fields]:
        found = []
        for index in dict.fromkeys(indexes):
            with suppress(NotFound, ContentErased, CommitmentMismatch):  # there is nothing to find it by
                found.append(self._store.content(ticket, index))
        return found

    # -- catching up -----------------------------------------------------------------------------------------

    def _begin(self, place: Paper) -> Indexed:
        """Read every ticket once; what happens meanwhile is followed afterwards."""
        self._move(place, {"after": self._feed.last(), "page": ""})
        return Indexed(0, is_done=False)

    def _sweep(self, place: Paper) -> Indexed:
        page = str(place.data["page"])
        query = TicketQuery(
            order=TicketOrder.OLDEST, after=PageMark.parse(page) if page else None, limit=_BATCH
        )
        tickets = self._store.tickets(query)
        for one in tickets:
            self._keep(one.id, self._readable(self._store.contents(one.id)))
        after = int(place.data["after"])
        more = {"page": str(query.mark(tickets[-1]))} if len(tickets) == _BATCH else {}
        self._move(place, {"after": after, **more})
        return Indexed(len(tickets), is_done=False)

    # -- both ------------------------------------------------------------------------------------------------

    def _readable(self, contents: Contents) -> list[Fields]:
        return [contents.held[index] for index in sorted(contents.held)]

    def _keep(self, ticket: TicketId, contents: Sequence[Fields]) -> None:
        """Keep the words of contents, unless the ticket was erased before, or while, that is done."""
        words = indexing([ticket.handle, *(text for one in contents for text in _texts(one))])
        self._filings.index(ticket, words)
        if ticket in self._store.vault.keys([ticket]).erased:
            self._filings.forget(ticket)

    def _move(self, place: Paper, data: dict[str, Any]) -> None:
        with suppress(Conflict):  # somebody else has done the same work
            self._bookmark.move(place, data)


def _texts(fields: Fields) -> list[str]:
    values = fields.values()
    return [value for name in READ if isinstance(value := values.get(name), str)]
