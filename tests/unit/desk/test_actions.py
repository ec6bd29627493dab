"""Each verb does to a ticket what LEDGER says, and keeps what was written."""

from dataclasses import replace

import pytest

from supportledger.desk.contents import Attachment
from supportledger.desk.desk import Desk
from supportledger.desk.intents import Consent
from supportledger.errors import Conflict, Denied, InputError, NotFound, SignatureMismatch
from supportledger.model.ids import NOBODY
from supportledger.model.records import DraftStatus
from supportledger.model.refusal import AgentNotInForce, AnswersNothing, CustomerOnly, SupervisorOnly
from supportledger.model.ticket import Action, Auth, Flag, Status
from supportledger.proof import typed_data
from supportledger.proof.verdict import Conclusion
from tests.unit.desk.frail import FrailLedger

DAY = 86_400


def bodies(desk: Desk, ticket) -> list[str | None]:
    """What was written, entry by entry."""
    return [entry.body for entry in desk.tickets.history(ticket)]


def test_the_whole_of_a_ticket(desk: Desk) -> None:
    """A ticket is opened, answered, replied to, solved, rated and closed, and all of it verifies."""
    tickets = desk.tickets
    ticket = tickets.open("Where is my withdrawal?", subject="Withdrawal", language="en").ticket
    assert Status.PENDING == tickets.answer(ticket, "On its way.").state.status
    assert Status.OPEN == tickets.reply(ticket, "Still nothing.").state.status
    assert Status.SOLVED == tickets.solve(ticket, "It has arrived.").state.status
    assert 5 == tickets.rate(ticket, 5, "Quick.").state.rating
    assert Status.CLOSED == tickets.close(ticket, "Thank you.").state.status
    written = [
        *("Where is my withdrawal?", "On its way.", "Still nothing."),
        *("It has arrived.", "Quick.", "Thank you."),
    ]
    assert written == bodies(desk, ticket)
    assert Conclusion.VERIFIED is tickets.verify(ticket).verdict


def test_staff_verbs(desk: Desk) -> None:
    """Assign, note, hold and resume do what they say, each with its reason."""
    tickets = desk.tickets
    ticket = tickets.open("Question").ticket
    assert desk.cast.address("agent") == tickets.assign(ticket).state.assignee
    assert desk.cast.address("senior") == tickets.assign(ticket, "senior", "knows it").state.assignee
    tickets.note(ticket, "asked the bank")
    assert Status.ON_HOLD == tickets.hold(ticket, "the bank").state.status
    assert Status.OPEN == tickets.resume(ticket).state.status
    assert ["Question", None, "knows it", "asked the bank", "the bank", None] == bodies(desk, ticket)
    assert Conclusion.VERIFIED is tickets.verify(ticket).verdict


def test_an_agent_cannot_assign_to_another(desk: Desk) -> None:
    """Only a supervisor gives a ticket to somebody else."""
    ticket = desk.tickets.open("Question").ticket
    with pytest.raises(SupervisorOnly):
        desk.tickets.assign(ticket, "senior", by="agent")


def test_a_stricter_policy(desk: Desk) -> None:
    """A supervisor may promise more."""
    ticket = desk.tickets.open("Question", policy=1).ticket
    assert 2 == desk.tickets.repolicy(ticket, 2, "important").state.policy


@pytest.mark.parametrize(
    ("word", "status"), [("open", Status.OPEN), ("pending", Status.PENDING), ("on-hold", Status.ON_HOLD)]
)
def test_an_answer_leaves_the_status_asked_for(desk: Desk, word: str, status: Status) -> None:
    """The status after an answer is the one that the agent names."""
    ticket = desk.tickets.open("Question").ticket
    assert status == desk.tickets.answer(ticket, "Answer", status=word).state.status


@pytest.mark.parametrize("word", ["solved", "closed", "asleep", ""])
def test_an_answer_leaves_no_other_status(desk: Desk, word: str) -> None:
    """An answer cannot solve or close."""
    ticket = desk.tickets.open("Question").ticket
    with pytest.raises(InputError, match="open, pending, on-hold"):
        desk.tickets.answer(ticket, "Answer", status=word)


def test_an_answer_reads_all_there_is_unless_told_otherwise(desk: Desk) -> None:
    """An answer to a ticket as an agent saw it does not answer what came later."""
    seen = desk.tickets.open("First")
    desk.tickets.reply(seen.ticket, "Second")
    assert 1 == desk.tickets.answer(seen, "To the first").state.unseen
    assert 0 == desk.tickets.answer(seen.ticket, "To both").state.unseen


