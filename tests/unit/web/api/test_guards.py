"""What stands before every route of the API: who, how often, in what form, and nothing done twice."""

import json
from threading import Barrier, Thread

import pytest
from fastapi import APIRouter

from supportledger.desk.filing.queues import Queue
from supportledger.desk.people.api_keys import Wanted
from supportledger.model.people import Right, Role
from supportledger.web.api.guards import check_guards
from supportledger.web.api.repeated import BEGUN_S, KEPT_S
from supportledger.web.limits import STRANGERS, WRITING

API = "/api/v1"
NEW = {"subject": "Where is it?", "body": "It is missing."}


def keyed(client, key, body=NEW, path="/tickets"):
    return client.post(API + path, json=body, headers={"Idempotency-Key": key})


def tickets_of(front):
    return len({one.ticket for one in front.desk.store.drafts()})


def test_the_same_request_is_done_once(customer, front):
    """Sent again with its key, a request gets the same answer, and nothing is done again."""
    first, again = keyed(customer, "k1"), keyed(customer, "k1")
    assert (202, 202) == (first.status_code, again.status_code)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert (None, "true") == tuple(one.headers.get("idempotent-replayed") for one in (first, again))
    assert 1 == tickets_of(front)


def test_a_key_stands_for_one_request(customer, front):
    """Another body with the same key is refused; another key is another request."""
    keyed(customer, "k1")
    assert 422 == keyed(customer, "k1", {**NEW, "body": "Another."}).status_code
    assert 202 == keyed(customer, "k2").status_code
    assert 2 == tickets_of(front)


def test_a_key_is_its_senders(browser, front):
    """Nobody gets the answer to somebody else's request by using its key."""
    ann, eve = browser(Role.CUSTOMER), browser(Role.CUSTOMER, name="Eve")
    assert keyed(ann, "k1").json()["id"] != keyed(eve, "k1").json()["id"]
    assert 2 == tickets_of(front)


def test_what_failed_may_be_tried_again(customer, front):
    """A request that was refused leaves nothing behind: its key is free."""
    assert (
        422 == keyed(customer, "k1", {"subject": "S", "body": "x", "policy": 999, "nothing": 1}).status_code
    )
    assert 202 == keyed(customer, "k1").status_code
    assert 1 == tickets_of(front)


def test_one_of_many_at_once_is_done(customer, front, monkeypatch):
    """While a request is worked on, the same is asked to come again, and is not done twice."""
    inside, go = Barrier(2), Barrier(2)
    record = front.intake.record

    def slow(*given):
        inside.wait(5)
        go.wait(5)
        return record(*given)

    monkeypatch.setattr(front.intake, "record", slow)
    done = []
    first = Thread(target=lambda: done.append(keyed(customer, "k1")))
    first.start()
    inside.wait(5)
    meanwhile = keyed(customer, "k1")
    go.wait(5)
    first.join(5)
    assert (409, "unfinished", True) == (
        meanwhile.status_code,
        meanwhile.json()["code"],
        "retry-after" in meanwhile.headers,
    )
    assert 202 == done[0].status_code
    assert 1 == tickets_of(front)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_a_key_is_a_word(customer, key):
    """What cannot be a key is refused."""
    assert 422 == keyed(customer, key).status_code


def test_an_answer_is_kept_sealed(customer, front):
    """What was answered lies sealed with the key of whoever asked: erasing them erases it."""
    keyed(customer, "k1")
    (paper,) = front.cabinet.list("idempotency")
    assert customer.account.id == paper.owner
    assert paper.expires_at - front.people.now in range(KEPT_S - 60, KEPT_S + 1)
    assert BEGUN_S < KEPT_S


