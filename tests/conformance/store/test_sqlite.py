"""What only a database file can suffer: other processes, altered bytes, full disks, and time."""

import contextlib
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import (
    CommitmentMismatch,
    ConfigError,
    Error,
    ForeignData,
    InputError,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from supportledger.model.ids import Address
from supportledger.model.records import DraftStatus, TicketQuery
from supportledger.ports import Submission
from supportledger.proof.fields import Fields
from supportledger.store import sqlite
from supportledger.store.database import DatabaseStore
from supportledger.store.tampering import alter_body
from tests.conformance.store.builders import (
    DESK_KEY,
    HERE,
    a_submission,
    a_ticket,
    a_ticket_id,
    an_entry,
    open_store,
)

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is, once something opens it."""
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[DatabaseStore]:
    """An open store in that file, that waits for nobody."""
    with open_store(path, HERE, busy_timeout_s=0.05) as opened:
        yield opened


def alter(path: Path, statement: str, *values: object) -> int:
    """Do what somebody with access to the file may do; returns the number of rows altered."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).rowcount


def held(store: DatabaseStore) -> Submission:
    """A submission whose entry the read model has, at index 0."""
    submission = a_submission()
    store.keep([submission])
    store.record([an_entry(submission.draft)], [a_ticket(id_=submission.draft.ticket)])
    return submission


# -- bound to one deployment ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [replace(HERE, chain_id=1), replace(HERE, ledger=Address(bytes(20))), replace(HERE, code_hash=bytes(32))],
    ids=["chain", "ledger", "code"],
)
def test_another_deployment_is_refused(path: Path, other: object) -> None:
    """Opening the data of one deployment for another is refused, naming both, and changes nothing."""
    open_store(path, HERE).close()
    with pytest.raises(ForeignData) as caught:
        open_store(path, other)  # type: ignore[arg-type]  # a Deployment, which parametrize forgets
    assert str(HERE) in str(caught.value)
    assert str(other) in str(caught.value)
    with open_store(path, HERE) as store:
        assert HERE == store.deployment


def test_what_was_kept_is_there_after_reopening(path: Path) -> None:
    """Closing and opening loses nothing."""
    with open_store(path, HERE) as store:
        submission = held(store)
    with open_store(path, HERE) as store:
        assert [submission.draft] == store.drafts()
        assert submission.fields == store.content(submission.draft.ticket, 0)


def test_any_path_will_do(tmp_path: Path) -> None:
    """A directory may be called anything, and is made when missing."""
    path = tmp_path / "a b" / "100%?x=1#y 数据" / "store.sqlite3"
    with open_store(path, HERE) as store:
        held(store)
    assert path.is_file()


def test_only_its_owner_reads_the_file(path: Path, store: DatabaseStore) -> None:
    """The database and its journal are closed to other users of the machine."""
    held(store)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert dict.fromkeys(modes, 0o600) == modes


