"""The time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, so that nothing else asks the machine for it."""

    def now(self) -> datetime:
        """Give this instant, aware and in UTC."""
