"""What is due is seen in time, and what is late is put on record by anyone."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.errors import Error
from supportledger.model.records import DraftStatus
from supportledger.model.refusal import NothingOverdue
from supportledger.model.ticket import Clock, Flag
from tests.unit.desk.frail import FrailLedger

HOUR = 3_600


def test_nothing_is_due_at_first(desk: Desk) -> None:
    """A new ticket is not late; who looks far enough ahead sees it coming."""
    ticket = desk.tickets.open("Question").ticket
    assert [] == desk.service.due()
    assert [] == desk.service.due("1h")
    [due] = desk.service.due(HOUR + 1)
    assert (ticket, Clock.RESPONSE, HOUR, False) == (due.ticket, due.clock, due.in_s, due.is_late)


def test_an_act_exactly_at_the_deadline_is_in_time(desk: Desk, ledger: FrailLedger) -> None:
    """A ticket is late from the second after its deadline."""
    desk.tickets.open("Question")
    ledger.advance(HOUR - 1)
    before = [one.in_s for one in desk.service.due("1m")]
    ledger.advance(5)
    [late] = desk.service.due()
    assert late.is_late
    assert all(in_s > late.in_s for in_s in before)


def test_the_most_urgent_comes_first(desk: Desk, ledger: FrailLedger) -> None:
    """Tickets are listed by their deadlines, whatever promise they are under."""
    standard = desk.tickets.open("Standard", policy=1).ticket
    urgent = desk.tickets.open("Security", policy=4).ticket
    assert [urgent, standard] == [one.ticket for one in desk.service.due("2h")]


def test_all_that_is_late_is_escalated(desk: Desk, ledger: FrailLedger) -> None:
    """Anyone escalates everything that is late, and nothing twice."""
    late = {desk.tickets.open(f"Late {number}").ticket for number in range(3)}
    ledger.advance(HOUR)
    desk.tickets.open("In time")
    ledger.advance(60)
    outcomes = desk.service.escalate()
    assert late == {one.ticket for one in outcomes}
    assert all(one.state.has(Flag.LATE_FIRST) and one.state.level == 1 for one in outcomes)
    assert [] == desk.service.escalate()
    ledger.advance(HOUR)
    assert 4 == len(desk.service.escalate())


def test_what_is_not_late_is_refused_alone(desk: Desk, ledger: FrailLedger) -> None:
    """Of tickets that are named, those that are not late are errors in their place."""
    late = desk.tickets.open("Late").ticket
    ledger.advance(HOUR + 60)
    fresh = desk.tickets.open("In time").ticket
    refused, done = desk.service.escalate([fresh, late.handle], by="customer")
    assert isinstance(refused, NothingOverdue)
    assert not isinstance(done, Error)
    assert desk.cast.address("customer") == done.entry.actor


def test_an_answered_ticket_is_not_due(desk: Desk, ledger: FrailLedger) -> None:
    """After the answer only the resolution's clock runs."""
    ticket = desk.tickets.open("Question").ticket
    desk.tickets.answer(ticket, "Answer", status="open")
    [due] = desk.service.due("4d")
    assert Clock.RESOLUTION == due.clock


def test_highest_level(desk: Desk, ledger: FrailLedger) -> None:
    """A ticket at its highest level is late, and nobody can escalate it."""
    desk.tickets.open("Question")
    for _ in range(3):
        ledger.advance(2 * HOUR)
        desk.service.escalate()
    ledger.advance(2 * HOUR)
    [due] = desk.service.due()
    assert due.escalation is None
    assert [] == desk.service.escalate()


@pytest.mark.parametrize("within", ["soon", "-1h"])
def test_how_far_to_look_ahead(desk: Desk, within: str) -> None:
    """How far to look ahead is a duration."""
    with pytest.raises(Error):
        desk.service.due(within)


def test_who_comes_second_leaves_nothing_rejected(desk: Desk, ledger: FrailLedger) -> None:
    """What another keeper has put on record since it was looked at is left out, if asked for."""
    ticket = desk.tickets.open("Question", policy=1).ticket
    ledger.advance(3_601)
    assert [1] == [one.state.level for one in desk.service.escalate([ticket], if_due=True)]
    assert [] == desk.service.escalate([ticket], if_due=True)
    assert [DraftStatus.FINAL] * 2 == [one.status for one in desk.store.drafts()]
