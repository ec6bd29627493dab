"""Lists that staff ask for: by words, tags and languages, page by page."""

from dataclasses import replace

import pytest

from supportledger.desk.filing import listing
from supportledger.desk.filing.browsing import EVERYTHING, Sight
from supportledger.desk.filing.listing import Listing
from supportledger.desk.filing.views import Asked
from supportledger.errors import Denied, InputError
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import TicketQuery
from supportledger.wiring.memory import memory_desk

ALL = Asked(TicketQuery(limit=2))


@pytest.fixture
def desk():
    with memory_desk() as made:
        yield made


@pytest.fixture
def lists(desk):
    return Listing(desk.browsing, desk.store)


@pytest.fixture
def tickets(desk):
    """Seven tickets, of which every other one is in Chinese, and tagged."""
    made = [desk.tickets.open(f"Question {number}", keyless=True).ticket for number in range(7)]
    filings = desk.store.filings
    for one in made[::2]:
        filings.file(replace(filings.filed([one])[one], tags=("vip", "late"), language="zh-Hans"))
    return made


def pages(lists, asked, **about):
    """Give the tickets of all pages."""
    found, mark = [], None
    while True:
        page = lists.page(asked, EVERYTHING, reader=NOBODY, after=mark, **about)
        assert len(page.rows) <= asked.query.limit
        found += [row.record.id for row in page.rows]
        if page.following is None:
            return found
        mark = page.following


def test_each_ticket_is_on_one_page(lists, tickets):
    """All pages together have every ticket once."""
    assert sorted(tickets) == sorted(pages(lists, ALL))


def test_tags_and_languages_narrow(lists, tickets, monkeypatch):
    """Only those that have all the tags, and those of a language, are listed, however they lie apart."""
    monkeypatch.setattr(listing, "_BATCH", 2)
    wanted = sorted(tickets[::2])
    assert wanted == sorted(pages(lists, replace(ALL, tags=frozenset({"vip", "late"}))))
    assert wanted == sorted(pages(lists, ALL, language="zh"))
    assert [] == pages(lists, replace(ALL, tags=frozenset({"vip", "other"})))


def test_looking_ends(lists, tickets, monkeypatch):
    """Whoever asks for what is rare gets what was found so far, and where to go on, and misses nothing."""
    monkeypatch.setattr(listing, "_BATCH", 2)
    monkeypatch.setattr(listing, "_MOST_LOOKED_AT", 2)
    first = lists.page(ALL, EVERYTHING, reader=NOBODY, language="zh")
    assert len(first.rows) <= 2  # of the two that were looked at, in the order of their random ids
    assert first.following is not None
    assert sorted(tickets[::2]) == sorted(pages(lists, ALL, language="zh"))


def test_words_are_looked_up(lists, desk, tickets):
    """A ticket is found by the words that the index has of it, within what its reader sees."""
    desk.store.filings.index(tickets[3], {"wallet"})
    asked = replace(ALL, words=("wallet",))
    assert [tickets[3]] == pages(lists, asked)
    nothing = lists.page(asked, Sight(queues=frozenset()), reader=NOBODY)
    assert [] == nothing.rows


def test_customers_have_no_such_list(lists):
    """A customer is refused: their own tickets are listed elsewhere."""
    with pytest.raises(Denied):
        lists.page(ALL, Sight(person=TicketId(bytes(32))), reader=NOBODY)


def test_a_mark_of_another_list(lists, tickets):
    """Going on where a list of another order ended is refused."""
    mark = lists.page(ALL, EVERYTHING, reader=NOBODY).following
    assert tickets
    oldest = Asked(TicketQuery(order=TicketOrder.OLDEST))
    with pytest.raises(InputError):
        lists.page(oldest, EVERYTHING, reader=NOBODY, after=mark)


def test_what_is_shown_is_on_record(lists, desk):
    """A page of subjects is a reading, put on record before it is shown (L9.6)."""
    opened = desk.tickets.open("x", subject="Coins", keyless=True).ticket
    lists.page(ALL, EVERYTHING, reader=NOBODY)
    assert 1 == len(desk.reads.lists(opened))
