"""A desk in memory, and clients that reach it without a network."""

import asyncio

import httpx
import pytest

from supportledger.client.aio import AsyncClient
from supportledger.client.sync import Client
from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.sessions import Way
from supportledger.model.people import Role, rights_of
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.wiring.fronting import memory_front

URL = "http://desk.test"


class Through(httpx.BaseTransport):
    """Gives requests to an application, one after the other."""

    def __init__(self, app):
        self._app = app

    def handle_request(self, request):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as http:
                return await http.request(
                    request.method, request.url, content=request.read(), headers=request.headers
                )

        answer = asyncio.run(ask())
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.fixture
def front():
    with memory_front(URL) as made:
        yield made


@pytest.fixture
def app(front):
    return create_app(front, Surroundings(URL), closes=False)


@pytest.fixture
def relay(front):
    """Carry what waits to the ledger, and follow it, as the workers do."""

    def work():
        front.desk.recover()
        front.desk.sync()

    return work


@pytest.fixture
def secret(front):
    """Make an API key of somebody with roles, that signs with the desk's agent."""

    def make(*roles, identity="agent"):
        account = front.people.add("Ada", {*roles, Role.ADMIN})
        visitor = front.sessions.visitor(front.sessions.open(account, Way.PASSKEY).token)
        wanted = Wanted("client", rights_of({*roles, Role.ADMIN}), identity=identity)
        return front.api_keys.make(visitor, wanted).token

    return make


@pytest.fixture
def client(app, secret):
    """A program with all rights of an agent."""
    http = httpx.Client(transport=Through(app))
    with Client(URL, secret(Role.AGENT, Role.SUPERVISOR, Role.AUDITOR), http=http) as made:
        yield made


@pytest.fixture
def async_client(app, secret):
    """The same, without blocking."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    return AsyncClient(URL, secret(Role.AGENT, Role.SUPERVISOR, Role.AUDITOR), http=http)