def test_only_json_is_taken(customer):
    """A form, which a page of another site could send, is refused before anything in it is read."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        headers = {"content-type": kind} if kind else {}
        answer = customer.post(f"{API}/tickets", content=json.dumps(NEW).encode(), headers=headers)
        assert 415 == answer.status_code, kind
        assert "application/problem+json" == answer.headers["content-type"]


def test_too_many_are_told_when_to_come_again(customer, browser, app, front):
    """Whoever has used up a window is told when the next begins; others are not held up."""
    name = front.sessions.visitor(customer.cookies["sl_session"]).person.hex()
    now = front.people.now
    app.state.limits._clock = lambda: now
    front.cabinet.spend(f"{WRITING.name}:{name}", WRITING.limit, limit=WRITING.limit, window_s=60, now=now)
    answer = customer.post(f"{API}/tickets", json=NEW)
    assert (429, "limit-reached") == (answer.status_code, answer.json()["code"])
    assert int(answer.headers["retry-after"]) > 0
    assert 200 == customer.get(f"{API}/tickets").status_code
    assert 202 == browser(Role.CUSTOMER, name="Bob").post(f"{API}/tickets", json=NEW).status_code


def test_strangers_have_a_limit_of_their_own(browser, app, front):
    """What is everybody's is not everybody's without end."""
    now = front.people.now
    app.state.limits._clock = lambda: now
    for _ in range(STRANGERS.limit):
        app.state.limits.take(STRANGERS, "testclient")
    assert 429 == browser().get(f"{API}/contacts").status_code


def test_nobody_is_told_who_may_come(browser):
    """Without a key, and with one that does not work, everything but what is public is closed."""
    stranger = browser()
    for headers in ({}, {"authorization": "Bearer slk_" + "A" * 43}, {"authorization": "Bearer "}):
        answer = stranger.post(f"{API}/tickets", content=b"{", headers=headers)
        assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])


def test_an_api_key_does_what_it_says(browser, front):
    """A key does what is among its scopes, without any token of a form, and nothing else."""
    maker = browser(Role.AGENT, queues=None)
    visitor = front.sessions.visitor(maker.cookies["sl_session"])
    made = front.api_keys.make(visitor, Wanted("reader", [Right.LIST]))
    program = browser()
    program.headers["authorization"] = f"Bearer {made.token}"
    assert 200 == program.get(f"{API}/tickets").status_code
    assert 403 == program.post(f"{API}/tickets", json=NEW).status_code
    assert 403 == program.get(f"{API}/tickets/aaaa-aaaa-aaaa-aaaa").status_code


def test_a_session_needs_its_token(customer):
    """A page of another site that makes a browser send JSON does not have the session's token."""
    del customer.headers["X-CSRF-Token"]
    assert 403 == customer.post(f"{API}/tickets", json=NEW).status_code


def test_a_route_that_nothing_guards_stops_the_start():
    """An API with a route that was made without the guards does not start."""
    router = APIRouter()
    router.get("/open")(lambda: "come in")
    with pytest.raises(TypeError, match="/open"):
        check_guards(router.routes)


def test_whoever_lost_sight_gets_no_answer_again(browser, customer, front, relay, said):
    """What is out of sight meanwhile is not told again; whoever still sees it gets the same answer."""
    ticket = said(customer.post(f"{API}/tickets", json=NEW), 202)["ticket"]
    relay()
    agent = browser(Role.AGENT, identity="agent", name="Ada", queues={"general"})
    note = lambda: keyed(agent, "k1", {"body": "Secret."}, f"/tickets/{ticket}/note")  # noqa: E731 -- short
    first = note()
    assert (202, first.content) == (note().status_code, note().content)
    front.queues.save(Queue("withdrawals"))
    front.queues.move([front.desk.store.draft(bytes.fromhex(first.json()["id"][2:])).ticket], "withdrawals")
    hidden = note()
    assert (404, "not-found") == (hidden.status_code, hidden.json()["code"])
    assert first.json()["id"] not in hidden.text


def test_who_opened_a_ticket_gets_the_answer_again(browser, front, relay, said):
    """An opening that was routed out of sight is not sent twice because its answer was lost."""
    agent = browser(Role.AGENT, identity="agent", name="Ada", queues={"elsewhere"})
    first = keyed(agent, "k1")
    relay()
    assert (first.status_code, first.content) == (keyed(agent, "k1").status_code, keyed(agent, "k1").content)
    assert 1 == tickets_of(front)
