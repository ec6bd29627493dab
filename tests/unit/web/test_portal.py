"""A customer's tickets on pages: open, follow, reply, take along; theirs alone, and nothing internal."""

import json
import re

import pytest
from eth_account import Account as Wallet
from eth_account.messages import encode_defunct, encode_typed_data

from supportledger.model.people import Role
from supportledger.proof.verdict import Conclusion

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def relay(front):
    """Carry what waits to the ledger, and follow it, as the workers do."""

    def work():
        front.desk.recover()
        front.desk.sync()

    return work


def opened(client, **form):
    said = {"subject": "Where is it?", "body": "My withdrawal is missing.", "language": "en", **form}
    answer = client.post("/my/new", data=said)
    assert 303 == answer.status_code, answer.text
    return re.search(r"/my/tickets/([\w-]+)", answer.headers["location"])[1]


def test_a_ticket_is_shown_at_once(browser, relay):
    """What somebody asks is on their page before the ledger has it, and afterwards with its place there."""
    client = browser(Role.CUSTOMER)
    handle = opened(client, subject=SCRIPT, body=SCRIPT)
    relay()
    shown = client.get(f"/my/tickets/{handle}").text
    assert "&lt;script&gt;alert(1)" in shown
    assert SCRIPT not in shown
    assert "on the ledger for good" in shown
    assert handle in client.get("/my").text


def test_only_its_customer_sees_it(browser, relay):
    """Somebody else's ticket is not there: neither its page, nor its parts, nor anything done to it."""
    owner, other = browser(Role.CUSTOMER), browser(Role.CUSTOMER, name="Eve")
    handle = opened(owner)
    relay()
    for path in ("", "/talk", "/events", "/proof", "/receipts", "/files/0/0"):
        assert 404 == other.get(f"/my/tickets/{handle}{path}").status_code
    assert 404 == other.post(f"/my/tickets/{handle}/reply", data={"body": "x"}).status_code
    assert handle not in other.get("/my").text
    assert 303 == browser().get(f"/my/tickets/{handle}").status_code  # to the page to sign in


def test_a_reply_is_kept(browser, relay):
    """A customer without a key writes again, and the desk records it."""
    client = browser(Role.CUSTOMER)
    handle = opened(client)
    relay()
    assert 303 == client.post(f"/my/tickets/{handle}/reply", data={"body": "Still missing."}).status_code
    relay()
    assert "Still missing." in client.get(f"/my/tickets/{handle}").text


@pytest.mark.parametrize(
    ("form", "field"),
    [({"body": ""}, "body"), ({"body": "x" * 20_001}, "body"), ({"subject": ""}, "subject")],
)
def test_what_is_wrong_stands_beside_the_field(browser, form, field):
    """A form that cannot be taken comes back as it was typed, with the reason beside the field."""
    client = browser(Role.CUSTOMER)
    said = {"subject": "A line", "body": "Words", **form}
    answer = client.post("/my/new", data=said)
    assert 422 == answer.status_code
    assert f'id="{field}-wrong"' in answer.text
    assert said["subject"] in answer.text


def test_notes_are_for_staff(browser, front, relay):
    """A customer sees that a note was made, and never what it says."""
    client = browser(Role.CUSTOMER)
    handle = opened(client)
    relay()
    front.desk.tickets.note(handle, "He sounds like trouble.", by="agent")
    front.desk.tickets.answer(handle, "We look into it.", by="agent")
    front.desk.sync()
    shown = client.get(f"/my/tickets/{handle}").text
    assert ("trouble" in shown, "We look into it." in shown) == (False, True)


def test_files_are_only_downloaded(browser, relay):
    """What somebody has attached is given back as a download, without any right to run."""
    client = browser(Role.CUSTOMER)
    files = {"files": ("../<b>.html", b"<script>alert(1)</script>", "text/html")}
    answer = client.post("/my/new", data={"subject": "S", "body": "B", "language": "en"}, files=files)
    handle = re.search(r"/my/tickets/([\w-]+)", answer.headers["location"])[1]
    relay()
    given = client.get(f"/my/tickets/{handle}/files/0/0")
    assert b"<script>alert(1)</script>" == given.content
    assert "application/octet-stream" == given.headers["content-type"]
    assert given.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in given.headers["content-security-policy"]
    assert 404 == client.get(f"/my/tickets/{handle}/files/0/1").status_code


def test_a_file_that_is_too_large_is_told(browser):
    """A file over the limit is refused beside its field, and the text stays."""
    files = {"files": ("big.bin", b"x" * (10 * 2**20 + 1), "application/octet-stream")}
    answer = browser(Role.CUSTOMER).post("/my/new", data={"subject": "S", "body": "Kept words"}, files=files)
    assert (422, True, True) == (
        answer.status_code,
        'id="files-wrong"' in answer.text,
        "Kept words" in answer.text,
    )


@pytest.fixture
def with_key(browser):
    """A customer who has signed in with a key of their own."""
    client, wallet = browser(), Wallet.create()
    text = client.post("/sign-in/wallet/begin", json={"address": wallet.address}).json()["text"]
    signature = "0x" + wallet.sign_message(encode_defunct(text=text)).signature.hex()
    client.post("/sign-in/wallet", json={"text": text, "signature": signature})
    page = client.get("/my/new").text
    client.headers["X-CSRF-Token"] = re.search(r'name="csrf" content="(\w+)"', page)[1]
    client.wallet = wallet
    return client


