"""The read model repeats the chain: replaced, rewound and rebuilt at will."""

import threading
from dataclasses import replace

import pytest

from supportledger.errors import InputError, NotFound
from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.records import Cursor, TicketQuery, TicketRecord
from supportledger.model.ticket import Action, Auth, Status, TicketState
from supportledger.ports import Store
from tests.conformance.store.builders import (
    ALICE,
    BOB,
    CARLA,
    HERE,
    MORNING,
    a_draft,
    a_state,
    a_ticket,
    a_ticket_id,
    an_entry,
    entries_of,
    word,
)


def test_it_knows_its_deployment(store: Store) -> None:
    """A store says which deployment it is bound to."""
    assert HERE == store.deployment


def test_an_entry_comes_back_whole(store: Store) -> None:
    """Every attribute of an entry survives, the widest values and the types included."""
    entry = an_entry(a_draft())._replace(
        auth=Auth.RECORDED,
        index=2**32 - 1,
        seen=2**32 - 1,
        time=2**40 - 1,
        signature=b"",
    )
    store.record([entry])
    [found] = store.entries(entry.ticket)
    assert entry == found
    types = [type(value) for value in (found.ticket, found.action, found.auth, found.actor, found.argument)]
    assert [TicketId, Action, Auth, Address, int] == types


def test_entries_are_listed_in_order(store: Store) -> None:
    """Entries come by index, however they were recorded, and from the index asked for."""
    ticket = a_ticket_id()
    entries = entries_of(ticket, 12)
    store.record(entries[::-1])
    assert entries == store.entries(ticket)
    assert entries[10:] == store.entries(ticket, start=10)
    assert [] == store.entries(a_ticket_id())


def test_recording_again_replaces(store: Store) -> None:
    """An entry that moved to another block is there once, at its new place."""
    entry = an_entry(a_draft())
    moved = entry._replace(block_number=9, transaction=word())
    store.record([entry])
    store.record([moved])
    assert [moved] == store.entries(entry.ticket)


def test_a_ticket_comes_back_whole(store: Store) -> None:
    """State and due instant survive; the later record counts."""
    ticket = a_ticket(a_state(Status.ON_HOLD, BOB, CARLA), due_at=2**40)
    store.record(tickets=[ticket])
    assert ticket == store.ticket(ticket.id)
    assert isinstance(store.ticket(ticket.id).state, TicketState)
    later = replace(ticket, state=a_state(Status.CLOSED), due_at=None)
    store.record(tickets=[later])
    assert later == store.ticket(ticket.id)


def test_an_older_state_replaces_no_newer_one(store: Store) -> None:
    """Who has read earlier and writes later takes nothing back; only a rewind does."""
    ticket = a_ticket(a_state()._replace(entries=3), due_at=5)
    older = replace(ticket, state=a_state()._replace(entries=2), due_at=7)
    other = a_ticket()
    store.record(entries_of(ticket.id, 3), [ticket])
    store.record(tickets=[older, other])
    assert [ticket, other] == [store.ticket(ticket.id), store.ticket(other.id)]
    store.rewind(-1)
    store.record(tickets=[older])
    assert older == store.ticket(ticket.id)


def test_unknown_ticket_is_not_found(store: Store) -> None:
    """A ticket that nobody recorded is NotFound, named by its handle."""
    ticket = a_ticket_id()
    with pytest.raises(NotFound, match=ticket.handle):
        store.ticket(ticket)


def test_the_cursor_moves(store: Store) -> None:
    """The last block read is remembered; recording without one leaves it."""
    assert store.cursor() is None
    store.record(cursor=Cursor(1, word()))
    last = Cursor(2, word())
    store.record(cursor=last)
    store.record([an_entry(a_draft())])
    assert last == store.cursor()


def test_rewinding_forgets_what_came_after(store: Store) -> None:
    """Entries past the block are gone, with the states of their tickets, which are named; others stay."""
    long, short, late = sorted(a_ticket_id() for _ in range(3))
    store.record(entries_of(long, 5), [a_ticket(id_=long)])
    store.record(entries_of(short, 2), [a_ticket(id_=short)])
    store.record(entries_of(late, 1, block_number=9), [a_ticket(id_=late)])
    assert [long, late] == store.rewind(3)
    assert [3, 2, 0] == [len(store.entries(ticket)) for ticket in (long, short, late)]
    assert [short] == [ticket.id for ticket in store.tickets(TicketQuery())]


@pytest.mark.parametrize(("to", "kept"), [(6, False), (7, True), (8, True)])
def test_rewinding_forgets_a_cursor_that_is_past(store: Store, to: int, kept: bool) -> None:
    """The cursor stays only if its block does."""
    cursor = Cursor(7, word())
    store.record(cursor=cursor)
    store.rewind(to)
    assert (cursor if kept else None) == store.cursor()


def test_forgetting_and_recording_again_gives_the_same(store: Store) -> None:
    """The read model can be dropped and rebuilt; contents and drafts do not notice."""
    entries, ticket = entries_of(a_ticket_id(), 4), a_ticket()
    cursor = Cursor(4, word())
    store.record(entries, [ticket], cursor)
    assert [entries[0].ticket] == store.rewind(-1)
    assert ([], None, 0) == (store.entries(entries[0].ticket), store.cursor(), store.count(TicketQuery()))
    store.record(entries, [ticket], cursor)
    assert (entries, cursor) == (store.entries(entries[0].ticket), store.cursor())
    assert ticket == store.ticket(ticket.id)


def ids(tickets: list[TicketRecord]) -> list[TicketId]:
    """Which tickets a list has, in its order."""
    return [ticket.id for ticket in tickets]


