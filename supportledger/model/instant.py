"""Instants as people read them."""

from datetime import UTC, datetime
from typing import Final

LAST: Final = 253_402_300_799
"""The last second of the year 9999, which is as far as calendars go here."""


def format_instant(time: int) -> str:
    """
    Write Unix seconds as a date; 0 as "never", which is what it means in a deadline.

    A number beyond the year 9999, as a faulty node or file may hold, stays a number.
    """
    if not 0 < time <= LAST:
        return f"{time} (Unix seconds)" if time else "never"
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
