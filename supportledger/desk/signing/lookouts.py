"""
What a process that must not wait for the chain knows of it: looked up now and then, and used meanwhile.

A thread aside looks while everybody goes on with what was last seen; when the node is away, all of them do.
What nobody has asked for in a while is too old for that: whoever asks next waits for the node.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from supportledger.errors import RpcUnavailable

T = TypeVar("T")

REFRESH_S: Final = 30.0
_DUE: Final = 2 / 3
"""At this part of the age that it may have, somebody looks again."""


@dataclass(frozen=True, slots=True)
class _Seen(Generic[T]):
    """What was seen, and when somebody looks again."""

    value: T
    due: float
    late: float


def aside(look: Callable[[], None]) -> None:
    """Look in a thread of its own, which holds nobody up, and no process that ends."""
    threading.Thread(target=look, name="lookout", daemon=True).start()


class Lookout(Generic[T]):
    """
    A value of the chain that may be half a minute old.

    Args:
        look: Asks the node.
        refresh_s: How old it may become while the node answers.
        clock: Seconds that only grow.
        begin: Begins to look aside.
    """

    def __init__(
        self,
        look: Callable[[], T],
        refresh_s: float = REFRESH_S,
        clock: Callable[[], float] = time.monotonic,
        begin: Callable[[Callable[[], None]], None] = aside,
    ) -> None:
        self._look = look
        self._refresh_s = refresh_s
        self._clock = clock
        self._begin = begin
        self._looking = threading.Lock()
        self._seen: _Seen[T] | None = None

    def get(self) -> T:
        """
        Give the value as it was last seen; whoever asks first, or after a long while, waits for the node.

        Raises:
            RpcUnavailable: The node is away, and was never seen.
            ChainError: What it says cannot be right; nobody goes on with what was seen before.
        """
        seen, now = self._seen, self._clock()
        if seen is None or now >= seen.late:
            with self._looking:
                known = self._seen  # somebody else may have looked meanwhile
                return self._refreshed() if known is None or known is seen else known.value
        if now >= seen.due and self._looking.acquire(blocking=False):
            try:
                self._begin(self._look_aside)
            except BaseException:
                self._looking.release()
                raise
        return seen.value

    def _look_aside(self) -> None:
        try:
            self._refreshed()
        except Exception:  # noqa: BLE001 -- whoever asks next looks, and is told what is wrong
            self._seen = None
        finally:
            self._looking.release()

    def _refreshed(self) -> T:
        seen = self._seen
        try:
            value = self._look()
        except RpcUnavailable:
            if seen is None:
                raise
            value = seen.value
        now = self._clock()
        self._seen = _Seen(value, now + _DUE * self._refresh_s, now + self._refresh_s)
        return value
