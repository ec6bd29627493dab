"""Nothing is lost and nothing done twice, whatever happens between writing down and being sure."""

from typing import Any

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.relay import Hindered
from supportledger.errors import ClockSkew, Conflict, Error, RpcUnavailable
from supportledger.model.records import DraftStatus, EntryRecord
from supportledger.model.refusal import SignatureExpired
from supportledger.model.ticket import Action, Status
from supportledger.proof.verdict import Conclusion
from tests.unit.desk.frail import FrailLedger

DAY = 86_400


def draft_statuses(desk: Desk) -> list[DraftStatus]:
    """How far all drafts have come."""
    return [draft.status for draft in desk.store.drafts()]


def actions(desk: Desk, ticket: Any) -> list[Action]:
    """What the ledger has of a ticket."""
    return [entry.action for entry in desk.ledger.entries(ticket)]


def test_a_draft_is_kept_before_it_is_sent(desk: Desk, ledger: FrailLedger) -> None:
    """When something is sent, it and what was written are in the store already."""
    found: list[Any] = []

    def look() -> None:
        [draft] = desk.store.drafts()
        found.append(
            (draft.status, desk.store.drafted(draft).values()["body"], desk.ledger.entries(draft.ticket))
        )

    ledger.meanwhile = look
    desk.tickets.open("Question")
    assert [(DraftStatus.STORED, "Question", [])] == found
    assert [DraftStatus.FINAL] == draft_statuses(desk)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("fault", ["lost", "unheard"])
def test_an_opening_is_finished_once(desk: Desk, ledger: FrailLedger, fault: str, signed: bool) -> None:
    """An opening whose fate is not known is on the ledger once after recovery, and verifies."""
    setattr(ledger, fault, True)
    with pytest.raises(RpcUnavailable) as raised:
        desk.tickets.open("Question", signed=signed)
    assert "is kept" in raised.value.hint
    [waiting] = desk.waiting()
    assert waiting.status in {DraftStatus.STORED, DraftStatus.SIGNED}
    [recovered] = desk.recover()
    assert isinstance(recovered.result, EntryRecord)
    assert [Action.OPEN] == actions(desk, waiting.ticket)
    assert [DraftStatus.FINAL] == draft_statuses(desk)
    assert Conclusion.VERIFIED is desk.tickets.verify(waiting.ticket).verdict
    assert [] == desk.waiting() == desk.recover()


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("fault", ["lost", "unheard"])
@pytest.mark.parametrize("verb", ["answer", "assign", "solve"])
def test_an_action_is_finished_once(
    desk: Desk, ledger: FrailLedger, verb: str, fault: str, signed: bool
) -> None:
    """An action whose fate is not known is on the ledger once after recovery, with content or without."""
    ticket = desk.tickets.open("Question").ticket
    arguments = {"answer": ("Answer",), "assign": (), "solve": ("Solved",)}[verb]
    setattr(ledger, fault, True)
    with pytest.raises(RpcUnavailable):
        getattr(desk.tickets, verb)(ticket, *arguments, signed=signed)
    [recovered] = desk.recover()
    assert isinstance(recovered.result, EntryRecord)
    assert [Action.OPEN, Action[verb.upper()]] == actions(desk, ticket)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict
    assert [] == desk.recover()


@pytest.mark.parametrize("fault", ["lost", "unheard"])
def test_an_escalation_is_finished_once(desk: Desk, ledger: FrailLedger, fault: str) -> None:
    """An action outside the lanes is found again, too."""
    ticket = desk.tickets.open("Question").ticket
    ledger.advance(2 * 3_600)
    setattr(ledger, fault, True)
    with pytest.raises(RpcUnavailable):
        desk.tickets.escalate(ticket)
    desk.recover()
    assert [Action.OPEN, Action.ESCALATE] == actions(desk, ticket)


def test_recovery_without_a_node(desk: Desk, ledger: FrailLedger) -> None:
    """As long as the node is away, what waits goes on waiting."""
    ledger.lost = True
    with pytest.raises(RpcUnavailable):
        desk.tickets.open("Question")
    ledger.lost = True
    with pytest.raises(RpcUnavailable):
        desk.recover()
    assert [DraftStatus.SUBMITTED] == draft_statuses(desk)
    desk.recover()
    assert [DraftStatus.FINAL] == draft_statuses(desk)


def test_a_place_that_was_taken_meanwhile(desk: Desk, ledger: FrailLedger) -> None:
    """An action that waited while another took its place is rejected, and never done later."""
    ticket = desk.tickets.open("Question").ticket
    ledger.lost = True
    with pytest.raises(RpcUnavailable):
        desk.tickets.answer(ticket, "Mine")
    desk.tickets.answer(ticket, "Somebody else's", by="senior")
    [recovered] = desk.recover()
    assert isinstance(recovered.result, Conflict)
    assert DraftStatus.REJECTED == desk.store.draft(recovered.draft.key).status
    assert [Action.OPEN, Action.ANSWER] == actions(desk, ticket)


