"""
Doing together what many ask for at once: whoever comes while the disk is busy goes with the next lot.

1. One thread works at a time; it takes all that waits when it begins.
2. Each caller returns only after its own item is done, with what became of that.
3. What fails, fails for all that went together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Turn(Generic[Item, Result]):
    """An item, and what became of it."""

    item: Item
    result: list[Result] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.result) or self.error is not None


class Together(Generic[Item, Result]):
    """
    Gathers items of threads that come at once.

    Args:
        work: Does many in order, and gives a result for each; or raises, for all of them.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._work = work
        self._waiting: list[_Turn[Item, Result]] = []
        self._gate, self._busy = Lock(), Lock()

    def do(self, item: Item) -> Result:
        """
        Do one item, with whatever else waits.

        Raises: As the work.
        """
        mine: _Turn[Item, Result] = _Turn(item)
        with self._gate:
            self._waiting.append(mine)
        with self._busy:
            if not mine.is_done:
                self._go()
        if mine.error is not None:
            raise mine.error
        return mine.result[0]

    def _go(self) -> None:
        with self._gate:
            turns, self._waiting = self._waiting, []
        try:
            results = self._work([one.item for one in turns])
            for turn, result in zip(turns, results, strict=True):
                turn.result.append(result)
        except BaseException as error:  # noqa: BLE001 -- it is raised again, by each of them
            for turn in turns:
                turn.error = error
