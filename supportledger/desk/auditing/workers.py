"""Judging shards in several processes, where there are cores and enough to do."""

import gc
import os
import pickle
import signal
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple, Self

from supportledger.desk.auditing.judging import Judged, Law, judge
from supportledger.desk.auditing.spool import Shard
from supportledger.desk.auditing.standing import Standing
from supportledger.model.ids import TicketId

WORTH: Final = 20_000
"""Entries from which on processes of their own are worth their start."""
_AHEAD: Final = 4
"""Shards that wait for each process, so that none is idle and not all are in memory."""


class Case(NamedTuple):
    """A shard, and how its tickets stand before."""

    shard: Shard
    before: Mapping[TicketId, Standing]


class Workers:
    """
    Processes that judge. They start while events are still read, once it is seen that there is enough to do.

    Args:
        processes: At most so many; None: as many as there are cores. With one, it is done in this process.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._number = _cores() if processes is None else processes
        self._pool: ProcessPoolExecutor | None = None
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        """End the processes when the block ends."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the processes; what they have not begun is forgotten."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._closing.close()

    def expect(self, entries: int) -> None:
        """Start the processes if so many entries are worth it, unless they have started."""
        if self._pool is not None or self._number < 2 or entries < WORTH:
            return
        # Fresh processes: forking one that has threads and open connections is asking for trouble.
        self._pool = ProcessPoolExecutor(self._number, get_context("spawn"), initializer=_prepare)
        for _ in range(self._number):
            self._pool.submit(_cores)

    def judge(self, cases: Iterable[Case], law: Law) -> Iterator[Judged]:
        """Judge shards, in order."""
        if self._pool is None:
            return (judge(case.shard, case.before, law) for case in cases)
        return self._in_turns(self._pool, cases, self._written(law))

    def _in_turns(self, pool: ProcessPoolExecutor, cases: Iterable[Case], law: str) -> Iterator[Judged]:
        waiting: list[Future[Judged]] = []
        for case in cases:
            waiting.append(pool.submit(_judge, case, law))
            if len(waiting) >= self._number * _AHEAD:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()

    def _written(self, law: Law) -> str:
        """Write the law down for the processes to read once, where only this user can open it."""
        folder = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="supportledger-audit-"))
        path = Path(folder) / "law"
        path.write_bytes(pickle.dumps(law))
        return str(path)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that people see
    gc.disable()  # what is judged has no cycles


def _judge(case: Case, law: str) -> Judged:
    return judge(case.shard, case.before, _law(law))


@lru_cache(maxsize=1)
def _law(path: str) -> Law:
    law: Law = pickle.loads(Path(path).read_bytes())  # noqa: S301 -- written by the process that started this one
    return law
