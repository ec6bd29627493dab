"""A customer takes their own ticket over with a key: by their own signature, once, and nobody else does."""

import json
import re

import pytest
from eth_account import Account as Wallet
from eth_account.messages import encode_typed_data

from supportledger.model.ids import NOBODY, Address
from supportledger.model.people import Role
from supportledger.proof.verdict import Conclusion

WALLET = Wallet.from_key("0x" + "31" * 32)


@pytest.fixture
def relay(front):
    """Carry what waits to the ledger, and follow it, as the workers do."""

    def work():
        front.desk.recover()
        front.desk.sync()

    return work


@pytest.fixture
def customer(browser, front):
    """Somebody who came without a key, has opened a ticket, and has added a wallet since."""
    client = browser(Role.CUSTOMER)
    answer = client.post("/my/new", data={"subject": "S", "body": "Where is it?", "language": "en"})
    client.handle = re.search(r"/my/tickets/([\w-]+)", answer.headers["location"])[1]
    return client


@pytest.fixture
def with_key(customer, front, relay):
    """The same, once the ticket is on the ledger and the wallet on the account."""
    relay()
    front.people.attach(customer.account.id, Address.parse(WALLET.address))
    return customer


def prepared(client):
    return client.post(f"/my/tickets/{client.handle}/claim/prepare")


def taken(client, said, wallet=WALLET, **other):
    typed = encode_typed_data(full_message=said["typedData"])
    signature = "0x" + bytes(wallet.sign_message(typed).signature).hex()
    return take(client, {"deadline": said["deadline"], "signature": signature, **other})


def take(client, content):
    return client.post(f"/my/tickets/{client.handle}/claim/take", json=content)


def test_it_is_theirs_from_then_on(with_key, front, relay):
    """The ledger names their key, what was recorded stays recorded, and they sign the next message."""
    page = with_key.get(f"/my/tickets/{with_key.handle}").text
    assert ("Take this ticket over" in page, "Only your key can reply" in page) == (True, True)
    answer = taken(with_key, prepared(with_key).json())
    assert (200, True) == (answer.status_code, answer.json()["to"].endswith("accepted=claim"))
    relay()
    state = front.desk.tickets.state(with_key.handle)
    assert WALLET.address == str(state.customer)
    assert Conclusion.VERIFIED is front.desk.tickets.verify(with_key.handle).verdict
    assert 422 == with_key.post(f"/my/tickets/{with_key.handle}/reply", data={"body": "x"}).status_code
    said = with_key.post(
        "/my/prepare", data={"verb": "reply", "ticket": with_key.handle, "body": "And?"}
    ).json()
    typed = encode_typed_data(full_message=said["typedData"])
    signature = "0x" + bytes(WALLET.sign_message(typed).signature).hex()
    assert 200 == with_key.post("/my/submit", json={"id": said["id"], "signature": signature}).status_code
    assert "Take this ticket over" not in with_key.get(f"/my/tickets/{with_key.handle}").text


def test_nobody_else_takes_it(with_key, browser, front):
    """To others the ticket is not there, with whatever key; staff who read it are no customers of it."""
    other = browser(Role.CUSTOMER, name="Eve")
    front.people.attach(other.account.id, Address(b"\x77" * 20))
    said = prepared(with_key).json()
    other.handle = with_key.handle
    assert 404 == prepared(other).status_code
    assert 404 == taken(other, said).status_code
    agent = browser(Role.AGENT, name="Lin", identity="agent")
    agent.handle = with_key.handle
    assert prepared(agent).status_code in {403, 404}
    assert NOBODY == front.desk.tickets.state(with_key.handle).customer


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": "0x" + "11" * 65},
        {"signature": "0x"},
        {"signature": "0xzz"},
        {"deadline": 1},
        {"deadline": (1 << 40) - 1},
        {"deadline": -1},
        {"ticket": "another"},
    ],
)
def test_what_is_not_signed_like_this_is_refused(with_key, front, wrong):
    """Another's signature, none, another time, and more than was asked for: nothing is kept."""
    answer = taken(with_key, prepared(with_key).json(), **wrong)
    assert 422 == answer.status_code
    assert [] == front.desk.waiting()


