"""Tickets over the API: opened, answered, filed, read, verified; and refused to others."""

import base64
import json

import pytest

from supportledger.model.people import Role

API = "/api/v1"


def test_a_ticket_goes_all_the_way(customer, agent, ticket, relay, said):
    """A question is answered and solved; each thing is on the ledger, in its order."""
    for who, verb, body in (
        (agent, "assign", {}),
        (agent, "hold", {"reason": "The bank has to look."}),
        (agent, "resume", {}),
        (agent, "answer", {"body": "It waits for a confirmation."}),
        (customer, "reply", {"body": "Still."}),
        (agent, "note", {"body": "Patience."}),
        (agent, "solve", {"body": "It has arrived."}),
    ):
        sent = said(who.post(f"{ticket}/{verb}", json=body), 202)
        assert "signed" == sent["status"]
        relay()
        assert sent["status"] != said(who.get(f"{API}/actions/{sent['id']}"))["status"]
    found = said(agent.get(ticket))
    acts = ["Open", "Assign", "Hold", "Resume", "Answer", "Reply", "Note", "Solve"]
    assert acts == [one["action"] for one in found["history"]]
    assert ("Solved", "Where is it?") == (found["status"], found["subject"])


def test_customers_see_no_notes(customer, agent, ticket, relay, said):
    """What staff write for each other is shown to no customer: not in the ticket, not in its proof file."""
    said(agent.post(f"{ticket}/note", json={"body": "He sounds like trouble."}), 202)
    underway = said(customer.get(ticket))["underway"]
    relay()
    assert [] == underway
    shown = said(customer.get(ticket))
    assert ("Note", None) == (shown["history"][1]["action"], shown["history"][1]["content"])
    file = customer.get(f"{ticket}/proof", params={"disclose": ["all", "1.all"]})
    assert (200, False) == (file.status_code, "trouble" in file.text)
    assert "missing" in file.text
    assert "trouble" in agent.get(f"{ticket}/proof", params={"disclose": ["1.all"]}).text


def test_others_tickets_are_not_there(browser, ticket, relay, said):
    """Neither another customer nor an agent of other queues learns that a ticket is there."""
    unknown = f"{API}/tickets/aaaa-aaaa-aaaa-aaaa"
    for other in (browser(Role.CUSTOMER, name="Eve"), browser(Role.AGENT, identity="agent", queues=["vip"])):
        for path in ("", "/entries", "/entries/0/files", "/entries/0/files/0", "/proof", "/verdict"):
            assert 404 == other.get(ticket + path).status_code, path
            assert 404 == other.get(unknown + path).status_code, path
        assert [] == said(other.get(f"{API}/tickets"))["data"]
        assert [] == said(other.get(f"{API}/actions"))["data"]
        assert 0 == said(other.get(f"{API}/tickets/count"))["count"]
    eve, agent = browser(Role.CUSTOMER, name="Eve"), browser(Role.AGENT, queues=["vip"], name="Bob")
    assert 404 == eve.post(f"{ticket}/reply", json={"body": "mine"}).status_code
    assert 404 == eve.post(f"{ticket}/say", json={"body": "mine"}).status_code
    assert 404 == agent.post(f"{ticket}/answer", json={"body": "mine"}).status_code
    assert 404 == agent.post(f"{ticket}/link", json={"ticket": ticket.split("/")[-1]}).status_code


def test_who_neither_answers_nor_asks_says_nothing(browser, ticket):
    """An auditor reads: they neither say anything nor call anybody late."""
    auditor = browser(Role.AUDITOR, queues=None)
    assert 403 == auditor.post(f"{ticket}/say", json={"body": "Hello."}).status_code
    assert 403 == auditor.post(f"{ticket}/escalate").status_code
    assert 403 == auditor.post(f"{ticket}/note", json={"body": "Hello."}).status_code


def test_nothing_is_late_yet(customer, agent, ticket):
    """Neither side calls late what is not."""
    assert 409 == customer.post(f"{ticket}/escalate").status_code
    assert 409 == agent.post(f"{ticket}/escalate").status_code


def test_lateness_is_put_on_record(customer, ticket, relay, front, said):
    """Once the deadline has passed, its customer says so, and it stands on the ledger."""
    front.desk.ledger.advance(2 * 3_600)
    assert said(customer.post(f"{ticket}/escalate"))["transaction"].startswith("0x")
    relay()
    assert 1 == said(customer.get(ticket))["level"]


