"""Workers share what is due: nothing is given to two, and nothing is lost with one that dies."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from supportledger.errors import InputError
from supportledger.model.records import Draft, DraftStatus
from supportledger.ports import Store, Submission
from supportledger.store.place import Place
from tests.conformance.store.builders import HERE, MORNING, a_draft, open_store

STORED, SIGNED, SUBMITTED = DraftStatus.STORED, DraftStatus.SIGNED, DraftStatus.SUBMITTED
LEASE_S = 60
REPOSITORY = Path(__file__).parents[3]


def kept(store: Store, count: int, status: DraftStatus = SIGNED) -> list[Draft]:
    """Drafts that wait."""
    return store.keep([Submission(replace(a_draft(), status=status)) for _ in range(count)])


def claimed(store: Store, holder: str, now: int = MORNING, limit: int = 100) -> list[Draft]:
    """What a worker takes."""
    return store.claim(holder, now=now, lease_s=LEASE_S, statuses=[SIGNED], limit=limit)


def test_what_one_holds_nobody_else_is_given(store: Store) -> None:
    """Two workers get different drafts, in the order in which they were kept, until none is left."""
    drafts = kept(store, 5)
    assert drafts[:3] == claimed(store, "one", limit=3)
    assert drafts[3:] == claimed(store, "two", limit=3)
    assert [] == claimed(store, "one")
    assert [] == claimed(store, "three")


def test_only_the_statuses_asked_for_are_given(store: Store) -> None:
    """Of several statuses, the first one's drafts come before the next one's."""
    [stored], [signed], [sent] = (kept(store, 1, status) for status in (STORED, SIGNED, SUBMITTED))
    found = store.claim("one", now=MORNING, lease_s=LEASE_S, statuses=[SUBMITTED, STORED])
    assert [sent, stored] == found
    assert [signed] == claimed(store, "two")


@pytest.mark.parametrize(("after_s", "is_free"), [(LEASE_S - 1, False), (LEASE_S, True)])
def test_a_lease_runs_out(store: Store, after_s: int, is_free: bool) -> None:
    """When the lease is over, and not before, another worker is given the draft."""
    drafts = kept(store, 1)
    claimed(store, "one")
    assert (drafts if is_free else []) == claimed(store, "two", MORNING + after_s)


def test_a_lease_is_extended(store: Store) -> None:
    """Who extends a lease keeps the draft as long again."""
    [draft] = kept(store, 1)
    claimed(store, "one")
    assert [draft.key] == store.extend("one", [draft.key], now=MORNING + 50, lease_s=LEASE_S)
    assert [] == claimed(store, "two", MORNING + LEASE_S)
    assert [draft] == claimed(store, "two", MORNING + 50 + LEASE_S)


def test_what_was_lost_is_not_extended(store: Store) -> None:
    """Who comes too late is told which drafts are still held."""
    first, second = kept(store, 2)
    claimed(store, "one")
    assert [first] == claimed(store, "two", MORNING + LEASE_S, limit=1)
    late = MORNING + LEASE_S + 1
    assert [second.key] == store.extend("one", [first.key, second.key], now=late, lease_s=LEASE_S)


def test_what_is_given_back_is_free(store: Store) -> None:
    """A draft that is released is given to the next who asks, and only its holder releases it."""
    [draft] = kept(store, 1)
    claimed(store, "one")
    store.release("two", [draft.key])
    assert [] == claimed(store, "two")
    store.release("one", [draft.key])
    assert [draft] == claimed(store, "two")


def test_another_try_may_wait(store: Store) -> None:
    """A draft released until an instant is given to nobody before it, and after those that wait longer."""
    early, late = kept(store, 2)
    claimed(store, "one")
    store.release("one", [early.key], due_at=MORNING + 30)
    store.release("one", [late.key], due_at=MORNING + 10)
    assert [] == claimed(store, "two", MORNING + 9)
    assert [late, early] == claimed(store, "two", MORNING + 30)


def test_progress_leaves_the_lease(store: Store) -> None:
    """Writing how far a draft has come gives it to nobody else."""
    [draft] = kept(store, 1)
    claimed(store, "one")
    store.advance([replace(draft, status=SUBMITTED)])
    assert [] == store.claim("two", now=MORNING + 1, lease_s=LEASE_S, statuses=[SIGNED, SUBMITTED])
    assert [draft.key] == store.extend("one", [draft.key], now=MORNING + 1, lease_s=LEASE_S)


@pytest.mark.parametrize("ahead_s", [180, 1_800, 86_400])
def test_a_clock_that_was_set_back_holds_up_nothing(store: Store, ahead_s: int) -> None:
    """A lease that ends later than any can was made by a clock set back since, and counts as over."""
    drafts = kept(store, 2)
    claimed(store, "one", MORNING + ahead_s)
    assert drafts == claimed(store, "two", MORNING)


@pytest.mark.parametrize("lease_s", [0, -1, 121])
def test_a_lease_has_an_end(store: Store, lease_s: int) -> None:
    """A lease for no time, or for long, is refused, and nothing is taken."""
    [draft] = kept(store, 1)
    with pytest.raises(InputError):
        store.claim("one", now=MORNING, lease_s=lease_s, statuses=[SIGNED])
    with pytest.raises(InputError):
        store.extend("one", [draft.key], now=MORNING, lease_s=lease_s)
    assert [draft] == claimed(store, "two")


def test_threads_share_what_is_due(store: Store) -> None:
    """Workers that take at the same moment take every draft, and none twice."""
    expected = {draft.key for draft in kept(store, 200)}
    taken: list[bytes] = []

    def work(name: str) -> None:
        while found := claimed(store, name, limit=7):
            taken.extend(draft.key for draft in found)

    threads = [threading.Thread(target=work, args=[str(number)]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(expected) == sorted(taken)


WORKER = """
import sys, time
from pathlib import Path
from supportledger.model.records import DraftStatus
from tests.conformance.store.builders import open_store
from supportledger.store.place import located
from tests.conformance.store.builders import HERE
name, pause_s = sys.argv[2], float(sys.argv[3])
with open_store(located(sys.argv[1], Path("/nowhere")), HERE) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    while found := store.claim(
        name, now=int(time.time()), lease_s=100, statuses=[DraftStatus.SIGNED], limit=5
    ):
        for draft in found:
            print(draft.key.hex(), flush=True)
        time.sleep(pause_s)
