"""Durations as people write them: `45s`, `30m`, `1h30m`, `2d`."""

import re

from supportledger.errors import InputError

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_SHAPE = re.compile("".join(f"(?:([0-9]{{1,10}}){unit} *)?" for unit, _ in _UNITS), re.ASCII)
_SECONDS = re.compile("[0-9]{1,10}", re.ASCII)


def parse_duration(text: str) -> int:
    """
    Read a duration in whole seconds.

    Args:
        text: Days, hours, minutes and seconds in this order, each at most once (`1d12h`, `1h 30m`), or
            seconds alone (`90`). `0` is one too; what it means is the caller's.

    Raises:
        InputError: It is anything else, a sign or a fraction included.
    """
    trimmed = text.strip().lower()
    if _SECONDS.fullmatch(trimmed):
        return int(trimmed)
    match = _SHAPE.fullmatch(trimmed)
    if not trimmed or match is None:
        raise InputError(f"not a duration: {text[:40]!r}", hint="write it like 45s, 30m, 1h30m or 2d")
    return sum(int(count or 0) * size for count, (_, size) in zip(match.groups(), _UNITS, strict=True))


def format_duration(seconds: int) -> str:
    """
    Write a duration in the shortest form that `parse_duration` reads back.

    Args:
        seconds: Whole seconds; a negative duration gets a leading minus, which is for reading only.
    """
    if seconds < 0:
        return f"-{format_duration(-seconds)}"
    parts, rest = [], seconds
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
