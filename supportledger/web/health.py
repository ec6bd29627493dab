"""
How this process is, for those that decide where requests go.

    /healthz    it answers
    /readyz     it can do its work: the store is there, and the index has not fallen behind the chain

Both tell everybody the same and nothing of the desk; they are asked without a visitor, a limit or a line in
the log. A node that is away makes nobody unready: pages come from the store.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from supportledger.desk.front import Front
from supportledger.errors import ChainError, StoreError
from supportledger.web.line import in_line

_KEPT_S: Final = 2.0
"""However often somebody asks, we look no oftener."""
_MOST_BLOCKS: Final = 100
_LONGEST_S: Final = 60.0
"""The index may stand still for so long while the chain goes on."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """
    Whether a process can do its work.

    Args:
        store: The store answers.
        index: The index keeps up with the chain, as far as is known.
        node: The node answers.
    """

    store: bool = True
    index: bool = True
    node: bool = True

    @property
    def is_ready(self) -> bool:
        """Requests may come here."""
        return self.store and self.index


class Watcher:
    """
    Looks how a desk is.

    Args:
        front: The desk.
        clock: Seconds, since any instant.
    """

    def __init__(self, front: Front, clock: Callable[[], float] = time.monotonic) -> None:
        self._front = front
        self._clock = clock
        self._lock = Lock()
        self._found = Readiness()
        self._looked_at = -_KEPT_S
        self._stuck: tuple[int, float] | None = None

    def readiness(self) -> Readiness:
        """Tell how it is; while somebody looks, others are told what was found before."""
        is_fresh = self._clock() - self._looked_at < _KEPT_S
        if is_fresh or not self._lock.acquire(blocking=False):
            return self._found
        try:
            self._found = self._look()
            self._looked_at = self._clock()
        finally:
            self._lock.release()
        return self._found

    def _look(self) -> Readiness:
        try:
            cursor = self._front.desk.store.cursor()
        except StoreError:
            return Readiness(store=False)
        try:
            latest = self._front.desk.ledger.block().number
        except ChainError:
            return Readiness(node=False)
        return Readiness(index=self._keeps_up(-1 if cursor is None else cursor.block_number, latest))

    def _keeps_up(self, read: int, latest: int) -> bool:
        """Tell whether the index moves, as long as there is something to read."""
        if read >= latest:
            self._stuck = None
            return True
        if self._stuck is None or self._stuck[0] != read:
            self._stuck = read, self._clock()
        return latest - read <= _MOST_BLOCKS and self._clock() - self._stuck[1] < _LONGEST_S


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _readyz(request: Request) -> Response:
    watcher: Watcher = request.app.state.watcher
    found = await in_line(watcher.readiness)
    return JSONResponse(asdict(found), 200 if found.is_ready else 503)


ROUTES: Final = (Route("/healthz", _healthz), Route("/readyz", _readyz))