def test_another_key_does_not_sign_for_it(with_key):
    """The key of the account signs, whichever wallet the browser has."""
    assert 422 == taken(with_key, prepared(with_key).json(), wallet=Wallet.create()).status_code


def test_a_signature_is_for_one_ticket(with_key, relay):
    """What was signed for one ticket takes over no other."""
    said = prepared(with_key).json()
    first, with_key.handle = with_key.handle, opened_without_a_key(with_key, relay)
    assert first != with_key.handle
    assert 422 == taken(with_key, said).status_code


def test_it_is_taken_once(with_key, relay):
    """While it is on its way, and afterwards, nobody takes it again; what is written meanwhile is told."""
    said = prepared(with_key).json()
    assert 200 == taken(with_key, said).status_code
    assert 409 == taken(with_key, said).status_code
    reply = with_key.post(f"/my/tickets/{with_key.handle}/reply", data={"body": "recorded too late"})
    assert (422, True) == (reply.status_code, "recorded too late" in reply.text)
    relay()
    assert 409 == prepared(with_key).status_code


def test_what_was_recorded_comes_first(with_key, relay):
    """As long as a message that the desk recorded is on its way, the ticket cannot be taken over."""
    with_key.post(f"/my/tickets/{with_key.handle}/reply", data={"body": "One more thing"})
    assert 409 == prepared(with_key).status_code
    relay()
    assert 200 == prepared(with_key).status_code


def test_without_a_key_it_is_told_how(customer, relay):
    """Who has no key yet is led to where they make one."""
    relay()
    assert 403 == prepared(customer).status_code
    assert f"/my/key?to=/my/tickets/{customer.handle}" in customer.get(f"/my/tickets/{customer.handle}").text


def test_a_contract_takes_it_over(with_key, front, relay):
    """It consents as keys do; if it takes that back, the ledger refuses, and nothing was promised."""
    account, answer = front.people.get(with_key.account.id).address, {"yes": True}
    front.desk.ledger.wallets[account] = lambda *_: answer["yes"]
    content = {"deadline": prepared(with_key).json()["deadline"], "signature": "0x" + "22" * 130}
    assert 200 == take(with_key, content).status_code
    [draft] = front.desk.waiting()
    assert [] == json.loads(with_key.get(f"/my/tickets/{with_key.handle}/receipts").text)["receipts"]
    answer["yes"] = False
    relay()
    assert "did not sign this" in front.desk.signing.fate(draft.key).reason
    answer["yes"] = True
    content["deadline"] = prepared(with_key).json()["deadline"] - 1  # not the same as before within a second
    assert 200 == take(with_key, content).status_code
    relay()
    assert account == front.desk.tickets.state(with_key.handle).customer


def test_programs_take_it_over_too(with_key, front, relay):
    """The API gives the same to be signed, and takes the signature for the account's own key alone."""
    said = with_key.post(f"/api/v1/tickets/{with_key.handle}/claim/prepare").json()
    typed = encode_typed_data(full_message=said["typed_data"])
    content = {"deadline": said["deadline"], "signature": "0x" + WALLET.sign_message(typed).signature.hex()}
    path = f"/api/v1/tickets/{with_key.handle}/claim/take"
    assert 422 == with_key.post(path, json={**content, "signature": "0x" + "11" * 65}).status_code
    assert 422 == with_key.post(path, json={**content, "customer": WALLET.address}).status_code
    assert 202 == with_key.post(path, json=content).status_code
    relay()
    assert WALLET.address == str(front.desk.tickets.state(with_key.handle).customer)


def opened_without_a_key(client, relay):
    """Record a second ticket for the same person."""
    answer = client.post("/my/new", data={"subject": "S", "body": "Another", "language": "en"})
    relay()
    return re.search(r"/my/tickets/([\w-]+)", answer.headers["location"])[1]
