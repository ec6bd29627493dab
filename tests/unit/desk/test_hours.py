"""Business hours are read as people write them, and written so that they can be read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportledger.desk.hours import format_hours, parse_hours
from supportledger.errors import InputError
from supportledger.model.hours import BusinessHours


def open_hours(text: str) -> list[int]:
    """Hours of the week that are open, from Monday 00:00 on."""
    hours = parse_hours(text)
    return [hour for hour in range(168) if hours.mask >> hour & 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo 09:00-11:00", [9, 10]),
        ("mo-tu 9:00-10:00 utc", [9, 33]),
        ("Mo/We 00:00-01:00 Z", [0, 48]),
        ("Su 23:00-01:00", [0, 167]),
        ("Sa-Mo 12:00-13:00", [12, 132, 156]),
        ("Mo 09:00-10:00, Mo 14:00-15:00", [9, 14]),
        ("Tu 00:00-24:00", list(range(24, 48))),
    ],
)
def test_hours_that_are_open(text: str, expected: list[int]) -> None:
    """Days, ranges of days, several rules, and hours over midnight are understood."""
    assert expected == open_hours(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:00-10:00", 0),
        ("09:00-10:00 +08:00", 480),
        ("9:00-10:00 -3:30", -210),
        ("9:00-10:00 UTC+5:45", 345),
    ],
)
def test_offsets(text: str, minutes: int) -> None:
    """The offset from UTC comes last; without one it is UTC."""
    assert minutes == parse_hours(text).offset_minutes


def test_always() -> None:
    """24/7 is no business hours at all."""
    assert parse_hours("24/7") is None
    assert "24/7" == format_hours(None)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Mo", "Mo 09:30-18:00", "Xx 09:00-18:00", "Mo 25:00-26:00", "Mo 09:00-25:00", "Mo 09-18"),
        *("Mo-Xx 09:00-18:00", "+08:00", "Mo 09:00-18:00 +8:99", "Mo 09:00-18:00 +25:00", "Mo 09:00-18:00,"),
    ],
)
def test_what_is_not_business_hours(text: str) -> None:
    """Anything else is refused, with an example."""
    with pytest.raises(InputError):
        parse_hours(text)


@given(
    mask=st.integers(1, (1 << 168) - 1) | st.sampled_from([1, (1 << 168) - 1, 0b11 << 23]),
    minutes=st.integers(-720, 840),
)
def test_written_hours_are_read_back(mask: int, minutes: int) -> None:
    """Whatever the hours are, they are read from what was written."""
    hours = BusinessHours(mask, minutes)
    assert hours == parse_hours(format_hours(hours))
