"""A client signs nothing that is not what was wished, whatever the desk gives it to sign."""

import copy
import json

import pytest

from supportledger import errors
from supportledger.chain.signer import KeySigner
from supportledger.client.checking import Wish, signed
from supportledger.client.sync import Client
from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.sessions import Way
from supportledger.model.people import Role, rights_of
from supportledger.proof.typed_data import Domain

REPLY = {"verb": "reply", "body": "Still\r\nmissing.", "files": [{"name": "a", "data": "aGVsbG8="}]}


@pytest.fixture
def signer():
    return KeySigner(b"\x07" * 32)


@pytest.fixture
def desk(front, signer, client):
    """A customer's program, whose key is here alone."""
    account = front.people.add("Olga", [Role.CUSTOMER, Role.ADMIN], address=signer.address)
    visitor = front.sessions.visitor(front.sessions.open(account, Way.PASSKEY).token)
    rights = rights_of([Role.CUSTOMER, Role.ADMIN])
    return Client(
        "http://desk.test", front.api_keys.make(visitor, Wanted("own", rights)).token, http=client._http
    )


@pytest.fixture
def ticket(desk, front, signer, relay):
    """A ticket that was opened with the key."""
    wish = Wish({"verb": "open", "subject": "Where?", "body": "It is missing."})
    handle = desk.sign(wish, signer, front.desk.ledger.domain)["ticket"]
    relay()
    return handle


def test_what_is_wished_is_signed(desk, front, signer, ticket, relay):
    """A customer opens, replies, rates and closes with a key that the desk never sees."""
    domain = front.desk.ledger.domain
    desk.sign(Wish(REPLY, ticket), signer, domain)
    relay()
    found = desk.tickets.get(ticket)
    assert ["ecdsa", "ecdsa"] == [one["auth"] for one in found["history"]]
    assert str(signer.address) == found["customer"]
    desk.sign(Wish({"verb": "close", "reason": "It came."}, ticket), signer, domain)
    relay()
    assert "Closed" == desk.tickets.get(ticket)["status"]


def test_another_ledger_is_not_signed_for(desk, front, signer, ticket):
    """A signature is for the ledger that was meant, not for the one that the desk names."""
    domain = front.desk.ledger.domain
    for other in (Domain(domain.chain_id + 1, domain.ledger), Domain(domain.chain_id, b"\x01" * 20)):
        with pytest.raises(errors.LedgerMismatch):
            desk.sign(Wish(REPLY, ticket), signer, other)


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Something else."},
        {"verb": "close"},
        {"contested": True},
        {"files": []},
        {"files": [{"name": "a", "data": "aGVsbG9v"}]},
    ],
)
def test_another_wish_is_not_signed(desk, front, signer, ticket, change):
    """What the desk has prepared for another wish is not signed for this one."""
    prepared = desk.actions.prepare(ticket=ticket, wanted=REPLY)
    with pytest.raises(errors.CommitmentMismatch):
        signed(prepared, Wish({**REPLY, **change}, ticket), signer, front.desk.ledger.domain)


@pytest.mark.parametrize(
    "change",
    [
        ("ticketId", "0x" + "11" * 32),
        ("action", "Close"),
        ("argument", "1"),
        ("actor", "0x" + "11" * 20),
        ("commitment", "0x" + "11" * 32),
    ],
)
def test_a_changed_message_is_not_signed(desk, front, signer, ticket, change):
    """Every part of the message that is not the desk's to say is made again here."""
    prepared = copy.deepcopy(desk.actions.prepare(ticket=ticket, wanted=REPLY))
    prepared["typed_data"]["message"] |= dict([change])
    with pytest.raises(errors.CommitmentMismatch):
        signed(prepared, Wish(REPLY, ticket), signer, front.desk.ledger.domain)


def test_nobody_signs_that_they_have_read_more(desk, front, signer, ticket):
    """Who says what they have read, signs that and no other number; who does not say, takes the desk's."""
    prepared = desk.actions.prepare(ticket=ticket, wanted=REPLY)
    read = int(prepared["typed_data"]["message"]["seen"])
    for wish in (REPLY, {**REPLY, "seen": None}, {**REPLY, "seen": read}):
        assert 65 == len(signed(prepared, Wish(wish, ticket), signer, front.desk.ledger.domain))
    with pytest.raises(errors.CommitmentMismatch):
        signed(prepared, Wish({**REPLY, "seen": read + 1}, ticket), signer, front.desk.ledger.domain)


def test_types_are_not_the_desks_to_choose(desk, front, signer, ticket):
    """A message of another type, or with more in it, is not signed."""
    for change in ({"primaryType": "Permit"}, {"types": {}}):
        prepared = desk.actions.prepare(ticket=ticket, wanted=REPLY)
        prepared["typed_data"] |= change
        with pytest.raises(errors.CommitmentMismatch):
            signed(prepared, Wish(REPLY, ticket), signer, front.desk.ledger.domain)


def test_nothing_is_added(desk, front, signer, ticket):
    """A field that nobody wished for is not signed, even where the commitment is right."""
    wanted = {**REPLY, "author": "x"}
    prepared = desk.actions.prepare(ticket=ticket, wanted=REPLY)
    fields = json.loads(prepared["fields"])
    fields = [one for one in fields if one["name"] != "body"]
    prepared["fields"] = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    with pytest.raises(errors.CommitmentMismatch):
        signed(prepared, Wish(wanted, ticket), signer, front.desk.ledger.domain)


def test_secrets_are_left_out_only_where_that_is_allowed(desk, front, signer, ticket):
    """What the desk has taken out is told first; a changed text besides it is never signed."""
    words = " ".join(["abandon"] * 11 + ["about"])
    wanted = {"verb": "reply", "body": f"My seed is {words}, thanks."}
    domain = front.desk.ledger.domain
    prepared = desk.actions.prepare(ticket=ticket, wanted=wanted)
    assert prepared["removed"]
    with pytest.raises(errors.CommitmentMismatch, match="took secrets out"):
        signed(prepared, Wish(wanted, ticket), signer, domain)
    assert 65 == len(signed(prepared, Wish(wanted, ticket, may_be_redacted=True), signer, domain))
    other = Wish({**wanted, "body": f"My seed is {words}, no thanks."}, ticket, may_be_redacted=True)
    with pytest.raises(errors.CommitmentMismatch):
        signed(prepared, other, signer, domain)
