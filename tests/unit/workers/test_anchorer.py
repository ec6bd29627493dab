"""An anchorer fixes what is new now and then, sends nothing for nothing, and tells what is in its way."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.conversations import LOG, Message
from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Topic
from supportledger.errors import NotFound
from supportledger.model.ids import TicketId
from supportledger.proof.erasure import Ground, PrivacyLine, Step
from supportledger.workers.anchorer import Anchorer
from tests.unit.desk.frail import FrailLedger
from tests.unit.workers.conftest import Ear

HOUR = 3_600


def sizes(desk: Desk, log: str = LOG) -> list[int]:
    return [one.size for one in desk.anchors.history(log)]


@pytest.fixture
def ticket(desk: Desk) -> TicketId:
    return desk.tickets.open("Question").ticket


@pytest.fixture
def anchorer(desk: Desk, board: Board, ear: Ear) -> Anchorer:
    return Anchorer(desk, board, ear, HOUR)


def test_nothing_is_sent_for_nothing(desk: Desk, anchorer: Anchorer, ticket: TicketId) -> None:
    """A desk that keeps no logs yet has no transactions."""
    height = desk.ledger.height()
    assert 5.0 == anchorer.step()
    assert (True, height) == (anchorer.is_idle, desk.ledger.height())


def test_new_lines_are_anchored_when_it_is_time(
    desk: Desk, anchorer: Anchorer, ticket: TicketId, ledger: FrailLedger
) -> None:
    """The first lines at once, the next when the last anchor is old enough, and none without new lines."""
    desk.conversations.say(ticket, Message("One"))
    anchorer.step()
    assert not anchorer.is_idle
    desk.conversations.say(ticket, Message("Two"))
    anchorer.step()
    assert [1] == sizes(desk)
    assert anchorer.is_idle
    ledger.advance(HOUR)
    anchorer.step()
    ledger.advance(HOUR)
    anchorer.step()
    assert [1, 2] == sizes(desk)


def test_all_logs_of_the_desk(desk: Desk, anchorer: Anchorer, ticket: TicketId) -> None:
    """Conversations, readings and erasures are anchored; logs of others are left to them."""
    desk.logs.create("revisions")
    desk.logs.append("revisions", [b"one"])
    desk.conversations.say(ticket, Message("One"))
    desk.tickets.get(ticket)
    desk.privacy.hold(ticket, "A case")
    anchorer.step()
    assert [[1], [1], [1], []] == [
        sizes(desk, name) for name in ("conversations", "reads", "privacy", "revisions")
    ]


def test_a_new_one_knows_what_was_anchored(
    desk: Desk, anchorer: Anchorer, ticket: TicketId, board: Board, ear: Ear
) -> None:
    """A worker that begins anew goes by the ledger, not by what it remembers; two do no harm."""
    desk.conversations.say(ticket, Message("One"))
    anchorer.step()
    desk.conversations.say(ticket, Message("Two"))
    other = Anchorer(desk, board, ear, HOUR)
    other.step()
    other.step()
    anchorer.step()
    assert [1] == sizes(desk)
    assert [] == board.take()


def test_never(desk: Desk, board: Board, ear: Ear, ticket: TicketId) -> None:
    """Whoever wants no anchors gets none."""
    desk.conversations.say(ticket, Message("One"))
    Anchorer(desk, board, ear, 0).step()
    assert [] == sizes(desk)


def test_what_is_in_the_way_is_told_once(  # noqa: PLR0917 -- fixtures
    desk: Desk,
    anchorer: Anchorer,
    ticket: TicketId,
    board: Board,
    ledger: FrailLedger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A key that is missing is told once, ends nothing, and is got over when it is there."""

    def missing(*_: object, **__: object) -> None:
        raise NotFound("no identity anchorer", hint="Make one.")

    monkeypatch.setattr(desk.logs, "anchor", missing)
    desk.conversations.say(ticket, Message("One"))
    for _ in range(3):
        anchorer.step()
        ledger.advance(100)
    [notice] = board.take()
    assert (Topic.NOT_ANCHORED, "not-found") == (notice.topic, notice.facts["code"])
    assert "the log conversations cannot be anchored: no identity anchorer. Make one." == notice.text
    monkeypatch.undo()
    anchorer.step()
    assert [1] == sizes(desk)


def test_an_altered_log_is_told(
    desk: Desk, anchorer: Anchorer, ticket: TicketId, board: Board, ledger: FrailLedger
) -> None:
    """A log that is not what it was is not anchored, and somebody is told."""
    desk.conversations.say(ticket, Message("One"))
    anchorer.step()
    ledger.advance(HOUR)
    store = desk.logs._store
    documents = {name: store.kept(LOG, name) for name in store.documents(LOG)}
    del store._logs[LOG]  # type: ignore[attr-defined]  # of the logs in memory
    store.create(LOG, documents)
    store.append(LOG, [b"another", b"story"])
    anchorer.step()
    [notice] = board.take()
    assert "was altered" in notice.text
    assert [1] == sizes(desk)


def test_it_finishes_erasures(desk: Desk, anchorer: Anchorer, ticket: TicketId, ledger: FrailLedger) -> None:
    """An erasure that was broken off is finished and anchored, once nobody can be at it any more."""
    desk.tickets.close(ticket, "Thank you")
    begun = PrivacyLine(ticket, Step.BEGUN, ledger.now(), local_signer("admin").address, Ground.REQUEST)
    desk.privacy.erasures.note(begun)
    anchorer.step()
    assert desk.tickets.get(ticket).contents.held
    ledger.advance(61)
    anchorer.step()
    assert desk.privacy.standing(ticket).is_erased
    ledger.advance(HOUR)
    anchorer.step()
    assert [1, 2] == sizes(desk, "privacy")
