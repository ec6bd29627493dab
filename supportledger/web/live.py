"""
What happens now, told to those who look: server-sent events from the desk's feed.

1. One thread in each process waits for the feed, however many people look; what it finds goes to all of them.
2. A browser that was cut off says what it saw last, and is told what it missed; if that is too much, that it
   has to read anew (`reset`).
3. Nothing is told that people wrote: who sees that something happened asks for it by the usual door.
4. A stream ends when its session does, and whoever cannot keep up is cut off, to begin again where they were.

Source: HTML Living Standard, "Server-sent events".
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Final

from starlette.requests import Request
from starlette.responses import StreamingResponse

from supportledger.errors import Error, LimitReached
from supportledger.ports.filing import Feed, Happening
from supportledger.web.line import in_line

Wants = Callable[[Happening], bool]
"""Tells whether somebody may know of something, and asked for it."""

_WAIT_S: Final = 5.0
_REST_S: Final = 1.0
_BEAT_S: Final = 15.0
_RETRY_MS: Final = 2_000
_LATER_MS: Final = 30_000
_MOST_UNREAD: Final = 500
_MOST_MISSED: Final = 1_000
"""Read from the feed at once."""
_MOST_RESUMED: Final = 10_000
"""Happenings of the whole desk: whoever was away for more reads anew."""
RESET: Final = "reset"
"""The kind of an event that says so."""
_MOST_STREAMS: Final = 800
"""Of the thousand connections that a process has at once: others want to be answered, too."""
_MOST_OF_ONE: Final = 20
"""Of these, for one account: nobody takes the place of all others."""
_READY_S: Final = 5.0
_OLDEST_CHECK_S: Final = 30.0


class Broadcast:
    """
    The feed, as one process tells it to many.

    Args:
        feed: What happens.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._listeners: dict[asyncio.Queue[Happening | None], asyncio.AbstractEventLoop] = {}
        self._whose: dict[asyncio.Queue[Happening | None], str] = {}
        self._lock = Lock()
        self._stop = Event()
        self._is_watching = Event()
        self._thread: Thread | None = None

    def listen(self, who: str = "") -> "asyncio.Queue[Happening | None]":
        """
        Begin to listen; to be called in the loop that will.

        Args:
            who: Whose account listens; empty for nobody's.

        Returns:
            What happens from now on; None when this listener was too slow, or the process ends.

        Raises:
            LimitReached: Too many listen to this process, or this one listens too often.
        """
        queue: asyncio.Queue[Happening | None] = asyncio.Queue(_MOST_UNREAD)
        with self._lock:
            if len(self._listeners) >= _MOST_STREAMS:
                raise LimitReached("too many people watch at once", hint="The page looks again by itself.")
            if who and sum(one == who for one in self._whose.values()) >= _MOST_OF_ONE:
                raise LimitReached("you watch in too many windows at once", hint="Close some of them.")
            self._listeners[queue] = asyncio.get_running_loop()
            self._whose[queue] = who
            if self._thread is None:
                self._thread = Thread(target=self._watch, name="broadcast", daemon=True)
                self._thread.start()
        return queue

    def await_watching(self) -> None:
        """Wait until nothing that happens from now on is missed by those who listen."""
        self._is_watching.wait(_READY_S)

    def leave(self, queue: "asyncio.Queue[Happening | None]") -> None:
        """Listen no more."""
        with self._lock:
            self._listeners.pop(queue, None)
            self._whose.pop(queue, None)

    def close(self) -> None:
        """End all streams."""
        self._stop.set()
        self._tell(None)

    def _watch(self) -> None:
        last: int | None = None
        while not self._stop.is_set():
            try:
                last = self._feed.last() if last is None else last
                self._is_watching.set()
                if self._feed.wait(last, _WAIT_S):
                    for one in self._feed.since(last):
                        last = one.id
                        self._tell(one)
            except Error:  # the store is away: whoever looks is told of nothing until it is back
                self._stop.wait(_REST_S)

    def _tell(self, happening: Happening | None) -> None:
        with self._lock:
            listeners = list(self._listeners.items())
        for queue, loop in listeners:
            with suppress(RuntimeError):  # the loop has ended, and its streams with it
                loop.call_soon_threadsafe(_put, queue, happening)


