"""Databases that are restarted, locked or full while actions flow, and workers that share one."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from supportledger.desk.desk import Desk
from supportledger.errors import StoreBusy, StoreFull
from supportledger.store.place import DATABASE
from supportledger.wiring import connect
from tests.conformance.store.server import Server, WheelServer
from tests.faults.scene import Scene, answer, ask, check, is_done, scene

pytestmark = pytest.mark.ganache


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    """A chain of its own."""
    with scene(tmp_path, "ganache") as made:
        yield made


def there(desk: Desk, opened: list) -> list:
    """Those of some tickets that are on the ledger."""
    slots = desk.ledger.slots(opened)
    return [one for one, slot in zip(opened, slots, strict=True) if any(slot)]


@pytest.mark.parametrize("mode", [pytest.param("fast", marks=pytest.mark.long), "immediate"])
def test_a_server_restarted_in_the_middle(stage: Scene, server: Server, shared: str, mode: str) -> None:
    """Two workers lose their database while they work, say so, and go on when it is back."""
    if not isinstance(server, WheelServer):
        pytest.skip("a server that somebody lent is not stopped")
    with connect(stage.data, store=shared) as desk, ExitStack() as workers:
        opened = [one.ticket for one in ask(desk, 120)]
        for _ in range(2):
            workers.enter_context(stage.worker(store=shared))
        stage.until(lambda: len(there(desk, opened)) >= 20)
        server.halt(mode)
        stage.until(lambda: bool(stage.told("work.failed")))
        server.start()
        stage.until(lambda: is_done(desk))
        answer(desk, opened)
        stage.until(lambda: is_done(desk))
        assert stage.told("work.recovered")
        told = stage.told("work.failed")
        assert {"store-unavailable"} == {one["code"] for one in told}
        assert all(one["hint"] for one in told)
        check(desk)


@pytest.mark.parametrize(
    ("kills", "actions"),
    [(20, 200), pytest.param(200, 1_000, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])],
)
def test_workers_of_one_server_killed_at_any_instant(
    stage: Scene, shared: str, kills: int, actions: int
) -> None:
    """However often one of three is killed while actions flow, each is on the ledger exactly once."""
    chance, each = random.Random(kills), actions // kills
    with connect(stage.data, store=shared) as desk, ExitStack() as last:
        workers = [stage.begin(store=shared) for _ in range(3)]
        opened = [one.ticket for one in ask(desk, 10)]
        for number in range(kills):
            known = there(desk, opened)
            opened += [one.ticket for one in ask(desk, each - each // 2, str(number))]
            answer(desk, chance.sample(known, min(each // 2, len(known))), f"Answer {number}")
            time.sleep(chance.uniform(0.0, 0.8))
            workers.pop(0).kill()
            workers.append(stage.begin(store=shared))
        for one in workers:
            last.callback(one.stop)
        stage.until(lambda: is_done(desk), 240)
        assert len({one["pid"] for one in stage.told("relayer.round") if one.get("mined")}) > 3
        check(desk)


def test_a_database_locked_for_long(stage: Scene) -> None:
    """While another process holds the lock for longer than anybody waits, that is told; nothing is lost."""
    with stage.worker(busy_s=0.3), connect(stage.data) as desk:
        opened = [one.ticket for one in ask(desk, 60)]
        stage.until(lambda: len(there(desk, opened)) >= 5)
        with closing(sqlite3.connect(stage.data / DATABASE, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            stage.until(lambda: bool(stage.told("work.failed")))
            time.sleep(1.5)
            other.execute("ROLLBACK")
        stage.until(lambda: is_done(desk))
        answer(desk, opened)
        stage.until(lambda: is_done(desk))
        told = stage.told("work.failed")
        assert {StoreBusy.code} == {one["code"] for one in told}
        assert all("other process" in one["hint"] for one in told)
        check(desk)


def test_a_disk_that_is_full(stage: Scene, small_disk: Callable[[str], Path]) -> None:
    """What does not fit is refused whole; the workers say what to do, and go on when there is room again."""
    data = small_disk("16m")
    with stage.rpc() as rpc, connect(stage.data) as known:
        place = {"rpc": rpc.url, "ledger": str(known.ledger.deployment.ledger), "confirmations": 0}
    with connect(data, **place) as desk, stage.worker(data=data, **place):
        opened = [one.ticket for one in ask(desk, 150)]
        stage.until(lambda: len(there(desk, opened)) >= 5)
        filler = fill(data)
        stage.until(lambda: is_refused(desk))
        stage.until(lambda: bool(stage.told("work.failed")))
        before = len(desk.store.drafts())
        with pytest.raises(StoreFull) as caught:
            ask(desk, 20, "too late")
        assert ("space" in caught.value.hint, before) == (True, len(desk.store.drafts()))
        filler.unlink()
        stage.until(lambda: is_done(desk))
        answer(desk, opened)
        stage.until(lambda: is_done(desk))
        told = stage.told("work.failed")
        assert {StoreFull.code} == {one["code"] for one in told}
        assert all("space" in one["hint"] for one in told)
        assert stage.told("work.recovered")
        check(desk)


def fill(disk: Path) -> Path:
    """Leave no room on a disk, nor in the file that a database has got already."""
    with closing(sqlite3.connect(disk / DATABASE, timeout=30)) as connection:
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            time.sleep(0.01)
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    return filler


def is_refused(desk: Desk) -> bool:
    """Whether nothing more can be kept."""
    try:
        ask(desk, 5, str(time.monotonic()))
    except StoreFull:
        return True
    return False
