"""Pages begin where the one before ended, whatever happens to the tickets meanwhile."""

from dataclasses import replace
from itertools import product

import pytest

from supportledger.errors import InputError, NotFound
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import DraftStatus, TicketQuery, TicketRecord
from supportledger.model.ticket import Status
from supportledger.ports import Store, Submission
from tests.conformance.store.builders import (
    ALICE,
    BOB,
    CARLA,
    MORNING,
    a_draft,
    a_state,
    a_ticket,
    a_ticket_id,
    entries_of,
    word,
)

PEOPLE = (NOBODY, ALICE, BOB)


def many() -> list[TicketRecord]:
    """Tickets of every kind, several opened and due at the same instant, some never due."""
    kinds = product(Status, PEOPLE, (NOBODY, CARLA), range(2))
    return [
        a_ticket(
            a_state(status, customer, assignee, MORNING + number % 5),
            due_at=None if status is Status.CLOSED else MORNING + number % 3,
        )
        for number, (status, customer, assignee, _) in enumerate(kinds)
    ]


def pages(store: Store, query: TicketQuery) -> list[TicketId]:
    """All pages of a list, each begun at the mark of the one before."""
    found: list[TicketId] = []
    while page := store.tickets(query):
        found += [one.id for one in page]
        query = replace(query, after=PageMark.parse(str(query.mark(page[-1]))))
    return found


def expected(tickets: list[TicketRecord], query: TicketQuery) -> list[TicketId]:
    """The same list, from the words of the query alone."""
    wanted = [
        one
        for one in tickets
        if one.state.status in (query.statuses or Status)
        and (query.customer is None or one.state.customer == query.customer)
        and (query.assignee is None or one.state.assignee == query.assignee)
        and (query.sorting is not TicketOrder.DUE or one.due_at is not None)
        and (query.overdue_at is None or (one.due_at or 0) < query.overdue_at)
    ]
    at = {
        TicketOrder.NEWEST: lambda one: (one.state.opened_at, one.id),
        TicketOrder.OLDEST: lambda one: (one.state.opened_at, one.id),
        TicketOrder.DUE: lambda one: (one.due_at, one.id),
    }
    newest = query.sorting is TicketOrder.NEWEST
    return [one.id for one in sorted(wanted, key=at[query.sorting], reverse=newest)]


STATUSES = (frozenset[Status](), frozenset({Status.OPEN}), frozenset({Status.PENDING, Status.CLOSED}))


@pytest.mark.parametrize("order", TicketOrder)
@pytest.mark.parametrize("customer", [None, ALICE, NOBODY])
@pytest.mark.parametrize("assignee", [None, CARLA])
def test_every_list_has_every_ticket_once_and_in_order(
    store: Store, order: TicketOrder, customer: Address | None, assignee: Address | None
) -> None:
    """Whatever a list is narrowed by and sorted by, its pages are the list."""
    tickets = many()
    store.record(tickets=tickets)
    for statuses in STATUSES:
        query = TicketQuery(statuses, customer, assignee, order=order, limit=4)
        assert expected(tickets, query) == pages(store, query)


def test_overdue_tickets_have_pages(store: Store) -> None:
    """Overdue tickets of several statuses come page by page, the most overdue first."""
    tickets = many()
    store.record(tickets=tickets)
    query = TicketQuery(frozenset({Status.OPEN, Status.ON_HOLD}), overdue_at=MORNING + 2, limit=3)
    assert expected(tickets, query) == pages(store, query)


def test_a_ticket_that_changes_moves_no_page(store: Store) -> None:
    """The last ticket of a page may change or vanish: the next page begins where it stood."""
    tickets = [a_ticket(due_at=MORNING + number) for number in range(6)]
    store.record(tickets=tickets)
    query = TicketQuery(order=TicketOrder.DUE, limit=2)
    mark = query.mark(store.tickets(query)[-1])
    store.record(tickets=[replace(tickets[1], due_at=MORNING + 100), a_ticket(due_at=MORNING - 1)])
    assert tickets[2:4] == store.tickets(replace(query, after=mark))
    store.rewind(-1)
    assert [] == store.tickets(replace(query, after=mark))


def test_new_tickets_do_not_shift_older_pages(store: Store) -> None:
    """Tickets opened while somebody turns pages are not on the pages still to come."""
    tickets = [a_ticket(a_state(opened_at=MORNING + number)) for number in range(6)]
    store.record(tickets=tickets)
    query = TicketQuery(limit=2)
    mark = query.mark(store.tickets(query)[-1])
    store.record(tickets=[a_ticket(a_state(opened_at=MORNING + 60)) for _ in range(3)])
    assert [tickets[3], tickets[2]] == store.tickets(replace(query, after=mark))


@pytest.mark.parametrize("text", ["", "nonsense", "bg", "€", "A" * 55, "A" * 56])
def test_a_mark_is_given_back_as_it_is(text: str) -> None:
    """What nobody wrote as a mark is refused."""
    with pytest.raises(InputError):
        PageMark.parse(text)


def test_a_mark_belongs_to_its_order() -> None:
    """A page of one order is not continued in another, and overdue tickets have only theirs."""
    mark = TicketQuery().mark(a_ticket())
    with pytest.raises(InputError):
        TicketQuery(order=TicketOrder.OLDEST, after=mark)
    with pytest.raises(InputError):
        TicketQuery(overdue_at=MORNING, order=TicketOrder.NEWEST)


def test_drafts_have_pages(store: Store) -> None:
    """Drafts of some statuses come page by page in the order of keeping, progress or not."""
    drafts = store.keep([Submission(a_draft()) for _ in range(9)])
    store.advance([replace(one, status=DraftStatus.SIGNED) for one in drafts[::2]])
    statuses = {DraftStatus.STORED, DraftStatus.SIGNED}
    first = store.drafts(statuses=statuses, limit=4)
    assert [one.key for one in drafts[:4]] == [one.key for one in first]
    store.advance([replace(drafts[3], status=DraftStatus.FINAL)])
    rest = store.drafts(statuses=statuses, after=first[-1].key)
    assert [one.key for one in drafts[4:]] == [one.key for one in rest]
    assert [drafts[3].key] == [one.key for one in store.drafts(after=drafts[2].key, limit=1)]


def test_a_page_after_an_unknown_draft_is_not_found(store: Store) -> None:
    """The draft that ended the page before must be there."""
    with pytest.raises(NotFound):
        store.drafts(after=word())


def test_entries_have_pages(store: Store) -> None:
    """A ticket's entries are listed from an index on, as many as asked for."""
    entries = entries_of(a_ticket_id(), 5)
    store.record(entries)
    assert entries[1:3] == store.entries(entries[0].ticket, 1, 2)
    assert [] == store.entries(entries[0].ticket, 5, 2)
