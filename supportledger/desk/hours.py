"""Business hours as people write them: `Mo-Fr 09:00-18:00, Sa 10:00-16:00 +08:00`."""

import re
from collections.abc import Iterator
from typing import Final

from supportledger.errors import InputError
from supportledger.model.hours import HOURS_PER_WEEK, BusinessHours

ALWAYS: Final = "24/7"
DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_OFFSET: Final = re.compile(
    r"(.*?)(?:\s+(?:utc|z|(?:utc)?([+-])([0-9]{1,2}):?([0-9]{2})?))?", re.ASCII | re.DOTALL
)
_RULE: Final = re.compile(
    r"(?:(?P<days>[a-z]{2}(?:\s*[-/]\s*[a-z]{2})*)\s+)?(?P<from>[0-9]{1,2}):00\s*-\s*(?P<to>[0-9]{1,2}):00",
    re.ASCII,
)
_HINT: Final = "Write them like `Mo-Fr 09:00-18:00, Sa 10:00-16:00 +08:00`, in whole hours, or 24/7."


def parse_hours(text: str) -> BusinessHours | None:
    """
    Read business hours; None when all hours count.

    Args:
        text: Rules with commas between them, then the offset from UTC. A rule is days (`Mo`, `Mo-Fr`,
            `Mo/We`; none for every day) and whole hours; one that ends at or before its beginning goes on
            into the next day.

    Raises:
        InputError: It is anything else.
    """
    given = text.strip().lower()
    if given == ALWAYS:
        return None
    match = _OFFSET.fullmatch(given)
    if match is None or not match[1]:
        raise _unreadable(text)
    mask = 0
    for rule in match[1].split(","):
        for hour in _hours(rule.strip(), text):
            mask |= 1 << hour % HOURS_PER_WEEK
    return BusinessHours(mask, _offset(match, text))


def format_hours(hours: BusinessHours | None) -> str:
    """Write business hours in the form that `parse_hours` reads back."""
    if hours is None:
        return ALWAYS
    sign, minutes = "-" if hours.offset_minutes < 0 else "+", abs(hours.offset_minutes)
    return f"{', '.join(_rules(hours.mask))} {sign}{minutes // 60:02}:{minutes % 60:02}"


def _hours(rule: str, text: str) -> Iterator[int]:
    match = _RULE.fullmatch(rule)
    if match is None:
        raise _unreadable(text)
    begin, end = int(match["from"]), int(match["to"])
    if begin > 23 or end > 24:
        raise _unreadable(text)
    length = end - begin if end > begin else end + 24 - begin
    for day in _days(match["days"] or "mo-su", text):
        yield from range(day * 24 + begin, day * 24 + begin + length)


def _days(words: str, text: str) -> Iterator[int]:
    for part in words.replace(" ", "").split("/"):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise _unreadable(text)
        begin, end = DAYS.index(first), DAYS.index(last or first)
        yield from range(begin, end + 1 if end >= begin else end + 8)


def _offset(match: re.Match[str], text: str) -> int:
    if match[2] is None:
        return 0
    minutes = int(match[3]) * 60 + int(match[4] or 0)
    if int(match[4] or 0) > 59:
        raise _unreadable(text)
    return -minutes if match[2] == "-" else minutes


def _rules(mask: int) -> Iterator[str]:
    """Write one rule for each run of days that are open alike."""
    days = [[hour for hour in range(24) if mask >> day * 24 + hour & 1] for day in range(7)]
    day = 0
    while day < 7:
        last = day
        while last < 6 and days[last + 1] == days[day]:
            last += 1
        name = DAYS[day].title() if last == day else f"{DAYS[day].title()}-{DAYS[last].title()}"
        for begin, end in _runs(days[day]):
            yield f"{name} {begin:02}:00-{end:02}:00"
        day = last + 1


def _runs(hours: list[int]) -> Iterator[tuple[int, int]]:
    for hour in hours:
        if hour - 1 not in hours:
            end = hour
            while end in hours:
                end += 1
            yield hour, end


def _unreadable(text: str) -> InputError:
    return InputError(f"not business hours: {text[:80]!r}", hint=_HINT)
