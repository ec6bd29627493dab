"""What every store of a witness promises, in memory and on disk alike; and what only the disk can do."""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from supportledger.errors import Conflict, NotFound, StoreBusy, StoreFull
from supportledger.ports import WitnessStore
from supportledger.store import log_disk
from supportledger.store.witness_files import FolderWitness
from supportledger.store.witness_memory import MemoryWitness

MAKERS: dict[str, Callable[[Path], WitnessStore]] = {
    "memory": lambda _: MemoryWitness(),
    "folder": lambda directory: FolderWitness(directory / "witness"),
}
KILLS = 40 if os.environ.get("LONG") else 6
COUNTING = """
import sys
from pathlib import Path
from supportledger.store.witness_files import FolderWitness
store = FolderWitness(Path(sys.argv[1]))
while True:
    store.advance("log", lambda seen: b"%d" % (int(seen or 0) + 1))
    print(store.seen("log").decode(), flush=True)
"""


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> WitnessStore:
    """A witness that watches one log, of each kind in turn."""
    made = MAKERS[request.param](tmp_path)
    made.create(b"secret")
    made.trust("log", b"log+key")
    return made


def test_what_is_kept_comes_back(store: WitnessStore) -> None:
    """Key, logs and what was seen of them come back, each log by itself."""
    store.trust("a/b ü", "a/b ü+key".encode())
    store.advance("log", lambda seen: b"one" if seen is None else b"never")
    store.advance("log", lambda seen: b"two" if seen == b"one" else b"never")
    assert b"secret" == store.signer()
    assert {"a/b ü": "a/b ü+key".encode(), "log": b"log+key"} == store.trusted()
    assert (b"two", None) == (store.seen("log"), store.seen("a/b ü"))


def test_there_is_one_witness(store: WitnessStore) -> None:
    """A second witness in the same place is a conflict, and the first stays."""
    with pytest.raises(Conflict):
        store.create(b"another")
    assert b"secret" == store.signer()


def test_a_log_keeps_its_key(store: WitnessStore) -> None:
    """A log is watched again with the same key, never with another."""
    store.trust("log", b"log+key")
    with pytest.raises(Conflict):
        store.trust("log", b"log+other")
    assert {"log": b"log+key"} == store.trusted()


def test_a_decision_that_is_refused(store: WitnessStore) -> None:
    """Whoever decides against it changes nothing."""

    def refuse(_seen: bytes | None) -> bytes:
        raise ValueError("no")

    store.advance("log", lambda _: b"one")
    with pytest.raises(ValueError, match="no"):
        store.advance("log", refuse)
    assert b"one" == store.seen("log")


def test_what_is_not_watched(store: WitnessStore) -> None:
    """Nothing is remembered of a log that is not watched."""
    with pytest.raises(NotFound):
        store.advance("another", lambda _: b"x")
    assert store.seen("another") is None


def test_evidence_is_kept(store: WitnessStore) -> None:
    """Evidence is kept once, under a name of its own."""
    assert store.keep_evidence(b"a") == store.keep_evidence(b"a") != store.keep_evidence(b"b")


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_before_it_is_created(maker: Callable[[Path], WitnessStore], tmp_path: Path) -> None:
    """There is nothing to ask of a witness that was not created."""
    store = maker(tmp_path)
    for use in (
        store.signer,
        store.trusted,
        lambda: store.seen("log"),
        lambda: store.trust("log", b"log+key"),
        lambda: store.advance("log", lambda _: b"x"),
        lambda: store.keep_evidence(b"x"),
    ):
        with pytest.raises(NotFound):
            use()


def test_decisions_come_one_after_the_other(store: WitnessStore) -> None:
    """No decision is taken on what another has just replaced."""
    start = threading.Barrier(4)

    def work(_: int) -> None:
        start.wait()
        for _ in range(20):
            store.advance("log", lambda seen: b"%d" % (int(seen or 0) + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert b"80" == store.seen("log")


# -- on disk -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a witness that watches one log."""
    store = FolderWitness(tmp_path / "witness")
    store.create(b"secret")
    store.trust("log", b"log+key")
    return tmp_path / "witness"


def test_a_killed_witness_goes_back_on_nothing(folder: Path) -> None:
    """Killed at any instant, a witness stands where it stood, or one decision further (L8.3)."""
    random.seed(1)
    for _ in range(KILLS):
        command = [sys.executable, "-c", COUNTING, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            time.sleep(random.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            told = max(map(int, (first + process.stdout.read()).split()))
        stands = int(FolderWitness(folder).seen("log") or b"0")
        assert told <= stands <= told + 1


def test_a_disk_that_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision that cannot be written down was not taken."""
    store = FolderWitness(folder)
    store.advance("log", lambda _: b"one")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(log_disk.os, "fsync", fail)
        with pytest.raises(StoreFull):
            store.advance("log", lambda _: b"two")
    assert b"one" == store.seen("log")


def test_another_process_decides(folder: Path) -> None:
    """Whoever waits too long for another process is told so."""
    with log_disk.locked(folder / "lock"), pytest.raises(StoreBusy):
        FolderWitness(folder, lock_timeout_s=0.05).advance("log", lambda _: b"x")


def test_a_witness_is_its_owners(folder: Path) -> None:
    """Nobody else on the machine reads a witness's key."""
    FolderWitness(folder).keep_evidence(b"x")
    assert {0o600} == {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()}
    assert {0o700} == folders | {folder.stat().st_mode & 0o777}
