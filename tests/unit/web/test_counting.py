"""Whoever is signed in is counted on every page, and keeps no other site's cookie."""

import pytest

from supportledger.model.people import Role
from supportledger.web import counting
from supportledger.web.app import create_app
from supportledger.web.limits import Allowance
from supportledger.web.surroundings import Surroundings
from tests.unit.web.conftest import TestClient


@pytest.mark.parametrize("path", ["/my", "/chat", "/account", "/my/tickets/stfy-qt2n-dk3c-52ny/events"])
def test_customers_are_counted(browser, monkeypatch, path):
    """No page answers a customer as often as they like."""
    monkeypatch.setattr(counting, "READING", Allowance("read", 2, share=1))
    client = browser(Role.CUSTOMER)
    client.cookies.set("sl_chat", client.cookies["sl_session"])
    answers = [client.get(path).status_code for _ in range(3)]
    assert 429 not in answers[:2]
    assert 429 == answers[2]


def test_what_customers_write_is_counted(browser, monkeypatch):
    """Nobody opens tickets, or prepares them, as often as they like: the desk pays for each."""
    monkeypatch.setattr(counting, "WRITING", Allowance("write", 2, share=1))
    client = browser(Role.CUSTOMER)
    for path in ("/my/new", "/my/prepare"):
        assert 429 != client.post(path).status_code
    assert 429 == client.post("/my/new").status_code


def test_the_browser_is_known_by_a_cookie_of_this_host(front):
    """Over https no neighbouring host can plant the secret by which a browser is known."""
    url = "https://desk.example"
    with TestClient(create_app(front, Surroundings(url), closes=False), base_url=url) as client:
        set_ = client.get("/sign-in").headers["set-cookie"]
        assert set_.startswith("__Host-sl_browser=")
        assert "path=/;" in set_.lower()
        assert "secure" in set_.lower()
