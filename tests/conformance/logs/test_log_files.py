"""What only the disk can do to a log: processes that die, files that are damaged, locks, full disks."""

import base64
import errno
import gc
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from supportledger.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from supportledger.proof import merkle
from supportledger.store import log_disk
from supportledger.store.log_files import FolderLogs

KILLS = 40 if os.environ.get("LONG") else 6
APPENDING = """
import sys
from pathlib import Path
from supportledger.store.log_files import FolderLogs
logs, step = FolderLogs(Path(sys.argv[1])), int(sys.argv[2])
size = logs.head("talk").size
while True:
    size = logs.append("talk", (b"line %d" % number for number in range(size, size + step))).size
    print(size, flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a log with 300 lines."""
    logs = FolderLogs(tmp_path)
    logs.create("talk", {})
    logs.append("talk", expected(300))
    return tmp_path


def expected(size: int) -> list[bytes]:
    return [b"line %d" % number for number in range(size)]


@pytest.mark.parametrize("step", [1, 7, 5_000])
def test_a_killed_process_loses_nothing_that_it_acknowledged(folder: Path, step: int) -> None:
    """Killed at any instant, a log has every acknowledged line, no other, and goes on (L3.2)."""
    random.seed(step)
    logs, acknowledged = FolderLogs(folder), 300
    for _ in range(KILLS):
        command = [sys.executable, "-c", APPENDING, str(folder), str(step)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            first = writer.stdout.readline()
            time.sleep(random.random() * 0.05)
            writer.send_signal(signal.SIGKILL)
            told = (first + writer.stdout.read()).split()
        acknowledged = max([acknowledged, *map(int, told)])
        head = logs.head("talk")
        assert acknowledged <= head.size
        assert 0 == (head.size - 300) % step
        assert expected(head.size) == list(logs.lines("talk"))
        acknowledged = logs.append("talk", expected(head.size + step)[head.size :]).size
    assert merkle.root(expected(acknowledged)) == logs.head("talk").root


@pytest.mark.parametrize("step", ["pwrite", "fdatasync"])
def test_a_write_that_fails_appends_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """At whatever step the disk gives up, the log stays as it was, and takes the same lines later."""
    logs = FolderLogs(folder)
    kept = logs.head("talk")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(log_disk.os, step, fail)
        with pytest.raises(StoreFull):
            logs.append("talk", expected(900)[300:])
    assert kept == logs.head("talk")
    assert expected(300) == list(logs.lines("talk"))
    assert merkle.root(expected(900)) == logs.append("talk", expected(900)[300:]).root


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.EROFS, StoreReadOnly), (errno.EACCES, StoreReadOnly), (errno.EIO, StoreError)]
)
def test_the_disk_speaks_in_our_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    """Whatever the disk refuses is a StoreError of the kind that fits, and names the file."""

    def fail(path: object, *_: object) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(log_disk.os, "open", fail)
    with pytest.raises(kind, match="talk"):
        FolderLogs(folder).append("talk", [b"x"])


@pytest.mark.parametrize("name", ["lines", "bundles", "tiles.0", "tiles.1"])
def test_a_file_that_is_too_short(folder: Path, name: str) -> None:
    """A file that lost its end is found before anything is appended to it."""
    path = folder / "talk" / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreCorrupt):
        FolderLogs(folder).append("talk", [b"x"])


@pytest.mark.parametrize("at", [-1, -44 * 32])
def test_an_altered_hash_at_the_edge(folder: Path, at: int) -> None:
    """A hash that was altered where the tree grows is found before anything is appended (L3.4)."""
    path = folder / "talk" / "tiles.0"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt):
        FolderLogs(folder).append("talk", [b"x"])


OLDER = b"supportledger.log.v1\n"
PLACE = 4096


