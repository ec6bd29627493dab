"""Who looks at a ticket is known for as long as they say so, at little cost."""

from datetime import UTC, datetime

import pytest

from supportledger.desk.filing.presence import GONE_S, Presence
from supportledger.model.ids import TicketId
from supportledger.store.cabinet_memory import MemoryCabinet

TICKET, OTHER = TicketId(b"\x01" * 32), TicketId(b"\x02" * 32)
ANNA, BEN = TicketId(b"\xa1" * 32), TicketId(b"\xb0" * 32)


class _Clock:
    time = 1_767_225_600

    def now(self):
        return datetime.fromtimestamp(self.time, UTC)


class _Counting(MemoryCabinet):
    writes = 0

    def write(self, *papers):
        self.writes += 1
        return super().write(*papers)


@pytest.fixture
def clock():
    """The time."""
    return _Clock()


@pytest.fixture
def cabinet(clock):
    """Papers, counted."""
    return _Counting(now=lambda: clock.time)


@pytest.fixture
def presence(cabinet, clock):
    """Who is where."""
    return Presence(cabinet, clock)


def test_who_looks_is_seen_by_others(presence):
    """Others see who looks and who writes, the latter first; one does not see oneself."""
    presence.here(TICKET, ANNA, "Anna")
    presence.here(TICKET, BEN, "Ben", is_typing=True)
    presence.here(OTHER, ANNA, "Anna")
    assert [("Ben", True), ("Anna", False)] == [(one.name, one.is_typing) for one in presence.at(TICKET)]
    assert ["Anna"] == [one.name for one in presence.at(TICKET, but=BEN)]


def test_who_says_nothing_is_gone(presence, clock):
    """After a while without a word, somebody is gone; who leaves is gone at once."""
    presence.here(TICKET, ANNA, "Anna")
    presence.here(TICKET, BEN, "Ben")
    presence.gone(TICKET, BEN)
    assert ["Anna"] == [one.name for one in presence.at(TICKET)]
    clock.time += GONE_S
    assert [] == presence.at(TICKET)


def test_the_same_is_written_seldom(presence, clock, cabinet):
    """Whoever stays costs one write in ten seconds, and does not vanish in between."""
    for _ in range(60):
        presence.here(TICKET, ANNA, "Anna")
        assert ["Anna"] == [one.name for one in presence.at(TICKET)]
        clock.time += 1
    assert 6 == cabinet.writes


def test_changes_are_written_soon(presence, clock, cabinet):
    """Who begins to write is seen so within two seconds; who does both in turn costs no more than that."""
    presence.here(TICKET, ANNA, "Anna")
    clock.time += 2
    presence.here(TICKET, ANNA, "Anna", is_typing=True)
    assert presence.at(TICKET)[0].is_typing
    for number in range(20):
        presence.here(TICKET, ANNA, "Anna", is_typing=bool(number % 2))
    assert 2 == cabinet.writes
