"""Judging shards in several processes, where there are cores and enough to do (A5.2)."""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO, Final, NamedTuple, Self

from supportledger.desk.auditing.judging import Judged, Law, judge
from supportledger.desk.auditing.spool import Shard
from supportledger.desk.auditing.standing import Standing
from supportledger.model.ids import TicketId

WORTH: Final = 20_000
"""Entries from which on processes of their own are worth their start."""
_AHEAD: Final = 4
"""Shards that wait for each process, so that none is idle and not all are in memory."""
_PROGRAM: Final = "supportledger.desk.auditing.worker"
_END_S: Final = 5.0


class Case(NamedTuple):
    """A shard, and how its tickets stand before."""

    shard: Shard
    before: Mapping[TicketId, Standing]


class Workers:
    """
    Processes that judge. They start while events are still read, once it is seen that there is enough to do.

    Each is a program of its own: a fork would inherit threads and connections, and `multiprocessing` would
    run the script of whoever uses this library once more.

    Args:
        processes: At most so many; None: as many as there are cores. With one, it is done in this process.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._number = _cores() if processes is None else processes
        self._processes: list[_Process] = []

    def __enter__(self) -> Self:
        """End the processes when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the processes, whatever they are at."""
        for one in self._processes:
            one.end()

    def expect(self, entries: int) -> None:
        """Start the processes if so many entries are worth it, unless they have started."""
        if not self._processes and self._number > 1 and entries >= WORTH:
            self._processes = [_Process() for _ in range(self._number)]

    def judge(self, cases: Iterable[Case], law: Law) -> Iterator[Judged]:
        """Judge shards, in order."""
        if not self._processes:
            return (judge(case.shard, case.before, law) for case in cases)
        return self._in_turns(cases, law)

    def _in_turns(self, cases: Iterable[Case], law: Law) -> Iterator[Judged]:
        idle: SimpleQueue[_Process] = SimpleQueue()
        for one in self._processes:
            one.tell(law)
            idle.put(one)

        def ask(case: Case) -> Judged:
            process = idle.get()
            try:
                return process.ask(case)
            finally:
                idle.put(process)

        waiting: deque[Future[Judged]] = deque()
        with ThreadPoolExecutor(len(self._processes)) as threads:
            for case in cases:
                waiting.append(threads.submit(ask, case))
                if len(waiting) >= self._number * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


class _Process:
    """One process, and the way to it."""

    def __init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603 -- this interpreter, with a module of ours
            [sys.executable, "-m", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the process that people see, which then ends this (A5.4)
        )

    def tell(self, what: object) -> None:
        try:
            pickle.dump(what, self._to, pickle.HIGHEST_PROTOCOL)
            self._to.flush()
        except BrokenPipeError as error:
            raise _ended() from error

    def ask(self, case: Case) -> Judged:
        self.tell(tuple(case))
        try:
            judged: Judged = pickle.load(self._from)  # noqa: S301 -- from a process that this one started
        except EOFError as error:
            raise _ended() from error
        return judged

    def end(self) -> None:
        self._process.kill()
        self._process.wait(_END_S)
        for pipe in (self._process.stdin, self._from):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # what it was told last, it will never read
                    continue

    @property
    def _to(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 -- it was started with a pipe
        return self._process.stdin

    @property
    def _from(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 -- as above
        return self._process.stdout


def _ended() -> RuntimeError:
    return RuntimeError("a process that judges tickets has ended: is there enough memory?")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
