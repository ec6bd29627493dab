"""Nobody floods a desk with tickets: an account, and a network, opens so many in an hour."""

import pytest

from supportledger.model.people import Role
from supportledger.web import opening
from supportledger.web.limits import Allowance

API = "/api/v1"
NEW = {"subject": "Where is it?", "body": "It is missing."}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Two for an account, three for a network."""
    monkeypatch.setattr(opening, "OPENING", Allowance("open", 2, window_s=3_600, share=1))
    monkeypatch.setattr(opening, "OPENING_HERE", Allowance("open-network", 3, window_s=3_600, share=1))


@pytest.fixture(autouse=True)
def clock(app):
    """Half an hour of an hour is over."""
    app.state.limits._clock = lambda: 3_600 * 100 + 1_800


def tickets_of(front):
    return len({one.ticket for one in front.desk.store.drafts()})


def test_one_account_opens_so_many(browser, front):
    """What is too much is refused with the time to come again, whichever door is tried, and opens nothing."""
    client = browser(Role.CUSTOMER)
    assert 202 == client.post(f"{API}/tickets", json=NEW).status_code
    assert 303 == client.post("/my/new", data=NEW).status_code
    told = client.post(f"{API}/tickets", json=NEW)
    assert (429, "limit-reached", "1800") == (
        told.status_code,
        told.json()["code"],
        told.headers["retry-after"],
    )
    assert "30 min" in told.json()["hint"]
    wanted = {"verb": "open", **NEW}
    assert 409 == client.post(f"{API}/actions/prepare", json={"wanted": wanted}).status_code  # no key
    assert 2 == tickets_of(front)
    for path in ("/me", "/tickets"):
        assert 200 == client.get(API + path).status_code


def test_what_was_typed_is_not_lost(browser):
    """The page says why, in the reader's language, keeps what was typed, and when to come again."""
    client = browser(Role.CUSTOMER)
    for _ in range(2):
        client.post("/my/new", data=NEW)
    for language, said in (("en", "very many new tickets"), ("zh", "新工单")):
        client.cookies.set("sl_language", language)
        page = client.post("/my/new", data=NEW)
        assert (429, "1800") == (page.status_code, page.headers["retry-after"])
        assert "It is missing." in page.text
        assert said in page.text


def test_many_accounts_of_one_network_open_so_many(browser, front):
    """Whoever signs in as many gains nothing; other networks are not held up."""
    answers = [browser(Role.CUSTOMER, name=str(n)).post(f"{API}/tickets", json=NEW) for n in range(4)]
    assert [202, 202, 202, 429] == [one.status_code for one in answers]
    assert 3 == tickets_of(front)


def test_a_key_signs_no_more(browser):
    """Preparing counts as opening: a key in the browser, or a program's, gets around nothing."""
    client = browser(Role.CUSTOMER, identity="customer")
    form = {"verb": "open", **NEW}
    body = {"wanted": form}
    answers = [
        client.post("/my/prepare", data=form),
        client.post(f"{API}/actions/prepare", json=body),
        client.post("/my/prepare", data=form),
        client.post(f"{API}/actions/prepare", json=body),
    ]
    assert [200, 200, 429, 429] == [one.status_code for one in answers]
    assert {""} == set(answers[2].json()["wrong"])
    assert "1800" == answers[2].headers["retry-after"]


def test_a_chat_opens_no_more(browser, app, front):
    """Neither does the chat, which says so beside the field."""
    client = browser(Role.CUSTOMER)
    for _ in range(2):
        app.state.limits.take(opening.OPENING, client.account.id.hex())
    client.cookies.set("sl_chat", client.cookies["sl_session"])
    page = client.post("/chat", data={"body": "It is missing."})
    assert "very many new tickets" in page.text
    assert 0 == tickets_of(front)


def test_staff_record_what_they_are_told(browser, front):
    """Whoever works here opens tickets for all who call."""
    agent = browser(Role.AGENT, identity="agent")
    assert [202] * 5 == [agent.post(f"{API}/tickets", json=NEW).status_code for _ in range(5)]
    assert 5 == tickets_of(front)