def test_an_answer_must_read_something(desk: Desk) -> None:
    """Who states to have read nothing new answers nothing."""
    ticket = desk.tickets.open("First").ticket
    with pytest.raises(AnswersNothing):
        desk.tickets.answer(ticket, "Answer", seen=0)


def test_contested(desk: Desk) -> None:
    """A customer can say that an answer's content never arrived."""
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer")
    assert desk.tickets.reply(ticket, "What did you write?", contested=True).state.has(Flag.CONTESTED)


@pytest.mark.parametrize("signed", [False, True])
def test_a_keyless_customer(desk: Desk, signed: bool) -> None:
    """The desk records what a customer without a key writes, and never pretends that they signed."""
    tickets = desk.tickets
    ticket = tickets.open("By mail", keyless=True, author="Li", channel="mail", signed=signed).ticket
    assert NOBODY == tickets.reply(ticket, "A second mail", signed=signed).state.customer
    tickets.solve(ticket, "Answer", signed=signed)
    found = tickets.get(ticket)
    assert [Auth.RECORDED, Auth.RECORDED] == [one.record.auth for one in found.entries[:2]]
    assert desk.cast.address("service") == found.entries[1].record.actor
    assert Conclusion.VERIFIED is tickets.verify(ticket).verdict


def test_anybody_closes_for_a_keyless_customer(desk: Desk, ledger: FrailLedger) -> None:
    """Once it cannot be reopened, a stranger closes a ticket, without a word."""
    ticket = desk.tickets.open("By mail", keyless=True).ticket
    desk.tickets.solve(ticket, "Answer")
    ledger.advance(8 * DAY)
    assert Status.CLOSED == desk.tickets.close(ticket).state.status
    assert desk.cast.address("keeper") == desk.tickets.history(ticket)[-1].record.actor


@pytest.mark.parametrize("signed", [False, True])
def test_a_claim(desk: Desk, signed: bool) -> None:
    """A keyless ticket becomes the customer's by their consent, and what they do then is theirs."""
    ticket = desk.tickets.open("By mail", keyless=True).ticket
    claimed = desk.tickets.claim(ticket, "customer", signed=signed)
    assert desk.cast.address("customer") == claimed.state.customer
    desk.tickets.reply(ticket, "It is me", signed=signed)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_a_consent_signed_elsewhere(desk: Desk, ledger: FrailLedger) -> None:
    """A customer may sign the claim in their own wallet."""
    ticket = desk.tickets.open("By mail", keyless=True).ticket
    customer = desk.cast.actor("customer")
    message = typed_data.Claim(ticket, customer.address, ledger.now() + 60)
    consent = Consent(customer.address, message.deadline, customer.sign_message(message, ledger.domain))
    with pytest.raises(Denied):
        desk.tickets.claim(ticket, replace(consent, deadline=consent.deadline + 1))
    assert customer.address == desk.tickets.claim(ticket, consent).state.customer


def test_signed_actions_are_sent_by_the_relayer(desk: Desk, ledger: FrailLedger) -> None:
    """What is signed costs its actor nothing, and comes with a receipt that holds."""
    opened = desk.tickets.open("Question", signed=True)
    answered = desk.tickets.answer(opened.ticket, "Answer", signed=True)
    for outcome in (opened, answered):
        assert Auth.ECDSA == outcome.entry.auth
        assert outcome.receipt == desk.receipts.get(outcome.draft.key)
        desk.receipts.check(outcome.receipt)
    assert Conclusion.VERIFIED is desk.tickets.verify(opened.ticket).verdict


def test_what_is_sent_has_no_receipt(desk: Desk) -> None:
    """Nobody promises to relay what the actor sends."""
    opened = desk.tickets.open("Question")
    assert opened.receipt is None
    with pytest.raises(NotFound):
        desk.receipts.get(opened.draft.key)


@pytest.mark.parametrize("name", ["digest", "received_at", "include_by", "signer", "signature"])
def test_an_altered_receipt_is_worth_nothing(desk: Desk, name: str) -> None:
    """A receipt proves nothing but what was signed, by a service in force."""
    receipt = desk.tickets.open("Question", signed=True).receipt
    changed = {
        "digest": bytes(32),
        "received_at": receipt.received_at - 1,
        "include_by": receipt.include_by + 1,
        "signer": desk.cast.address("relayer"),
        "signature": receipt.signature[:64] + bytes([55 - receipt.signature[64]]),
    }
    with pytest.raises(SignatureMismatch):
        desk.receipts.check(replace(receipt, **{name: changed[name]}))


