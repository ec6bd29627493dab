"""What the desk has to tell somebody, and the board where that waits to be delivered."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Final

from supportledger.model.ids import TicketId

_MOST: Final = 10_000
"""Notices that wait; the oldest goes when there are more."""


class Topic(StrEnum):
    """What a notice is about."""

    DUE_SOON = "due-soon"
    """A promise is about to be broken."""
    ESCALATED = "escalated"
    """That a promise was broken is on record."""
    REJECTED = "rejected"
    """An action will never be on the ledger; its author must decide anew."""
    RETURNED = "returned"
    """An action was on the ledger, its block is gone, and it is sent again."""
    OUT_OF_FUNDS = "out-of-funds"
    """An account cannot pay for transactions; what waits, waits."""
    HELD_UP = "held-up"
    """An action waits for a key that is not at hand, or does not open."""
    NOT_ANCHORED = "not-anchored"
    """A log of the desk cannot be anchored; its lines wait, and are not lost."""


@dataclass(frozen=True, slots=True)
class Notice:
    """
    Something to tell.

    Args:
        topic: What it is about.
        text: One sentence for people.
        ticket: Whose it is; None when it is not one ticket's.
        facts: For programs.
    """

    topic: Topic
    text: str
    ticket: TicketId | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


class Board:
    """Holds notices until they are delivered. Safe under threads; what is on it ends with the process."""

    def __init__(self) -> None:
        self._waiting: deque[Notice] = deque(maxlen=_MOST)
        self._lock = Lock()

    def post(self, notice: Notice) -> None:
        """Put a notice on the board."""
        with self._lock:
            self._waiting.append(notice)

    def take(self, most: int = 100) -> list[Notice]:
        """Take the oldest notices off it."""
        with self._lock:
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
