"""Merging by a wallet over the API: both notes signed elsewhere, or nothing."""

import pytest

from supportledger.chain.wellknown import LocalName, private_key
from supportledger.model.people import Role
from supportledger.proof.signature import sign_digest
from tests.unit.web.api.conftest import API


@pytest.fixture
def boss(browser, front):
    """A supervisor whose key is in their wallet alone."""
    client = browser(Role.AGENT, Role.SUPERVISOR, name="Sue", queues=None)
    front.people.attach(client.account.id, front.desk.cast.keys.address("agent"))
    return client


@pytest.fixture
def other(customer, relay, said):
    """Another ticket of the same customer."""
    new = {"subject": "Again", "body": "Still."}
    handle = said(customer.post(f"{API}/tickets", json=new), 202)["ticket"]
    relay()
    return handle


def signed(notes, name="agent"):
    """Let somebody's wallet sign what was prepared."""
    key = private_key(LocalName[name])
    return [
        {
            "prepared": one["id"],
            "signature": "0x" + sign_digest(key, bytes.fromhex(one["digest"][2:])).hex(),
        }
        for one in notes["prepared"]
    ]


def merged_into(boss, ticket, said):
    return said(boss.get(ticket))["filed"]["merged_into"]


def test_two_notes_make_a_merger(boss, ticket, other, relay, said):
    """They are prepared, signed elsewhere and brought together; so is what sets the tickets apart again."""
    assert 409 == boss.post(f"{ticket}/merge", json={"ticket": other}).status_code
    notes = said(boss.post(f"{ticket}/merge/prepare", json={"ticket": other}))
    assert 2 == len(notes["prepared"])
    assert merged_into(boss, ticket, said) is None
    brought = {"ticket": other, "signed": signed(notes)}
    assert other == said(boss.post(f"{ticket}/merge/signed", json=brought))["merged_into"]
    assert 409 == boss.post(f"{ticket}/merge/signed", json=brought).status_code
    relay()
    assert ["Open", "Note"] == [one["action"] for one in said(boss.get(f"{ticket}/entries"))["data"]]
    apart = signed(said(boss.post(f"{ticket}/unmerge/prepare")))
    assert said(boss.post(f"{ticket}/unmerge/signed", json={"signed": apart}))["merged_into"] is None


@pytest.mark.parametrize("spoil", ["one", "turned", "stranger", "others", "made up", "torn"])
def test_anything_less_changes_nothing(boss, ticket, other, said, spoil):
    """A note alone, in another order, of somebody else's key, of another change, never prepared, or torn."""
    notes = said(boss.post(f"{ticket}/merge/prepare", json={"ticket": other}))
    pair = signed(notes, "senior" if spoil == "stranger" else "agent")
    if spoil == "one":
        pair = pair[:1]
    elif spoil == "turned":
        pair.reverse()
    elif spoil == "others":
        asked = {"ticket": other, "wanted": {"verb": "note", "body": "x"}}
        pair[1] = signed({"prepared": [said(boss.post(f"{API}/actions/prepare", json=asked))]})[0]
    elif spoil == "made up":
        pair[1]["prepared"] = "never"
    elif spoil == "torn":
        pair[1]["signature"] = "0x" + "11" * 65
    answer = boss.post(f"{ticket}/merge/signed", json={"ticket": other, "signed": pair})
    assert answer.status_code in {404, 409, 422}, answer.text
    assert merged_into(boss, ticket, said) is None
    assert 0 == said(boss.get(ticket))["waiting"]


def test_who_may_not(boss, browser, ticket, other, said):
    """Neither who directs nothing, nor who has no address, gets notes to sign; another cannot bring them."""
    agent = browser(Role.AGENT, name="Bob", queues=None)
    assert 403 == agent.post(f"{ticket}/merge/prepare", json={"ticket": other}).status_code
    nobody = browser(Role.AGENT, Role.SUPERVISOR, name="Nobody", queues=None)
    assert 409 == nobody.post(f"{ticket}/merge/prepare", json={"ticket": other}).status_code
    notes = said(boss.post(f"{ticket}/merge/prepare", json={"ticket": other}))
    rival = browser(Role.AGENT, Role.SUPERVISOR, name="Rival", identity="senior", queues=None)
    brought = {"ticket": other, "signed": signed(notes)}
    assert 409 == rival.post(f"{ticket}/merge/signed", json=brought).status_code
    assert merged_into(boss, ticket, said) is None


def test_many_tickets_are_signed_one_by_one(boss, ticket, other, relay, said):
    """One thing is prepared for many; each signature counts by itself, and what fails stops no other."""
    missing = "aaaa-aaaa-aaaa-aaaa"
    asked = {
        "tickets": [ticket.rsplit("/")[-1], missing, other, other],
        "wanted": {"verb": "note", "body": "Both"},
    }
    many = said(boss.post(f"{API}/actions/prepare/many", json=asked))
    assert [missing] == [one["ticket"] for one in many["failed"]]
    assert [asked["tickets"][0], other] == [one["ticket"] for one in many["prepared"]]
    for one in signed(many):
        said(boss.post(f"{API}/actions", json=one), 202)
    relay()
    for one in many["prepared"]:
        entries = said(boss.get(f"{API}/tickets/{one['ticket']}/entries"))["data"]
        assert "Note" == entries[-1]["action"]


def test_who_may_not_prepare_many(boss, browser, ticket):
    """It takes the right to direct and an address; only what staff do; for a hundred tickets at most."""
    name = ticket.rsplit("/")[-1]
    agent = browser(Role.AGENT, name="Bob", identity="senior", queues=None)
    solve = {"tickets": [name], "wanted": {"verb": "solve"}}
    assert 403 == agent.post(f"{API}/actions/prepare/many", json=solve).status_code
    reply = {"tickets": [name], "wanted": {"verb": "reply", "body": "x"}}
    assert 422 == boss.post(f"{API}/actions/prepare/many", json=reply).status_code
    assert 422 == boss.post(f"{API}/actions/prepare/many", json={**solve, "tickets": []}).status_code
    assert (
        422 == boss.post(f"{API}/actions/prepare/many", json={**solve, "tickets": [name] * 101}).status_code
    )
    nobody = browser(Role.AGENT, Role.SUPERVISOR, name="Nobody", queues=None)
    assert 409 == nobody.post(f"{API}/actions/prepare/many", json=solve).status_code
