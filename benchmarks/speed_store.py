"""
How fast a store with a million tickets answers: the 95th percentile of every list, queue and view.

The tickets lie in a file made for the purpose. Rows are put in by hundred thousands, below the code that is
measured, and in no order of time.
"""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from statistics import quantiles

from speed_figures import Figure, seconds

from supportledger.model.handle import TicketPrefix, parse_ticket
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.paging import PageMark, TicketOrder
from supportledger.model.records import Deployment, DraftStatus, TicketQuery, TicketRecord
from supportledger.model.ticket import Status, TicketState
from supportledger.ports import Store
from supportledger.proof.fields import Fields
from supportledger.proof.seal import DeskKey, TicketSeal
from supportledger.store import documents
from supportledger.store.database import DatabaseStore, open_store
from supportledger.store.desk_seal import Seals
from supportledger.store.keyplace import beside
from supportledger.store.place import at_file
from supportledger.store.search import SIZE
from supportledger.store.vault import open_vault

TICKETS, QUICK_TICKETS = 1_000_000, 50_000
ENTRIES = 3
"""Of each ticket."""
ROUNDS = 100
MOST_MS = 20.0
PART = 100_000
BEGINNING = 1_700_000_000
HERE = Deployment(1337, Address(b"\x11" * 20), b"\x22" * 32)
AGENTS = [Address(bytes([0xA0, number]) + bytes(18)) for number in range(20)]
QUEUES = [f"queue-{number}" for number in range(20)]
WORDS = 60
"""That a ticket is found by."""
SEARCHED = 100_000
"""Tickets that are found by words: the latest."""
CUSTOMERS = [Address(bytes([0xC0]) + number.to_bytes(19, "big")) for number in range(50_000)]
WAITING = (DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED)
DESK_KEY = DeskKey(b"\x0d" * 32)
FIELDS = Fields.create({"kind": "question", "body": "Where is my withdrawal? " * 8, "createdAt": BEGINNING})
TEXT = documents.to_bytes(FIELDS)
STATE = TicketState(
    customer=NOBODY,
    opened_at=BEGINNING,
    respond_by=BEGINNING + 3_600,
    policy=1,
    assignee=NOBODY,
    resolve_by=BEGINNING + 86_400,
    paused_at=0,
    status=Status.OPEN,
    level=0,
    version=1,
    flags=0,
    rating=0,
    unseen=0,
    staff_run=0,
    tier=1,
    escalated_at=0,
    settled_at=0,
    paused_total=0,
    entries=ENTRIES,
    customer_seq=2,
    staff_seq=1,
    head=b"\x33" * 32,
)


@dataclass(frozen=True, slots=True)
class Filling:
    """
    What a store is filled with.

    Args:
        text: What everybody has written.
        block: Of all entries; None: each has one of its own.
        waiting: How far the drafts of the latest hundredth of tickets have come, in turns.
        searched: How many of the latest tickets are found by words.
    """

    text: bytes = TEXT
    block: int | None = None
    waiting: tuple[DraftStatus, ...] = WAITING
    searched: int = SEARCHED


def measure(quick: bool) -> Iterator[Figure]:  # noqa: FBT001 -- one signature for all sections
    """Fill a store, and ask it everything that people and workers ask."""
    count = QUICK_TICKETS if quick else TICKETS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with opened(path) as store:
            seals = Seals(store.vault)
            hashed = lru_cache(maxsize=None)(lambda word: seals.hashed("word", word)[:SIZE])
            hashed("w0")  # makes the desk's own key
        filling_s = seconds(lambda: fill(path, count, hashed))
        size_gb = path.stat().st_size / 1e9
        print(f"store: {count:,} tickets, {size_gb:.1f} GB, filled in {filling_s:.0f} s", flush=True)
        with opened(path) as store:
            for name, ask in questions(store, count).items():
                passed_ms, worked_ms = slow(ask)
                detail = f"{worked_ms:.1f} of it the processor's"
                yield Figure(f"store: {name}", passed_ms, MOST_MS, detail=f"ms at p95, {detail}")


def opened(path: Path) -> DatabaseStore:
    """The store in a file, with its keys beside it."""
    return open_store(path, HERE, open_vault(at_file(path), DESK_KEY))


def slow(ask: Callable[[random.Random], object]) -> tuple[float, float]:
    """Ask often, each time for something else; give the 95th percentiles of time passed and worked, in ms."""
    chance = random.Random(7)
    passed, worked = [], []
    for _ in range(ROUNDS):
        start, start_cpu = time.perf_counter(), time.process_time()
        ask(chance)
        passed.append((time.perf_counter() - start) * 1e3)
        worked.append((time.process_time() - start_cpu) * 1e3)
    return quantiles(passed, n=20)[-1], quantiles(worked, n=20)[-1]


