"""Judging shards in several processes, where there are cores and enough to do."""

import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from supportledger.desk.auditing.judging import Judged, Law, Standing, judge
from supportledger.desk.auditing.spool import Shard
from supportledger.model.ids import TicketId

WORTH: Final = 20_000
"""Entries from which on processes of their own are worth their start."""
_AHEAD: Final = 4
"""Shards that wait for each process, so that none is idle and not all are in memory."""


class Case(NamedTuple):
    """A shard, and how its tickets stand before."""

    shard: Shard
    before: Mapping[TicketId, Standing]


def judge_all(
    cases: Iterable[Case], law: Law, *, entries: int, processes: int | None = None
) -> Iterator[Judged]:
    """
    Judge shards, in order.

    Args:
        cases: The shards.
        law: What they are judged by.
        entries: How many there are in all.
        processes: At most so many; None: as many as there are cores. 1: in this one.
    """
    number = _cores() if processes is None else processes
    if number < 2 or entries < WORTH:
        for case in cases:
            yield judge(case.shard, case.before, law)
        return
    # Fresh processes: forking one that has threads and open connections is asking for trouble.
    pool = ProcessPoolExecutor(number, get_context("spawn"), initializer=_prepare, initargs=(law,))
    try:
        yield from _in_turns(pool, cases, number * _AHEAD)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_turns(pool: ProcessPoolExecutor, cases: Iterable[Case], ahead: int) -> Iterator[Judged]:
    waiting: list[Future[Judged]] = []
    for case in cases:
        waiting.append(pool.submit(_judge, case))
        if len(waiting) >= ahead:
            yield waiting.pop(0).result()
    for one in waiting:
        yield one.result()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_law: Law | None = None
"""Of a worker's process, which is told it once."""


def _prepare(law: Law) -> None:
    global _law  # noqa: PLW0603 -- a worker's process has one law, and nobody else in it
    _law = law
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that people see


def _judge(case: Case) -> Judged:
    if _law is None:
        raise RuntimeError("a worker was not prepared")
    return judge(case.shard, case.before, _law)
