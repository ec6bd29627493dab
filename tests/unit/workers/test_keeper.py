"""A keeper warns before a promise is broken, and puts on record that it was."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Topic
from supportledger.errors import InsufficientFunds
from supportledger.model.ticket import Action
from supportledger.workers.keeper import Keeper, Thresholds
from tests.unit.desk.frail import FrailLedger
from tests.unit.workers.conftest import Ear

HOUR = 3_600


def topics(board: Board) -> list[Topic]:
    return [one.topic for one in board.take()]


def test_it_warns_once_before_the_deadline(desk: Desk, board: Board, ear: Ear, ledger: FrailLedger) -> None:
    """As long before as the ticket's policy has it, and not again."""
    keeper = Keeper(desk, board, ear, Thresholds(usual=60, by_policy={1: 600}))
    desk.tickets.open("Question", policy=1)
    ledger.advance(HOUR - 700)
    assert 5.0 == keeper.step()
    assert [] == topics(board)
    ledger.advance(101)
    keeper.step()
    assert [Topic.DUE_SOON] == topics(board)
    keeper.step()
    assert [] == topics(board)


def test_it_escalates_what_is_late(desk: Desk, board: Board, ear: Ear, ledger: FrailLedger) -> None:
    """Each level when it is due, and nothing twice."""
    keeper = Keeper(desk, board, ear)
    tickets = [desk.tickets.open(f"Question {at}", policy=1).ticket for at in range(3)]
    ledger.advance(HOUR + 1)
    keeper.step()
    keeper.step()
    assert [Topic.ESCALATED] * 3 == topics(board)
    ledger.advance(HOUR)
    keeper.step()
    found = [[entry.action for entry in desk.ledger.entries(one)] for one in tickets]
    assert [[Action.OPEN, Action.ESCALATE, Action.ESCALATE]] * 3 == found


def test_two_keepers_do_no_harm(desk: Desk, board: Board, ear: Ear, ledger: FrailLedger) -> None:
    """Whoever comes second finds it done."""
    one, other = Keeper(desk, board, ear), Keeper(desk, board, ear)
    ticket = desk.tickets.open("Question", policy=1).ticket
    ledger.advance(HOUR + 1)
    one.step()
    other.step()
    assert [Action.OPEN, Action.ESCALATE] == [entry.action for entry in desk.ledger.entries(ticket)]


def test_it_sleeps_until_the_next_deadline(desk: Desk, board: Board, ear: Ear, ledger: FrailLedger) -> None:
    """But never so long that a new ticket would be late unnoticed."""
    keeper = Keeper(desk, board, ear)
    assert 5.0 == keeper.step()
    desk.tickets.open("Question", policy=1)
    ledger.advance(HOUR - 2)
    assert 3.0 == keeper.step()


def test_it_says_once_that_it_cannot_pay(
    desk: Desk, board: Board, ear: Ear, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it cannot do is no work, is tried again, and is done when there is ether."""
    keeper = Keeper(desk, board, ear)
    desk.tickets.open("Question", policy=1)
    ledger.advance(HOUR + 1)
    poor = InsufficientFunds("0x12 has 0 ether", hint="Send ether to it.")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "escalate_batch", lambda _signer, states: [poor] * len(states))
        keeper.step()
        keeper.step()
    assert keeper.is_idle
    [notice] = board.take()
    assert (Topic.OUT_OF_FUNDS, True) == (notice.topic, "0x12 has 0 ether" in notice.text)
    keeper.step()
    assert [Topic.ESCALATED] == topics(board)
