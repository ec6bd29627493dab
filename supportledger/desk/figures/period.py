"""From when to when, and by what figures are grouped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from supportledger.errors import InputError

QUARTER: Final = 900
"""All time zones are whole quarters of an hour from UTC since 1972, and change at one."""
MOST_DAYS: Final = 3_700


class Group(StrEnum):
    """By what."""

    AGENT = "agent"
    QUEUE = "queue"
    CHANNEL = "channel"
    TOPIC = "topic"
    POLICY = "policy"
    LANGUAGE = "language"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """
    A stretch of time.

    Args:
        since: First second; Unix seconds.
        until: First second behind it.
        zone: Name of the time zone that days are of.

    Raises:
        InputError: It ends before it begins, is longer than ten years, or there is no such time zone.
    """

    since: int
    until: int
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Check what can be wrong."""
        if not 0 <= self.since <= self.until:
            raise InputError("a period ends after it begins", hint="Put the earlier instant first.")
        if self.until - self.since > MOST_DAYS * 86_400:
            raise InputError(f"a period has at most {MOST_DAYS} days", hint="Ask for less at once.")
        _zone(self.zone)

    def days(self) -> Iterator[tuple[date, int]]:
        """Give each day of the period, and the instant at which it is over, or the period is."""
        zone = _zone(self.zone)
        day = datetime.fromtimestamp(self.since, zone).date()
        while True:
            following = day + timedelta(days=1)
            end = int(datetime(following.year, following.month, following.day, tzinfo=zone).timestamp())
            yield day, min(end, self.until)
            if end >= self.until:
                return
            day = following


def calendar(group: Group, zone: str) -> Callable[[int], str]:
    """Give what names the day, week or month of a quarter of an hour since 1970."""
    place, write = _zone(zone), _WRITERS[group]
    return lambda quarter: write(datetime.fromtimestamp(quarter * QUARTER, place).date())


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


_WRITERS: Final[dict[Group, Callable[[date], str]]] = {
    Group.DAY: date.isoformat,
    Group.WEEK: _week,
    Group.MONTH: lambda day: f"{day.year:04}-{day.month:02}",
}


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # also a folder, and names that leave it
        raise InputError(f"there is no time zone {name!r}", hint="Name one like Asia/Shanghai.") from error
