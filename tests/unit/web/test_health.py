"""Whether a process answers, and can do its work; and what it writes down of what it was asked."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from supportledger.errors import RpcUnavailable, StoreUnavailable
from supportledger.web import health
from supportledger.web.app import create_app
from supportledger.web.health import Watcher
from supportledger.web.journal import Journal
from supportledger.web.surroundings import Surroundings
from tests.unit.web.conftest import URL, TestClient


class Desk:
    """A desk, as far as it is asked how it is."""

    def __init__(self):
        self.time, self.read, self.latest, self.asked = 0.0, 7, 7, 0
        self.desk = SimpleNamespace(store=self, ledger=self)

    def cursor(self):
        self.asked += 1
        if self.read is None:
            raise StoreUnavailable("the store is away")
        return None if self.read < 0 else SimpleNamespace(block_number=self.read)

    def block(self):
        if self.latest is None:
            raise RpcUnavailable("the node is away")
        return SimpleNamespace(number=self.latest)

    def later(self, watcher, seconds, read, latest):
        self.time, self.read, self.latest = self.time + seconds, read, latest
        return watcher.readiness()


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def watcher(desk):
    return Watcher(desk, lambda: desk.time)


def test_an_index_that_keeps_up(desk, watcher):
    """As long as the index moves, it may be some blocks behind."""
    for step in range(40):
        assert desk.later(watcher, 5, step, step + 20).is_ready


def test_an_index_that_stands_still(desk, watcher):
    """When the chain goes on and the index does not, the process is not ready; once it moves, it is again."""
    assert desk.later(watcher, 5, 7, 8).is_ready
    assert desk.later(watcher, 50, 7, 9).is_ready
    assert not desk.later(watcher, 20, 7, 9).index
    assert desk.later(watcher, 5, 8, 9).is_ready
    assert desk.later(watcher, 500, 9, 9).is_ready


def test_an_index_far_behind(desk, watcher):
    """Whoever still has the whole ledger to read is not ready."""
    assert not desk.later(watcher, 5, -1, 500).is_ready
    assert desk.later(watcher, 5, 400, 500).is_ready


def test_the_store_is_needed_and_the_node_is_not(desk, watcher):
    """Without the store nothing can be shown; without the node everything that is in it can."""
    assert not desk.later(watcher, 5, None, 7).is_ready
    found = desk.later(watcher, 5, 7, None)
    assert (True, False) == (found.is_ready, found.node)


def test_however_often_it_is_asked(desk, watcher):
    """Strangers who ask all the time cost nothing."""
    for _ in range(100):
        watcher.readiness()
    assert 1 == desk.asked


def test_it_is_told(browser, app):
    """Both addresses answer anybody, and say nothing of the desk."""
    client = browser()
    assert (200, "ok\n") == (client.get("/healthz").status_code, client.get("/healthz").text)
    answer = client.get("/readyz")
    assert (200, {"store": True, "index": True, "node": True}) == (answer.status_code, answer.json())
    app.state.watcher.readiness = lambda: replace(health.Readiness(), store=False)
    answer = client.get("/readyz")
    assert (503, False) == (answer.status_code, answer.json()["store"])
    assert "no-store" == answer.headers["cache-control"]


class Log:
    """What was written down."""

    def __init__(self):
        self.told = []

    def info(self, event, **about):
        self.told.append((event, about))

    error = info


def test_what_was_asked_is_written_down(front):
    """Method, route, status and time; nothing that varies from one who asks to another."""
    log = Log()
    client = TestClient(create_app(front, Surroundings(URL), closes=False, log=log), base_url=URL)
    client.get("/contacts?q=secret", headers={"cookie": "sl_session=secret", "user-agent": "secret"})
    client.get("/secret")
    client.post("/sign-in/mail", data={"mail": "secret@example.com"})
    client.get("/healthz")
    assert ["/contacts", "", "/sign-in/mail"] == [about["route"] for _, about in log.told]
    assert {"id", "method", "route", "status", "ms"} == {name for _, about in log.told for name in about}
    assert "secret" not in repr(log.told)


def test_a_fault_is_written_down(app):
    """A request that ends in a fault of ours has a line, too."""
    log = Log()

    @app.get("/faulty")
    def faulty():
        raise ZeroDivisionError

    client = TestClient(Journal(app, log=log), base_url=URL, raise_server_exceptions=False)
    assert 500 == client.get("/faulty").status_code
    assert [("web.request", 500)] == [(event, about["status"]) for event, about in log.told]
