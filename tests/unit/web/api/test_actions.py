"""Actions over the API: prepared, checked, signed elsewhere, submitted; and seen by those who may."""

import json

import pytest
from eth_account import Account as Wallet
from eth_account.messages import encode_typed_data

from supportledger.model.ids import Address
from supportledger.model.people import Role

API = "/api/v1"


@pytest.fixture
def wallet():
    return Wallet.create()


@pytest.fixture
def owner(browser, front, wallet):
    """A customer whose key is in their wallet alone."""
    client = browser(Role.CUSTOMER, name="Olga")
    front.people.attach(client.account.id, Address.parse(wallet.address))
    return client


def sign(wallet, typed_data):
    signature = wallet.sign_message(encode_typed_data(full_message=json.loads(json.dumps(typed_data))))
    return "0x" + bytes(signature.signature).hex()


def test_what_is_prepared_is_signed_and_kept(owner, wallet, relay, said):
    """A customer opens a ticket with their wallet: it is theirs on the ledger, and they answer for it."""
    wanted = {"verb": "open", "subject": "Where?", "body": "It is missing."}
    prepared = said(owner.post(f"{API}/actions/prepare", json={"wanted": wanted}))
    assert wallet.address == prepared["address"]
    body = {"prepared": prepared["id"], "signature": sign(wallet, prepared["typed_data"])}
    sent = said(owner.post(f"{API}/actions", json=body), 202)
    assert (prepared["digest"], prepared["ticket"]) == (sent["id"], sent["ticket"])
    assert sent["id"] == said(owner.post(f"{API}/actions", json=body), 202)["id"]
    assert "signed" == said(owner.get(f"{API}/actions/{sent['id']}"))["status"]
    relay()
    found = said(owner.get(f"{API}/tickets/{sent['ticket']}"))
    assert (wallet.address, "ecdsa") == (found["customer"], found["history"][0]["auth"])


def test_only_the_right_key_signs(owner, wallet, said):
    """A signature of somebody else's, of something else or of nothing is refused."""
    wanted = {"verb": "open", "subject": "Where?", "body": "It is missing."}
    prepared = said(owner.post(f"{API}/actions/prepare", json={"wanted": wanted}))
    for signature in (sign(Wallet.create(), prepared["typed_data"]), "0x" + "00" * 65):
        answer = owner.post(f"{API}/actions", json={"prepared": prepared["id"], "signature": signature})
        assert 422 == answer.status_code
    unknown = {"prepared": "x", "signature": "0x" + "00" * 65}
    assert 404 == owner.post(f"{API}/actions", json=unknown).status_code


def test_nobody_prepares_what_they_may_not(owner, agent, ticket, said):
    """Preparing asks for the same rights as doing, and for sight of the ticket."""
    name = ticket.split("/")[-1]
    answer = {"ticket": name, "wanted": {"verb": "answer", "body": "x"}}
    reply = {"ticket": name, "wanted": {"verb": "reply", "body": "x"}}
    assert 403 == owner.post(f"{API}/actions/prepare", json=answer).status_code
    assert 404 == owner.post(f"{API}/actions/prepare", json=reply).status_code
    assert 403 == agent.post(f"{API}/actions/prepare", json=reply).status_code
    assert (
        "Answer" == said(agent.post(f"{API}/actions/prepare", json=answer))["typed_data"]["message"]["action"]
    )


def test_actions_of_others_are_not_there(owner, customer, agent, ticket, said):
    """A customer sees no action on another's ticket, and none that staff take among themselves."""
    note = said(agent.post(f"{ticket}/note", json={"body": "x"}), 202)
    for who in (owner, customer):
        assert 404 == who.get(f"{API}/actions/{note['id']}").status_code
        assert 404 == who.get(f"{API}/actions/{note['id']}/receipt").status_code
        assert note["id"] not in [one["id"] for one in said(who.get(f"{API}/actions"))["data"]]
    assert 200 == agent.get(f"{API}/actions/{note['id']}").status_code
    named = {"ticket": ticket.split("/")[-1]}
    assert 404 == owner.get(f"{API}/actions", params=named).status_code
    assert ["Open"] == [one["action"] for one in said(customer.get(f"{API}/actions", params=named))["data"]]
