"""A relayer takes what waits, leaves alone what is not its business, and tells how it went."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from supportledger.desk.clerk import NewTicket
from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board, Topic
from supportledger.desk.relay import Carried
from supportledger.errors import RpcUnavailable
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Draft, DraftStatus
from supportledger.ports import Submission
from supportledger.workers.relayer import Pace, Relayer
from tests.unit.desk.frail import FrailLedger
from tests.unit.workers.conftest import Ear


class Clock:
    """A clock that is set by hand."""

    def __init__(self, desk: Desk) -> None:
        self.now = desk.ledger.now()

    def __call__(self) -> float:
        return float(self.now)


@pytest.fixture
def clock(desk: Desk) -> Clock:
    return Clock(desk)


@pytest.fixture
def relayer(desk: Desk, board: Board, ear: Ear, clock: Clock) -> Relayer:
    return Relayer(desk, board, ear, Pace(at_once=10, grace_s=0), clock)


def ask(desk: Desk, number: int = 1) -> list[Draft]:
    written = desk.tickets.submit_openings(NewTicket(f"Question {at}") for at in range(number))
    return [one for one in written if isinstance(one, Draft)]


def statuses(desk: Desk) -> set[DraftStatus]:
    return {one.status for one in desk.store.drafts()}


def test_it_carries_what_waits(desk: Desk, relayer: Relayer, ear: Ear) -> None:
    """Round after round, until nothing is left; and counts."""
    ask(desk, 25)
    assert relayer.step() == 0.0
    assert 3 == len(ear.heard("relayer.round"))
    assert relayer.step() > 0
    assert relayer.is_idle
    assert {DraftStatus.FINAL} == statuses(desk)
    assert 25.0 == ear.value("actions_total", status="final")


def test_what_is_new_is_left_to_whoever_wrote_it(desk: Desk, board: Board, ear: Ear, clock: Clock) -> None:
    """For some seconds; with a clock that was set back, not for ever."""
    relayer = Relayer(desk, board, ear, Pace(grace_s=2), clock)
    ask(desk)
    relayer.step()
    assert {DraftStatus.SIGNED} == statuses(desk)
    clock.now += 3
    relayer.step()
    assert {DraftStatus.FINAL} == statuses(desk)
    ask(desk)
    clock.now -= 10_000
    relayer.step()
    assert {DraftStatus.FINAL} == statuses(desk)


def test_what_waits_is_tried_later_and_later(desk: Desk, relayer: Relayer, clock: Clock) -> None:
    """After one second, then two, then four, as long as something hinders it."""
    [opened] = ask(desk)
    relayer.step()
    stranger, nowhere = Address(b"\x09" * 20), TicketId(b"\x08" * 32)
    unsigned = replace(
        opened, key=bytes(32), ticket=nowhere, signature=b"", deadline=0, actor=stranger, reason=""
    )
    desk.store.keep([Submission(unsigned)])
    tried = []
    for _ in range(16):
        relayer.step()
        if desk.store.draft(unsigned.key).reason:
            tried.append(clock.now)
            desk.store.advance([unsigned])
        clock.now += 1
    assert [1, 2, 4, 8] == [later - earlier for earlier, later in pairwise(tried)]


def test_a_node_that_is_away_costs_nothing(
    desk: Desk, relayer: Relayer, ledger: FrailLedger, clock: Clock
) -> None:
    """The error is the supervisor's; the drafts are free again soon, not only when the lease ends."""
    ask(desk)
    desk.ledger.now = _away  # type: ignore[method-assign]  # a fault
    with pytest.raises(RpcUnavailable):
        relayer.step()
    del desk.ledger.now
    clock.now += 1
    relayer.step()
    assert {DraftStatus.FINAL} == statuses(desk)


def test_a_node_that_goes_away_between_two_rounds(
    desk: Desk, relayer: Relayer, ledger: FrailLedger, board: Board, clock: Clock
) -> None:
    """What became of the round before is told nevertheless, and nothing is taken that cannot be carried."""
    ask(desk, 35)
    rounds = iter([desk.relay.carry])

    def carry(drafts: Sequence[Draft]) -> list[Carried]:
        return next(rounds, _away)(drafts)

    desk.relay.carry = carry  # type: ignore[method-assign]  # a fault
    with pytest.raises(RpcUnavailable):
        relayer.step()
    del desk.relay.carry
    assert {DraftStatus.FINAL: 10, DraftStatus.SIGNED: 25} == Counter(
        one.status for one in desk.store.drafts()
    )
    clock.now += 1
    assert relayer.step() == 0.0
    assert {DraftStatus.FINAL} == statuses(desk)


def _away(*_: object) -> Any:
    raise RpcUnavailable("the node is away")


def test_a_rejection_is_told(desk: Desk, relayer: Relayer, board: Board, ledger: FrailLedger) -> None:
    """Its author has to decide anew."""
    [opened] = ask(desk)
    ledger.advance(3 * 86_400)
    relayer.step()
    [notice] = board.take()
    assert (Topic.REJECTED, opened.ticket) == (notice.topic, notice.ticket)
    assert "signature" in notice.text


def test_what_a_person_must_put_right_is_no_work(
    desk: Desk, relayer: Relayer, board: Board, clock: Clock
) -> None:
    """With nothing but that left, a relayer is idle; when it was put right, it goes on."""
    [other] = ask(desk)
    stranger = Address(b"\x09" * 20)
    unsigned = replace(other, key=bytes(32), signature=b"", deadline=0, actor=stranger)
    desk.store.keep([Submission(replace(unsigned, ticket=TicketId(b"\x08" * 32)))])
    relayer.step()
    assert not relayer.is_idle
    relayer.step()
    assert relayer.is_idle
    [notice] = board.take()
    assert (Topic.HELD_UP, True) == (notice.topic, str(stranger) in notice.text)
    ask(desk)
    assert not relayer.is_idle