@pytest.mark.parametrize(
    "head",
    [
        b"",
        OLDER,
        OLDER + b"300\n",
        OLDER + b"300\n" + b"A" * 43 + b"=\n",
        OLDER + b"0300\n" + b"A" * 43 + b"=\n1\n",
        OLDER + b"300\n" + b"A" * 44 + b"\n1\n",
        b"supportledger.log.v2\n300\n" + b"A" * 43 + b"=\n1\n",
        b"\xff" * 80,
        bytes(2 * PLACE),
    ],
)
def test_a_damaged_head(folder: Path, head: bytes) -> None:
    """A head that says nothing sensible is damage, never an empty log."""
    (folder / "talk" / "head").write_bytes(head)
    with pytest.raises(StoreCorrupt):
        FolderLogs(folder).head("talk")


@pytest.mark.parametrize("at", [0, 25, 40, 130, PLACE - 1, PLACE, PLACE + 25, 2 * PLACE - 1])
def test_an_altered_byte_of_a_head(folder: Path, at: int) -> None:
    """Whichever of its places was altered, nothing is guessed from the other one, which may be the older."""
    path = folder / "talk" / "head"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt):
        FolderLogs(folder).append("talk", [b"x"])


def test_a_place_of_another_turn(folder: Path) -> None:
    """A place that is whole, and older than the turn before the last, was put back: that is damage."""
    logs, path = FolderLogs(folder), folder / "talk" / "head"
    kept = path.read_bytes()
    logs.append("talk", [b"x"])
    logs.append("talk", [b"y"])
    path.write_bytes(path.read_bytes()[:PLACE] + kept[PLACE:])
    with pytest.raises(StoreCorrupt):
        logs.head("talk")


