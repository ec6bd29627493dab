"""A feed that is forgotten with the process: the same rules as the one on disk."""
# ruff: noqa: D102 -- what a feed does is documented at the interface, `ports.filing.Feed`

from collections.abc import Callable
from dataclasses import replace
from threading import Condition
from typing import Final

from supportledger.model.ids import TicketId
from supportledger.ports.filing import Happening

QueueOf = Callable[[TicketId], str]


class MemoryFeed:
    """
    The `Feed` in a list; its promises are written there, and all but the disk's are kept.

    Args:
        queue_of: Tells where a ticket is filed, for those who tell of it without saying so.
    """

    def __init__(self, queue_of: QueueOf = lambda _: "") -> None:
        self._queue_of = queue_of
        self._changed: Final = Condition()
        self._told: list[Happening] = []
        self._number = 0

    def tell(self, *happenings: Happening) -> None:
        placed = [self._placed(one) for one in happenings]
        with self._changed:
            for one in placed:
                self._number += 1
                self._told.append(replace(one, id=self._number))
            self._changed.notify_all()

    def _placed(self, one: Happening) -> Happening:
        return one if one.queue or one.ticket is None else replace(one, queue=self._queue_of(one.ticket))

    def since(self, after: int, limit: int = 1_000) -> list[Happening]:
        with self._changed:
            return [one for one in self._told if one.id > after][:limit]

    def last(self) -> int:
        with self._changed:
            return self._told[-1].id if self._told else 0

    def wait(self, after: int, timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.last() > after, timeout_s)

    def forget_before(self, at: int) -> int:
        with self._changed:
            kept = [one for one in self._told if one.at >= at]
            forgotten = len(self._told) - len(kept)
            self._told = kept
            return forgotten
