"""How many threads work at once: few while they have work, more while they wait."""

from collections.abc import Awaitable, Callable

import anyio
import pytest
from anyio import CapacityLimiter

from supportledger.web.threads import LONGEST_S, LOOK_S, MOST, Threads

Line = Callable[["_Machine", Threads, CapacityLimiter], Awaitable[None]]


class _Machine:
    """A clock, and a processor that is used as much as is said."""

    def __init__(self) -> None:
        self.now = self.used = 0.0

    def goes_on(self, share: float, seconds: float = LOOK_S) -> None:
        self.now += seconds
        self.used += share * seconds


async def _with_a_line(check: Line, inside: int = 1) -> None:
    """Look after threads of which some work, and before which one request stands."""
    machine, limiter = _Machine(), CapacityLimiter(MOST)
    threads = Threads(limiter, lambda: machine.used, lambda: machine.now)
    threads.begin()
    for number in range(inside):
        limiter.total_tokens = max(int(limiter.total_tokens), number + 1)
        await limiter.acquire_on_behalf_of(number)
    async with anyio.create_task_group() as line:
        for one in ("next", "last"):
            line.start_soon(limiter.acquire_on_behalf_of, one)
        await anyio.wait_all_tasks_blocked()
        await check(machine, threads, limiter)
        line.cancel_scope.cancel()


def test_one_thread_works_while_it_has_work() -> None:
    """Nobody else goes in, however often it is looked, while the process is busy."""

    async def check(machine: _Machine, threads: Threads, limiter: CapacityLimiter) -> None:
        for _ in range(5):
            machine.goes_on(0.9)
            assert threads.look()
        assert (1, 2) == (limiter.borrowed_tokens, limiter.statistics().tasks_waiting)

    anyio.run(_with_a_line, check)


def test_the_next_one_goes_in_while_the_one_before_waits() -> None:
    """A process that does nothing although somebody stands in line lets one more in at each look."""

    async def check(machine: _Machine, threads: Threads, limiter: CapacityLimiter) -> None:
        machine.goes_on(0.1)
        assert threads.look()
        assert (2, 1) == (limiter.borrowed_tokens, limiter.statistics().tasks_waiting)
        machine.goes_on(0.1)
        threads.look()
        assert (3, 0) == (limiter.borrowed_tokens, limiter.statistics().tasks_waiting)

    anyio.run(_with_a_line, check)


def test_whoever_works_for_long_holds_nobody_up() -> None:
    """The next one goes in beside somebody who works without a pause, when that has taken long."""

    async def check(machine: _Machine, threads: Threads, limiter: CapacityLimiter) -> None:
        machine.goes_on(1.0)
        threads.look()
        machine.goes_on(1.0, LONGEST_S * 1.1)
        threads.look()
        assert {0, "next"} == set(limiter.statistics().borrowers)

    anyio.run(_with_a_line, check)


def test_a_line_that_moves_is_not_stuck() -> None:
    """Where one after the other is done, nobody goes in beside another, however long the line stands."""

    async def check(machine: _Machine, threads: Threads, limiter: CapacityLimiter) -> None:
        machine.goes_on(1.0)
        threads.look()
        limiter.release_on_behalf_of(0)
        machine.goes_on(1.0, LONGEST_S * 0.7)
        threads.look()
        machine.goes_on(1.0, LONGEST_S * 0.7)
        threads.look()
        assert ("next",) == limiter.statistics().borrowers

    anyio.run(_with_a_line, check)


def test_there_are_never_more_than_the_database_has_connections_for() -> None:
    """However idle a process is, no more threads work than it has connections."""

    async def check(machine: _Machine, threads: Threads, limiter: CapacityLimiter) -> None:
        for _ in range(2 * MOST):
            machine.goes_on(0.0)
            threads.look()
        assert MOST == limiter.total_tokens

    anyio.run(_with_a_line, check, MOST)


def test_it_is_back_to_one_when_nobody_waits() -> None:
    """After a rush, fewer may work at each look, and then it is not looked any more."""
    machine, limits = _Machine(), list[float]()

    async def after_a_rush() -> None:
        limiter = CapacityLimiter(MOST)
        threads = Threads(limiter, lambda: machine.used, lambda: machine.now)
        limiter.total_tokens = 3
        threads.begin()
        while threads.look():
            limits.append(limiter.total_tokens)
            machine.goes_on(0.0)
        limits.append(limiter.total_tokens)

    anyio.run(after_a_rush)
    assert [2, 1] == limits


@pytest.mark.parametrize("most", [1, MOST])
def test_a_process_begins_with_one(most: int) -> None:
    """Whatever the framework lets work, it is one from the beginning."""

    async def begun() -> float:
        limiter = CapacityLimiter(most)
        Threads(limiter)
        return limiter.total_tokens

    assert 1 == anyio.run(begun)