@pytest.mark.parametrize("step", ["short", "fdatasync"])
def test_a_head_that_is_written_by_halves(folder: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Where the disk gives up while a place is written, the log counts as far as before, and goes on."""
    logs, head = FolderLogs(folder), folder / "talk" / "head"
    kept, number, given_up = logs.head("talk"), head.stat().st_ino, list[int]()
    write, sync = os.pwrite, os.fdatasync

    def is_first(handle: int) -> bool:
        if given_up or os.fstat(handle).st_ino != number:
            return False
        given_up.append(handle)
        return True

    def short(handle: int, data: memoryview, at: int) -> int:
        if step == "short" and len(data) < 256 and os.fstat(handle).st_ino == number and not given_up:
            given_up.append(handle)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        cut = 100 if step == "short" and os.fstat(handle).st_ino == number and not given_up else len(data)
        return write(handle, data[:cut], at)

    def failing(handle: int) -> None:
        if step == "fdatasync" and is_first(handle):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(handle)

    with monkeypatch.context() as broken:
        broken.setattr(log_disk.os, "pwrite", short)
        broken.setattr(log_disk.os, "fdatasync", failing)
        with pytest.raises(StoreError):
            logs.append("talk", [b"x"])
    assert (kept, True) == (FolderLogs(folder).head("talk"), bool(given_up))
    assert merkle.root([*expected(300), b"y"]) == logs.append("talk", [b"y"]).root


def test_a_process_that_ends_closes_nothing_under_its_threads(folder: Path) -> None:
    """A thread that appends while its process ends does not write into a file that was opened meanwhile."""
    ending = """
import atexit, sys, threading
from pathlib import Path

folder, victims = Path(sys.argv[1]), []
begun, ended = threading.Event(), threading.Event()

def finish():
    victims.extend(open(folder / f"victim{number}", "wb") for number in range(8))
    ended.set()
    thread.join(10)

atexit.register(finish)  # the first to come is the last to go: others have let go of what they had

from supportledger.store import log_disk
from supportledger.store.log_files import FolderLogs

write = log_disk.os.pwrite

def late(*given):
    begun.set()
    ended.wait(10)
    return write(*given)

logs = FolderLogs(folder)
thread = threading.Thread(target=lambda: logs.append("talk", [b"late"]), daemon=True)
logs.append("talk", [b"before"])
log_disk.os.pwrite = late
thread.start()
begun.wait(10)
"""
    subprocess.run([sys.executable, "-c", ending, str(folder)], check=True, timeout=60)
    assert {0} == {path.stat().st_size for path in folder.glob("victim*")}
    assert [*expected(300), b"before", b"late"] == list(FolderLogs(folder).lines("talk"))


def test_places_take_turns(folder: Path) -> None:
    """Appending writes one place, and leaves alone the one that counted until then."""
    logs, path = FolderLogs(folder), folder / "talk" / "head"
    before = path.read_bytes()
    logs.append("talk", [b"x"])
    after = path.read_bytes()
    same = [before[at : at + PLACE] == after[at : at + PLACE] for at in (0, PLACE)]
    assert 1 == sum(same)
    logs.append("talk", [b"y"])
    assert [not one for one in same] == [
        after[at : at + PLACE] == path.read_bytes()[at : at + PLACE] for at in (0, PLACE)
    ]


def test_a_log_of_an_older_version(folder: Path) -> None:
    """A log whose head has one place is read, goes on, and has two places from then on."""
    logs, path = FolderLogs(folder), folder / "talk" / "head"
    kept, size = logs.head("talk"), (folder / "talk" / "lines").stat().st_size
    path.write_bytes(OLDER + b"%d\n%s\n%d\n" % (kept.size, base64.b64encode(kept.root), size))
    assert kept == logs.head("talk")
    assert (
        merkle.root([*expected(300), b"x", b"y"])
        == [logs.append("talk", [one]) for one in (b"x", b"y")][-1].root
    )
    assert 2 * PLACE == path.stat().st_size
    assert [*expected(300), b"x", b"y"] == list(FolderLogs(folder).lines("talk"))


def test_a_log_that_was_put_back_while_it_was_open(folder: Path) -> None:
    """Files that lie in the place of those that were written before are written, not those that are gone."""
    logs = FolderLogs(folder)
    logs.append("talk", [b"x"], records=lambda _: about(bytes(32), [b"one"]))
    backup = folder.parent / "backup"
    shutil.copytree(folder / "talk", backup)
    logs.append("talk", [b"lost"], records=lambda _: about(bytes(32), [b"lost"]))
    shutil.rmtree(folder / "talk")
    backup.rename(folder / "talk")
    logs.append("talk", [b"y"], records=lambda _: about(bytes(32), [b"two"]))
    fresh = FolderLogs(folder)
    assert [*expected(300), b"x", b"y"] == list(fresh.lines("talk"))
    assert [b"one", b"two"] == fresh.remembered("talk", bytes(32))


def test_files_are_let_go(folder: Path) -> None:
    """The files that a writer keeps open are closed when it goes."""
    gc.collect()
    before = _open_files()
    logs = FolderLogs(folder)
    logs.append("talk", [b"x"], records=lambda _: about(bytes(32), [b"one"]))
    assert before < _open_files()
    del logs
    gc.collect()
    assert before == _open_files()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_lines_that_are_not_a_bundle(folder: Path) -> None:
    """Altered lengths of lines are damage."""
    path = folder / "talk" / "lines"
    path.write_bytes(b"\x00\x00" + path.read_bytes()[2:])
    with pytest.raises(StoreCorrupt):
        list(FolderLogs(folder).lines("talk"))


def test_half_a_record(folder: Path) -> None:
    """Half a record, left by a process that was killed, is not read, and not written behind."""
    logs, subject = FolderLogs(folder), bytes(32)
    logs.remember("talk", about(subject, [b"one"]))
    path = folder / "talk" / "records.recent"
    path.write_bytes(path.read_bytes() + subject.hex().encode() + b" half a rec")
    assert [b"one"] == logs.remembered("talk", subject)
    logs.remember("talk", about(subject, [b"two"]))
    assert [b"one", b"two"] == logs.remembered("talk", subject)


def test_another_process_holds_the_lock(folder: Path) -> None:
    """Whoever waits too long for another process is told so, and nothing is appended."""
    with log_disk.locked(folder / "talk" / "lock"), pytest.raises(StoreBusy):
        FolderLogs(folder, lock_timeout_s=0.05).append("talk", [b"x"])
    assert 300 == FolderLogs(folder).head("talk").size


def test_processes_append_one_after_the_other(folder: Path) -> None:
    """Several processes that append to one log lose no line of each other's (L3.3)."""
    code = (
        "import sys; from pathlib import Path; from supportledger.store.log_files import FolderLogs\n"
        "for n in range(40): FolderLogs(Path(sys.argv[1])).append('talk', [f'{sys.argv[2]} {n}'.encode()])"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(folder), name]) for name in ("a", "b")]
    assert [0, 0] == [writer.wait(60) for writer in writers]
    lines = list(FolderLogs(folder).lines("talk"))
    assert sorted(f"{name} {n}".encode() for name in "ab" for n in range(40)) == sorted(lines[300:])
    assert merkle.root(lines) == FolderLogs(folder).head("talk").root


