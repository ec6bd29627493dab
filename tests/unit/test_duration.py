"""Durations read and write like people do."""

import pytest

from supportledger.errors import InputError
from supportledger.model.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("45s", 45),
        ("30m", 1_800),
        ("1h", 3_600),
        ("1h30m", 5_400),
        ("2d", 172_800),
        ("1d2h3m4s", 93_784),
        (" 1H 30M ", 5_400),
        ("0h", 0),
    ],
)
def test_reads(text: str, seconds: int) -> None:
    """Units in descending order, or bare seconds, are a duration."""
    assert seconds == parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "h",
        "1x",
        "-1h",
        "1.5h",
        "30m1h",
        "1h1h",
        "1h30",
        "1 h",
        "١h",
        "1e3",
        "9" * 11,
        "1h" + "0" * 9_999,
    ],
)
def test_refuses(text: str) -> None:
    """Anything else is refused with the text, shortened, and an example."""
    with pytest.raises(InputError, match="not a duration") as caught:
        parse_duration(text)
    assert len(str(caught.value)) < 100
    assert "1h30m" in caught.value.hint


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (60, "1m"), (5_400, "1h30m"), (90_061, "1d1h1m1s"), (172_800, "2d"), (-5_400, "-1h30m")],
)
def test_writes(seconds: int, text: str) -> None:
    """A duration is written in its shortest form."""
    assert text == format_duration(seconds)


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 61, 3_599, 86_399, 86_400, 90_061, 2**32 - 1])
def test_reads_what_it_wrote(seconds: int) -> None:
    """Writing and reading a duration gives it back."""
    assert seconds == parse_duration(format_duration(seconds))
