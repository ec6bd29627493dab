"""Tickets are taken out, all and then what changed; none is left out, and nothing that people wrote."""

import pytest

from supportledger.desk.filing.browsing import Sight
from supportledger.model.people import Role
from tests.unit.web.api.conftest import API

DAY_S = 86_400


@pytest.fixture
def auditor(browser):
    return browser(Role.AUDITOR, name="Alma", queues=None)


@pytest.fixture
def opened(customer, relay, said):
    """Open some tickets, and give their handles."""

    def work(count):
        body = {"subject": "Secret", "body": "It is missing."}
        found = [said(customer.post(f"{API}/tickets", json=body), 202)["ticket"] for _ in range(count)]
        relay()
        return sorted(found)

    return work


@pytest.fixture
def taken(auditor, said):
    """Take out all there is from a cursor on; give the handles, and the cursor behind them."""

    def work(cursor="", size=2):
        found = []
        for _ in range(20):
            part = said(auditor.get(f"{API}/export", params={"cursor": cursor, "size": size}))
            assert {""} >= {one["subject"] for one in part["data"]}
            found += [one["handle"] for one in part["data"]]
            cursor = part["cursor"]
            if part["end_of_stream"]:
                return found, cursor
        raise AssertionError("it does not end")

    return work


def test_all_come_and_then_what_changed(opened, taken, agent, relay, front):
    """After all tickets come those that were opened or answered since, once they are a minute old."""
    first = opened(5)
    front.desk.ledger.advance(100)
    found, cursor = taken()
    assert first == sorted(set(found))
    later = opened(2)
    answer = {"body": "Here it is."}
    assert 202 == agent.post(f"{API}/tickets/{first[0]}/answer", json=answer).status_code
    relay()
    found, cursor = taken(cursor)
    assert [] == found
    front.desk.ledger.advance(100)
    found, cursor = taken(cursor)
    assert sorted([*later, first[0]]) == sorted(set(found))
    assert [] == taken(cursor)[0]


def test_who_comes_too_late_begins_anew(opened, front):
    """A cursor that is older than what is remembered gives all tickets again."""
    opened(3)
    front.desk.ledger.advance(100)
    part = front.exporting.page(Sight(), None)
    while not part.is_end:
        part = front.exporting.page(Sight(), part.following)
    assert [] == front.exporting.page(Sight(), part.following).rows
    front.desk.ledger.advance(7 * DAY_S)
    assert 3 == len(front.exporting.page(Sight(), part.following).rows)


def test_staff_take_out_what_they_see(opened, browser, said):
    """Whoever sees some queues takes out tickets of no others."""
    opened(2)
    other = browser(Role.AUDITOR, name="Bo", queues={"elsewhere"})
    assert [] == said(other.get(f"{API}/export"))["data"]


def test_agents_take_nothing_out(agent, customer):
    """Taking out needs a right of its own."""
    assert [403, 403] == [one.get(f"{API}/export").status_code for one in (agent, customer)]


@pytest.mark.parametrize("cursor", ["x", "AAAA.", "_" * 22 + ".", "A" * 22 + ".x", "é", "A" * 22])
def test_a_cursor_that_nobody_gave_is_refused_or_the_beginning(auditor, cursor):
    """A cursor that was made up gives an error or all tickets, and breaks nothing."""
    assert auditor.get(f"{API}/export", params={"cursor": cursor}).status_code in {200, 422}
