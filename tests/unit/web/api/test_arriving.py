"""A ticket that was opened a moment ago is there, for whoever opened it and whoever will work on it."""

from dataclasses import replace

import pytest

from supportledger.model.ids import TicketId
from supportledger.model.people import Role
from supportledger.model.records import DraftStatus
from tests.unit.web.api.conftest import API

NEW = {"subject": "Where is it?", "body": "It is missing."}
NOTHING = "0x" + "00" * 32


@pytest.fixture
def opened(customer, said):
    """A ticket of the customer's that waits for the ledger."""
    return said(customer.post(f"{API}/tickets", json=NEW), 202)


@pytest.mark.parametrize("name", ["ticket", "ticket_id"])
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_it_is_there_at_once(opened, said, request, who, name):
    """By handle and by id, with what was written and how far that is; the ledger's part is nothing."""
    found = said(request.getfixturevalue(who).get(f"{API}/tickets/{opened[name]}"))
    assert ("Arriving", "Where is it?", opened["ticket"]) == (
        found["status"],
        found["subject"],
        found["handle"],
    )
    assert ([], 0, 1, NOTHING) == (found["history"], found["entries"], found["waiting"], found["state"])
    (draft,) = found["underway"]
    assert (opened["id"], "It is missing.") == (draft["id"], draft["content"]["body"])


def test_it_becomes_what_the_ledger_has(opened, customer, relay, said):
    """Its tag is good until the ledger has it, and no longer."""
    path = f"{API}/tickets/{opened['ticket']}"
    first = customer.get(path)
    tag = first.headers["etag"]
    assert tag == first.json()["tag"]
    assert 304 == customer.get(path, headers={"if-none-match": tag}).status_code
    relay()
    found = said(customer.get(path, headers={"if-none-match": tag}))
    assert ("Open", 1) == (found["status"], found["entries"])


def test_it_is_out_of_sight_for_others(opened, browser, said):
    """Another customer, staff of other queues and auditors of none get the answer that a made-up one gets."""
    others = [
        browser(Role.CUSTOMER, name="Eve"),
        browser(Role.AGENT, name="Bo", queues={"elsewhere"}),
    ]
    for one in others:
        for name in (opened["ticket"], opened["ticket_id"]):
            hidden = said(one.get(f"{API}/tickets/{name}"), 404)
            assert ("not-found", opened["ticket"]) == (hidden["code"], hidden["detail"].split()[4])
        assert 404 == one.get(f"{API}/tickets/aaaa-aaaa-aaaa-aaaa").status_code
        assert 404 == one.get(f"{API}/tickets/{'ab' * 32}").status_code
    assert 401 == browser().get(f"{API}/tickets/{opened['ticket']}").status_code


def test_customers_do_not_learn_where_it_is_filed(opened, customer, agent, said):
    """Queue and tags of a ticket on its way are the staff's, as of any other."""
    path = f"{API}/tickets/{opened['ticket_id']}"
    assert ("", "general") == tuple(said(one.get(path))["filed"]["queue"] for one in (customer, agent))


def test_reading_it_is_on_record(opened, agent, front, said):
    """What somebody wrote is shown to nobody unseen."""
    ticket = TicketId.parse(opened["ticket_id"])
    before = len(front.desk.reads.of(ticket))
    said(agent.get(f"{API}/tickets/{opened['ticket']}"))
    assert ["ticket"] == [one.what for one in front.desk.reads.of(ticket)[before:]]


def test_one_that_the_ledger_refused_says_so(opened, customer, front, said):
    """What was rejected is not on its way any more; it is told with the reason."""
    draft = front.desk.signing.fate(bytes.fromhex(opened["id"][2:]))
    front.desk.store.advance([replace(draft, status=DraftStatus.REJECTED, reason="Why not")])
    found = said(customer.get(f"{API}/tickets/{opened['ticket']}"))
    assert ("Rejected", 0) == (found["status"], found["waiting"])
    assert ["Why not"] == [one["reason"] for one in found["underway"]]


def test_it_has_no_entries_yet(opened, customer, agent, browser, said):
    """Its entries are an empty page, and for others it is not there."""
    path = f"{API}/tickets/{opened['ticket']}/entries"
    for one in (customer, agent):
        assert ([], False) == ((page := said(one.get(path)))["data"], page["meta"]["has_more"])
    assert 404 == browser(Role.CUSTOMER, name="Eve").get(path).status_code
    assert 404 == browser(Role.AGENT, name="Bo", queues={"elsewhere"}).get(path).status_code


def test_nothing_is_done_to_it_yet(opened, agent, customer, relay, said):
    """Whoever would act on it is told to wait, and is let once it is there."""
    path = f"{API}/tickets/{opened['ticket']}"
    for client, verb, body in (
        (agent, "note", {"body": "x"}),
        (agent, "answer", {"body": "x"}),
        (agent, "say", {"body": "x"}),
        (customer, "reply", {"body": "x"}),
    ):
        problem = said(client.post(f"{path}/{verb}", json=body), 409)
        assert "on its way to the ledger" in problem["detail"]
        assert "Try again in a moment" in problem["hint"]
    asked = {"ticket": opened["ticket"], "wanted": {"verb": "note", "body": "x"}}
    assert "on its way" in said(agent.post(f"{API}/actions/prepare", json=asked), 409)["detail"]
    relay()
    said(agent.post(f"{path}/note", json={"body": "x"}), 202)


def test_others_are_not_told_to_wait(opened, browser):
    """Who does not see it gets the answer that a made-up one gets, whatever they would do."""
    path = f"{API}/tickets/{opened['ticket']}"
    eve, bo = browser(Role.CUSTOMER, name="Eve"), browser(Role.AGENT, name="Bo", queues={"elsewhere"})
    assert 404 == eve.post(f"{path}/reply", json={"body": "x"}).status_code
    assert 404 == bo.post(f"{path}/note", json={"body": "x"}).status_code
    assert 404 == bo.post(f"{path}/file", json={"queue": "general"}).status_code


def test_it_is_filed_at_once(opened, agent, relay, said):
    """Where it is filed is the desk's own: that does not wait, and stays when the ledger has it."""
    path = f"{API}/tickets/{opened['ticket']}"
    tag = agent.get(path).headers["etag"]
    filed = said(agent.post(f"{path}/file", json={"tags": ["vip"]}, headers={"if-match": tag}))
    assert ["vip"] == filed["tags"]
    assert 412 == agent.post(f"{path}/file", json={"tags": []}, headers={"if-match": tag}).status_code
    relay()
    assert ["vip"] == said(agent.get(path))["filed"]["tags"]