"""


def worker(place: Place, name: str, pause_s: float) -> "subprocess.Popen[str]":
    """Another process, which begins to take drafts when it is written a line."""
    address = place.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WORKER, address, name, str(pause_s)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_processes_share_what_is_due(place: Place) -> None:
    """Two processes that work at once take every draft, each some, and none twice."""
    with open_store(place, HERE) as store:
        expected = {draft.key.hex() for draft in kept(store, 120)}
    with worker(place, "one", 0.05) as one, worker(place, "two", 0.05) as two:
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("\n")
        outputs = [process.communicate(timeout=60) for process in (one, two)]
    assert ["", ""] == [errors for _, errors in outputs]
    parts = [output.split() for output, _ in outputs]
    assert sorted(expected) == sorted(parts[0] + parts[1])
    assert all(parts)


def test_a_killed_holder_keeps_nothing(place: Place) -> None:
    """What a killed worker held is given to another one as soon as its lease runs out."""
    with open_store(place, HERE) as store:
        drafts = kept(store, 5)
        with worker(place, "one", 60) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n")
            held = {process.stdout.readline().strip() for _ in drafts}
            process.send_signal(signal.SIGKILL)
        assert {draft.key.hex() for draft in drafts} == held
        assert [] == claimed(store, "two", int(time.time()))
        assert drafts == claimed(store, "two", int(time.time()) + 100)
