"""The line in which requests stand: who works, who helps, and what becomes of what is done."""

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from queue import SimpleQueue
from typing import Any

import pytest

from supportledger.web.line import LONGEST_S, LOOK_S, MOST, Line


class _Machine:
    """A clock, and a processor that is used as much as is said."""

    def __init__(self) -> None:
        self.now = self.used = 0.0

    def goes_on(self, share: float, seconds: float = LOOK_S) -> None:
        self.now += seconds
        self.used += share * seconds


class _Desk:
    """Work that begins when it is its turn, and ends when it is told to."""

    def __init__(self) -> None:
        self.begun: SimpleQueue[int] = SimpleQueue()
        self._ends = [threading.Event() for _ in range(3 * MOST)]

    def work(self, number: int) -> int:
        self.begun.put(number)
        self._ends[number].wait(30)
        return number

    def end(self, *numbers: int) -> None:
        for number in numbers:
            self._ends[number].set()

    async def next_begun(self) -> int:
        return await asyncio.to_thread(self.begun.get, timeout=30)


def standing(check: Callable[[Line, _Machine, _Desk], Any], count: int = 3) -> None:
    """Let some stand in line, the first of them inside, and check something."""
    machine, desk = _Machine(), _Desk()
    line = Line(lambda: machine.used, lambda: machine.now)

    async def go() -> None:
        jobs = [asyncio.create_task(line.run(desk.work, number)) for number in range(count)]
        assert 0 == await desk.next_begun()
        line.look()
        try:
            await check(line, machine, desk)
        finally:
            desk.end(*range(count))
        assert list(range(count)) == await asyncio.gather(*jobs)

    asyncio.run(go())


def test_one_works_while_there_is_work() -> None:
    """Nobody helps out while the process is busy, and the next one begins when the one before is done."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        for _ in range(3):
            machine.goes_on(0.9)
            assert line.look()
        assert (1, True) == (line.threads, desk.begun.empty())
        desk.end(0)
        assert 1 == await desk.next_begun()

    standing(check)


def test_somebody_helps_while_the_one_inside_waits() -> None:
    """A process that does nothing although somebody stands in line lets the next one in at each look."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        for number in (1, 2):
            machine.goes_on(0.1)
            line.look()
            assert number == await desk.next_begun()
        assert 3 == line.threads

    standing(check)


def test_whoever_works_for_long_holds_nobody_up() -> None:
    """The next one goes in beside somebody who works without a pause, when that has taken long."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        machine.goes_on(1.0, LONGEST_S * 0.9)
        line.look()
        assert 1 == line.threads
        machine.goes_on(1.0, LONGEST_S * 0.2)
        line.look()
        assert 1 == await desk.next_begun()

    standing(check)


def test_a_line_that_gets_on_needs_no_help() -> None:
    """Where one after the other is done, nobody goes in beside another, however long the line stands."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        for number in range(3):
            desk.end(number)
            assert number + 1 == await desk.next_begun()
            machine.goes_on(1.0, LONGEST_S * 0.9)
            line.look()
        assert 1 == line.threads

    standing(check, 5)


def test_there_are_never_more_than_the_database_has_connections_for() -> None:
    """However idle a process is, no more than some go in."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        for _ in range(2 * MOST):
            machine.goes_on(0.0)
            line.look()
        assert MOST == line.threads

    standing(check, 2 * MOST)


def test_helpers_leave_when_nobody_stands_in_line() -> None:
    """After a rush one thread is left, and there is nothing to look at."""
    machine, desk = _Machine(), _Desk()
    line = Line(lambda: machine.used, lambda: machine.now)

    async def go() -> bool:
        jobs = [asyncio.create_task(line.run(desk.work, number)) for number in range(4)]
        for _ in jobs:
            await desk.next_begun()
            machine.goes_on(0.0)
            line.look()
        desk.end(*range(4))
        await asyncio.gather(*jobs)
        while line.threads > 1 or line.look():  # noqa: ASYNC110 -- they leave by themselves, and tell nobody
            await asyncio.sleep(0)
        return line.look()

    assert not asyncio.run(asyncio.wait_for(go(), 30))


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit(3)])
def test_what_fails_fails_for_whoever_asked(error: BaseException) -> None:
    """An error of the work is raised where it is waited for, and the next one is worked for."""

    def fail() -> None:
        raise error

    async def go() -> tuple[object, object]:
        line = Line()
        failed = await asyncio.gather(_caught(line, fail), return_exceptions=True)
        return failed[0], await line.run(lambda: "next")

    assert (error, "next") == asyncio.run(go())


async def _caught(line: Line, work: Callable[[], None]) -> BaseException | None:
    try:
        await line.run(work)
    except BaseException as error:  # noqa: BLE001 -- whatever it is, is compared
        return error
    return None


def test_work_that_ends_an_iteration() -> None:
    """An error that no coroutine may raise is told as one that it may."""

    def end() -> None:
        next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(Line().run(end))


def test_whoever_has_gone_disturbs_nobody() -> None:
    """Work whose asker has gone is done, and whoever stands behind gets their answer."""
    desk = _Desk()

    async def go() -> int:
        line = Line()
        gone = asyncio.create_task(line.run(desk.work, 0))
        await desk.next_begun()
        later = asyncio.create_task(line.run(desk.work, 1))
        gone.cancel()
        desk.end(0, 1)
        return await later

    assert 1 == asyncio.run(go())


class _NoThread(threading.Thread):
    """A thread that cannot be begun, as where a machine has too many."""

    def start(self) -> None:
        raise RuntimeError("can't start new thread")


def test_nobody_can_help_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be begun for a while, somebody helps as soon as one can."""

    async def check(line: Line, machine: _Machine, desk: _Desk) -> None:
        with monkeypatch.context() as full:
            full.setattr("supportledger.web.line.Thread", _NoThread)
            machine.goes_on(0.0)
            with pytest.raises(RuntimeError, match="new thread"):
                line.look()
            assert 1 == line.threads
        machine.goes_on(0.0)
        line.look()
        assert 1 == await desk.next_begun()

    standing(check)


def test_nobody_can_work_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even one thread can be begun, whoever asks is told so; the next one is worked for."""

    async def go() -> str:
        line = Line()
        with monkeypatch.context() as full:
            full.setattr("supportledger.web.line.Thread", _NoThread)
            with pytest.raises(RuntimeError, match="new thread"):
                await line.run(str, "first")
        return await asyncio.wait_for(line.run(str, "next"), 30)

    assert "next" == asyncio.run(go())


def test_a_line_outlives_its_loop() -> None:
    """A process that ends one loop and begins another has the same line, and is looked after again."""
    line = Line()
    assert ["a", "b"] == [asyncio.run(line.run(str, said)) for said in "ab"]


def test_work_sees_what_its_asker_has_set() -> None:
    """Context variables go along into the thread."""
    name: ContextVar[str] = ContextVar("name")

    async def go() -> str:
        name.set("asked")
        return await Line().run(name.get)

    assert "asked" == asyncio.run(go())
