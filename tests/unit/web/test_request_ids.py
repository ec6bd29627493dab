"""Each request has a name, which its answer, its failure and the journal say alike."""

import re

import pytest

from supportledger.client.failures import failure_of
from supportledger.errors import NotFound
from supportledger.web.app import create_app
from supportledger.web.headers import SAFE
from supportledger.web.surroundings import Surroundings
from tests.unit.web.conftest import URL, TestClient

MADE = re.compile("[0-9a-f]{16}")
GIVEN = "4bf92f3577b34da6a3ce929d0e0e4736"


class Log:
    def __init__(self):
        self.told = []

    def info(self, _event, **about):
        self.told.append(about)

    error = info


@pytest.fixture
def desk(front):
    """Make a desk, with or without a proxy before it."""

    def make(log=None, **about):
        app = create_app(front, Surroundings(URL, **about), closes=False, log=log)

        @app.get("/faulty")
        @app.get("/api/v1/faulty")
        def faulty():
            raise ZeroDivisionError("a secret")

        return TestClient(app, base_url=URL, raise_server_exceptions=False, follow_redirects=False)

    return make


@pytest.mark.parametrize(
    "path", ["/sign-in", "/healthz", "/nothing", "/api/v1/me", "/my", "/assets/desk.css"]
)
def test_every_answer_has_its_own(desk, path):
    """Pages, problems, files and redirections have a name, and no two have the same."""
    client = desk()
    names = [client.get(path).headers["x-request-id"] for _ in range(2)]
    assert all(map(MADE.fullmatch, names))
    assert 2 == len(set(names))


@pytest.mark.parametrize("path", ["/nothing", "/faulty"])
def test_a_failure_tells_it(desk, path):
    """A page that tells a failure, a problem and the journal name the request as the answer does."""
    log = Log()
    client = desk(log)
    page, problem = client.get(path), client.get("/api/v1" + path)
    assert f'<span class="id">{page.headers["x-request-id"]}</span>' in page.text
    assert problem.headers["x-request-id"] == problem.json()["request_id"]
    assert [one.headers["x-request-id"] for one in (page, problem)] == [one["id"] for one in log.told]


def test_a_value_that_cannot_be_and_too_much_tell_it(desk):
    """Whichever part refuses a request, its problem has the name."""
    client = desk()
    large = {"content-length": str(10**9)}
    for answer in (
        client.get("/api/v1/actions", params={"size": "x"}),
        client.post("/api/v1/tickets", content=b"{}", headers=large),
        client.delete("/contacts"),
    ):
        assert 400 <= answer.status_code < 500
        assert answer.headers["x-request-id"] == answer.json()["request_id"]


def test_a_fault_tells_nothing_else(desk):
    """A fault of ours is told as safely as everything, without what went wrong."""
    answer = desk().get("/faulty")
    assert 500 == answer.status_code
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert set(SAFE) <= set(answer.headers)


def test_only_a_proxy_of_ours_names_requests(desk):
    """What a client claims counts for nothing; behind a proxy the last name does, which is the proxy's."""
    claimed = [("x-request-id", "claimed-by-me"), ("x-request-id", GIVEN)]
    assert MADE.fullmatch(desk().get("/nothing", headers=claimed).headers["x-request-id"])
    answer = desk(trusts_proxy=True).get("/nothing", headers=claimed)
    assert [GIVEN] == answer.headers.get_list("x-request-id")


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "a b c d e f", "<script>alert", "ünïcödé-", "a" * 8 + "\n"]
)
def test_nonsense_is_no_name(desk, given):
    """What cannot be a name is replaced by one, whoever gives it."""
    headers = {"x-request-id": given.encode("latin-1")}
    answer = desk(trusts_proxy=True).get("/nothing", headers=headers)
    assert MADE.fullmatch(answer.headers["x-request-id"])


def test_the_client_passes_it_on():
    """An error that a program gets from a desk has the name noted, for whoever reads its log."""
    error = failure_of(404, {"code": "not-found", "detail": "x", "request_id": GIVEN})
    assert isinstance(error, NotFound)
    assert [f"request {GIVEN}"] == error.__notes__
