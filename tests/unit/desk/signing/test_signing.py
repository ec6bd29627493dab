"""What people sign is kept with a promise and left to the workers; nothing waits for the chain."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LocalName, private_key
from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.desk.signing.prepared import Prepared
from supportledger.errors import (
    Conflict,
    Denied,
    InputError,
    NotFound,
    RpcUnavailable,
    SignatureMismatch,
)
from supportledger.model.ids import NOBODY, TicketId
from supportledger.model.records import WAITING, DraftStatus
from supportledger.model.ticket import Action, Auth
from supportledger.proof.commitment import commit, context
from supportledger.proof.signature import sign_digest
from tests.unit.desk.frail import FrailLedger

CUSTOMER, AGENT, SENIOR = local_signer("customer"), local_signer("agent"), local_signer("senior")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    """A ticket on the ledger."""
    return desk.tickets.open("Where is my withdrawal?").ticket


def signed(prepared: Prepared, name: str) -> bytes:
    return sign_digest(private_key(LocalName[name]), prepared.digest)


def carry(desk: Desk) -> None:
    """Let the workers do their part."""
    desk.relay.carry(desk.store.drafts(statuses=WAITING))


def test_an_answer_that_is_signed_elsewhere(desk: Desk, ticket: TicketId) -> None:
    """Nothing waits for the ledger before the signature is there; then it is carried, with a receipt."""
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    assert [] == desk.store.drafts(statuses=WAITING)
    draft = desk.signing.submit(prepared.id, signed(prepared, "agent"))
    assert (DraftStatus.SIGNED, Auth.ECDSA, prepared.digest) == (draft.status, draft.auth, draft.key)
    desk.receipts.check(desk.receipts.get(draft.key))
    carry(desk)
    assert "It is on its way" == desk.tickets.get(ticket).entries[1].body
    assert DraftStatus.FINAL is desk.signing.fate(draft.key).status


def test_what_a_browser_is_given(desk: Desk, ticket: TicketId) -> None:
    """The request names the commitment that the fields make, and has the digest that is signed."""
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    known = desk.ledger.deployment
    place = context(known.chain_id, known.ledger, ticket, Action.ANSWER, AGENT.address)
    assert prepared.fields is not None
    assert "0x" + commit(prepared.fields, place).hex() == prepared.typed_data["message"]["commitment"]
    assert (ticket, "Answer") == (prepared.ticket, prepared.typed_data["message"]["action"])


def test_an_opening_that_is_signed_elsewhere(desk: Desk) -> None:
    """A ticket has its name before it is signed, and its files come with it."""
    new = NewTicket("Where is it?", "Withdrawal", attachments=[Attachment("a.txt", b"proof")])
    prepared = desk.signing.prepare(new, CUSTOMER.address)
    draft = desk.signing.submit(prepared.id, signed(prepared, "customer"))
    carry(desk)
    view = desk.tickets.get(prepared.ticket)
    assert (CUSTOMER.address, Auth.ECDSA) == (view.state.customer, view.records[0].auth)
    [file] = desk.store.attachments(draft.ticket, draft.commitment)
    assert b"proof" == desk.files.read(file.location)


def test_submitting_twice_is_submitting_once(desk: Desk, ticket: TicketId) -> None:
    """The same signature again gives the same draft, however far it has come, and the same promise."""
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    signature = signed(prepared, "agent")
    first = desk.signing.submit(prepared.id, signature)
    receipt = desk.receipts.get(first.key)
    assert first == desk.signing.submit(prepared.id, signature)
    carry(desk)
    assert DraftStatus.FINAL is desk.signing.submit(prepared.id, signature).status
    assert receipt == desk.receipts.get(first.key)
    assert 2 == desk.tickets.state(ticket).entries


def test_what_belongs_together_is_kept_together(desk: Desk, ticket: TicketId) -> None:
    """One bad signature keeps the others out, and what is done first; so does what fails then."""
    other = desk.tickets.open("Another").ticket
    both = [desk.signing.prepare(intents.note(one, "Seen"), AGENT.address) for one in (ticket, other)]
    good = [(one.id, signed(one, "agent")) for one in both]
    done: list[str] = []
    with pytest.raises(SignatureMismatch):
        desk.signing.submit_all([good[0], (both[1].id, signed(both[1], "senior"))], lambda: done.append("x"))
    with pytest.raises(ZeroDivisionError):
        desk.signing.submit_all(good, lambda: 1 // 0)
    assert ([], []) == (done, desk.store.drafts(statuses=WAITING))
    kept = desk.signing.submit_all(good, lambda: done.append("x"))
    assert (["x"], [ticket, other]) == (done, [one.ticket for one in kept])
    assert kept == desk.signing.submit_all(good)


def test_what_waits_is_told_from_anything_else(desk: Desk, ticket: TicketId) -> None:
    """Other words, another ticket, another action or another signer are not what was prepared."""
    note = intents.note(ticket, "Seen")
    prepared = desk.signing.prepare(note, AGENT.address).id
    assert desk.signing.is_of(prepared, note, AGENT.address)
    assert not desk.signing.is_of(prepared, note, SENIOR.address)
    elsewhere = desk.tickets.open("Another").ticket
    for one in (
        intents.note(ticket, "Heard"),
        intents.note(elsewhere, "Seen"),
        intents.answer(ticket, "Seen"),
    ):
        assert not desk.signing.is_of(prepared, one, AGENT.address)
    with pytest.raises(NotFound):
        desk.signing.is_of("nothing", note, AGENT.address)


def test_signatures_that_do_not_count(desk: Desk, ticket: TicketId) -> None:
    """Another's signature, one with high s, a shorter or longer one: none is taken, and nothing is kept."""
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    good = signed(prepared, "agent")
    high = (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    forged = [signed(prepared, "senior"), good[:32] + high + bytes([55 - good[64]]), good[:64], good + b"\0"]
    for signature in [*forged, b"", bytes(65)]:
        with pytest.raises(SignatureMismatch):
            desk.signing.submit(prepared.id, signature)
    assert [] == desk.store.drafts(statuses=WAITING)


def test_what_was_never_prepared(desk: Desk) -> None:
    """A name that was never given, or too long ago, is of nothing."""
    with pytest.raises(NotFound, match="waits"):
        desk.signing.submit("nothing", bytes(65))


def test_what_waits_too_long(desk: Desk, ledger: FrailLedger, ticket: TicketId) -> None:
    """After an hour it must be written anew."""
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    ledger.advance(3_601)
    with pytest.raises(NotFound):
        desk.signing.submit(prepared.id, signed(prepared, "agent"))


def test_somebody_else_was_faster(desk: Desk, ticket: TicketId) -> None:
    """Of two who answer the same ticket, the later one is told what the other did."""
    one = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    other = desk.signing.prepare(intents.answer(ticket, "Please wait"), SENIOR.address)
    desk.signing.submit(other.id, signed(other, "senior"))
    with pytest.raises(Conflict, match=str(SENIOR.address)):
        desk.signing.submit(one.id, signed(one, "agent"))
    carry(desk)
    with pytest.raises(Conflict, match="entry 1"):
        desk.signing.submit(one.id, signed(one, "agent"))


def test_one_after_the_other_without_waiting(desk: Desk, ticket: TicketId) -> None:
    """What is signed while something waits comes after it, in either lane."""
    desk.signing.sign_and_submit(intents.answer(ticket, "First"), AGENT)
    desk.signing.sign_and_submit(intents.reply(ticket, "Thanks"), CUSTOMER)
    desk.signing.sign_and_submit(intents.note(ticket, "Second"), AGENT)
    carry(desk)
    carry(desk)
    bodies = [one.body for one in desk.tickets.get(ticket).entries[1:]]
    assert {"First", "Thanks", "Second"} == set(bodies)


def test_a_message_that_nobody_has_read(desk: Desk, ticket: TicketId) -> None:
    """Who answers has read what is on the ledger, and not a message that still waits."""
    desk.signing.sign_and_submit(intents.reply(ticket, "One more thing"), CUSTOMER)
    sent = desk.signing.sign_and_submit(intents.answer(ticket, "It is on its way"), AGENT)
    assert desk.tickets.state(ticket).customer_seq == sent.draft.seen
    carry(desk)
    assert 0 < desk.tickets.state(ticket).unseen


def test_a_ticket_that_was_seen_otherwise(desk: Desk, ticket: TicketId) -> None:
    """Who says what they saw is not let act on anything else."""
    seen = desk.store.ticket(ticket).state.hash()
    desk.signing.prepare(intents.answer(ticket, "Fine"), AGENT.address, seen_hash=seen)
    desk.tickets.reply(ticket, "One more thing")
    with pytest.raises(Conflict, match="Reply"):
        desk.signing.prepare(intents.answer(ticket, "Fine"), AGENT.address, seen_hash=seen)


def test_who_has_no_key(desk: Desk) -> None:
    """The desk records what a keyless customer writes: its service signs that it did."""
    opened = desk.signing.record(NewTicket("Where is it?"))
    carry(desk)
    ticket = opened.draft.ticket
    desk.signing.record(intents.reply(ticket, "Anybody there?"))
    desk.signing.record(intents.reply(ticket, "Hello?"))
    carry(desk)
    view = desk.tickets.get(ticket)
    assert NOBODY == view.state.customer
    assert [Auth.RECORDED] * 3 == [one.auth for one in view.records]


def test_nobody_is_spoken_for_who_has_a_key(desk: Desk, ticket: TicketId) -> None:
    """The desk records nothing for a customer with a key, and no answers for anybody."""
    with pytest.raises(Conflict, match="has a key"):
        desk.signing.record(intents.reply(ticket, "I withdraw my complaint"))
    with pytest.raises(InputError):
        desk.signing.record(intents.answer(ticket, "Done"))


def test_nobody_replies_for_another(desk: Desk, ticket: TicketId) -> None:
    """A reply or a rating by somebody else than the customer is refused before anybody signs it."""
    for intent in (intents.reply(ticket, "I withdraw my complaint"), intents.rate(ticket, 5)):
        with pytest.raises(Denied):
            desk.signing.prepare(intent, AGENT.address)


def test_the_node_is_away(
    desk: Desk, ledger: FrailLedger, ticket: TicketId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once its clock was seen, nothing asks the node: not opening, preparing or submitting."""
    desk.signing.sign_and_submit(NewTicket("Where is it?"), CUSTOMER)

    def away(*_: object, **__: object) -> None:
        raise RpcUnavailable("the node is away")

    at = desk.clock.now()
    monkeypatch.setattr(desk.clock, "now", lambda: at)
    for name in ("now", "slots", "ticket", "policies", "policy", "block", "height", "events", "entries"):
        monkeypatch.setattr(ledger, name, away)
    desk.signing.sign_and_submit(NewTicket("And where is that?"), CUSTOMER)
    prepared = desk.signing.prepare(intents.answer(ticket, "It is on its way"), AGENT.address)
    assert DraftStatus.SIGNED is desk.signing.submit(prepared.id, signed(prepared, "agent")).status