def _put(queue: "asyncio.Queue[Happening | None]", happening: Happening | None) -> None:
    """Hand something over; whoever has too much unread loses the rest, and is told so."""
    if queue.qsize() >= _MOST_UNREAD - 1 or happening is None:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
        return
    queue.put_nowait(happening)


def stream(
    request: Request, wants: Wants, is_still_good: Callable[[], bool], *, is_outward: bool = False
) -> StreamingResponse:
    """
    Tell a browser what happens, until it goes away.

    Args:
        request: Whose `Last-Event-ID` says what it saw last.
        wants: What it is told.
        is_still_good: Asked now and then: whether its session still lets it look.
        is_outward: It is a customer's: where tickets are filed is not told.
    """
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    events = _events(request, wants, is_still_good, _outward if is_outward else _event)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(
    request: Request, wants: Wants, is_still_good: Callable[[], bool], event: Callable[[Happening], bytes]
) -> AsyncIterator[bytes]:
    broadcast: Broadcast = request.app.state.broadcast
    try:
        queue = broadcast.listen(_whose(request))
    except LimitReached as error:  # the answer has begun: it says why it ends, and when to come again
        yield f": {error.message}\nretry: {_LATER_MS}\n\n".encode()
        return
    try:
        await in_line(broadcast.await_watching)
        yield f"retry: {_RETRY_MS}\n\n".encode()
        last = 0
        async for missed in _missed(request, wants):
            last = missed.id
            yield event(missed)
        async for found in _coming(queue, is_still_good):
            if found is None:
                yield b": still here\n\n"
            elif found.id > last and wants(found):
                yield event(found)
    finally:
        broadcast.leave(queue)


def _whose(request: Request) -> str:
    """Name the account that the door has let in."""
    person = getattr(request.state.visitor, "person", None)
    return "" if person is None else str(person)


async def _missed(request: Request, wants: Wants) -> AsyncIterator[Happening]:
    """Give what happened since a browser was cut off."""
    shown = request.headers.get("last-event-id", "")
    if shown.isascii() and shown.isdigit() and len(shown) < 19:
        feed: Feed = request.app.state.front.feed
        after: int | None = int(shown)
        last = await in_line(feed.last)
        if last - int(shown) > _MOST_RESUMED:
            yield Happening(last, RESET, int(time.time()))
            return
        while after is not None:
            page = await in_line(feed.since, after, _MOST_MISSED)
            for one in filter(wants, page):
                yield one
            after = page[-1].id if len(page) == _MOST_MISSED else None


async def _coming(
    queue: "asyncio.Queue[Happening | None]", is_still_good: Callable[[], bool]
) -> AsyncIterator[Happening | None]:
    """Give what happens from now on, and None whenever it was quiet for long."""
    loop = asyncio.get_running_loop()
    checked_at = loop.time()
    while True:
        try:
            found = await asyncio.wait_for(queue.get(), _BEAT_S)
        except TimeoutError:
            found = None
        else:
            if found is None:
                return
        if loop.time() - checked_at > _OLDEST_CHECK_S:
            checked_at = loop.time()
            if not await in_line(is_still_good):
                return
        yield found


def _outward(happening: Happening) -> bytes:
    """Tell a customer, who does not learn in which queue the staff have their ticket."""
    return _event(replace(happening, queue=""))


def _event(happening: Happening) -> bytes:
    ticket = happening.ticket
    said = {
        "kind": happening.kind,
        "at": happening.at,
        "ticket": None if ticket is None else ticket.handle,
        "queue": happening.queue,
        "about": happening.about,
    }
    return f"id: {happening.id}\ndata: {json.dumps(said)}\n\n".encode()
