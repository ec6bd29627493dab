"""The librarian: keeps the words that tickets are found by, and clears away what is over."""

from typing import Final

from supportledger.desk.filing.indexing import Indexing
from supportledger.desk.signing.leftovers import Leftovers
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet
from supportledger.ports.filing import Feed

_REST_S: Final = 1.0
_CLEARS_EVERY_S: Final = 3_600
FEED_KEPT_S: Final = 7 * 86_400
"""For so long the feed says what happened."""


class Librarian:
    """
    Keeps words.

    Args:
        indexing: How.
        cabinet: Papers that have expired are cleared away.
        feed: What happened long ago is cleared away.
        clock: This machine's.
        leftovers: Files of what nobody has signed are cleared away.
    """

    def __init__(
        self, indexing: Indexing, cabinet: Cabinet, feed: Feed, clock: Clock, leftovers: Leftovers
    ) -> None:
        self._leftovers = leftovers
        self._indexing = indexing
        self._cabinet = cabinet
        self._feed = feed
        self._clock = clock
        self._cleared_at = 0
        self.is_idle = False

    def step(self) -> float:
        """As `role.Work.step`."""
        done = self._indexing.step()
        self.is_idle = done.is_done
        if not done.is_done:
            return 0.0
        self._clear_away(int(self._clock.now().timestamp()))
        return _REST_S

    def _clear_away(self, now: int) -> None:
        if now - self._cleared_at >= _CLEARS_EVERY_S:
            self._leftovers.clear(now)
            self._cabinet.sweep(now)
            self._feed.forget_before(now - FEED_KEPT_S)
            self._cleared_at = now