def test_opening_again_does_not_import_alembic(path: Path, store: DatabaseStore) -> None:
    """A store that is up to date is opened without the machinery of migrations."""
    program = f"""
import sys
from pathlib import Path
from typing import Any
from tests.conformance.store.builders import open_store
from tests.conformance.store.builders import HERE
open_store(Path({str(path)!r}), HERE).close()
sys.exit("alembic" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=False).returncode == 0


# -- altered by somebody -------------------------------------------------------------------------------------

ALTERATIONS = {
    "another byte": "UPDATE contents SET sealed = substr(sealed, 1, 99) || x'00' || substr(sealed, 101)",
    "cut": "UPDATE contents SET sealed = substr(sealed, 1, 40)",
    "nothing": "UPDATE contents SET sealed = x''",
    "another version": "UPDATE contents SET sealed = x'02' || substr(sealed, 2)",
    "a text": "UPDATE contents SET sealed = 'gone'",
    "a number": "UPDATE contents SET sealed = 7",
}


@pytest.mark.parametrize("statement", ALTERATIONS.values(), ids=ALTERATIONS)
def test_unreadable_content_is_a_mismatch(path: Path, store: DatabaseStore, statement: str) -> None:
    """Content that cannot be a content any more is named as altered, and hides no other."""
    submission = held(store)
    assert alter(path, statement) == 1
    other = a_submission(submission.draft.ticket)
    store.keep([other])
    store.record([an_entry(other.draft, 1)])
    with pytest.raises(CommitmentMismatch):
        store.content(submission.draft.ticket, 0)
    with pytest.raises(CommitmentMismatch):
        store.drafted(submission.draft)
    contents = store.contents(submission.draft.ticket)
    assert ({1: other.fields}, [0]) == (contents.held, list(contents.unreadable))


def test_altered_text_comes_back_altered(path: Path, store: DatabaseStore) -> None:
    """A text that somebody replaced who has the desk key comes back so: verification sees it."""
    submission = held(store)
    draft = submission.draft
    alter_body(path, draft.ticket, draft.commitment, "Where is my deposit?", DESK_KEY)
    fields = store.content(submission.draft.ticket, 0)
    assert submission.fields is not None
    assert fields.values()["body"] == "Where is my deposit?"
    assert submission.fields.root != fields.root


ROWS = {
    "drafts": "UPDATE drafts SET actor = X'00'",
    "entries": "UPDATE entries SET action = 99",
    "tickets": "UPDATE tickets SET state = X'00'",
}


@pytest.mark.parametrize("statement", ROWS.values(), ids=ROWS)
def test_impossible_row_is_corrupt(path: Path, store: DatabaseStore, statement: str) -> None:
    """A value that no row of ours can have is StoreCorrupt, with the way out."""
    submission = held(store)
    assert alter(path, statement) == 1
    with pytest.raises(StoreCorrupt, match="impossible value") as caught:
        _ = store.drafts(), store.entries(submission.draft.ticket), store.tickets(TicketQuery())
    assert caught.value.hint


# -- damaged, locked, full, read-only ------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    """Any other file in its place is StoreCorrupt, and is not overwritten."""
    path.write_bytes(b"dear diary, " * 1_000)
    with pytest.raises(StoreCorrupt) as caught:
        open_store(path, HERE)
    assert (str(path) in str(caught.value), path.read_bytes()[:4]) == (True, b"dear")


@pytest.mark.parametrize("cut", ["overwritten", "truncated"])
def test_a_damaged_file_is_reported(path: Path, cut: str) -> None:
    """Pages that were overwritten or lost are StoreCorrupt when they are read, never a raw exception."""
    with open_store(path, HERE) as store:
        store.keep([a_submission(body="x" * 5_000) for _ in range(50)])
    whole = path.read_bytes()
    damaged = (
        whole[:8192] + b"\xa5" * (len(whole) - 8192) if cut == "overwritten" else whole[: len(whole) // 2]
    )
    path.write_bytes(damaged)
    with pytest.raises(StoreCorrupt) as caught:
        read_all(path)
    assert isinstance(caught.value.__cause__, Exception)


def read_all(path: Path) -> list[Fields]:
    """Every content of a store."""
    with open_store(path, HERE) as store:
        return [store.drafted(draft) for draft in store.drafts()]


def test_a_locked_database_is_busy(path: Path, store: DatabaseStore) -> None:
    """Who cannot get the lock in time is told so, may try again, and reads all the while."""
    submission = held(store)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy) as caught:
            store.keep([a_submission()])
        assert caught.value.retryable
        assert [submission.draft] == store.drafts()
    store.keep([a_submission()])


HOLDER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_database_locked_by_another_process_is_busy(path: Path, store: DatabaseStore) -> None:
    """While another process holds the file, writing says what to do, and goes on once it is killed."""
    submission = held(store)
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy, match="another process") as caught:
            store.keep([a_submission()])
        assert (True, str(path) in str(caught.value)) == (caught.value.retryable, True)
        assert "stop the other process" in caught.value.hint
        assert [submission.draft] == store.drafts()
        process.kill()
    assert len(store.keep([a_submission()])) == 1


def test_opening_waits_for_who_makes_the_file(path: Path) -> None:
    """Who opens a new store while another process prepares it waits for it."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.rollback)
        release.start()
        open_store(path, HERE, busy_timeout_s=10).close()
        release.join()


def test_opening_does_not_wait_for_ever(path: Path) -> None:
    """A file that somebody does not let go of is StoreBusy when the time is over."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            open_store(path, HERE, busy_timeout_s=0.05)


def limit(store: DatabaseStore, pragma: str) -> None:
    """Make the store's own connections meet a limit of the machine."""
    from sqlalchemy import event  # noqa: PLC0415 -- only here

    engine = store._session._engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute(pragma).close())


def test_a_full_disk_is_reported(path: Path, store: DatabaseStore) -> None:
    """What did not fit was not half-written, and what was there is still there."""
    submission = held(store)
    limit(store, f"PRAGMA max_page_count = {path.stat().st_size // 4096 + 4}")
    with pytest.raises(StoreFull):
        store.keep([a_submission(body="x" * 9_000) for _ in range(50)])
    assert [submission.draft] == store.drafts()


def test_a_full_disk_keeps_what_was_there(small_disk: Callable[[str], Path]) -> None:
    """On a disk that is really full, a write fails as a whole and says so; with space again, it goes on."""
    path = small_disk("2m") / "store.sqlite3"
    ballast = path.with_name("ballast")
    with open_store(path, HERE) as store:
        submission = held(store)
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(b"x" * 4_096)
                file.flush()
        with pytest.raises(StoreFull) as caught:
            store.keep([a_submission(body="x" * 9_000) for _ in range(50)])
        assert "free some space" in caught.value.hint
        assert [submission.draft] == store.drafts()
        ballast.unlink()
        assert len(store.keep([a_submission()])) == 1


