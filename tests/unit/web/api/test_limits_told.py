"""Programs are told what is left before there is nothing left."""

import pytest

from supportledger.model.people import Role
from supportledger.web.api import guards
from supportledger.web.limits import Allowance, Left, Limits
from tests.unit.web.api.conftest import API

NOW = 1_000_000.0
"""Forty seconds of a minute are over."""


@pytest.fixture
def clock(app):
    app.state.limits._clock = lambda: NOW


def told(answer):
    return answer.headers.get("ratelimit-policy"), answer.headers.get("ratelimit")


@pytest.mark.usefixtures("clock")
def test_each_answer_says_what_is_left(customer, browser):
    """What was asked, however it ended, counts; reading, writing and strangers each have their own."""
    read = '"read";q=1200;w=60'
    assert (read, '"read";r=1199;t=20') == told(customer.get(f"{API}/me"))
    assert (read, '"read";r=1198;t=20') == told(customer.get(f"{API}/tickets/aaaa-aaaa-aaaa-aaaa"))
    assert (read, '"read";r=1197;t=20') == told(customer.get(f"{API}/tickets", params={"size": "x"}))
    written = customer.post(f"{API}/tickets", json={"subject": "S"})
    assert ('"write";q=300;w=60', '"write";r=299;t=20') == told(written)
    assert '"stranger";r=299;t=20' == told(browser().get(f"{API}/contacts"))[1]


@pytest.mark.usefixtures("clock")
def test_whoever_is_refused_is_told_when_to_come_again(customer, monkeypatch):
    """With nothing left, the answer says so, and `Retry-After` is when the next window begins."""
    monkeypatch.setattr(guards, "READING", Allowance("read", 2, share=20))
    left = [told(customer.get(f"{API}/me"))[1] for _ in range(2)]
    assert ['"read";r=1;t=20', '"read";r=0;t=20'] == left
    refused = customer.get(f"{API}/me")
    assert (429, "20") == (refused.status_code, refused.headers["retry-after"])
    assert '"read";r=0;t=20' == told(refused)[1]


def test_pages_and_whoever_is_nobody_are_told_nothing(browser):
    """What is not counted says nothing of limits."""
    assert (None, None) == told(browser(Role.CUSTOMER).get("/my"))
    assert (None, None) == told(browser().get(f"{API}/me"))


def test_near_the_limit_it_is_exact(front):
    """However many processes grant, the last requests of a window are counted down to none."""
    allowance = Allowance("test", 50, share=8)
    one, other = (Limits(front.cabinet, lambda: NOW) for _ in range(2))
    for _ in range(24):
        one.take(allowance, "a")
    found = [other.take(allowance, "a").requests for _ in range(26)]
    assert [1, 0] == found[-2:]
    assert sorted(found, reverse=True) == found


def test_a_new_window_begins_full(front):
    """What was used is forgotten when the next window begins."""
    now = [NOW]
    limits, allowance = Limits(front.cabinet, lambda: now[0]), Allowance("test", 50, share=8)
    assert Left(allowance, 49, 20) == limits.take(allowance, "a")
    now[0] += 20
    assert Left(allowance, 49, 60) == limits.take(allowance, "a")
