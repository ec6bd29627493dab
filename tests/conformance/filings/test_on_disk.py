"""What lies in the files: no word, no key, nothing that was forgotten; and several processes share them."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from supportledger.errors import KeyMissing, NotFound, StoreCorrupt
from supportledger.model.records import TicketQuery
from supportledger.ports.cabinet import DESK, Paper
from supportledger.ports.filing import Filing, Happening
from supportledger.store import desk_tables
from supportledger.store.backup import back_up, restore
from supportledger.store.database import DatabaseStore
from supportledger.store.keyplace import beside
from supportledger.store.place import at_file
from tests.conformance.store.builders import HERE, MORNING, a_ticket, a_ticket_id, open_store

PAPER = Paper("account", "a-1", {"mail": "canary@mail.example"}, keys=("canary@mail.example",), group="staff")
ANY = TicketQuery()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[DatabaseStore]:
    """A store in a file."""
    with open_store(path, now=lambda: MORNING) as opened:
        yield opened


def files(path: Path) -> bytes:
    """All bytes of the store and its keys."""
    return b"".join(one.read_bytes() for one in path.parent.iterdir() if one.is_file())


def test_nothing_lies_in_clear(store: DatabaseStore, path: Path) -> None:
    """Neither what papers say, nor their keys, nor words, nor who is limited can be read in the files."""
    store.cabinet.write(PAPER)
    store.cabinet.spend("canary@mail.example", 1, limit=5, window_s=60, now=MORNING)
    store.filings.index(a_ticket_id(), ["canary@mail.example", "canary"])
    assert b"canary" not in files(path)
    assert b"a-1" in files(path), "files are read where they are written"


def test_words_of_a_forgotten_ticket_are_gone(store: DatabaseStore, path: Path) -> None:
    """Not even their hashes are left in the files, but for those that other tickets have, too."""
    tickets = [a_ticket() for _ in range(50)]
    store.record(tickets=tickets)
    for number, ticket in enumerate(tickets):
        store.filings.index(ticket.id, ["shared", *(f"word-{number}-{one}" for one in range(60))])
    hashes = {
        word: store.filings._seals.hashed("word", word)[:8] for word in ("word-7-3", "word-8-3", "shared")
    }
    assert all(one in files(path) for one in hashes.values())
    store.filings.forget(tickets[7].id)
    left = files(path)
    assert (False, True, True) == tuple(one in left for one in hashes.values())
    assert 49 == len(store.filings.search(["shared"], ANY))


FORGERIES = {
    "another end": {"expires_at": MORNING + 9_999},
    "another version": {"version": 7},
    "another group": {"group_name": "admins"},
    "another owner": {"owner": bytes(DESK)[:-1] + b"\0"},
    "no owner": {"owner": b"short"},
    "another text": {"sealed": b"\x01" + bytes(60)},
    "no bytes": {"sealed": b""},
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_a_row_that_was_altered_is_no_paper(store: DatabaseStore, change: dict[str, object]) -> None:
    """Nobody who writes in the database lets a paper live longer, or be another's."""
    store.cabinet.write(PAPER)
    with store._session.writing() as connection:
        connection.execute(update(desk_tables.papers).values(change))
    with pytest.raises((StoreCorrupt, KeyMissing)):
        store.cabinet.read("account", "a-1")


def test_rows_cannot_be_swapped(store: DatabaseStore) -> None:
    """A sealed text under another id does not open, nor does a key that leads to another paper."""
    store.cabinet.write(PAPER, replace(PAPER, id="a-2", keys=("other",)))
    paper, key = desk_tables.papers, desk_tables.paper_keys
    with store._session.writing() as connection:
        connection.execute(delete(key).where(key.c.id == "a-2"))
        connection.execute(update(key).values(id="a-2"))
    with pytest.raises(StoreCorrupt):
        store.cabinet.find("account", "canary@mail.example")
    with store._session.writing() as connection:
        connection.execute(delete(paper).where(paper.c.id == "a-1"))
        connection.execute(update(paper).values(id="a-1"))
    with pytest.raises(StoreCorrupt):
        store.cabinet.read("account", "a-1")


