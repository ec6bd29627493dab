"""Tickets are taken out, all and then what changed; none is left out, and nothing that people wrote."""

import json

import pytest

from supportledger.desk.filing.browsing import Sight
from supportledger.model.people import Role
from supportledger.web.api import export, guards
from supportledger.web.limits import Allowance
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


def lines_of(answer):
    """Give the tickets of an answer of lines by their handles, and what its lines with cursors say."""
    assert 200 == answer.status_code, answer.text
    assert answer.text.endswith("\n")
    said = [json.loads(one) for one in answer.text.splitlines()]
    return [one["handle"] for one in said if "handle" in one], [one for one in said if "cursor" in one]


@pytest.mark.parametrize("kind", ["application/jsonl", "application/x-ndjson"])
def test_lines_are_all_that_there_is(opened, auditor, taken, front, kind):
    """Whoever accepts lines gets every part in one answer, each with its cursor behind it."""
    first = opened(5)
    front.desk.ledger.advance(100)
    answer = auditor.get(f"{API}/export?size=2", headers={"accept": kind})
    assert kind == answer.headers["content-type"]
    found, cursors = lines_of(answer)
    assert first == sorted(set(found))
    assert [*[False] * (len(cursors) - 1), True] == [one["end_of_stream"] for one in cursors]
    assert len(cursors) > 2
    assert [] == taken(cursors[-1]["cursor"])[0]


def test_a_line_is_what_a_part_has(opened, auditor, said, agent):
    """A ticket is told alike in both forms, in ASCII, whatever stands in its tags."""
    (ticket,) = opened(1)
    assert 200 == agent.post(f"{API}/tickets/{ticket}/file", json={"tags": ["“词”"]}).status_code
    answer = auditor.get(f"{API}/export", headers={"accept": "application/jsonl"})
    assert answer.text.isascii()
    assert said(auditor.get(f"{API}/export"))["data"][0] == json.loads(answer.text.splitlines()[0])


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html", "application/json"),
        ("application/jsonl;q=0", "application/json"),
        ("application/json;q=0.5, application/jsonl", "application/jsonl"),
        ("application/jsonl;q=0.5, application/json", "application/json"),
        ("Application/JSONL ; Q=0.9, */*;q=0.1", "application/jsonl"),
        ("application/x-ndjson, */*;q=0.1", "application/x-ndjson"),
        ("application/jsonl;q=nonsense", "application/json"),
        ("application/jsonl;q=inf, ,;;", "application/json"),
        (",".join(["text/x"] * 500) + ",application/jsonl", "application/json"),
    ],
)
def test_the_form_is_the_one_that_is_wanted(auditor, accept, kind):
    """`Accept` chooses; whoever has no preference, or asks for nothing that there is, gets JSON."""
    assert kind == auditor.get(f"{API}/export", headers={"accept": accept}).headers["content-type"]


def test_whoever_is_shut_out_meanwhile_gets_no_more(opened, auditor, front, monkeypatch):
    """Lines end when the session does; the last of them says where to go on."""
    opened(5)
    page = front.exporting.page

    def ending(*given, **named):
        front.sessions.end(auditor.account.id, front.sessions.of(auditor.account.id)[0].name)
        return page(*given, **named)

    monkeypatch.setattr(front.exporting, "page", ending)
    answer = auditor.get(f"{API}/export?size=2", headers={"accept": "application/jsonl"})
    found, cursors = lines_of(answer)
    assert 2 == len(found)
    assert [False] == [one["end_of_stream"] for one in cursors]
    assert 401 == auditor.get(f"{API}/export").status_code


def test_each_part_of_the_lines_counts(opened, auditor, monkeypatch):
    """Lines are no way around a limit: each part is a request."""
    opened(5)
    few = Allowance("read", 2, share=1)
    monkeypatch.setattr(export, "READING", few)
    monkeypatch.setattr(guards, "READING", few)
    answer = auditor.get(f"{API}/export?size=1", headers={"accept": "application/jsonl"})
    found, cursors = lines_of(answer)
    assert (2, [False] * 2) == (len(found), [one["end_of_stream"] for one in cursors])


@pytest.mark.parametrize("query", ["cursor=x", "size=0", "size=1001"])
def test_what_cannot_be_is_a_problem_in_lines_too(auditor, agent, query):
    """What is refused is refused before the first line, as a problem."""
    headers = {"accept": "application/jsonl"}
    answer = auditor.get(f"{API}/export?{query}", headers=headers)
    assert (422, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert 403 == agent.get(f"{API}/export", headers=headers).status_code
