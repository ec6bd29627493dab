"""The counter: keeps up what figures are made from, beside the tickets as they were read."""

import time
from collections.abc import Callable
from typing import Final

from supportledger.desk.figures.keeping import AT_ONCE, Keeping
from supportledger.workers.role import Work

EVERY_S: Final = 5.0
"""How often it is looked for tickets that have gone on."""


class Counter:
    """
    Follows the chain, and then works out the facts of tickets that have gone on.

    Args:
        indexer: Follows the chain.
        keeping: Works facts out.
        monotonic: Instead of time.monotonic, for tests.
    """

    def __init__(
        self, indexer: Work, keeping: Keeping, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._indexer = indexer
        self._keeping = keeping
        self._monotonic = monotonic
        self._next = float("-inf")
        self._is_behind = True

    @property
    def is_idle(self) -> bool:
        """As `role.Work.is_idle`."""
        return self._indexer.is_idle and not self._is_behind

    def step(self) -> float:
        """As `role.Work.step`."""
        rest = self._indexer.step()
        self._is_behind = self._is_behind or not self._indexer.is_idle
        now = self._monotonic()
        if now < self._next and not (self._is_behind and self._indexer.is_idle):
            return rest
        self._is_behind = self._keeping.catch_up() == AT_ONCE
        self._next = now + EVERY_S
        return 0.0 if self._is_behind else rest
