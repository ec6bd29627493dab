"""Tickets in each status, all of ALICE and, but for the first, answered by ANN."""

from collections.abc import Callable
from typing import Final

from tests.chain.case import Case
from tests.chain.desk import Desk


def opened(desk: Desk) -> Case:
    """Open, with one message that waits."""
    return desk.open()


def answered(desk: Desk) -> Case:
    """Open, and nothing waits."""
    return desk.open().answer(status=1)


def pending(desk: Desk) -> Case:
    """Waiting for the customer."""
    return desk.open().answer()


def on_hold(desk: Desk) -> Case:
    """Waiting for a third party, and nothing waits for the desk."""
    return desk.open().answer(status=3)


def solved(desk: Desk) -> Case:
    """Solved, and nothing waits."""
    return desk.open().solve()


def closed(desk: Desk) -> Case:
    """Closed by the customer."""
    return desk.open().solve().close()


ACTIVE: Final[tuple[Callable[[Desk], Case], ...]] = (opened, answered, pending, on_hold)
ALL: Final = (*ACTIVE, solved, closed)