def test_a_read_only_database_is_reported(store: DatabaseStore) -> None:
    """What may not be written may still be read."""
    submission = held(store)
    limit(store, "PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnly):
        store.keep([a_submission()])
    assert [submission.draft] == store.drafts()


@pytest.mark.parametrize("place", ["a directory", "under a file", "under a device"])
def test_an_impossible_place_is_refused(tmp_path: Path, place: str) -> None:
    """A path where no database can be is an error that names it."""
    (tmp_path / "file").write_text("")
    places = {
        "a directory": tmp_path,
        "under a file": tmp_path / "file" / "store.sqlite3",
        "under a device": Path("/dev/null/store.sqlite3"),
    }
    with pytest.raises(
        (ConfigError, StoreReadOnly), match=str(tmp_path) if "dev" not in place else "/dev/null"
    ):
        open_store(places[place], HERE)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreReadOnly),
        (sqlite3.SQLITE_CORRUPT_VTAB, StoreCorrupt),
        (sqlite3.SQLITE_IOERR_READ, StoreError),
        (sqlite3.SQLITE_ERROR, StoreError),
    ],
)
def test_extended_codes_count_as_their_primary(code: int, kind: type[Error]) -> None:
    """Every code of SQLite becomes an error of ours that names the file."""
    error = sqlite3.OperationalError("said SQLite")
    error.sqlite_errorcode = code  # as the driver sets it
    excuse = sqlite.excuse(error, "store.sqlite3")
    assert (kind, True) == (type(excuse), "store.sqlite3" in str(excuse))


@pytest.mark.parametrize("change", [{"reason": "\ud800"}, {"created_at": 2**63}, {"argument": -1}])
def test_a_value_that_fits_nowhere_is_refused(store: DatabaseStore, change: dict[str, Any]) -> None:
    """Text that is no Unicode and numbers beyond their columns are InputError, and nothing is kept."""
    with pytest.raises(InputError):
        store.keep([Submission(replace(a_submission().draft, **change))])
    assert [] == store.drafts()


def test_a_closed_store_opens_no_file_by_itself(path: Path) -> None:
    """Closing merges the journal into the one file."""
    with open_store(path, HERE) as store:
        held(store)
    assert ["store.keys.sqlite3", "store.sqlite3"] == sorted(file.name for file in path.parent.iterdir())


# -- threads and processes -----------------------------------------------------------------------------------


def in_threads(work: Callable[[], None], count: int = 8) -> None:
    """Run the same work in several threads at once, and raise what any of them raises."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 -- raised again below
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_threads_share_a_store(store: DatabaseStore) -> None:
    """Threads that write and read at once lose nothing and wait for each other."""

    def work() -> None:
        for _ in range(10):
            [draft] = store.keep([a_submission()])
            store.advance([replace(draft, status=DraftStatus.SUBMITTED)])
            assert DraftStatus.SUBMITTED == store.draft(draft.key).status

    in_threads(work)
    assert len(store.drafts(statuses=[DraftStatus.SUBMITTED])) == 80


WRITER = """
import secrets, signal, sys
from pathlib import Path
from typing import Any
from tests.conformance.store.builders import open_store
from tests.conformance.store import builders
from tests.conformance.store.builders import HERE, a_submission
builders.word = lambda: secrets.token_bytes(32)
signal.signal(signal.SIGINT, signal.default_int_handler)  # even where it was started in the background
with open_store(Path(sys.argv[1]), HERE) as store:
    for _ in range(int(sys.argv[2])):
        [draft] = store.keep([a_submission()])
        print(draft.key.hex(), flush=True)
"""


@contextmanager
def writer(path: Path, count: int) -> Iterator[subprocess.Popen[str]]:
    """Another process that keeps drafts, and says so after each; it does not outlive the block."""
    command = [sys.executable, "-c", WRITER, str(path), str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_processes_share_a_new_store(path: Path) -> None:
    """Two processes that make and fill one store at the same time lose nothing."""
    with writer(path, 25) as one, writer(path, 25) as other:
        outputs = [process.communicate(timeout=60) for process in (one, other)]
    assert ["", ""] == [errors for _, errors in outputs]
    said = {key for output, _ in outputs for key in output.split()}
    with open_store(path, HERE) as store:
        assert said == {draft.key.hex() for draft in store.drafts()}
    assert len(said) == 50


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_writer_loses_nothing_it_said(path: Path, number: signal.Signals) -> None:
    """Stopped in the middle by Ctrl-C or worse, all that a call returned is there, with its content."""
    with writer(path, 100_000) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(20)]
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    said += [line for line in output.split() if len(line) == 64]
    with open_store(path, HERE) as store:
        drafts = {draft.key.hex(): draft for draft in store.drafts()}
        assert set(said) <= drafts.keys()
        assert all(store.drafted(draft) for draft in drafts.values())
    assert len(said) < 100_000


def test_a_ticket_with_a_thousand_entries_is_read_at_once(store: DatabaseStore) -> None:
    """A long ticket's entries and contents come back complete."""
    ticket = a_ticket_id()
    submissions = [a_submission(ticket) for _ in range(1_000)]
    store.keep(submissions)
    store.record([an_entry(one.draft, index) for index, one in enumerate(submissions)])
    assert len(store.entries(ticket)) == 1_000
    assert {index: one.fields for index, one in enumerate(submissions)} == store.contents(ticket).held
