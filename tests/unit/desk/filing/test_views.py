"""A view narrows what its reader may see, and never widens it."""

from dataclasses import replace

import pytest

from supportledger.desk.filing.views import View, Views, ask
from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model.ids import NOBODY
from supportledger.model.paging import TicketOrder
from supportledger.model.ticket import Status
from tests.unit.desk.filing.conftest import ANNA, BEN, CHIEF

CARDS = replace(ANNA, queues=frozenset({"cards", "general"}))


@pytest.fixture
def views(desk):
    """The views of the desk."""
    return Views(desk.store.cabinet)


@pytest.mark.parametrize(
    ("queues", "visitor", "expected"),
    [
        (("cards", "vip"), CARDS, {"cards"}),
        (("vip",), CARDS, set()),
        ((), CARDS, {"cards", "general"}),
        (("vip",), ANNA, {"vip"}),
        ((), ANNA, None),
        ((), replace(ANNA, queues=frozenset()), set()),
    ],
)
def test_view_shows_no_queue_that_its_reader_does_not_see(queues, visitor, expected):
    """The queues of a question are those of the view that its reader sees."""
    assert expected == ask(View("V", queues=queues), visitor, 0).query.queues


def test_view_becomes_a_question():
    """All that a view says is asked."""
    view = View("V", statuses=(Status.OPEN,), assignee="me", words="提币 fee", tags=("vip",), is_overdue=True)
    asked = ask(view, ANNA, 99, limit=7)
    assert (ANNA.address, 99, 7) == (asked.query.assignee, asked.query.overdue_at, asked.query.limit)
    assert (frozenset({Status.OPEN}), ("提币", "fee")) == (asked.query.statuses, asked.words)
    assert frozenset({"vip"}) == asked.tags


def test_view_of_tickets_that_nobody_has(views):
    """`nobody` asks for tickets that are given to no one."""
    assert NOBODY == ask(View("V", assignee="nobody"), ANNA, 0).query.assignee


def test_own_tickets_need_an_address():
    """Who has no address has no tickets of their own, and is told so."""
    with pytest.raises(InputError):
        ask(View("V", assignee="me"), replace(ANNA, address=None), 0)


@pytest.mark.parametrize(
    "about",
    [
        {"title": ""},
        {"title": "x" * 81},
        {"title": "V", "assignee": "you"},
        {"title": "V", "words": "?"},
        {"title": "V", "is_overdue": True, "order": TicketOrder.NEWEST},
    ],
)
def test_what_cannot_be_asked_is_not_kept(about):
    """A view that would fail when it is asked is refused when it is made."""
    with pytest.raises(InputError):
        View(**about)


def test_views_come_back_as_they_were(views):
    """A view is kept with all that it says."""
    view = View(
        "V",
        owner=ANNA.person,
        statuses=(Status.OPEN, Status.ON_HOLD),
        queues=("cards",),
        assignee="nobody",
        person=BEN.person,
        words="fee",
        tags=("vip",),
        order=TicketOrder.OLDEST,
    )
    kept = views.save(view, ANNA)
    assert view == replace(views.get(kept.id, ANNA), id="", version=0)


def test_own_views_are_ones_own(views):
    """Nobody sees, changes or removes another's view; what is shared needs a right."""
    mine = views.save(View("Mine", owner=ANNA.person), ANNA)
    shared = views.save(View("Ours"), CHIEF)
    assert [["Ours", "Mine"], ["Ours"]] == [[one.title for one in views.list(who)] for who in (ANNA, BEN)]
    for act in (
        lambda: views.get(mine.id, BEN),
        lambda: views.remove(mine.id, BEN),
        lambda: views.save(replace(mine, owner=BEN.person), BEN),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Denied):
        views.remove(shared.id, BEN)
    with pytest.raises(Conflict):
        views.save(replace(shared, owner=BEN.person), BEN)
    views.remove(shared.id, CHIEF)
    views.remove(mine.id, ANNA)
    assert [] == views.list(ANNA)
