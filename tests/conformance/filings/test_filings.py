"""Tickets are listed by where they are filed and found by their words, whatever is rebuilt meanwhile."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import pytest

from supportledger.errors import Conflict, InputError
from supportledger.model.ids import TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import TicketQuery, TicketRecord
from supportledger.model.ticket import Status
from supportledger.ports import Store
from supportledger.ports.filing import GENERAL, Filing
from supportledger.store import search
from tests.conformance.store.builders import (
    ALICE,
    CARLA,
    MORNING,
    a_draft,
    a_state,
    a_ticket,
    a_ticket_id,
    an_entry,
)

PERSON = a_ticket_id()
ANY = TicketQuery()


def some_tickets(store: Store) -> list[TicketRecord]:
    """24 tickets in three queues, half of a person, some merged, at twelve instants."""
    tickets = []
    for number in range(24):
        status = list(Status)[number % len(Status)]
        state = a_state(status, assignee=CARLA if number % 4 else ALICE, opened_at=MORNING + number // 2)
        tickets.append(a_ticket(state, None if number % 3 else MORNING + 100 - number // 2))
    store.record(tickets=tickets[:12])
    store.filings.file(*(filing(number, one.id, tickets) for number, one in enumerate(tickets)))
    store.record(tickets=tickets[12:])
    return tickets


def filing(number: int, ticket: TicketId, tickets: list[TicketRecord]) -> Filing:
    """Where a ticket of theirs is filed."""
    merged = tickets[0].id if number in {7, 15} else None
    person = PERSON if number % 2 else None
    return Filing(ticket, ("cards", "wires", GENERAL)[number % 3], person, merged_into=merged)


QUERIES = [
    TicketQuery(statuses, None, assignee, order=order, queues=queues, person=person, merged=merged)
    for statuses, assignee, order, queues, person, merged in product(
        (frozenset[Status](), frozenset({Status.OPEN, Status.PENDING})),
        (None, CARLA),
        TicketOrder,
        (None, frozenset[str](), frozenset({"cards"}), frozenset({"cards", "wires"})),
        (None, PERSON),
        (False, True),
    )
]


def expected(store: Store, tickets: list[TicketRecord], query: TicketQuery) -> list[TicketId]:
    """What a list must give, worked out one ticket at a time."""
    filed = store.filings.filed([one.id for one in tickets])

    def is_wanted(one: TicketRecord) -> bool:
        where = filed[one.id]
        return (
            (not query.statuses or one.state.status in query.statuses)
            and query.assignee in {None, one.state.assignee}
            and (query.queues is None or where.queue in query.queues)
            and query.person in {None, where.person}
            and (query.merged or where.merged_into is None)
            and (query.sorting is not TicketOrder.DUE or one.due_at is not None)
        )

    def place(one: TicketRecord) -> tuple[int, bytes]:
        return query.mark(one).at, one.id

    wanted = sorted(filter(is_wanted, tickets), key=place, reverse=query.sorting is TicketOrder.NEWEST)
    return [one.id for one in wanted]


def pages(store: Store, query: TicketQuery, words: list[str] | None = None) -> Iterator[TicketId]:
    """All pages of a list or a search, of three tickets each."""
    after = None
    while True:
        asked = replace(query, limit=3, after=after)
        page = store.filings.search(words, asked) if words else store.tickets(asked)
        yield from (one.id for one in page)
        if len(page) < 3:
            return
        after = page[-1]


def test_lists_follow_filings(store: Store) -> None:
    """Each list has exactly what is filed there, in its order, page by page; and is counted so."""
    tickets = some_tickets(store)
    for query in QUERIES:
        wanted = expected(store, tickets, query)
        assert wanted == list(pages(store, query)), query
        if query.sorting is not TicketOrder.DUE:
            assert len(wanted) == store.count(query), query


@pytest.mark.parametrize(("few", "due_first"), [(1_000, 2_000), (1, 2_000), (1, 4), (1, 3)])
def test_searches_follow_filings(
    store: Store, few: int, due_first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search gives what a list gives, of the tickets that have all the words, however many have them."""
    monkeypatch.setattr(search, "_FEW", few)
    monkeypatch.setattr(search, "_DUE_FIRST", due_first)
    tickets = some_tickets(store)
    for number, one in enumerate(tickets):
        store.filings.index(one.id, {"all", *(["even"] if number % 2 == 0 else []), f"only-{number}"})
    even = tickets[::2]
    for query in QUERIES:
        assert expected(store, tickets, query) == list(pages(store, query, ["all"])), query
        assert expected(store, even, query) == list(pages(store, query, ["all", "even"])), query
    assert [tickets[5].id] == list(pages(store, ANY, ["only-5", "all"]))
    assert [] == store.filings.search(["only-5", "even"], ANY)
    assert [] == store.filings.search(["unheard"], ANY)
    assert [] == store.filings.search([], ANY)


def test_what_was_filed_is_given_back(store: Store) -> None:
    """A filing comes back as it was written; what was never filed is in general."""
    one, other = a_ticket_id(), a_ticket_id()
    whole = Filing(
        one, "卡", PERSON, "zh-Hant", "card", "mail", "fees", ("vip", "急"), other, (a_ticket_id(), other)
    )
    assert [replace(whole, version=1)] == store.filings.file(whole)
    assert {one: replace(whole, version=1), other: Filing(other)} == store.filings.filed([one, other])
    assert {} == store.filings.filed([])


