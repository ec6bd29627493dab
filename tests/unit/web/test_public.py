"""What anybody may look at: the way in, contacts, certificates, the verifier, and the desk's own words."""

import hashlib
import json

import pytest

from supportledger.desk.contacts import ContactKind
from supportledger.web.pages import ASSETS


@pytest.mark.parametrize("path", ["/", "/contacts", "/sign-in", "/verify", "/.well-known/supportledger.json"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_anybody_may_look(browser, path, language):
    """Public pages are there for everybody, in both languages."""
    assert 200 == browser().get(path, params={"lang": language}).status_code


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("help@desk.example", "official contact of ours"),
        ("HELP@DESK.EXAMPLE", "official contact of ours"),
        ("help@desk.examp1e", "looks like"),
        ("somebody@else.example", "We do not know"),
    ],
)
def test_a_contact_is_told_for_what_it_is(browser, front, asked, told):
    """An official contact, one that looks like it, and one that nobody knows are told apart."""
    front.contacts.add(ContactKind.MAIL, "help@desk.example")
    assert told in browser().post("/contacts", data={"contact": asked}).text


def test_a_certified_agent_is_shown(browser, front):
    """The address of an agent leads to their certificate, which is in force or is not."""
    agent, customer = (front.desk.cast.keys.address(name) for name in ("agent", "customer"))
    assert "certified agent" in browser().post("/contacts", data={"contact": str(agent)}).text
    assert "is in force" in browser().get(f"/agents/{agent}").text
    front.desk.agents.revoke("senior")
    senior = front.desk.cast.keys.address("senior")
    assert "No certificate" in browser().get(f"/agents/{senior}").text
    assert 404 == browser().get(f"/agents/{customer}").status_code
    assert 422 == browser().get("/agents/nobody").status_code


def test_what_is_asked_is_escaped(browser):
    """What somebody types is shown as they typed it, and is nothing else."""
    answer = browser().post("/contacts", data={"contact": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in answer.text


def test_the_verifier_is_the_published_one(browser):
    """The page that verifies is served as published, with its hash, and lets no other script run."""
    client = browser()
    answer = client.get("/verify")
    digest = hashlib.sha256(answer.content).hexdigest()
    assert (ASSETS / "verify.html").read_bytes() == answer.content
    assert client.get("/verify.html.sha256").text.startswith(digest)
    assert "0x" + digest == client.get("/.well-known/supportledger.json").json()["verifier"]
    policy = answer.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy


def test_the_desk_says_which_ledger_it_works_on(browser, front):
    """Chain, address and code are there for others to compare, from any origin."""
    answer = browser().get("/.well-known/supportledger.json")
    deployment = front.desk.ledger.deployment
    assert "*" == answer.headers["access-control-allow-origin"]
    assert (deployment.chain_id, str(deployment.ledger)) == (
        answer.json()["chainId"],
        answer.json()["ledger"],
    )
    assert json.dumps(answer.json())