def test_many_tickets_are_given_at_once(store: Store) -> None:
    """Of many tickets asked for, those that are there come back, however many are asked for."""
    tickets = [a_ticket() for _ in range(3)]
    store.record(tickets=tickets)
    others = [a_ticket_id() for _ in range(1_200)]
    assert {one.id: one for one in tickets} == store.known([*others, *(one.id for one in tickets)])
    assert {} == store.known([])


def test_newest_tickets_come_first(store: Store) -> None:
    """Without more, tickets are listed by the time they were opened, latest first."""
    tickets = [a_ticket(a_state(opened_at=MORNING + age)) for age in (2, 0, 1)]
    store.record(tickets=tickets)
    assert ids([tickets[0], tickets[2], tickets[1]]) == ids(store.tickets(TicketQuery()))


def test_tickets_are_filtered(store: Store) -> None:
    """Status, customer and assignee filter alone and together, and are counted."""
    alices = a_ticket(a_state(Status.OPEN, ALICE, CARLA))
    bobs = a_ticket(a_state(Status.SOLVED, BOB, CARLA))
    keyless = a_ticket(a_state(Status.CLOSED, NOBODY))
    store.record(tickets=[alices, bobs, keyless])
    cases = [
        (TicketQuery(statuses=frozenset({Status.OPEN, Status.CLOSED})), {alices, keyless}),
        (TicketQuery(customer=BOB), {bobs}),
        (TicketQuery(customer=NOBODY), {keyless}),
        (TicketQuery(assignee=CARLA), {alices, bobs}),
        (TicketQuery(assignee=CARLA, statuses=frozenset({Status.SOLVED})), {bobs}),
        (TicketQuery(assignee=CARLA, statuses=frozenset({Status.CLOSED})), set()),
    ]
    for query, expected in cases:
        assert sorted(ids(list(expected))) == sorted(ids(store.tickets(query)))
        assert len(expected) == store.count(query)


def test_overdue_tickets_come_by_their_instant(store: Store) -> None:
    """Asked for an instant, only tickets due before it are listed, most overdue first."""
    late, later, exact, never = (a_ticket(due_at=due) for due in (MORNING + 1, MORNING, MORNING + 2, None))
    store.record(tickets=[late, later, exact, never])
    query = TicketQuery(overdue_at=MORNING + 2)
    assert ids([later, late]) == ids(store.tickets(query))
    assert store.count(query) == 2


@pytest.mark.parametrize("overdue_at", [None, MORNING + 100])
def test_pages_follow_each_other(store: Store, overdue_at: int | None) -> None:
    """Pages give every ticket once and in order, many opened and due at the same instant included."""
    tickets = [a_ticket(a_state(opened_at=MORNING + n % 3), due_at=MORNING + n % 3) for n in range(23)]
    store.record(tickets=tickets)
    whole = store.tickets(TicketQuery(overdue_at=overdue_at))
    paged: list[TicketRecord] = []
    query = TicketQuery(overdue_at=overdue_at, limit=5)
    while page := store.tickets(query):
        paged += page
        query = replace(query, after=page[-1])
    assert ids(whole) == ids(paged)
    assert sorted(ids(tickets)) == sorted(ids(paged))


@pytest.mark.parametrize("limit", [0, -1, 1_001])
def test_pages_have_a_size(limit: int) -> None:
    """A page of none, or of more than a person could read, is refused."""
    with pytest.raises(InputError):
        TicketQuery(limit=limit)


def prefix(text: str) -> TicketPrefix:
    """The beginning of an id, as somebody typed it."""
    parsed = parse_ticket(text)
    assert isinstance(parsed, TicketPrefix)
    return parsed


def test_a_prefix_finds_its_tickets(store: Store) -> None:
    """Hexadecimal digits and handles find what starts with them, in order, and no neighbour."""
    same = [TicketId(bytes([0xAB, 0xCD, last]) + bytes(29)) for last in (0x00, 0x7F, 0xFF)]
    below, above = TicketId(b"\xab\xcc" + b"\xff" * 30), TicketId(b"\xab\xce" + bytes(30))
    store.record(tickets=[a_ticket(id_=one) for one in (above, *same[::-1], below)])
    assert same == store.find(prefix("0xabcd"))
    assert same[:2] == store.find(prefix("0xabcd"), limit=2)
    assert [below, *same, above] == store.find(prefix("0xab"))
    assert [same[1]] == store.find(prefix(same[1].handle))
    assert [] == store.find(prefix("0xffff"))


def test_a_prefix_with_two_readings_finds_both(store: Store) -> None:
    """What reads as hexadecimal and as base32 finds the tickets of both readings."""
    hexadecimal, base32 = TicketId(b"\xab" + bytes(31)), TicketId(b"\x00\x40" + bytes(30))
    store.record(tickets=[a_ticket(id_=hexadecimal), a_ticket(id_=base32)])
    assert [base32, hexadecimal] == store.find(prefix("ab"))


def test_who_records_at_once_waits_for_nobody_for_ever(store: Store) -> None:
    """Threads that record the same tickets in opposite orders all come through."""
    tickets = [a_ticket() for _ in range(40)]
    entries = [an_entry(a_draft(one.id)) for one in tickets]
    failures: list[BaseException] = []

    def work(turned: bool) -> None:
        step = -1 if turned else 1
        try:
            for _ in range(5):
                store.record(entries[::step], tickets[::step])
        except BaseException as failure:  # noqa: BLE001 -- looked at below
            failures.append(failure)

    threads = [threading.Thread(target=work, args=[bool(number % 2)]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == failures
    assert len(tickets) == store.count(TicketQuery())
