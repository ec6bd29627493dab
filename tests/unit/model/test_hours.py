from datetime import UTC, datetime, timedelta, timezone

import pytest

from supportledger.errors import InputError
from supportledger.model.hours import BusinessHours, deadline

OFFICE = sum(0xFF << 24 * day + 9 for day in range(5))
"""Monday to Friday, 09:00 to 17:00."""
HOUR = 3_600


def at(text: str, minutes_east: int = 0) -> int:
    """Give Unix seconds of a local time in a place."""
    zone = timezone(timedelta(minutes=minutes_east))
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


class TestWord:
    def test_mask_and_offset_lie_where_the_ledger_puts_them(self) -> None:
        """The mask is in bits 0 to 167, the offset in two's complement in bits 168 to 183."""
        assert (OFFICE | (0x10000 - 90) << 168, OFFICE | 480 << 168) == (
            BusinessHours(OFFICE, -90).word,
            BusinessHours(OFFICE, 480).word,
        )

    @pytest.mark.parametrize("offset", [-720, -1, 0, 345, 840])
    def test_unpacking_gives_both_back(self, offset: int) -> None:
        """What was packed is read back."""
        hours = BusinessHours(OFFICE, offset)
        assert hours == BusinessHours.unpack(hours.word)

    def test_zero_is_all_hours(self) -> None:
        """A word of 0 says that every hour counts."""
        assert BusinessHours.unpack(0) is None

    @pytest.mark.parametrize(
        "word", [1 << 184 | 1, 480 << 168, 1 | 841 << 168, 1 | (0x10000 - 721) << 168, -1]
    )
    def test_other_words_are_refused(self, word: int) -> None:
        """Unknown bits, no hour at all, or a place that does not exist are refused."""
        with pytest.raises(InputError):
            BusinessHours.unpack(word)


class TestDeadline:
    @pytest.mark.parametrize(
        ("start", "hours", "expected"),
        [
            ("2026-03-02 10:00", 1, "2026-03-02 11:00"),  # a Monday
            ("2026-03-02 16:30", 1, "2026-03-03 09:30"),
            ("2026-03-02 16:00", 1, "2026-03-02 17:00"),  # ends with the day, does not wait for the next
            ("2026-03-02 17:00", 1, "2026-03-03 10:00"),
            ("2026-03-02 03:00", 1, "2026-03-02 10:00"),
            ("2026-03-06 16:30", 1, "2026-03-09 09:30"),  # Friday to Monday
            ("2026-03-07 12:00", 8, "2026-03-09 17:00"),  # from Saturday
            ("2026-03-02 09:00", 40, "2026-03-06 17:00"),  # a whole week of work
            ("2026-03-02 09:00", 41, "2026-03-09 10:00"),
        ],
    )
    @pytest.mark.parametrize("minutes_east", [0, 480, -300, 345])
    def test_counts_open_hours_only(self, start: str, hours: int, expected: str, minutes_east: int) -> None:
        """The clock stands still outside office hours, wherever the office is."""
        office = BusinessHours(OFFICE, minutes_east)
        assert at(expected, minutes_east) == office.deadline(at(start, minutes_east), hours * HOUR)

    def test_bit_zero_is_monday_midnight(self) -> None:
        """The first bit of the mask is the first hour of Monday."""
        monday = BusinessHours(1)
        assert at("2026-03-09 00:00:01") == monday.deadline(at("2026-03-02 01:00"), 1)
        assert 0 == datetime.fromtimestamp(monday.deadline(0, HOUR) - HOUR, UTC).weekday()

    def test_no_promise_is_never(self) -> None:
        """A duration of 0 has no deadline, with hours or without."""
        assert (0, 0) == (deadline(None, 1_000, 0), deadline(BusinessHours(OFFICE), 1_000, 0))

    def test_without_hours_every_second_counts(self) -> None:
        """All hours open is plain addition."""
        always = BusinessHours((1 << 168) - 1, 345)
        assert (1_090, 1_090) == (deadline(None, 1_000, 90), always.deadline(1_000, 90))

    def test_longest_promise_fits_a_deadline(self) -> None:
        """136 years at one hour a week end within the 40 bits of a time."""
        assert BusinessHours(1).deadline((1 << 34) - 1, (1 << 32) - 1) < 1 << 40
