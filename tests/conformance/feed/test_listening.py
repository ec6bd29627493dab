"""PostgreSQL tells what happens: at once, to all processes, and again after it was away."""

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from supportledger.errors import StoreError
from supportledger.ports.filing import Happening
from supportledger.store import feed as feeds
from supportledger.store.database import DatabaseStore
from supportledger.store.place import Place
from tests.conformance.store.builders import HERE, MORNING, open_store
from tests.conformance.store.conftest import postgres
from tests.conformance.store.server import Server, WheelServer

__all__ = ["postgres"]
SAID = Happening(0, "line.said", MORNING)
OTHER = """
import os, sys
from pathlib import Path
from supportledger.store.place import located
from tests.conformance.feed.test_listening import SAID, open_store
with open_store(located(os.environ["DESK"], Path("/nowhere"))) as store:
    for _ in sys.stdin:
        store.feed.tell(SAID)
"""


@pytest.fixture
def store(postgres: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseStore]:
    """A store whose feed never looks by itself: what it hears, it was told."""
    monkeypatch.setattr(feeds, "_LOOK_S", 60)
    monkeypatch.setattr(feeds, "_SELDOM_S", 60)
    with open_store(postgres, HERE) as made:
        yield made


@pytest.fixture
def other(postgres: Place) -> Iterator[Callable[[], None]]:
    """Lets another process tell something."""
    environment = os.environ | {"DESK": postgres.url.render_as_string(hide_password=False)}
    command = [sys.executable, "-c", OTHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdin is not None
        stdin = process.stdin

        def tell() -> None:
            print(file=stdin, flush=True)

        yield tell
        stdin.close()


def heard(store: DatabaseStore, after: int) -> int:
    """Wait for what is behind an id, and give the last of it."""
    assert store.feed.wait(after, 30)
    return store.feed.since(after)[-1].id


def threads() -> list[str]:
    """Who listens in this process."""
    return [one.name for one in threading.enumerate() if one.name == "listener"]


def test_other_processes_are_heard_at_once(store: DatabaseStore, other: Callable[[], None]) -> None:
    """From when another process begins to write until we know of it, a tenth of a second is long."""
    last, taken = store.feed.last(), []
    other()
    last = heard(store, last)
    for _ in range(15):
        start = time.monotonic()
        other()
        last = heard(store, last)
        taken.append(time.monotonic() - start)
    assert statistics.median(taken) < 0.1


def test_many_wait_with_one_connection(store: DatabaseStore, server: Server) -> None:
    """However many wait, one connection listens; it goes with the store."""
    last = store.feed.last()
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(store.feed.wait, last, 30) for _ in range(6)]
        time.sleep(0.5)
        count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'supportledger-listener'"
        assert [(1,)] == server.run(count)
        store.feed.tell(SAID)
        assert [True] * 6 == [one.result(10) for one in waiting]
    store.close()
    assert [] == threads()


def test_closing_ends_waiting(store: DatabaseStore) -> None:
    """Whoever waits when the store is closed is not kept."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.feed.wait, store.feed.last(), 30)
        time.sleep(0.3)
        store.feed.close()
        assert waiting.result(5) is False


def test_nothing_is_missed_over_a_restart(
    postgres: Place, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens while the server is away, and before we listen again, is found all the same."""
    if not isinstance(server, WheelServer):
        pytest.skip("a server that somebody lent is not stopped")
    monkeypatch.setattr(feeds, "_SELDOM_S", 60)
    with open_store(postgres, HERE) as store, open_store(postgres, HERE) as other:
        after = first = store.feed.last()
        other.feed.tell(SAID)
        after = heard(store, after)
        server.halt()
        with pytest.raises(StoreError):
            store.feed.wait(after, 5)
        server.start()
        other.feed.tell(SAID)
        after = heard(store, after)
        deadline = time.monotonic() + 15
        while not (store.feed._listener and store.feed._listener.is_on):
            assert time.monotonic() < deadline, "nobody listens again"
            store.feed.wait(after, 0.1)
        other.feed.tell(SAID)
        assert after < heard(store, after)
        assert 3 == len(store.feed.since(first))
