"""No list, page or queue is read from beginning to end: the database says how it would go about each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.paging import TicketOrder
from supportledger.model.records import DraftStatus, TicketQuery
from supportledger.model.ticket import Status
from supportledger.ports import Submission
from supportledger.store.database import DatabaseStore
from tests.conformance.store.builders import (
    ALICE,
    CARLA,
    HERE,
    MORNING,
    a_draft,
    a_submission,
    a_ticket,
    open_store,
    word,
)
from tests.conformance.store.watching import watching

WAITING = frozenset({DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED})
LISTS = [
    TicketQuery(statuses, customer, assignee, order=order, limit=50)
    for statuses, customer, assignee, order in product(
        (frozenset[Status](), frozenset({Status.OPEN}), frozenset({Status.OPEN, Status.PENDING})),
        (None, ALICE, NOBODY),
        (None, CARLA),
        TicketOrder,
    )
]
LISTS += [
    TicketQuery(statuses, order=order, queues=queues, person=person, limit=50)
    for statuses, queues, person, order in product(
        (frozenset[Status](), frozenset({Status.OPEN, Status.PENDING})),
        (frozenset({"cards"}), frozenset(map(str, range(20)))),
        (None, TicketId(bytes(32))),
        TicketOrder,
    )
]
LATER = a_ticket(due_at=MORNING)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DatabaseStore]:
    """A store in a file, which nobody has counted: the plans must be good without statistics."""
    with open_store(tmp_path / "store.sqlite3", HERE) as opened:
        yield opened


@dataclass(frozen=True)
class Step:
    """What SQLite means to do, and for which statement."""

    what: str
    statement: str

    @property
    def reads_a_list(self) -> bool:
        """It goes through rows of a table, rather than to the one that was found, or through those found."""
        is_one_row = re.search(r" \((id|rowid)=\?\)$", self.what) is not None
        return not is_one_row and re.match(r"(SCAN|SEARCH) (?!anon_|CONSTANT)", self.what) is not None


def steps(store: DatabaseStore, work: Callable[[], object]) -> list[Step]:
    """How SQLite goes about every statement of a piece of work that reads or changes rows."""
    found: list[Step] = []

    def explain(cursor: Any, statement: str, parameters: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            found.extend(Step(row[3], statement) for row in rows)

    with watching(store, explain):
        work()
    assert found
    return found


@pytest.mark.parametrize("goes_on", [False, True], ids=["first page", "next page"])
def test_every_list_of_tickets_follows_an_index(store: DatabaseStore, goes_on: bool) -> None:
    """Any filter in any order: an index gives the rows in their order, from where the page begins."""
    for query in LISTS:
        asked = replace(query, after=LATER) if goes_on else query
        column = "due_at" if asked.sorting is TicketOrder.DUE else "opened_at"
        for step in steps(store, lambda asked=asked: store.tickets(asked)):
            if step.reads_a_list:
                assert f"{column}_id" in step.what, step
                assert step.what.startswith("SEARCH") or not (goes_on or _narrows(asked)), step
                assert not goes_on or f"({column},id)" in step.what, step
            else:
                assert "TEMP B-TREE" not in step.what or "UNION ALL" in step.statement, step


def _narrows(query: TicketQuery) -> bool:
    return bool(query.statuses or query.customer or query.assignee or query.person or query.queues)


def test_what_is_overdue_is_found_by_its_instant(store: DatabaseStore) -> None:
    """The queue of the overdue begins with the most overdue and reads no other."""
    for statuses in (frozenset[Status](), frozenset({Status.OPEN, Status.PENDING})):
        query = TicketQuery(statuses, overdue_at=MORNING)
        read = [one for one in steps(store, lambda query=query: store.tickets(query)) if one.reads_a_list]
        assert len(statuses or "1") == len(read)
        assert all(re.search(r"SEARCH .*due_at_id_merged \(.*due_at[><]\?\)", one.what) for one in read), read


DRAFT, SUBMISSION = a_draft(), a_submission()
FOUND = TicketPrefix("ab", parse_ticket("ab").ranges)  # type: ignore[union-attr]  # a short text is a prefix
WORK: dict[str, Callable[[DatabaseStore], object]] = {
    "a ticket": lambda store: store.known([LATER.id]),
    "a ticket's entries": lambda store: store.entries(LATER.id, 3, 50),
    "a ticket's contents": lambda store: store.contents(LATER.id),
    "the files of a content": lambda store: store.attachments(LATER.id, word()),
    "the beginning of an id": lambda store: store.find(FOUND),
    "everything of some tickets": lambda store: store.holdings(bytes(32), b"\x01" * 32),
    "drafts that wait": lambda store: store.drafts(statuses=WAITING, limit=50),
    "drafts of one status": lambda store: store.drafts(statuses={DraftStatus.SIGNED}, limit=50),
    "more drafts that wait": lambda store: store.drafts(statuses=WAITING, after=DRAFT.key, limit=50),
    "drafts of a ticket": lambda store: store.drafts(ticket=DRAFT.ticket, statuses=WAITING),
    "drafts of a transaction": lambda store: store.drafts(transaction=word()),
    "drafts that are due": lambda store: store.claim(
        "me", now=MORNING, lease_s=60, statuses=sorted(WAITING), limit=50
    ),
    "a lease": lambda store: (
        store.extend("me", [DRAFT.key], now=MORNING, lease_s=60),
        store.release("me", [DRAFT.key]),
    ),
    "a draft's progress": lambda store: store.advance([replace(DRAFT, status=DraftStatus.SIGNED)]),
    "the content of a draft": lambda store: store.drafted(SUBMISSION.draft),
    "a block that is gone": lambda store: store.rewind(7),
}


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_nothing_is_read_from_end_to_end(
    store: DatabaseStore, work: Callable[[DatabaseStore], object]
) -> None:
    """Every other question is answered from an index, and no long list is sorted."""
    store.keep([Submission(DRAFT), SUBMISSION])
    for step in steps(store, lambda: work(store)):
        assert not step.what.startswith("SCAN") or not step.reads_a_list or _is_one_row(step), step


def _is_one_row(step: Step) -> bool:
    """The cursor is the only row of its table."""
    return step.what == "SCAN cursor"
