"""
How many threads of a process work at once: one, unless it waits for something.

Python lets one thread run at a time. Threads that all want to run hand over to each other whenever one of
them asks its database for the next row; with a dozen of them, that costs half as much as the work itself. So
requests stand in line, and the next one goes in when the one before is done; or when the process has nothing
to do although somebody stands there, because whoever is in waits for a disk or a node; or when it takes long.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

MOST: Final = 12
"""Threads of a process: as many as a database's pool has connections for."""
LOOK_S: Final = 0.003
"""So often it is looked whether more of them may work."""
LONGEST_S: Final = 0.025
"""For so long, those who work may hold up those who wait."""
_BUSY: Final = 0.5
"""A process that uses less of a processor than this has nothing to do."""


class Threads:
    """
    Lets more threads work, and fewer.

    Args:
        limiter: Lets so many of them work as it has tokens.
        used: Seconds that this process has used of processors.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        limiter: CapacityLimiter,
        used: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limiter = limiter
        self._used, self._clock = used, clock
        self._before = (0.0, 0.0)
        self._inside, self._since = frozenset[object](), 0.0
        limiter.total_tokens = 1

    def begin(self) -> None:
        """Begin to look: somebody may have to stand in line from now on."""
        self._before = (self._clock(), self._used())

    def look(self) -> bool:
        """Let in more, or fewer; tell whether there is anything to look at any more."""
        seen = self._limiter.statistics()
        (before, used_before), (now, used) = self._before, (self._clock(), self._used())
        self._before = (now, used)
        inside = frozenset(seen.borrowers)
        if inside != self._inside:
            self._inside, self._since = inside, now
        is_idle = used - used_before < _BUSY * (now - before)
        is_stuck = now - self._since > LONGEST_S
        if seen.tasks_waiting and (is_idle or is_stuck):
            self._since = now
            self._let(1)
        else:
            self._let(-1)
        return bool(seen.borrowers) or self._limiter.total_tokens > 1

    def _let(self, more: int) -> None:
        self._limiter.total_tokens = min(max(int(self._limiter.total_tokens) + more, 1), MOST)


class InLine:
    """
    Looks after the threads as long as there are requests.

    Args:
        app: The application behind.
        threads: Gives those of this process, once it runs.
    """

    def __init__(self, app: ASGIApp, *, threads: Callable[[], Threads | None]) -> None:
        self._app = app
        self._threads = threads
        self._is_looking = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not self._is_looking and (threads := self._threads()) is not None:
            self._is_looking = True
            threads.begin()
            self._look_later(threads)
        await self._app(scope, receive, send)

    def _look_later(self, threads: Threads) -> None:
        asyncio.get_running_loop().call_later(LOOK_S, self._look, threads)

    def _look(self, threads: Threads) -> None:
        self._is_looking = threads.look()
        if self._is_looking:
            self._look_later(threads)
