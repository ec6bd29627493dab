"""Tickets are found by what was written, and no longer once that was erased."""

import pytest

from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.filing.indexing import NAME, Indexing
from supportledger.desk.filing.words import asking
from supportledger.model.records import TicketQuery
from supportledger.ports.filing import Happening


@pytest.fixture
def bookmark(desk):
    """How far the feed was read."""
    return Bookmark(desk.store.cabinet, NAME)


@pytest.fixture
def indexing(desk, bookmark):
    """Who keeps the words."""
    return Indexing(desk.store, desk.store.filings, desk.store.feed, bookmark)


def _finds(desk, words):
    return [one.id for one in desk.store.filings.search(asking(words), TicketQuery())]


def _caught_up(indexing):
    for _ in range(50):
        if indexing.step().is_done:
            return
    raise AssertionError


def _tell(desk, ticket, about="0", kind="ticket.opened"):
    desk.store.feed.tell(Happening(0, kind, 0, ticket, about=about))


def test_all_that_is_there_is_read_at_first(desk, indexing):
    """Tickets that were there before are found after the first round, by words and by their handle."""
    ticket = desk.tickets.open("我的提币失败了 withdrawal").ticket
    desk.sync()
    _caught_up(indexing)
    for words in ("提币", "Withdrawal", ticket.handle):
        assert [ticket] == _finds(desk, words)


def test_new_entries_are_followed(desk, indexing, tickets):
    """What comes later is found as well, once the feed says so."""
    _caught_up(indexing)
    desk.tickets.answer(tickets[0], "Please look at the staking page")
    desk.sync()
    _tell(desk, tickets[0], "1", "ticket.answered")
    _caught_up(indexing)
    assert [tickets[0]] == _finds(desk, "staking")


def test_feed_that_was_swept_means_reading_again(desk, indexing, bookmark):
    """Where the feed does not reach back to what was read last, every ticket is read once more."""
    _caught_up(indexing)
    ticket = desk.tickets.open("Unseen").ticket
    desk.sync()
    feed = desk.store.feed
    feed.tell(*(Happening(0, "desk.noise", number) for number in range(10)))
    _caught_up(indexing)
    feed.tell(*(Happening(0, "desk.noise", number) for number in range(10, 20)))
    feed.forget_before(15)
    _caught_up(indexing)
    assert [ticket] == _finds(desk, "unseen")
    assert feed.last() == bookmark.read().data["after"]


def test_reading_again_goes_on_where_it_was(desk, indexing, bookmark, monkeypatch):
    """A round that was broken off goes on behind the last page, and ends."""
    monkeypatch.setattr("supportledger.desk.filing.indexing._BATCH", 2)
    tickets = [desk.tickets.open(f"Number n{number}").ticket for number in range(5)]
    desk.sync()
    indexing.step()
    indexing.step()
    assert bookmark.read().data["page"]
    _caught_up(Indexing(desk.store, desk.store.filings, desk.store.feed, bookmark))
    assert [[one] for one in tickets] == [_finds(desk, f"n{number}") for number in range(5)]


def test_what_is_erased_while_it_is_read_is_forgotten(desk, indexing, tickets, monkeypatch):
    """Words that were read a moment before a ticket was erased are gone again when the step ends."""
    filings = desk.store.filings
    real = filings.index

    def late(ticket, words):
        filings.forget(ticket)
        real(ticket, words)
        desk.store.vault.erase([ticket], 1)

    monkeypatch.setattr(filings, "index", late)
    _caught_up(indexing)
    assert [] == _finds(desk, "question")


def test_several_do_no_harm(desk, bookmark, tickets):
    """Two who follow the same feed do each other's work, and nothing is missed."""
    store = desk.store
    pair = [Indexing(store, store.filings, store.feed, Bookmark(store.cabinet, NAME)) for _ in range(2)]
    for one in (*pair, *pair, *pair):
        one.step()
    assert set(tickets) == set(_finds(desk, "question"))
