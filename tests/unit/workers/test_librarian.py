"""A librarian keeps the words that tickets are found by, and clears away what is over."""

from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.filing.indexing import NAME, Indexing
from supportledger.desk.filing.words import asking
from supportledger.desk.signing.leftovers import Leftovers
from supportledger.model.records import TicketQuery
from supportledger.ports.cabinet import Paper
from supportledger.ports.filing import Happening
from supportledger.workers.librarian import FEED_KEPT_S, Librarian


def _librarian(desk):
    store = desk.store
    indexing = Indexing(store, store.filings, store.feed, Bookmark(store.cabinet, NAME))
    return Librarian(indexing, store.cabinet, store.feed, desk.clock, Leftovers(store, desk.files))


def test_tickets_are_found(desk):
    """Step by step, what was written is found, until there is nothing to do."""
    ticket = desk.tickets.open("Where is my withdrawal?").ticket
    desk.sync()
    librarian = _librarian(desk)
    for _ in range(10):
        rest = librarian.step()
    assert (True, 1.0) == (librarian.is_idle, rest)
    assert [ticket] == [one.id for one in desk.store.filings.search(asking("withdrawal"), TicketQuery())]


def test_what_is_over_is_cleared_away(desk):
    """What happened more than a week ago, and papers that have expired, are cleared away."""
    now = int(desk.clock.now().timestamp())
    desk.store.feed.tell(Happening(0, "desk.noise", now - FEED_KEPT_S - 1), Happening(0, "desk.noise", now))
    desk.store.cabinet.write(Paper("note", "old", {}, expires_at=1), Paper("note", "new", {}))
    librarian = _librarian(desk)
    for _ in range(5):
        librarian.step()
    assert now in [one.at for one in desk.store.feed.since(0)]
    assert now - FEED_KEPT_S - 1 not in [one.at for one in desk.store.feed.since(0)]
    assert 0 == desk.store.cabinet.sweep(now)
