"""A web desk in this process's memory, and browsers that visit it."""

import warnings
from collections.abc import Callable

import pytest

with warnings.catch_warnings():  # starlette's client tells of a successor that is not published yet
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from supportledger.desk.people.sessions import Way
from supportledger.desk.people.tokens import csrf_token
from supportledger.model.people import Role
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.web.visitors import SESSION_COOKIE
from supportledger.wiring.fronting import memory_front

URL = "http://testserver"
Browser = Callable[..., TestClient]


@pytest.fixture
def front():
    with memory_front(URL) as made:
        yield made


@pytest.fixture
def app(front):
    return create_app(front, Surroundings(URL), closes=False)


@pytest.fixture
def browser(app) -> Browser:
    """Make a browser; with roles, somebody of these is signed in, whose forms carry their token."""

    def make(*roles: Role, name: str = "Ann", identity: str = "", **about) -> TestClient:
        client = TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=True)
        if roles:
            sign_in(client, app.state.front, roles, name=name, identity=identity, **about)
        return client

    return make


def sign_in(client, front, roles, *, name="Ann", identity="", **about):
    """Sign somebody in who has an account from now on; an identity that is named is theirs."""
    address = front.desk.cast.keys.address(identity) if identity else None
    account = front.people.add(name, roles, address=address, **about)
    opened = front.sessions.open(account, Way.PASSKEY)
    if identity:
        front.unlocking.unlock_named(front.sessions.visitor(opened.token), opened.token, identity)
    client.cookies.set(SESSION_COOKIE, opened.token)
    client.headers["X-CSRF-Token"] = csrf_token(opened.token)
    client.account = account
    return client
