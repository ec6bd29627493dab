"""PostgreSQL, too, reads no table from end to end, once it knows how large the tables are."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from supportledger.ports import Submission
from supportledger.store.database import DatabaseStore
from tests.conformance.store.builders import ALICE, CARLA, HERE, MORNING, a_state, open_store
from tests.conformance.store.server import Server
from tests.conformance.store.test_plans import DRAFT, LATER, LISTS, SUBMISSION, WORK
from tests.conformance.store.watching import watching

TICKETS = 30_000
FILLING = (
    """INSERT INTO tickets SELECT sha256(i::text::bytea), :state,
       CASE WHEN i % 20 = 0 THEN 1 + i % 4 ELSE 5 END,
       CASE WHEN i % 50 = 0 THEN :customer ELSE substr(sha256((i % 5000)::text::bytea), 1, 20) END,
       CASE WHEN i % 30 = 0 THEN :assignee ELSE substr(sha256((i % 30)::text::bytea), 1, 20) END,
       :now + i, CASE WHEN i % 20 = 0 THEN :now + i END, (i % 40)::text, sha256((i % 5000)::text::bytea), 0
       FROM generate_series(1, :count) i""",
    """INSERT INTO entries SELECT id, 0, 1, 1, :customer, id, 0, opened_at, id, id, opened_at - :now, 0, id
       FROM tickets""",
    "INSERT INTO contents SELECT id, id, 1, :customer, id FROM tickets",
    """INSERT INTO drafts SELECT opened_at, id, id, 1, 1, :customer, id, 0, 0, id, 0, NULL, NULL, 0, id, '',
       CASE WHEN due_at IS NULL THEN 'final' ELSE 'signed' END, '', id, 0, opened_at, NULL FROM tickets""",
)
TABLES = ("tickets", "entries", "contents", "drafts")


@pytest.fixture(scope="module")
def store(server: Server) -> Iterator[DatabaseStore]:
    """A store on the server with enough in it that an index is worth its while."""
    name = server.new()
    with open_store(server.place(name), HERE) as opened:
        values = {"state": a_state().pack(), "customer": ALICE, "assignee": CARLA}
        with opened._session.writing() as connection:
            for statement in FILLING:
                named = {key: value for key, value in values.items() if f":{key}" in statement}
                counted = {"count": TICKETS} if ":count" in statement else {}
                now = {"now": MORNING} if ":now" in statement else {}
                connection.execute(text(statement), named | counted | now)
        opened.keep([Submission(DRAFT), SUBMISSION])
        for table in TABLES:
            server.run(f"ANALYZE {table}", name)
        yield opened
    server.drop(name)


def plans(store: DatabaseStore, work: Callable[[], object]) -> list[str]:
    """How PostgreSQL goes about every statement of a piece of work that reads or changes rows."""
    found: list[str] = []

    def explain(cursor: Any, statement: str, parameters: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and "advisory" not in statement:
            rows = cursor.connection.execute(f"EXPLAIN {statement}", parameters).fetchall()
            found.append("\n".join(row[0] for row in rows))

    with watching(store, explain):
        work()
    assert found
    return found


def reads_all(plan: str) -> bool:
    """A plan that reads a large table from one end to the other."""
    return any(f"Seq Scan on {table}" in plan for table in TABLES)


@pytest.mark.parametrize("goes_on", [False, True], ids=["first page", "next page"])
def test_every_list_of_tickets_follows_an_index(store: DatabaseStore, goes_on: bool) -> None:
    """Any filter in any order, first page or next."""
    for query in LISTS:
        asked = replace(query, after=LATER) if goes_on else query
        [plan] = plans(store, lambda asked=asked: store.tickets(asked))
        assert not reads_all(plan), plan


HERE_TOO = WORK | {"a block that is gone": lambda store: store.rewind(TICKETS)}
"""Of nearly all blocks, a table is read as a whole: here the last ones are gone."""


@pytest.mark.parametrize("work", HERE_TOO.values(), ids=HERE_TOO)
def test_nothing_is_read_from_end_to_end(
    store: DatabaseStore, work: Callable[[DatabaseStore], object]
) -> None:
    """Every other question is answered from an index."""
    for plan in plans(store, lambda: work(store)):
        assert not reads_all(plan), plan
