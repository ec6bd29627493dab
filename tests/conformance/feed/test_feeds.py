"""What happens is told once, in one order, to all who read on."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from supportledger.errors import Conflict
from supportledger.model.records import DraftStatus
from supportledger.model.ticket import Action
from supportledger.ports import Store, Submission
from supportledger.ports.filing import GENERAL, Filing, Happening
from tests.conformance.cabinet.conftest import StillClock
from tests.conformance.store.builders import MORNING, a_draft, a_ticket_id, an_entry

SAID = Happening(0, "line.said", MORNING)


def told(store: Store, after: int = 0) -> list[tuple[str, str]]:
    """What was told, and about what."""
    return [(one.kind, one.about) for one in store.feed.since(after)]


def test_what_is_told_comes_in_order(store: Store) -> None:
    """Everything is read once by who reads on from the last id, in pages of any size."""
    ticket, before = a_ticket_id(), store.feed.last()
    happenings = [
        Happening(0, "line.said", MORNING + number, ticket, "cards", str(number)) for number in range(10)
    ]
    store.feed.tell(*happenings[:4])
    store.feed.tell(*happenings[4:])
    store.feed.tell()
    read, after = [], before
    while page := store.feed.since(after, 3):
        read += page
        after = page[-1].id
    assert happenings == [replace(one, id=0) for one in read]
    assert sorted({one.id for one in read}) == [one.id for one in read]
    assert after == store.feed.last()


def test_a_ticket_brings_its_queue(store: Store) -> None:
    """Who does not say where a ticket is filed has it looked up."""
    ticket, other, before = a_ticket_id(), a_ticket_id(), store.feed.last()
    store.filings.file(Filing(ticket, "cards"))
    store.feed.tell(replace(SAID, ticket=ticket), replace(SAID, ticket=other), SAID)
    assert ["cards", GENERAL, ""] == [one.queue for one in store.feed.since(before)]


def test_drafts_are_told_as_they_advance(store: Store) -> None:
    """Each step of an action is told once, by whoever writes it; a step that fails tells nothing."""
    draft, before = a_draft(), store.feed.last()
    store.keep([Submission(draft)])
    store.keep([Submission(draft)])
    for status in (DraftStatus.SIGNED, DraftStatus.SUBMITTED, DraftStatus.SUBMITTED, DraftStatus.MINED):
        store.advance([replace(draft, status=status)])
    with pytest.raises(Conflict):
        store.advance([replace(draft, status=DraftStatus.REJECTED)])
    store.advance([replace(draft, status=DraftStatus.FINAL)])
    kinds = ("action.stored", "action.submitted", "action.mined", "action.final")
    assert [(kind, draft.key.hex()) for kind in kinds] == told(store, before)


def test_every_action_has_a_word(store: Store) -> None:
    """Each kind of entry is told, under a word of its own."""
    before, ticket = store.feed.last(), a_ticket_id()
    entries = [an_entry(a_draft(ticket, action), index) for index, action in enumerate(Action)]
    store.record(entries)
    found = told(store, before)
    assert [str(index) for index in range(len(Action))] == [about for _, about in found]
    assert len(Action) == len({kind for kind, _ in found})
    assert ("ticket.opened", "0") == found[0]


def test_entries_are_told_once(store: Store) -> None:
    """What is read again is not told again; what has taken its place is."""
    before, entry = store.feed.last(), an_entry(a_draft())
    store.record([entry])
    store.record([entry._replace(block_number=9), an_entry(a_draft(entry.ticket), 1)])
    store.record([an_entry(a_draft(entry.ticket), 1)])
    assert [("ticket.replied", "0"), ("ticket.replied", "1"), ("ticket.replied", "1")] == told(store, before)


def test_what_is_long_past_is_no_news(store: Store, clock: StillClock) -> None:
    """A ledger that is read anew tells the last week, and no more."""
    before = store.feed.last()
    old, new = an_entry(a_draft()), an_entry(a_draft())._replace(time=MORNING + 10)
    clock.time = MORNING + 7 * 86_400
    store.record([old._replace(time=MORNING), new])
    assert [new.ticket] == [one.ticket for one in store.feed.since(before)]


def test_what_fails_is_not_told(store: Store) -> None:
    """When a call writes nothing, nothing of it is told."""
    before, draft = store.feed.last(), a_draft()
    store.keep([Submission(draft)])
    with pytest.raises(Conflict):
        store.keep([Submission(a_draft()), Submission(replace(draft, argument=7))])
    assert [("action.stored", draft.key.hex())] == told(store, before)


def test_the_past_is_forgotten(store: Store) -> None:
    """What happened before an instant goes, and no number is used again."""
    store.feed.tell(*(replace(SAID, at=MORNING + number) for number in range(5)))
    last = store.feed.last()
    assert 3 <= store.feed.forget_before(MORNING + 3)
    assert [MORNING + 3, MORNING + 4] == [one.at for one in store.feed.since(0)]
    store.feed.forget_before(MORNING + 100)
    assert (0, []) == (store.feed.last(), store.feed.since(0))
    store.feed.tell(SAID)
    assert last < store.feed.last()


def test_waiting_ends_when_something_happens(store: Store) -> None:
    """All who wait are told soon; who waits for nothing waits their time and no longer."""
    store.feed.tell(SAID)
    last = store.feed.last()
    assert store.feed.wait(last - 1, 0)
    assert not store.feed.wait(last, 0)
    assert 0.15 <= took(lambda: store.feed.wait(last, 0.2)) < 2
    with ThreadPoolExecutor(9) as pool:
        waiting = [pool.submit(store.feed.wait, last, 20) for _ in range(8)]
        time.sleep(0.3)
        assert not any(one.done() for one in waiting)
        store.feed.tell(SAID)
        assert took(lambda: [one.result(10) for one in waiting]) < 2
    assert [True] * 8 == [one.result() for one in waiting]


def test_those_who_wait_longer_are_not_left_alone(store: Store) -> None:
    """When whoever looks for the others goes, another looks on."""
    last = store.feed.last()
    with ThreadPoolExecutor(4) as pool:
        short = pool.submit(store.feed.wait, last, 0.2)
        time.sleep(0.05)
        long = [pool.submit(store.feed.wait, last, 20) for _ in range(2)]
        assert short.result(5) is False
        store.feed.tell(SAID)
        assert [True, True] == [one.result(10) for one in long]


def took(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.monotonic()
    work()
    return time.monotonic() - start


def test_no_number_is_seen_before_a_smaller_one(store: Store) -> None:
    """While many write at once, who reads on misses nothing."""
    before = after = store.feed.last()
    seen: list[Happening] = []
    with ThreadPoolExecutor(8) as pool:
        writing = [
            pool.submit(store.feed.tell, *([replace(SAID, about=str(number))] * 3)) for number in range(40)
        ]
        while not all(one.done() for one in writing):
            seen += store.feed.since(after)
            after = seen[-1].id if seen else before
    seen += store.feed.since(after)
    assert store.feed.since(before) == seen
    assert 120 == len(seen)
