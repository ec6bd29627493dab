"""What waits is carried once, in the right order, and told how it went."""

from dataclasses import replace

import pytest

from supportledger.desk import intents
from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.relay import Carried, Hindered, WaitsForAnother
from supportledger.errors import Conflict, Error, NotFound, RpcUnavailable
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import WAITING, Draft, DraftStatus
from supportledger.model.refusal import SignatureExpired
from supportledger.model.ticket import Action
from supportledger.ports import Submission
from tests.unit.desk.frail import FrailLedger

DAY = 86_400


def asked(desk: Desk, number: int = 1) -> list[Draft]:
    """Questions that wait."""
    return submitted(desk.tickets.submit_openings(NewTicket(f"Question {at}") for at in range(number)))


def answered(desk: Desk, *tickets: TicketId, text: str = "Answer") -> list[Draft]:
    """Answers that wait."""
    return submitted(desk.tickets.submit(intents.answer(one, text) for one in tickets))


def submitted(written: list[Draft | Error]) -> list[Draft]:
    assert [] == [one for one in written if isinstance(one, Error)]
    return [one for one in written if isinstance(one, Draft)]


def carry(desk: Desk) -> list[Carried]:
    """One round for everything that waits."""
    return desk.relay.carry(desk.store.drafts(statuses=WAITING))


def states(carried: list[Carried]) -> list[DraftStatus]:
    return [one.draft.status for one in carried]


def actions(desk: Desk, ticket: TicketId) -> list[Action]:
    return [entry.action for entry in desk.ledger.entries(ticket)]


def test_what_waits_is_carried(desk: Desk) -> None:
    """Openings and then answers become final, with their places in the ledger."""
    opened = asked(desk, 3)
    assert [DraftStatus.FINAL] * 3 == states(carry(desk))
    answered(desk, *(one.ticket for one in opened))
    carried = carry(desk)
    assert [(DraftStatus.FINAL, 1, "")] * 3 == [
        (one.draft.status, one.draft.index, one.draft.reason) for one in carried
    ]
    assert [] == desk.store.drafts(statuses=WAITING)
    assert [DraftStatus.FINAL] * 6 == [one.status for one in desk.store.drafts()]


def test_what_is_there_already_is_recorded(desk: Desk, ledger: FrailLedger) -> None:
    """A round whose answers were lost is not sent again: the next one finds everything there."""
    [opened] = asked(desk)
    carry(desk)
    answered(desk, opened.ticket)
    ledger.unheard = True
    [lost] = carry(desk)
    assert (DraftStatus.SUBMITTED, True) == (lost.draft.status, lost.is_waiting)
    assert lost.draft.reason.startswith("rpc-unavailable: ")
    assert [DraftStatus.FINAL] == states(carry(desk))
    assert [Action.OPEN, Action.ANSWER] == actions(desk, opened.ticket)


def test_it_is_submitted_before_it_is_sent(desk: Desk, ledger: FrailLedger) -> None:
    """Whoever is killed while sending leaves behind that it may have been sent."""
    [opened] = asked(desk)
    carry(desk)
    answered(desk, opened.ticket)
    found: list[DraftStatus] = []
    ledger.meanwhile = lambda: found.extend(one.status for one in desk.store.drafts(statuses=WAITING))
    carry(desk)
    assert [DraftStatus.SUBMITTED] == found


def test_those_on_one_ticket_follow_each_other(desk: Desk) -> None:
    """What is signed for the place after another goes in the same round, after it."""
    [opened] = asked(desk)
    carry(desk)
    notes = [intents.note(opened.ticket, f"Note {at}") for at in range(3)]
    submitted(desk.tickets.submit(notes))
    assert [DraftStatus.FINAL] * 3 == states(carry(desk))
    assert [Action.OPEN, *[Action.NOTE] * 3] == actions(desk, opened.ticket)


def test_one_that_comes_too_early_waits(desk: Desk) -> None:
    """Without the one before it, it waits, and nothing is refused."""
    [opened] = asked(desk)
    carry(desk)
    first, second = submitted(
        desk.tickets.submit([intents.note(opened.ticket, "1"), intents.note(opened.ticket, "2")])
    )
    [early] = desk.relay.carry([second])
    assert (DraftStatus.SIGNED, WaitsForAnother) == (early.draft.status, type(early.problem))
    assert [DraftStatus.FINAL] * 2 == states(desk.relay.carry([first, desk.store.draft(second.key)]))


