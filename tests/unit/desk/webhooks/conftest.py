"""Endpoints, and somebody who tells them, on papers in memory and a clock that is moved by hand."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import webhooks as standard

from supportledger.channels.post_memory import MemoryPost
from supportledger.desk.webhooks.deliverer import Deliverer
from supportledger.desk.webhooks.webhooks import Webhooks
from supportledger.store.cabinet_memory import MemoryCabinet
from supportledger.store.feed_memory import MemoryFeed

NOW = 1_767_225_600


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self):
        self.time = NOW

    def now(self):
        return datetime.fromtimestamp(self.time, UTC)


@pytest.fixture
def clock():
    """The time."""
    return HandClock()


@pytest.fixture(autouse=True)
def _time_of_others(clock, monkeypatch):
    """Let the other side's clock be the desk's."""

    class Then(standard.datetime):
        @classmethod
        def now(cls, tz=None):
            return clock.now()

    monkeypatch.setattr(standard, "datetime", Then)


@pytest.fixture
def cabinet(clock):
    """Where papers are kept."""
    return MemoryCabinet(now=lambda: clock.time)


@pytest.fixture
def feed():
    """What happens."""
    return MemoryFeed()


@pytest.fixture
def post():
    """Who takes requests."""
    return MemoryPost()


@pytest.fixture
def webhooks(cabinet, feed, clock):
    """The endpoints."""
    return Webhooks(cabinet, feed, clock)


@pytest.fixture
def deliverer(cabinet, feed, post, clock):
    """Who tells them, without any lot."""
    return Deliverer(cabinet, feed, post, clock, chance=lambda: 0.0)