def questions(store: Store, count: int) -> dict[str, Callable[[random.Random], object]]:
    """All that is asked, by name."""
    lists = {
        "newest": TicketQuery(),
        "oldest": TicketQuery(order=TicketOrder.OLDEST),
        "by due instant": TicketQuery(order=TicketOrder.DUE),
        "open and pending": TicketQuery(frozenset({Status.OPEN, Status.PENDING})),
        "closed": TicketQuery(frozenset({Status.CLOSED})),
        "a customer's": TicketQuery(customer=CUSTOMERS[7]),
        "keyless customers'": TicketQuery(customer=NOBODY),
        "an agent's": TicketQuery(assignee=AGENTS[3]),
        "an agent's on hold": TicketQuery(frozenset({Status.ON_HOLD}), assignee=AGENTS[3]),
        "nobody's, open": TicketQuery(frozenset({Status.OPEN}), assignee=NOBODY),
        "keyless and an agent's": TicketQuery(customer=NOBODY, assignee=AGENTS[3]),
        "an agent's by due instant": TicketQuery(assignee=AGENTS[3], order=TicketOrder.DUE),
        "overdue": TicketQuery(overdue_at=BEGINNING + 40_000_000),
        "overdue, open": TicketQuery(frozenset({Status.OPEN}), overdue_at=BEGINNING + 40_000_000),
        "a queue": TicketQuery(queues=frozenset(QUEUES[:1])),
        "twenty queues, open": TicketQuery(frozenset({Status.OPEN}), queues=frozenset(QUEUES)),
        "twenty queues by due instant": TicketQuery(queues=frozenset(QUEUES), order=TicketOrder.DUE),
        "a person's": TicketQuery(person=ticket_id(10**9 + 7)),
    }
    found: dict[str, Callable[[random.Random], object]] = {}
    for name, query in lists.items():
        found[f"{name}, first page"] = lambda _, query=query: store.tickets(query)
        found[f"{name}, some page"] = lambda chance, query=query: store.tickets(deep(query, chance, count))
    return found | {
        "two common words": lambda _: store.filings.search(["w0", "w1"], TicketQuery()),
        "a common and a rare word": lambda _: store.filings.search(["w0", "w9999"], TicketQuery()),
        "two common words in a queue": lambda _: store.filings.search(
            ["w0", "w1"], TicketQuery(queues=frozenset(QUEUES[:1]))
        ),
        "a ticket with its texts": lambda chance: view(store, chance.randrange(count)),
        "the beginning of an id": lambda chance: store.find(prefix(chance)),
        "drafts that wait": lambda _: store.drafts(statuses=WAITING, limit=100),
        "drafts of a ticket": lambda chance: store.drafts(ticket=ticket_id(chance.randrange(count))),
        "taking drafts": lambda chance: store.claim(
            f"worker {chance.random()}", now=BEGINNING, lease_s=60, statuses=WAITING, limit=100
        ),
    }


def view(store: Store, number: int) -> None:
    """Read what somebody sees who opens a ticket."""
    ticket = ticket_id(number)
    store.ticket(ticket)
    assert len(store.entries(ticket)) == len(store.contents(ticket).held) == ENTRIES


def deep(query: TicketQuery, chance: random.Random, count: int) -> TicketQuery:
    """The same list, from a page in the middle of it."""
    at = BEGINNING + chance.randrange(count) * 30
    return replace(query, after=PageMark(query.sorting, at, ticket_id(0)))


def prefix(chance: random.Random) -> TicketPrefix:
    """What somebody types."""
    found = parse_ticket(f"0x{chance.randrange(16**3):03x}")
    assert isinstance(found, TicketPrefix)
    return found


def ticket_id(number: int) -> TicketId:
    """Ids as they come: in no order."""
    return TicketId((number * 0x9E3779B97F4A7C15 % 2**64).to_bytes(8, "big") + number.to_bytes(24, "big"))


# -- filling -------------------------------------------------------------------------------------------------