def test_what_takes_a_key_is_not_recorded(customer, ticket):
    """A customer without a key is told what only a key can do."""
    for verb, body in (("close", {}), ("rate", {"stars": 5})):
        answer = customer.post(f"{ticket}/{verb}", json=body)
        assert (409, True) == (answer.status_code, "without one" in answer.json()["detail"])


def test_who_has_no_key_here_is_told(browser, ticket):
    """An agent without a key at hand is told to prepare, and nothing is kept."""
    answer = browser(Role.AGENT, queues=None).post(f"{ticket}/answer", json={"body": "Hello."})
    assert 409 == answer.status_code
    assert "prepare" in answer.json()["hint"]


def test_giving_a_ticket_to_others_takes_more(agent, ticket):
    """An agent takes a ticket; who gives one to somebody else directs."""
    answer = agent.post(f"{ticket}/assign", json={"assignee": "0x" + "11" * 20})
    assert 403 == answer.status_code


def test_files_come_back_as_they_were(customer, agent, ticket, relay, said):
    """A file is kept, listed with its hash, and given to be kept only, without any right to run."""
    data = b"<script>alert(1)</script>"
    file = {"name": "<b>.html", "media_type": "text/html", "data": base64.b64encode(data).decode()}
    said(customer.post(f"{ticket}/reply", json={"body": "See.", "files": [file]}), 202)
    relay()
    (listed,) = said(agent.get(f"{ticket}/entries/1/files"))["data"]
    assert ("<b>.html", len(data)) == (listed["name"], listed["size"])
    given = agent.get(f"{ticket}/entries/1/files/0")
    assert (data, "application/octet-stream") == (given.content, given.headers["content-type"])
    assert "sandbox" in given.headers["content-security-policy"]
    assert given.headers["content-disposition"].startswith("attachment")
    assert 404 == agent.get(f"{ticket}/entries/1/files/1").status_code
    assert (
        422
        == customer.post(f"{ticket}/reply", json={"body": "x", "files": [{**file, "data": "%"}]}).status_code
    )


def test_a_ticket_is_as_it_was_read(agent, ticket, relay, said):
    """`If-None-Match` saves reading what is known, `If-Match` acting on what has changed."""
    tag = agent.get(ticket).headers["etag"]
    again = agent.get(ticket, headers={"if-none-match": tag})
    assert (304, b"") == (again.status_code, again.content)
    said(agent.post(f"{ticket}/note", json={"body": "One."}, headers={"if-match": tag}), 202)
    late = agent.post(f"{ticket}/note", json={"body": "Two."}, headers={"if-match": tag})
    assert (412, "outdated") == (late.status_code, late.json()["code"])
    said(agent.post(f"{ticket}/say", json={"body": "Hello."}), 201)
    relay()
    assert 200 == agent.get(ticket, headers={"if-none-match": tag}).status_code


def test_reading_is_on_record(browser, agent, ticket, front, said):
    """Who reads a ticket stands in the log of readings, which auditors see."""
    said(agent.get(ticket))
    listed = said(browser(Role.AUDITOR, queues=None).get(f"{ticket}/reads"))["data"]
    assert str(front.desk.cast.keys.address("agent")) in [one["reader"] for one in listed]


def test_a_ticket_is_filed(browser, agent, ticket, front, said):
    """A ticket is moved, tagged and found by its tag; what is not said of it stays."""
    filed = said(agent.post(f"{ticket}/file", json={"tags": ["vip", "vip"], "product": "wallet"}))
    assert (["vip"], "wallet", "general") == (filed["tags"], filed["product"], filed["queue"])
    filed = said(agent.post(f"{ticket}/file", json={"topic": "fees"}))
    assert (["vip"], "fees") == (filed["tags"], filed["topic"])
    assert 1 == len(said(agent.get(f"{API}/tickets", params={"tag": "vip"}))["data"])
    assert [] == said(agent.get(f"{API}/tickets", params={"tag": "other"}))["data"]


def test_tickets_are_linked_and_merged(browser, customer, ticket, relay, said):
    """Two tickets of one customer go on in one, and are set apart again; both get notes."""
    other = said(customer.post(f"{API}/tickets", json={"subject": "Again", "body": "Still."}), 202)["ticket"]
    relay()
    agent = browser(Role.AGENT, name="Bob", queues=None)
    boss = browser(Role.AGENT, Role.SUPERVISOR, identity="agent", name="Sue", queues=None)
    assert 204 == agent.post(f"{ticket}/link", json={"ticket": other}).status_code
    assert [other] == said(agent.get(ticket))["filed"]["linked"]
    assert 204 == agent.post(f"{ticket}/unlink", json={"ticket": other}).status_code
    assert other == said(boss.post(f"{ticket}/merge", json={"ticket": other}))["merged_into"]
    assert said(boss.post(f"{ticket}/unmerge"))["merged_into"] is None
    assert 403 == agent.post(f"{ticket}/merge", json={"ticket": other}).status_code