def test_a_filing_is_changed_by_who_has_read_it(store: Store) -> None:
    """Who has read an older version changes nothing, nor does what comes with it."""
    ticket, other = a_ticket_id(), a_ticket_id()
    first = store.filings.file(Filing(ticket, "cards"))[0]
    store.filings.file(replace(first, queue="wires"))
    with pytest.raises(Conflict):
        store.filings.file(Filing(other, "wires"), first)
    assert ["wires", GENERAL] == [one.queue for one in store.filings.filed([ticket, other]).values()]


def test_of_all_who_file_at_once_one_succeeds(store: Store) -> None:
    """Of many who have read the same version, one files."""
    ticket = a_ticket_id()

    def attempt(number: int) -> bool:
        try:
            store.filings.file(Filing(ticket, f"queue-{number}"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert 1 == sum(pool.map(attempt, range(8)))


def test_filing_and_recording_at_once_agree(store: Store) -> None:
    """Whoever files a ticket while others record it: lists have it where it is filed."""
    tickets = [a_ticket() for _ in range(20)]

    def both(number: int) -> None:
        one = tickets[number // 2]
        if number % 2:
            store.record(tickets=[one])
        else:
            store.filings.file(Filing(one.id, "cards"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(both, range(40)))
    found = store.tickets(TicketQuery(queues=frozenset({"cards"}), limit=100))
    assert {one.id for one in tickets} == {one.id for one in found}


def test_queues_and_words_outlive_the_read_model(store: Store) -> None:
    """A ticket that is forgotten and read anew, even at another age, is listed and found as before."""
    ticket, query = a_ticket(), TicketQuery(queues=frozenset({"cards"}))
    entry = an_entry(replace(a_draft(ticket.id), index=0))
    store.record([entry], [ticket])
    store.filings.file(Filing(ticket.id, "cards"))
    store.filings.index(ticket.id, ["fee"])
    store.rewind(-1)
    assert [] == store.tickets(query) == store.filings.search(["fee"], query)
    again = replace(ticket, state=a_state(opened_at=MORNING + 50))
    store.record([entry], [again])
    assert [again] == store.tickets(query) == store.filings.search(["fee"], query)


def test_words_wait_for_their_ticket(store: Store) -> None:
    """What is indexed before the ledger has its ticket is found as soon as it has; words only add up."""
    ticket = a_ticket()
    store.filings.index(ticket.id, ["fee"])
    store.filings.index(ticket.id, ["card", "fee"])
    assert [] == store.filings.search(["fee"], ANY)
    store.record(tickets=[ticket])
    store.filings.index(ticket.id, ["late"])
    assert [ticket] == store.filings.search(["fee", "card", "late"], ANY)


def test_words_that_come_while_the_ledger_is_read_anew(store: Store) -> None:
    """A ticket that is away while words are added is found by all of them afterwards, and once."""
    ticket = a_ticket()
    store.record(tickets=[ticket])
    store.filings.index(ticket.id, ["fee"])
    store.rewind(-1)
    store.filings.index(ticket.id, ["card"])
    again = replace(ticket, state=a_state(opened_at=MORNING + 50))
    store.record(tickets=[again])
    store.filings.index(ticket.id, ["late"])
    for words in (["fee"], ["card"], ["late"], ["fee", "card", "late"]):
        assert [again] == store.filings.search(words, ANY)


def test_forgotten_words_find_nothing(store: Store) -> None:
    """After a ticket was forgotten no word finds it, others are found still, and it can be indexed again."""
    one, other = a_ticket(), a_ticket()
    store.record(tickets=[one, other])
    for ticket in (one, other):
        store.filings.index(ticket.id, ["fee"])
    store.filings.forget(one.id)
    store.filings.forget(a_ticket_id())
    assert [other] == store.filings.search(["fee"], ANY)
    store.filings.index(one.id, ["card"])
    assert ([one], [other]) == (store.filings.search(["card"], ANY), store.filings.search(["fee"], ANY))


def test_words_of_an_erased_ticket_are_not_kept(store: Store) -> None:
    """Whoever comes too late with words of an erased ticket adds none."""
    ticket = a_ticket()
    store.record(tickets=[ticket])
    store.vault.erase([ticket.id], MORNING)
    store.filings.index(ticket.id, ["fee"])
    assert [] == store.filings.search(["fee"], ANY)


ONE = a_ticket_id()
IMPOSSIBLE = {
    "no queue": Filing(ONE, ""),
    "a long queue": Filing(ONE, "x" * 129),
    "a zero": Filing(ONE, "a\0"),
    "half a character": Filing(ONE, topic="\ud800"),
    "a tag twice": Filing(ONE, tags=("a", "a")),
    "too many tags": Filing(ONE, tags=tuple(map(str, range(101)))),
    "into itself": Filing(ONE, merged_into=ONE),
    "linked to itself": Filing(ONE, linked=(ONE,)),
}


@pytest.mark.parametrize("one", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_cannot_be_filed_is_refused(store: Store, one: Filing) -> None:
    """A filing that could not come back as it was, or leads nowhere, is not written."""
    with pytest.raises(InputError):
        store.filings.file(one)


def test_a_ticket_is_filed_once_in_a_call(store: Store) -> None:
    """Two filings of one ticket cannot both be as it was read."""
    with pytest.raises(InputError):
        store.filings.file(Filing(ONE), Filing(ONE, "cards"))


def test_more_queues_than_a_statement_takes(store: Store) -> None:
    """A list of a thousand queues is a list of all of them."""
    tickets = some_tickets(store)
    many = frozenset({"cards", "wires", *map(str, range(1_000))})
    for statuses in (frozenset[Status](), frozenset(Status)):
        query = TicketQuery(statuses, queues=many)
        assert expected(store, tickets, query) == list(pages(store, query))
        assert len(expected(store, tickets, query)) == store.count(query)