def signed(client, **form):
    """Prepare, sign and submit."""
    prepared = client.post("/my/prepare", data=form)
    assert 200 == prepared.status_code, prepared.text
    said = prepared.json()
    typed = encode_typed_data(full_message=said["typedData"])
    signature = "0x" + client.wallet.sign_message(typed).signature.hex()
    answer = client.post("/my/submit", json={"id": said["id"], "signature": signature})
    return said, answer


def test_a_customer_with_a_key_signs_everything(with_key, front, relay):
    """Opening, replying, closing and rating are signed by the customer's key, and the ledger says so."""
    said, answer = signed(with_key, verb="open", subject="S", body="Signed question")
    assert 200 == answer.status_code
    assert "Signed question" in json.dumps(said["fields"])
    handle = answer.json()["ticket"]
    relay()
    front.desk.tickets.solve(handle, "Here it is.", by="agent")
    front.desk.sync()
    for form in ({"verb": "close"}, {"verb": "rate", "stars": "5"}):
        assert 200 == signed(with_key, ticket=handle, **form)[1].status_code
        relay()
    state = front.desk.tickets.state(handle)
    assert (5, with_key.wallet.address) == (state.rating, str(state.customer))
    assert Conclusion.VERIFIED == front.desk.tickets.verify(handle).verdict


def test_nobody_signs_for_somebody_else(with_key):
    """A signature by another key, or of something else, is refused."""
    said = with_key.post("/my/prepare", data={"verb": "open", "subject": "S", "body": "B"}).json()
    typed = encode_typed_data(full_message=said["typedData"])
    wrong = "0x" + Wallet.create().sign_message(typed).signature.hex()
    assert 422 == with_key.post("/my/submit", json={"id": said["id"], "signature": wrong}).status_code
    assert 422 == with_key.post("/my/submit", json={"id": said["id"], "signature": "0xzz"}).status_code
    assert 404 == with_key.post("/my/submit", json={"id": "nothing", "signature": wrong}).status_code


def test_nobody_submits_what_was_prepared_for_somebody_else(with_key, browser):
    """Even with the right signature, only whoever it was prepared for hands it in."""
    said = with_key.post("/my/prepare", data={"verb": "open", "subject": "S", "body": "B"}).json()
    typed = encode_typed_data(full_message=said["typedData"])
    signature = "0x" + with_key.wallet.sign_message(typed).signature.hex()
    other = browser(Role.CUSTOMER, name="Eve")
    assert 403 == other.post("/my/submit", json={"id": said["id"], "signature": signature}).status_code
    assert 200 == with_key.post("/my/submit", json={"id": said["id"], "signature": signature}).status_code


def test_the_desk_does_not_speak_for_a_customer_with_a_key(with_key, relay):
    """What a customer with a key must sign, the desk does not record in their name."""
    handle = signed(with_key, verb="open", subject="S", body="B")[1].json()["ticket"]
    relay()
    assert 422 == with_key.post(f"/my/tickets/{handle}/reply", data={"body": "unsigned"}).status_code


def test_a_proof_file_opens_nothing(with_key, browser, relay):
    """Whoever has a proof file can verify it, and is let in nowhere by it."""
    handle = signed(with_key, verb="open", subject="S", body="B")[1].json()["ticket"]
    relay()
    stranger = browser()
    for path in (f"/my/tickets/{handle}", f"/my/tickets/{handle}/proof", f"/api/v1/tickets/{handle}"):
        assert stranger.get(path).status_code in {303, 401, 404}


def test_a_new_ticket_is_there_before_the_ledger_has_it(browser, relay):
    """Its page shows it on its way, to its customer alone, and is the usual one afterwards."""
    client = browser(Role.CUSTOMER)
    handle = opened(client, body="Early words")
    shown = client.get(f"/my/tickets/{handle}").text
    assert ("Early words" in shown, 'http-equiv="refresh"' in shown) == (True, True)
    assert handle in client.get("/my").text
    assert 404 == browser(Role.CUSTOMER, name="Eve").get(f"/my/tickets/{handle}").status_code
    relay()
    assert 'http-equiv="refresh"' not in client.get(f"/my/tickets/{handle}").text


def test_anybody_puts_lateness_on_record(browser, front, relay):
    """Before the deadline the ledger refuses it, and the page says so; afterwards it stands there."""
    client = browser(Role.CUSTOMER)
    handle = opened(client)
    relay()
    assert 422 == client.post(f"/my/tickets/{handle}/escalate").status_code
    front.desk.ledger.advance(2 * 3_600)
    assert 303 == client.post(f"/my/tickets/{handle}/escalate").status_code
    relay()
    assert 1 == front.desk.tickets.state(handle).level


def test_the_three_ways_are_told(browser):
    """Anybody reads what a key, a wallet and none of both mean, in both languages."""
    for language, word in (("en", "Without a key"), ("zh", "不用密钥")):
        assert word in browser().get("/my/key", params={"lang": language}).text
    assert 'data-account="none"' in browser().get("/my/key").text
    assert 'data-account="keyless"' in browser(Role.CUSTOMER).get("/my/key").text
    assert 'data-to="/"' in browser().get("/my/key", params={"to": "//evil.example"}).text