def test_lists_go_on_where_they_ended(customer, agent, ticket, relay, said):
    """Pages show every ticket once, to customers their own, to agents all."""
    for number in range(4):
        said(customer.post(f"{API}/tickets", json={"subject": f"No. {number}", "body": "x"}), 202)
    relay()
    for who in (customer, agent):
        seen, after, pages = [], "", 0
        while after is not None:
            page = said(who.get(f"{API}/tickets", params={"size": 2, "after": after}))
            seen += [one["id"] for one in page["data"]]
            after, pages = page["meta"]["after"], pages + 1
        assert (5, 5, 3) == (len(seen), len(set(seen)), pages)
        assert 5 == said(who.get(f"{API}/tickets/count"))["count"]
    seen, after = [], None
    while True:
        page = said(agent.get(f"{API}/actions", params={"size": 2} | ({"after": after} if after else {})))
        seen += [one["id"] for one in page["data"]]
        after = page["meta"]["after"]
        if not page["meta"]["has_more"]:
            break
    assert (5, 5) == (len(seen), len(set(seen)))


def test_a_ticket_is_verified(agent, ticket, said):
    """The verdict lists every step."""
    found = said(agent.get(f"{ticket}/verdict"))
    assert ("verified", 12) == (found["verdict"], len(found["steps"]))


def test_an_unbroken_promise_has_no_proof(agent, ticket, front, said):
    """A receipt is given for what was signed; that it was broken cannot be proven while it is not."""
    sent = said(agent.post(f"{ticket}/note", json={"body": "x"}), 202)
    receipt = said(agent.get(f"{API}/actions/{sent['id']}/receipt"))
    assert sent["id"] == receipt["digest"]
    assert 422 == agent.get(f"{API}/actions/{sent['id']}/absence").status_code
    assert 404 == agent.get(f"{API}/actions/0x{'00' * 32}").status_code


def test_secrets_are_taken_out(customer, front, said):
    """Who writes a secret is told that it was taken out, and it is kept nowhere."""
    words = "my seed: " + " ".join(["abandon"] * 11 + ["about"])
    sent = said(customer.post(f"{API}/tickets", json={"subject": "S", "body": words}), 202)
    assert sent["removed"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subject": "S", "body": ""},
        {"subject": "S", "body": 1},
        {"subject": "S", "body": "x" * 20_001},
        {"subject": "S", "body": "x", "unknown": 1},
        {"subject": "S", "body": "x", "policy": 0},
        {"subject": "S", "body": "\ud800"},
        [],
    ],
)
def test_what_cannot_be_is_refused(customer, body):
    """A body of another form is refused, and the answer says which field."""
    answer = customer.post(
        f"{API}/tickets", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert 422 == answer.status_code, answer.text
    assert "input-error" == answer.json()["code"]


@pytest.mark.parametrize("weaken", ["W/{}", '"other", W/{}', "w/{}", "", ",", "{}x"])
def test_a_weak_tag_is_never_the_same(agent, ticket, said, weaken):
    """Whoever acts on what they have read shows it exactly: weak tags, and none at all, are refused."""
    header = {"if-match": weaken.format(agent.get(ticket).headers["etag"])}
    refused = agent.post(f"{ticket}/note", json={"body": "One."}, headers=header)
    assert (412, "outdated") == (refused.status_code, refused.json()["code"])
    assert 1 == said(agent.get(ticket))["entries"]


@pytest.mark.parametrize("name", ['"other", {}', "*", "{} , "])
def test_one_of_several_tags_is_enough(agent, ticket, said, name):
    """A list of tags is one of them, and a star is any; a weak tag still saves reading."""
    tag = agent.get(ticket).headers["etag"]
    assert 304 == agent.get(ticket, headers={"if-none-match": "W/" + tag}).status_code
    header = {"if-match": name.format(tag)}
    said(agent.post(f"{ticket}/note", json={"body": "One."}, headers=header), 202)


def test_tags_may_stand_in_several_headers(agent, ticket, said):
    """Headers of the same name are one list."""
    tag = agent.get(ticket).headers["etag"]
    headers = [("if-match", '"other"'), ("if-match", tag)]
    said(agent.post(f"{ticket}/note", json={"body": "One."}, headers=headers), 202)
