"""
What a process that must not wait for the chain knows of it: looked up now and then, and used meanwhile.

One thread looks, the others go on with what was last seen; when the node is away, all of them do.
"""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from supportledger.errors import RpcUnavailable

T = TypeVar("T")

REFRESH_S: Final = 30.0


class Lookout(Generic[T]):
    """
    A value of the chain that may be half a minute old.

    Args:
        look: Asks the node.
        refresh_s: How old it may become while the node answers.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        look: Callable[[], T],
        refresh_s: float = REFRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._refresh_s = refresh_s
        self._clock = clock
        self._looking = threading.Lock()
        self._seen: list[T] = []
        self._due = 0.0

    def get(self) -> T:
        """
        Give the value as it was last seen; the first caller of all waits for the node.

        Raises:
            RpcUnavailable: The node is away, and was never seen.
            ChainError: What it says cannot be right; nobody goes on with what was seen before.
        """
        if not self._seen:
            with self._looking:
                return self._seen[0] if self._seen else self._refreshed()
        if self._clock() >= self._due and self._looking.acquire(blocking=False):
            try:
                return self._refreshed()
            finally:
                self._looking.release()
        return self._seen[0]

    def _refreshed(self) -> T:
        try:
            found = self._look()
        except RpcUnavailable:
            if not self._seen:
                raise
            found = self._seen[0]
        self._seen, self._due = [found], self._clock() + self._refresh_s
        return found
