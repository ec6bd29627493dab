"""
The line in which requests stand: one of a process works at a time, unless it waits for something.

Python lets one thread run at a time. Threads that all want to run hand over to each other whenever one of
them asks its database for the next row; with a dozen of them, that costs half as much as the work itself. So
requests stand in line before one thread, which takes the next one when it is done. Another thread helps out
when the process has nothing to do although somebody stands there, because whoever is in waits for a disk or
a node; and when nobody gets on for long.

    answer = await in_line(work, request)
"""

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, wraps
from inspect import iscoroutinefunction
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final, ParamSpec, TypeVar

from fastapi.routing import APIRoute

MOST: Final = 12
"""Threads that work for requests: as many as a database's pool has connections for, and a few to spare."""
LOOK_S: Final = 0.005
"""So often it is looked whether more of them shall help."""
LONGEST_S: Final = 0.025
"""For so long, those who work may hold up those who stand in line."""
_BUSY: Final = 0.5
"""A process that uses less of a processor than this has nothing to do."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Work:
    """What somebody stands in line for."""

    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Any]"
    do: Callable[[], Any]

    def be_done(self) -> None:
        """Do it, and let whoever waits know."""
        try:
            told: Callable[[], object] = partial(self._tell, self.do())
        except StopIteration as error:  # which ends whatever coroutine it comes to
            told = partial(self._refuse, RuntimeError(f"the work raised {error!r}"))
        except BaseException as error:  # noqa: BLE001 -- it is raised again where somebody waits for it
            told = partial(self._refuse, error)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(told)

    def _tell(self, result: object) -> None:
        if not self.answer.done():  # or whoever asked has gone
            self.answer.set_result(result)

    def _refuse(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True)
class _Seen:
    """What was seen at one look."""

    at: float = 0.0
    used: float = 0.0
    done: int = 0
    got_on_at: float = 0.0


class Line:
    """
    The threads of a process that work for requests.

    Args:
        used: Seconds that this process has used of processors.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        used: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._used, self._clock = used, clock
        self._waiting: SimpleQueue[_Work] = SimpleQueue()
        self._gate = Lock()
        self._threads, self._wanted = 0, 1
        self._begun = self._done = 0
        self._seen = _Seen()
        self._looks_in: asyncio.AbstractEventLoop | None = None

    @property
    def threads(self) -> int:
        """How many work, or wait for work."""
        return self._threads

    async def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """
        Do a piece of work when it is its turn.

        Raises: As the work.
        """
        loop = asyncio.get_running_loop()
        do = partial(contextvars.copy_context().run, work, *args, **options)
        standing = _Work(loop, loop.create_future(), do)
        if not self._threads:
            self._let_in(self._serve)
        self._begun += 1
        self._waiting.put(standing)
        if self._looks_in is not loop:
            self._begin_to_look(loop)
        result: T = await standing.answer
        return result

    def look(self) -> bool:
        """See whether more threads shall help, or fewer; tell whether there is anything to look at."""
        now, used = self._clock(), self._used()
        is_idle = used - self._seen.used < _BUSY * (now - self._seen.at)
        got_on_at = now if self._done != self._seen.done else self._seen.got_on_at
        is_held_up = not self._waiting.empty() and (is_idle or now - got_on_at > LONGEST_S)
        self._wanted = min(self._threads + 1, MOST) if is_held_up else max(self._threads - 1, 1)
        if self._wanted > self._threads:
            self._let_in(self._help)
            got_on_at = now
        self._seen = _Seen(now, used, self._done, got_on_at)
        return self._begun != self._done

    # -- inside ----------------------------------------------------------------------------------------------

    def _begin_to_look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = self._clock()
        self._seen = _Seen(now, self._used(), self._done, now)
        self._looks_in = loop
        loop.call_later(LOOK_S, self._look_again, loop)

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        goes_on = True  # also where no thread can be begun at the moment
        try:
            goes_on = self.look()
        finally:
            if goes_on:
                loop.call_later(LOOK_S, self._look_again, loop)
            elif self._looks_in is loop:
                self._looks_in = None

    def _let_in(self, work: Callable[[], None]) -> None:
        with self._gate:
            self._threads += 1
        try:
            Thread(target=work, name="request", daemon=True).start()
        except BaseException:
            with self._gate:
                self._threads -= 1
            raise

    def _serve(self) -> None:
        """Work for one after the other, for as long as the process lives."""
        while True:
            self._do(self._waiting.get())

    def _help(self) -> None:
        """Work until nobody stands in line, or fewer are wanted."""
        while (work := self._next()) is not None:
            self._do(work)

    def _do(self, work: _Work) -> None:
        work.be_done()
        with self._gate:
            self._done += 1

    def _next(self) -> _Work | None:
        """Take what is next, or leave."""
        with self._gate:
            if self._threads <= self._wanted:
                try:
                    return self._waiting.get_nowait()
                except Empty:
                    pass
            self._threads -= 1
            return None


LINE: Final = Line()
"""Of this process, which has one turn for all of its threads."""


async def in_line(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
    """
    Do what may wait for a disk or a node, when it is its turn.

    Raises: As the work.
    """
    return await LINE.run(work, *args, **options)


def standing(endpoint: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Let an endpoint that blocks be one that waits in line."""

    @wraps(endpoint)
    async def wait(**given: Any) -> Any:
        return await in_line(endpoint, **given)

    return wait


class Standing(APIRoute):
    """A route of a page: whoever asks for it waits in line."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        waits = endpoint if iscoroutinefunction(endpoint) else standing(endpoint)
        super().__init__(path, waits, **options)
