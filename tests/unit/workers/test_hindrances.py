"""What only a person can put right is told once, and is no work."""

from dataclasses import replace

import pytest

from supportledger.desk import intents
from supportledger.desk.cast import Part
from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Topic
from supportledger.desk.relay import Carried, Hindered, WaitsForAnother
from supportledger.errors import InsufficientFunds, RpcUnavailable
from supportledger.model.records import Draft, DraftStatus
from supportledger.workers.hindrances import Hindrances
from tests.unit.workers.test_relayer import ask

POOR = InsufficientFunds("0x12 has 0 ether, and needs up to 0.01 to send this", hint="Send ether to it.")
AWAY = Hindered("the key is not at hand", hint="Do it where it is.")
BEHIND = WaitsForAnother("an action signed before it is not on the ledger yet")


@pytest.fixture
def hindrances(desk: Desk, board: Board) -> Hindrances:
    return Hindrances(desk.cast, board)


def on_one_ticket(desk: Desk) -> list[Draft]:
    """Two notes that wait for each other."""
    ticket = desk.tickets.open("Question").ticket
    written = desk.tickets.submit([intents.note(ticket, "1"), intents.note(ticket, "2")])
    return [one for one in written if isinstance(one, Draft)]


def done(draft: Draft) -> Carried:
    """One that came to the ledger."""
    return Carried(replace(draft, status=DraftStatus.FINAL))


def test_it_is_told_once(desk: Desk, board: Board, hindrances: Hindrances) -> None:
    """The first time, with what waits, for whom, and what is missing."""
    drafts = ask(desk, 3)
    for _ in range(3):
        hindrances.took([Carried(one, POOR) for one in drafts])
    [notice] = board.take()
    assert (Topic.OUT_OF_FUNDS, drafts[0].ticket) == (notice.topic, notice.ticket)
    for said in ("Open on ticket", drafts[0].ticket.handle, "2 more", Part.RELAYER, POOR.message, POOR.hint):
        assert said in notice.text
    assert hindrances.is_poor
    assert hindrances.hold(drafts)


def test_it_is_told_again_after_it_was_gone(desk: Desk, board: Board, hindrances: Hindrances) -> None:
    """An account that could pay meanwhile, and cannot any more, is news."""
    first, second = ask(desk, 2)
    hindrances.took([Carried(first, POOR)])
    hindrances.took([done(first)])
    assert not hindrances.is_poor
    hindrances.took([Carried(second, POOR)])
    assert [Topic.OUT_OF_FUNDS] * 2 == [one.topic for one in board.take()]


def test_a_missing_key_is_told_too(desk: Desk, board: Board, hindrances: Hindrances) -> None:
    """As something else than missing ether."""
    [draft] = ask(desk)
    hindrances.took([Carried(draft, AWAY)])
    assert [Topic.HELD_UP] == [one.topic for one in board.take()]
    assert not hindrances.is_poor


def test_what_follows_is_held_up_with_it(desk: Desk, board: Board, hindrances: Hindrances) -> None:
    """Until something moves on its ticket; what another cause keeps waiting is not held up."""
    first, second = on_one_ticket(desk)
    hindrances.took([Carried(first, POOR), Carried(second, BEHIND)])
    assert hindrances.hold([first, second])
    hindrances.took([done(first)])
    assert not hindrances.hold([second])
    hindrances.took([Carried(second, RpcUnavailable("the node is away"))])
    assert not hindrances.hold([second])
