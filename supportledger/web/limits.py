"""
How often somebody may ask: limits that all processes of a desk share.

A process takes some of what a window allows at a time, so that most requests are counted in memory; what it
has not used when the window ends, is lost.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from supportledger.errors import LimitReached
from supportledger.ports.cabinet import Cabinet


@dataclass(frozen=True, slots=True)
class Allowance:
    """
    How much is allowed.

    Args:
        name: Of what.
        limit: In each window.
        window_s: Length of a window, in seconds.
        share: Taken from the store at once, as long as the limit is far.
    """

    name: str
    limit: int
    window_s: int = 60
    share: int = 20


READING: Final = Allowance("read", 1_200)
"""Requests that change nothing, of one person or key."""
WRITING: Final = Allowance("write", 300)
"""Requests that change something."""
STRANGERS: Final = Allowance("stranger", 300)
"""Requests of nobody in particular, from one network."""
SIGNING_IN: Final = Allowance("sign-in", 20, share=1)
"""Tries to sign in, from one network."""
_MOST_HELD: Final = 50_000


class Limits:
    """
    Counts.

    Args:
        cabinet: Where what all processes have used is counted.
        clock: Unix seconds.
    """

    def __init__(self, cabinet: Cabinet, clock: Callable[[], float] = time.time) -> None:
        self._cabinet = cabinet
        self._clock = clock
        self._held: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def take(self, allowance: Allowance, who: str) -> None:
        """
        Count one request.

        Raises:
            LimitReached: There is none left in this window.
        """
        now = int(self._clock())
        window, name = now // allowance.window_s, f"{allowance.name}:{who}"
        with self._lock:
            held = self._held.get(name, (window, 0))
            left = held[1] if held[0] == window else 0
            if left == 0:
                left = self._cabinet.spend(
                    name, allowance.share, limit=allowance.limit, window_s=allowance.window_s, now=now
                )
            if left == 0:
                after = (window + 1) * allowance.window_s - now
                raise LimitReached("that was too much in too short a time", hint=f"Try again in {after} s.")
            self._remember(name, (window, left - 1))

    def _remember(self, name: str, held: tuple[int, int]) -> None:
        if len(self._held) >= _MOST_HELD:
            self._held.clear()
        self._held[name] = held