def test_papers_without_their_keys(path: Path) -> None:
    """A store that holds papers is not opened with an empty key store: it would begin another desk."""
    with open_store(path) as store:
        store.cabinet.write(PAPER)
    beside(path).unlink()
    with pytest.raises(KeyMissing):
        open_store(path)


def test_a_backup_has_all_of_it(store: DatabaseStore, path: Path, tmp_path: Path) -> None:
    """What a desk keeps, files, finds and tells comes back; numbers go on where they were."""
    ticket = a_ticket()
    store.cabinet.write(PAPER)
    store.record(tickets=[ticket])
    store.filings.file(Filing(ticket.id, "cards"))
    store.filings.index(ticket.id, ["fee"])
    store.feed.tell(*(Happening(0, "line.said", MORNING) for _ in range(3)))
    back_up(at_file(path), tmp_path / "backup")
    store.cabinet.remove("account", ["a-1"])
    store.filings.forget(ticket.id)
    restore(tmp_path / "backup", at_file(path), force=True)
    assert PAPER.data == store.cabinet.find("account", "canary@mail.example").data
    assert [ticket] == store.filings.search(["fee"], TicketQuery(queues=frozenset({"cards"})))
    assert 3 == store.feed.last()
    store.filings.index(a_ticket_id(), ["fee"])


WORK = """
import sys
from pathlib import Path
from supportledger.errors import Conflict, NotFound
from supportledger.ports.cabinet import Paper
from supportledger.ports.filing import Happening
from tests.conformance.store.builders import MORNING, open_store

with open_store(Path(sys.argv[1]), now=lambda: MORNING) as store:
    won = taken = granted = 0
    for number in range(100):
        try:
            store.cabinet.write(Paper("once", str(number), {}))
            won += 1
        except Conflict:
            pass
        try:
            store.cabinet.take("prize", str(number))
            taken += 1
        except NotFound:
            pass
        granted += store.cabinet.spend("all", 3, limit=400, window_s=60, now=MORNING)
        store.feed.tell(Happening(0, "line.said", MORNING, about=sys.argv[2]))
    print(won, taken, granted)
"""


def test_processes_share_a_file(store: DatabaseStore, path: Path) -> None:
    """Of two processes one wins each race, both together get the whole limit, and no number is lost."""
    store.cabinet.write(*(Paper("prize", str(number), {}) for number in range(100)))
    command = [sys.executable, "-c", WORK, str(path)]
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in "ab"]
    said = [[int(one) for one in process.communicate(timeout=100)[0].split()] for process in running]
    assert [100, 100, 400] == [sum(each) for each in zip(*said, strict=True)]
    told = store.feed.since(0)
    assert (200, {"a", "b"}) == (len(told), {one.about for one in told})
    assert list(range(1, 201)) == [one.id for one in told]


def test_another_process_is_heard(store: DatabaseStore, path: Path) -> None:
    """Who waits is woken by what another process writes."""
    code = WORK.replace("range(100)", "range(1)")
    with subprocess.Popen([sys.executable, "-c", code, str(path), "a"], stdout=subprocess.PIPE) as process:
        assert store.feed.wait(0, 60)
        process.communicate(timeout=60)
    assert ["a"] == [one.about for one in store.feed.since(0)]


def test_a_damaged_filing_is_named(store: DatabaseStore, path: Path) -> None:
    """What somebody wrote over a filing is no mistake of ours."""
    ticket = a_ticket_id()
    store.filings.file(Filing(ticket))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE filings SET tags = 'no list'")
    with pytest.raises(StoreCorrupt):
        store.filings.filed([ticket])


def test_limits_are_swept_when_they_are_over(store: DatabaseStore) -> None:
    """A limit whose window is over leaves no row."""
    store.cabinet.spend("a", 1, limit=5, window_s=60, now=MORNING)
    for now, left in ((MORNING + 59, 1), (MORNING + 60, 0)):
        assert 0 == store.cabinet.sweep(now)
        with store._session.reading() as connection:
            assert left == len(connection.execute(desk_tables.spent.select()).all())
    with pytest.raises(NotFound):
        store.cabinet.read("limit", "a")
    assert HERE == store.deployment