def test_logs_are_their_owners(folder: Path) -> None:
    """Nobody else on the machine reads a log (L3.5)."""
    logs = FolderLogs(folder)
    logs.keep("talk", "signer", b"secret")
    logs.remember("talk", about(bytes(32), [b"secret"]))
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert {0o600} == modes
    assert {0o700} == {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()}


def test_a_log_is_created_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log whose creation fails does not exist, and leaves nothing in the way of the next attempt."""
    logs = FolderLogs(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", fail)
        with pytest.raises(StoreFull):
            logs.create("talk", {"signer": b"x"})
    assert [] == logs.logs() == list(tmp_path.iterdir())
    logs.create("talk", {"signer": b"x"})
    assert ["talk"] == logs.logs()


@pytest.mark.parametrize("torn", [b"", b"half", b"x" * 70_000, b"x" * 200_000])
@pytest.mark.parametrize("records", [[], [b"a"], [b"a", b"y" * 150_000]], ids=["none", "one", "long"])
def test_what_a_killed_process_remembered_by_halves(folder: Path, records: list[bytes], torn: bytes) -> None:
    """A record that was not written to its end is cut off by the next one, however long it or others are."""
    logs, subject = FolderLogs(folder), b"\x07" * 32
    logs.remember("talk", about(subject, [*records, b"kept"][: len(records)] or [b"first"]))
    path = folder / "talk" / "records.recent"
    path.write_bytes(path.read_bytes()[: None if records else 0] + torn)
    logs.remember("talk", about(subject, [b"next"]))
    assert [*records, b"next"] == logs.remembered("talk", subject)
    logs.tidy("talk")
    assert [*records, b"next"] == logs.remembered("talk", subject)


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_killed_while_records_are_moved(folder: Path, moved: int) -> None:
    """Whoever goes on where another was killed writes no record twice, and loses none (L3.7)."""
    logs, subjects = FolderLogs(folder), [bytes([number]) * 32 for number in range(3)]
    records = [(subject, b"%d" % number) for number in range(4) for subject in subjects]
    logs.remember("talk", records)
    talk = folder / "talk"
    (talk / "records.recent").rename(talk / "records.moving")
    (talk / "records").mkdir(mode=0o700)
    for subject in subjects[:moved]:
        (talk / "records" / subject.hex()).write_bytes(b"0\n1\n2\n3\n"[: 2 * moved] + b"to")
    logs.remember("talk", [(subjects[1], b"later")])
    expected_of = [[b"0", b"1", b"2", b"3"], [b"0", b"1", b"2", b"3", b"later"], [b"0", b"1", b"2", b"3"]]
    assert expected_of == [logs.remembered("talk", subject) for subject in subjects]
    for _ in range(2):
        logs.tidy("talk")
        assert expected_of == [logs.remembered("talk", subject) for subject in subjects]
    assert subjects == logs.subjects("talk")
    assert {"records"} == {path.name for path in talk.glob("records*")} - {"records.lock"}


def test_records_are_read_while_they_are_moved(folder: Path) -> None:
    """Who reads, and who writes, while records are moved again and again misses none."""
    logs, subject, stop = FolderLogs(folder), b"\x05" * 32, threading.Event()
    written: list[bytes] = []

    def move() -> None:
        while not stop.is_set():
            logs.tidy("talk")

    with ThreadPoolExecutor(1) as mover:
        moving = mover.submit(move)
        for number in range(150):
            logs.remember("talk", [(subject, b"%d" % number)])
            written.append(b"%d" % number)
            assert written == logs.remembered("talk", subject)
        stop.set()
        moving.result(timeout=60)
    assert written == logs.remembered("talk", subject)


def about(subject: bytes, records: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(subject, record) for record in records]
