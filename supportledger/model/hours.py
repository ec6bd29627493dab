"""
Business hours: the hours of the week in which a policy's clocks run.

This is the reference for contracts/types/BusinessHours.sol, and not written like it: the contract walks from
hour to hour, here the open seconds since 1970 are numbered, and the deadline is the end of one of them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from supportledger.errors import InputError

HOUR: Final = 3_600
HOURS_PER_WEEK: Final = 168
WEEK: Final = HOURS_PER_WEEK * HOUR
_ALL: Final = (1 << HOURS_PER_WEEK) - 1
_MOST_WEST: Final = -12 * 60
_MOST_EAST: Final = 14 * 60
_EPOCH: Final = 72 * HOUR
"""1970-01-01 was a Thursday: so many seconds after a Monday 00:00."""


@dataclass(frozen=True)
class BusinessHours:
    """
    The open hours of every week, in the local time of one place.

    Args:
        mask: Bit 0 is Monday 00:00-01:00, bit 167 Sunday 23:00-24:00; at least one bit.
        offset_minutes: East of UTC; -720 to 840. There is no daylight saving time.

    Raises:
        InputError: One of them is out of range.
    """

    mask: int
    offset_minutes: int = 0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0 < self.mask <= _ALL:
            raise InputError("business hours name at least one of the 168 hours of the week")
        if not _MOST_WEST <= self.offset_minutes <= _MOST_EAST:
            raise InputError(
                f"{self.offset_minutes} minutes east of UTC is nowhere: {_MOST_WEST} to {_MOST_EAST}"
            )

    @property
    def word(self) -> int:
        """The hours as the ledger stores them: mask in bits 0-167, offset as int16 in bits 168-183."""
        return self.mask | (self.offset_minutes & 0xFFFF) << HOURS_PER_WEEK

    @classmethod
    def unpack(cls, word: int) -> Self | None:
        """
        Read hours from their word; None for 0, which says that all hours count.

        Raises:
            InputError: Other bits are set, or the hours are not valid.
        """
        if word == 0:
            return None
        if word < 0 or word >> 184:
            raise InputError(f"the word of business hours has unknown bits: {word:#x}")
        offset = word >> HOURS_PER_WEEK
        return cls(word & _ALL, offset - (1 << 16) if offset >> 15 else offset)

    def deadline(self, start: int, duration: int) -> int:
        """
        Give the earliest instant at which the open time since *start* reaches *duration*.

        * Number the open seconds from a Monday before 1970 on.
        * The last one that is waited for has the number `open_before(start) + duration - 1`.
        * The deadline is its end.

        Args:
            start: Unix seconds.
            duration: Seconds of open time; at least 1.
        """
        last = self._open_before(start) + duration - 1
        week, second_of_week = divmod(last, len(self._open_hours) * HOUR)
        nth, second = divmod(second_of_week, HOUR)
        local = week * WEEK + self._open_hours[nth] * HOUR + second + 1
        return local - self._shift

    def between(self, start: int, end: int) -> int:
        """Count the open seconds from one instant to another; 0 when the other is not later."""
        return self._open_before(end) - self._open_before(start) if end > start else 0

    def _open_before(self, time: int) -> int:
        """Count the open seconds from the Monday before 1970 to *time*."""
        week, second_of_week = divmod(time + self._shift, WEEK)
        hour, second = divmod(second_of_week, HOUR)
        whole_hours = sum(open_hour < hour for open_hour in self._open_hours)
        part = second if hour in self._open_hours else 0
        return (week * len(self._open_hours) + whole_hours) * HOUR + part

    @cached_property
    def _open_hours(self) -> tuple[int, ...]:
        return tuple(hour for hour in range(HOURS_PER_WEEK) if self.mask >> hour & 1)

    @property
    def _shift(self) -> int:
        """Seconds from UTC since 1970 to local time since that Monday."""
        return _EPOCH + self.offset_minutes * 60


def deadline(hours: BusinessHours | None, start: int, duration: int) -> int:
    """
    Give the instant until which an act is in time; 0 is "never".

    Args:
        hours: The hours that count; None for all.
        start: Unix seconds.
        duration: Seconds; 0 is "no promise".
    """
    if duration == 0:
        return 0
    return start + duration if hours is None else hours.deadline(start, duration)
