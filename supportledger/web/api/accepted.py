"""
In which form somebody wants an answer: `Accept`.

Whoever accepts nothing that there is, gets what comes first: programs that name no form, or a wrong one, can
still read why they fail.

Source: RFC 9110, 12.5.1.
"""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

_MOST: Final = 20
"""Ranges that are looked at."""


def wanted_of(request: Request, offered: Sequence[str]) -> str:
    """
    Choose a media type.

    Args:
        request: Whose `Accept` is looked at.
        offered: What there is, in the order in which it is given to whoever has no preference.
    """
    ranges = dict(map(_range, ",".join(request.headers.getlist("accept")).split(",")[:_MOST]))
    weights = {one: _weight(ranges, one) for one in offered}
    best = max(weights.values())
    return next(one for one in offered if weights[one] == best)


def _weight(ranges: dict[str, float], kind: str) -> float:
    """Give how much one is wanted: as the most specific range that it is in says."""
    names = (kind, kind.partition("/")[0] + "/*", "*/*")
    return next((ranges[one] for one in names if one in ranges), 0.0)


def _range(text: str) -> tuple[str, float]:
    """Read a range with its weight, e.g. `application/jsonl;q=0.9`; one that cannot be, weighs nothing."""
    name, *parameters = (one.strip().lower() for one in text.split(";"))
    said = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    try:
        weight = float(said)
    except ValueError:
        weight = 0.0
    return name, weight if 0 <= weight <= 1 else 0.0