def fill(path: Path, count: int, hashed: Callable[[str], bytes], filling: Filling = Filling()) -> None:
    """Put tickets, entries, sealed contents, their keys and drafts in, and the indexes on top."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("ATTACH ? AS keys", (str(beside(path)),))
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -400000")
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        numbers = sorted(range(count), key=ticket_id)  # in the order of the keys, which is the quickest
        for start in range(0, count, PART):
            _fill_part(database, numbers[start : start + PART], filling)
            drafts = range(start, min(start + PART, count))
            _insert_all(database, {"drafts": (_draft(one, count, filling.waiting) for one in drafts)})
        _fill_words(database, hashed, range(max(count - filling.searched, 0), count))
        for _, statement in indexes:
            database.execute(statement)


def _fill_part(database: sqlite3.Connection, numbers: list[int], filling: Filling) -> None:
    seals = {number: TicketSeal.new(ticket_id(number)) for number in numbers}
    places = [(number, index) for number in numbers for index in range(ENTRIES)]
    _insert_all(
        database,
        {
            "tickets": map(_ticket, numbers),
            "filings": map(_filing, numbers),
            "keys.ticket_keys": ((one.ticket, DESK_KEY.wrap(one), DESK_KEY.id) for one in seals.values()),
            "entries": (_entry(*place, filling.block) for place in places),
            "contents": (_content(*place, seals[place[0]], filling.text) for place in places),
        },
    )


def _insert_all(database: sqlite3.Connection, rows_of: Mapping[str, Iterator[tuple[object, ...]]]) -> None:
    database.execute("BEGIN")
    for table, rows in rows_of.items():
        _insert(database, table, rows)
    database.execute("COMMIT")


def _insert(database: sqlite3.Connection, table: str, rows: Iterator[tuple[object, ...]]) -> None:
    first = next(rows)
    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(first))})"
    database.execute(statement, first)
    database.executemany(statement, rows)


def _record(number: int) -> TicketRecord:
    """A desk of years: nearly all closed, one in ten given to nobody, one in five of a keyless customer."""
    status = Status.CLOSED if number % 20 else Status(1 + number // 20 % 4)
    customer = NOBODY if number % 5 == 0 else CUSTOMERS[number % len(CUSTOMERS)]
    assignee = NOBODY if number % 10 == 0 else AGENTS[number % len(AGENTS)]
    opened_at = BEGINNING + number * 30
    state = STATE._replace(status=status, customer=customer, assignee=assignee, opened_at=opened_at)
    return TicketRecord(ticket_id(number), state, None if status is Status.CLOSED else opened_at + 3_600)


def _ticket(number: int) -> tuple[object, ...]:
    one = _record(number)
    state = one.state
    return (
        one.id,
        state.pack(),
        int(state.status),
        state.customer,
        state.assignee,
        state.opened_at,
        one.due_at,
        _queue(number),
        _person(number),
        0,
    )


def _queue(number: int) -> str:
    return QUEUES[number * 7 % len(QUEUES)]


def _person(number: int) -> TicketId:
    return ticket_id(10**9 + number % len(CUSTOMERS))


def _filing(number: int) -> tuple[object, ...]:
    return (ticket_id(number), _queue(number), _person(number), "en", "", "", "", "[]", None, b"", 1)


def _words(number: int) -> set[str]:
    """Common words are common, rare ones rare: the frequency of each falls with its rank."""
    chance = random.Random(number)
    return {f"w{int(10_000 ** chance.random()) - 1}" for _ in range(WORDS)}


def _fill_words(database: sqlite3.Connection, hashed: Callable[[str], bytes], numbers: range) -> None:
    """Put the words of the latest tickets in, as a store would."""
    hashes = {number: sorted(map(hashed, _words(number))) for number in numbers}
    ages = {number: BEGINNING + number * 30 for number in numbers}
    postings = sorted((word, ages[one], one + 1) for one, words in hashes.items() for word in words)
    searched = ((one + 1, ticket_id(one), ages[one], b"".join(words)) for one, words in hashes.items())
    _insert_all(database, {"searched": searched, "search_words": iter(postings)})


def _commitment(number: int, index: int) -> bytes:
    return bytes([index]) + number.to_bytes(31, "big")


def _entry(number: int, index: int, block: int | None) -> tuple[object, ...]:
    at, word = BEGINNING + number * 30 + index, number.to_bytes(32, "big")
    commitment = _commitment(number, index)
    block = number * ENTRIES + index if block is None else block
    return (ticket_id(number), index, 2, 1, AGENTS[0], word, 0, at, commitment, word, block, 0, b"\x01" * 65)


def _content(number: int, index: int, seal: TicketSeal, text: bytes) -> tuple[object, ...]:
    commitment = _commitment(number, index)
    sealed = documents.seal(seal, commitment, text)
    return (seal.ticket, commitment, 2, AGENTS[0], sealed)


def _draft(number: int, count: int, waiting: tuple[DraftStatus, ...]) -> tuple[object, ...]:
    """The latest hundredth of them wait."""
    status = waiting[number % len(waiting)] if number >= count - count // 100 else DraftStatus.FINAL
    word, at = number.to_bytes(32, "big"), BEGINNING + number * 30
    identity = (number + 1, word, ticket_id(number), 2, 1, AGENTS[0], word, 0, 1, _commitment(number, 0), at)
    return (*identity, None, None, 0, b"\x01" * 65, b"", status.value, "", word, None, 0, None)
