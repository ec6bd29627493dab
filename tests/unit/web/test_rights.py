"""
Who may go where: every route there is, tried by every role, by programs with one right, and by nobody.

What is expected follows from the table of rights and from the door of each route, and from nothing else: a
new route is tried without anybody thinking of it.
"""

import re
from itertools import chain

import pytest

from supportledger.desk.people.api_keys import Wanted
from supportledger.model.people import GRANTS, Right, Role
from supportledger.web.doors import door_of, routes_of

SAMPLES = {
    "person": "0x" + "00" * 32,
    "digest": "0x" + "00" * 32,
    "account": "0x" + "11" * 20,
    "index": "0",
    "number": "9",
    "verb": "take",
}
NAME = "aaaa-aaaa-aaaa-aaaa"
"""Of no ticket: whoever is let in is told that it is not there."""
STREAMS = re.compile(r"/events$")
"""They never end: only those who are not let in try them."""
REFUSED = {401, 403}
NEEDS_LIST = {"/api/v1/export"}
"""What is of no use to a program that may not see the lists of tickets: it is told so."""


@pytest.fixture(autouse=True)
def _without_limits(app, monkeypatch):
    """Let one client try everything."""
    monkeypatch.setattr(app.state.limits, "take", lambda *_: None)


def routes(app):
    for route in routes_of(app.routes):
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: SAMPLES.get(found[1], NAME), route.path)
        for method in sorted(route.methods - {"HEAD"}):
            yield method, path, door_of(route)


def ask(client, method, path):
    """Ask without saying anything: whoever is let in is told that something is missing."""
    is_api = path.startswith("/api/")
    return client.request(method, path, **({"json": {}} if is_api and method != "GET" else {}))


def is_turned_away(answer):
    """Tell whether somebody was not let in: a page sends those whom it does not know to sign in."""
    to = answer.headers.get("location", "")
    return answer.status_code in REFUSED or (answer.status_code == 303 and to.startswith("/sign-in"))


def test_nobody_comes_in_but_where_everybody_may(app, browser):
    """Without an account, every door is closed that is not public; the API says 401."""
    wrong, client = [], browser()
    for method, path, door in routes(app):
        if not door.is_public:
            answer = ask(client, method, path)
            expected = {401} if path.startswith("/api/") else {303, 401}
            if not is_turned_away(answer) or answer.status_code not in expected:
                wrong.append((method, path, answer.status_code))
    assert [] == wrong


@pytest.mark.parametrize("role", Role)
def test_a_role_lacks_what_it_was_not_granted(app, browser, role):
    """Whoever lacks a route's right is told 403, whatever they ask for."""
    wrong, client = [], with_chat(browser(role))
    for method, path, door in routes(app):
        if door.right is not None and door.right not in GRANTS[role]:
            answer = ask(client, method, path)
            if answer.status_code != 403:
                wrong.append((method, path, answer.status_code))
    assert [] == wrong


@pytest.mark.parametrize("role", Role)
def test_a_role_has_what_it_was_granted(app, browser, role):
    """Whoever has a route's right gets past its door; customers are not let into the console by it."""
    wrong, client = [], with_chat(browser(role))
    for method, path, door in routes(app):
        if door.right in GRANTS[role] and not STREAMS.search(path):
            answer = ask(client, method, path)
            is_staffs = role is Role.CUSTOMER and path.startswith("/console")
            if is_turned_away(answer) and not is_staffs:
                wrong.append((method, path, answer.status_code, answer.text[:200]))
    assert [] == wrong


@pytest.mark.parametrize("right", sorted(set(chain(*GRANTS.values())) - {Right.REPLY}))
def test_a_program_has_one_right(app, browser, front, right):
    """A key with one scope opens the doors of that right, and no other, whatever its maker may do."""
    roles = [role for role in Role if right in GRANTS[role] and Right.KEYS in GRANTS[role]]
    maker = browser(*roles, name="Maker")
    visitor = front.sessions.visitor(maker.cookies["sl_session"])
    token = front.api_keys.make(visitor, Wanted("one", [right])).token
    wrong, program = [], browser()
    program.headers["authorization"] = f"Bearer {token}"
    for method, path, door in routes(app):
        if door.right is None or not path.startswith("/api/"):
            continue
        if door.right is right and (STREAMS.search(path) or path in NEEDS_LIST):
            continue
        answer = ask(program, method, path)
        if (answer.status_code == 403) is (door.right is right):
            wrong.append((method, path, answer.status_code, answer.text[:200]))
    assert [] == wrong


def with_chat(client):
    """Let the chat, which has a cookie of its own, know the same session."""
    client.cookies.set("sl_chat", client.cookies["sl_session"])
    return client
