from hypothesis import given
from hypothesis import strategies as st

from supportledger.model.hours import HOURS_PER_WEEK, BusinessHours, deadline

MINUTE, HOUR, WEEK = 60, 3_600, 168 * 3_600
MONDAY_BEFORE_1970 = -3 * 24 * HOUR

offsets = st.integers(-720, 840)
masks = st.one_of(
    st.integers(1, (1 << HOURS_PER_WEEK) - 1),
    st.sets(st.integers(0, HOURS_PER_WEEK - 1), min_size=1, max_size=6).map(
        lambda hours: sum(1 << hour for hour in hours)
    ),
)
hours = st.builds(BusinessHours, masks, offsets)


def is_open(hours: BusinessHours, time: int) -> bool:
    """Look an instant up in the week of its place."""
    since_monday = (time + hours.offset_minutes * MINUTE - MONDAY_BEFORE_1970) % WEEK
    return bool(hours.mask >> since_monday // HOUR & 1)


@given(hours, st.integers(0, 1 << 26), st.integers(1, 300))
def test_deadline_is_found_minute_by_minute(hours: BusinessHours, minute: int, minutes: int) -> None:
    """Watching the clock, minute by minute, until the open ones are enough ends at the same instant."""
    start, left = minute * MINUTE, minutes
    time = start
    while left:
        left -= is_open(hours, time)
        time += MINUTE
    assert time == hours.deadline(start, minutes * MINUTE)


@given(hours, st.integers(0, 1 << 33), st.integers(1, 1 << 32))
def test_second_before_a_deadline_is_open(hours: BusinessHours, start: int, duration: int) -> None:
    """A deadline is the earliest instant: the second that ends there counted."""
    assert is_open(hours, hours.deadline(start, duration) - 1)


@given(hours, st.integers(0, 1 << 33), st.integers(1, 1 << 31), st.integers(1, 1 << 31))
def test_waiting_in_two_parts_is_waiting(hours: BusinessHours, start: int, first: int, second: int) -> None:
    """The open time from a deadline on continues the open time before it."""
    assert hours.deadline(start, first + second) == hours.deadline(hours.deadline(start, first), second)


@given(hours, st.integers(0, 1 << 33), st.integers(1, 1 << 32))
def test_week_later_is_due_a_week_later(hours: BusinessHours, start: int, duration: int) -> None:
    """Every week is like every other."""
    assert hours.deadline(start, duration) + WEEK == hours.deadline(start + WEEK, duration)


@given(st.integers(0, 1 << 33), st.integers(1, 1 << 32), offsets)
def test_all_hours_open_is_addition(start: int, duration: int, offset: int) -> None:
    """Where every hour is open, the place does not matter."""
    always = BusinessHours((1 << HOURS_PER_WEEK) - 1, offset)
    assert deadline(None, start, duration) == always.deadline(start, duration)


@given(hours)
def test_words_come_back(hours: BusinessHours) -> None:
    """What is packed is read back."""
    assert hours == BusinessHours.unpack(hours.word)