def test_a_receipt_of_nobody_is_worth_nothing(desk: Desk, ledger: FrailLedger) -> None:
    """A receipt counts only if its signer was certified when it was given."""
    stranger = desk.cast.actor("keeper")
    now = ledger.now()
    message = typed_data.Receipt(bytes(32), now, now + 600)
    receipt = replace(
        desk.tickets.open("Question", signed=True).receipt,
        digest=bytes(32),
        received_at=now,
        include_by=now + 600,
        signer=stranger.address,
        signature=stranger.sign_message(message, ledger.domain),
    )
    with pytest.raises(Denied, match="not certified"):
        desk.receipts.check(receipt)


def test_a_refused_action_is_kept_with_its_reason(desk: Desk) -> None:
    """What the ledger refuses is not lost: its draft says why."""
    ticket = desk.tickets.open("Question").ticket
    with pytest.raises(CustomerOnly):
        desk.tickets.reply(ticket, "I am somebody else", by="keeper")
    draft = desk.store.drafts(ticket=ticket)[-1]
    assert (Action.REPLY, DraftStatus.REJECTED) == (draft.action, draft.status)
    assert draft.reason.startswith("customer-only: ")
    assert "I am somebody else" == desk.store.drafted(draft).values()["body"]


def test_a_revoked_agent_is_refused_and_earlier_answers_stand(desk: Desk, ledger: FrailLedger) -> None:
    """A certificate that is withdrawn stops what comes, and changes nothing of what was."""
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer")
    ledger.advance(5)
    desk.agents.revoke("agent", since=ledger.now())
    with pytest.raises(AgentNotInForce):
        desk.tickets.answer(ticket, "Another")
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_attachments_are_kept_and_committed_to(desk: Desk) -> None:
    """A file's bytes are kept, its hash is in the content, and its name is listed."""
    file = Attachment("receipt.png", b"\x89PNG", "image/png")
    opened = desk.tickets.open("See the file", attachments=[file])
    [entry] = desk.tickets.history(opened.ticket)
    assert file.sha256 == entry.fields.values()["attachment.0"]
    [record] = desk.store.attachments(opened.ticket, opened.entry.commitment)
    assert ("receipt.png", 4, "image/png") == (record.name, record.size, record.media_type)
    assert file.data == desk.files.read(record.location)
    assert Conclusion.VERIFIED is desk.tickets.verify(opened.ticket).verdict


def test_too_many_attachments(desk: Desk) -> None:
    """A message has a hundred files at most."""
    with pytest.raises(InputError, match="100"):
        desk.tickets.open("Files", attachments=[Attachment("a", b"")] * 101)


@pytest.mark.parametrize("body", ["", "  \n", b"\xff\xfe", "x" * 10_000_000, "\ud800"])
def test_a_body_that_cannot_be_is_refused_before_anything_is_kept(desk: Desk, body: str | bytes) -> None:
    """Empty, huge or broken text is the writer's to correct; nothing of it is kept."""
    with pytest.raises(InputError):
        desk.tickets.open(body)
    assert [] == desk.store.drafts()


@pytest.mark.parametrize("body", ["🙈👩‍🚀", "אני צריך עזרה", "提现卡住了,怎么办?", "e\u0301", b"plain"])
def test_any_language_is_kept_as_it_was_written(desk: Desk, body: str | bytes) -> None:
    """Emoji, right-to-left and Chinese text come back, in NFC."""
    ticket = desk.tickets.open(body).ticket
    expected = {"e\u0301": "\u00e9", b"plain": "plain"}.get(body, body)
    assert [expected] == bodies(desk, ticket)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


def test_nobody_is_called_that(desk: Desk) -> None:
    """An identity that does not exist cannot act."""
    with pytest.raises(NotFound, match="nobody-here"):
        desk.tickets.open("Question", by="nobody-here")


def test_a_policy_that_is_not_offered(desk: Desk) -> None:
    """A ticket is opened under a policy that exists; without one named, the first that is offered."""
    with pytest.raises(NotFound, match="99"):
        desk.tickets.open("Question", policy=99)
    desk.policies.retire(1)
    assert 2 == desk.tickets.open("Question").state.policy
    with pytest.raises(Conflict):
        desk.tickets.open("Question", policy=1)