def test_an_answer_waits_for_its_ticket(desk: Desk) -> None:
    """An action on a ticket that waits itself waits; of one that was refused, it is refused."""
    [opened] = asked(desk)
    carry(desk)
    [answer] = answered(desk, opened.ticket)
    [late] = asked(desk)
    elsewhere = replace(answer, key=bytes(32), ticket=late.ticket)
    desk.store.keep([Submission(elsewhere)])
    [waits] = desk.relay.carry([elsewhere])
    assert isinstance(waits.problem, WaitsForAnother)
    desk.store.advance([replace(late, status=DraftStatus.REJECTED, reason="because")])
    [refused] = desk.relay.carry([elsewhere])
    assert (DraftStatus.REJECTED, NotFound) == (refused.draft.status, type(refused.problem))


def test_a_place_that_was_taken(desk: Desk) -> None:
    """When somebody else was faster, the action is rejected, and the reason kept."""
    [opened] = asked(desk)
    carry(desk)
    [mine] = answered(desk, opened.ticket)
    desk.tickets.answer(opened.ticket, "Somebody else's", by="senior")
    [carried] = carry(desk)
    assert (DraftStatus.REJECTED, Conflict) == (carried.draft.status, type(carried.problem))
    assert desk.store.draft(mine.key).reason.startswith("conflict: somebody else acted")


def test_a_ticket_that_changed_in_the_other_lane(desk: Desk) -> None:
    """An action whose place is free is carried over to the state that the ticket has by now."""
    [opened] = asked(desk)
    carry(desk)
    answered(desk, opened.ticket)
    desk.tickets.reply(opened.ticket, "And another thing")
    while any(one.is_waiting for one in carry(desk)):
        pass
    assert [Action.OPEN, Action.REPLY, Action.ANSWER] == actions(desk, opened.ticket)


def test_a_signature_that_expired(desk: Desk, ledger: FrailLedger) -> None:
    """What cannot be recorded any more is rejected, without a transaction."""
    asked(desk)
    ledger.advance(3 * DAY)
    [carried] = carry(desk)
    assert (DraftStatus.REJECTED, SignatureExpired) == (carried.draft.status, type(carried.problem))


def test_a_key_that_is_elsewhere(desk: Desk) -> None:
    """An action that its actor must send waits where the actor is not."""
    [opened] = asked(desk)
    stranger = Address(b"\x09" * 20)
    unsigned = replace(opened, key=bytes(32), signature=b"", deadline=0, actor=stranger)
    desk.store.keep([Submission(unsigned)])
    [carried] = desk.relay.carry([unsigned])
    assert isinstance(carried.problem, Hindered)
    assert carried.is_waiting


def test_a_node_that_is_away(desk: Desk, ledger: FrailLedger) -> None:
    """All of it waits, called submitted, since nobody knows; then it is carried once."""
    [opened] = asked(desk)
    carry(desk)
    answered(desk, opened.ticket)
    ledger.lost = True
    [carried] = carry(desk)
    assert isinstance(carried.problem, RpcUnavailable)
    assert [DraftStatus.FINAL] == states(carry(desk))


def test_what_its_actor_sends(desk: Desk, ledger: FrailLedger) -> None:
    """What was not signed is sent by its actor, whose key is at hand."""
    ledger.lost = True
    with pytest.raises(RpcUnavailable):
        desk.tickets.open("Question")
    assert [DraftStatus.FINAL] == states(carry(desk))


def test_whoever_sends_themselves_hears_that_it_was_carried(desk: Desk, ledger: FrailLedger) -> None:
    """When a worker is faster with the same action, its author is told that it is done."""
    ledger.meanwhile = lambda: carry(desk)
    outcome = desk.tickets.open("Question", signed=True)
    assert [Action.OPEN] == actions(desk, outcome.ticket)
    assert [DraftStatus.FINAL] == [one.status for one in desk.store.drafts()]
