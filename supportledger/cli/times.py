"""Instants and durations as people read them: local time with its zone, and how far away it is."""

import time
from datetime import datetime
from typing import Final

from supportledger.cli.language import _, _n

NEVER: Final = "–"
_DAY: Final = 86_400


def local(instant: int) -> str:
    """Give an instant in this machine's zone: `2026-11-22 11:32 CET`; on chain it is Unix seconds."""
    try:
        here = datetime.fromtimestamp(instant).astimezone()
    except (ValueError, OverflowError, OSError):
        return str(instant)
    return here.strftime("%Y-%m-%d %H:%M %Z")


def relative(instant: int, now: float | None = None) -> str:
    """Say how far away an instant is: `in 3 h`, `2 days ago`."""
    seconds = instant - (time.time() if now is None else now)
    amount = _amount(abs(seconds))
    if not amount:
        return _("now")
    return _("in {amount}").format(amount=amount) if seconds > 0 else _("{amount} ago").format(amount=amount)


def both(instant: int | None, now: float | None = None) -> str:
    """Give local time and distance; a dash for never."""
    if not instant:
        return NEVER
    return _("{time} ({distance})").format(time=local(instant), distance=relative(instant, now))


def _amount(seconds: float) -> str:
    if seconds < 10:
        return ""
    if seconds < 90:
        return _n("{count} s", "{count} s", round(seconds))
    if seconds < 90 * 60:
        return _n("{count} min", "{count} min", round(seconds / 60))
    if seconds < 2 * _DAY:
        return _n("{count} h", "{count} h", round(seconds / 3600))
    return _n("{count} day", "{count} days", round(seconds / _DAY))


def is_past(instant: int) -> bool:
    """Tell whether an instant is over."""
    return instant < time.time()
