"""How far away an instant is."""

import pytest

from supportledger.cli import times

NOW = 1_800_000_000
DISTANCES = [
    (5, "now"),
    (-5, "now"),
    (45, "in 45 s"),
    (-45, "45 s ago"),
    (3600, "in 60 min"),
    (3 * 3600, "in 3 h"),
    (-30 * 3600, "30 h ago"),
    (3 * 86_400, "in 3 days"),
    (-400 * 86_400, "400 days ago"),
]


@pytest.mark.parametrize(("seconds", "expected"), DISTANCES)
def test_relative(seconds, expected):
    """Distances are told in the unit that people would use."""
    assert expected == times.relative(NOW + seconds, NOW)


def test_never():
    """No deadline is a dash."""
    assert times.NEVER == times.both(0)
    assert times.NEVER == times.both(None)


def test_local_names_its_zone(monkeypatch):
    """Times are this machine's, and say so."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    times.time.tzset()
    try:
        assert "2027-01-15 16:00 CST (in 3 days)" == times.both(NOW, NOW - 3 * 86_400)
    finally:
        monkeypatch.undo()
        times.time.tzset()


def test_impossible_instants_are_numbers():
    """A time that no calendar has is shown as it is."""
    assert str(2**60) == times.local(2**60)
