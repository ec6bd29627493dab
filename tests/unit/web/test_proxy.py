"""Who asks through a proxy: what it says itself, not what a client claims."""

import asyncio

import pytest

from supportledger.web.app import create_app
from supportledger.web.proxy import Proxied
from supportledger.web.surroundings import Surroundings
from tests.unit.web.conftest import URL, TestClient


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ([b"127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ([b"127.0.0.1", b"203.0.113.9"], "203.0.113.9"),
        ([b"2001:db8::1"], "2001:db8::1"),
        ([b"127.0.0.1, nonsense"], "unknown"),
        ([], "192.0.2.1"),
    ],
)
def test_only_the_last_address_is_believed(said, client):
    """A client that claims to be somebody else is still who the proxy sees."""
    seen = []

    async def app(scope, _receive, _send):
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", one) for one in said]
    scope = {"type": "http", "client": ("192.0.2.1", 1), "headers": headers}
    asyncio.run(Proxied(app)(scope, None, None))
    assert [client] == seen


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_proxy_makes_nobody_local(front, header):
    """Behind a proxy on the same machine, a demonstration lets nobody in from elsewhere."""
    app = create_app(front, Surroundings(URL, is_demo=True), closes=False)
    with TestClient(app, base_url=URL) as client:
        assert 404 == client.get("/demo/letters", headers={header: "203.0.113.9"}).status_code
        assert 200 == client.get("/demo/letters").status_code