@pytest.mark.parametrize("action", ["open", "answer"])
def test_a_signature_that_has_expired(desk: Desk, ledger: FrailLedger, action: str) -> None:
    """What waited longer than its signature holds is rejected without being sent."""
    ticket = desk.tickets.open("Question").ticket
    ledger.lost = True
    arguments = {"open": ("Another",), "answer": (ticket, "Answer")}[action]
    with pytest.raises(RpcUnavailable):
        getattr(desk.tickets, action)(*arguments, signed=True)
    ledger.advance(2 * DAY)
    [recovered] = desk.recover()
    assert isinstance(recovered.result, SignatureExpired)
    assert DraftStatus.REJECTED == desk.store.draft(recovered.draft.key).status


def test_a_key_that_is_not_at_hand(desk: Desk, ledger: FrailLedger) -> None:
    """What only its actor can send waits until the key is there."""
    ledger.lost = True
    with pytest.raises(RpcUnavailable):
        desk.tickets.open("Question", by=local_signer(15))
    [recovered] = desk.recover()
    assert isinstance(recovered.result, Hindered)
    assert [DraftStatus.STORED] == draft_statuses(desk)


@pytest.mark.parametrize("fault", ["lost", "unheard"])
@pytest.mark.parametrize("signed", [False, True])
def test_many_openings_are_finished_once(desk: Desk, ledger: FrailLedger, fault: str, signed: bool) -> None:
    """An import that breaks off is finished by recovery, each ticket once."""
    setattr(ledger, fault, True)
    with pytest.raises(RpcUnavailable):
        desk.tickets.open_many((NewTicket(f"Question {number}") for number in range(7)), signed=signed)
    assert 7 == len(desk.recover())
    assert 7 == desk.tickets.count()
    assert [DraftStatus.FINAL] * 7 == draft_statuses(desk)


def test_a_change_in_another_lane_is_carried_over(desk: Desk, ledger: FrailLedger) -> None:
    """An answer made while the customer wrote again is done on the newer ticket, as far as it was read."""
    ticket = desk.tickets.open("Question").ticket
    ledger.meanwhile = lambda: desk.tickets.reply(ticket, "And another thing")
    answered = desk.tickets.answer(ticket, "Answer")
    assert (Status.OPEN, 1) == (answered.state.status, answered.state.unseen)
    assert Conclusion.VERIFIED is desk.tickets.verify(ticket).verdict


@pytest.mark.parametrize("signed", [False, True])
def test_a_change_in_the_same_lane_is_the_authors_to_decide(
    desk: Desk, ledger: FrailLedger, signed: bool
) -> None:
    """Of two agents who answer at once, the second is told, whether they signed or sent."""
    ticket = desk.tickets.open("Question").ticket
    ledger.meanwhile = lambda: desk.tickets.answer(ticket, "I was quicker", by="senior")
    with pytest.raises(Conflict, match="somebody else"):
        desk.tickets.answer(ticket, "Too late", signed=signed)
    assert DraftStatus.REJECTED == desk.store.drafts(ticket=ticket)[1].status


def test_a_view_that_is_out_of_date(desk: Desk) -> None:
    """Who acts on what they saw long ago is told, if somebody else acted in their place since."""
    seen = desk.tickets.open("Question")
    desk.tickets.answer(seen.ticket, "Answer")
    with pytest.raises(Conflict):
        desk.tickets.answer(seen, "The same answer")


def test_a_refused_action_can_be_tried_again(desk: Desk, ledger: FrailLedger) -> None:
    """An escalation that came too early is done when it is time, under the same key."""
    ticket = desk.tickets.open("Question").ticket
    with pytest.raises(Error):
        desk.tickets.escalate(ticket)
    ledger.advance(2 * 3_600)
    assert 1 == desk.tickets.escalate(ticket).state.level
    assert [DraftStatus.FINAL, DraftStatus.FINAL] == draft_statuses(desk)


def test_a_clock_that_cannot_be_trusted(
    desk: Desk, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When this machine's clock is too far off to sign a deadline, nothing is signed or kept."""

    def skewed() -> int:
        raise ClockSkew("the chain is 90 s ahead of this machine")

    monkeypatch.setattr(ledger, "now", skewed)
    with pytest.raises(ClockSkew):
        desk.tickets.open("Question", signed=True)
    assert [] == desk.store.drafts()
