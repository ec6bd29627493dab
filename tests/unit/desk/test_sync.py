"""Two follow the chain into one store, and the result is as if one had."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.promises import Promises
from supportledger.desk.sync import Index
from supportledger.errors import ReorgDetected
from supportledger.model.events import LedgerEvent
from tests.unit.desk.frail import FrailLedger


@pytest.fixture
def other(desk: Desk) -> Index:
    """Another process's index of the same desk."""
    return Index(desk.ledger, desk.store, Promises(desk.ledger))


def meanwhile(monkeypatch: pytest.MonkeyPatch, ledger: FrailLedger, happens: Callable[[], Any]) -> None:
    """Let something happen once, when the first part of the events was read."""
    read, things = ledger.events, [happens]

    def events(*limits: int | None) -> Iterator[list[LedgerEvent]]:
        for part in read(*limits):
            yield part
            if things:
                things.pop()()

    monkeypatch.setattr(ledger, "events", events)


def told(desk: Desk, number: int) -> None:
    """Tickets that were opened by somebody else, so that only the index can know them."""
    for at in range(number):
        desk.tickets.open(f"Question {at}")
    desk.store.rewind(-1)


def whole(desk: Desk) -> tuple[Any, ...]:
    """The read model."""
    drafts = desk.store.drafts()
    return desk.store.cursor(), [
        (desk.store.entries(one.ticket), desk.store.known([one.ticket])) for one in drafts
    ]


def test_another_one_is_faster(
    desk: Desk, other: Index, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is overtaken raises nothing, and what is there is whole."""
    told(desk, 5)
    meanwhile(monkeypatch, ledger, other.follow)
    desk.index.follow()
    found = whole(desk)
    assert 5 == sum(len(entries) for entries, _ in found[1])
    desk.index.rebuild()
    assert found == whole(desk)


def test_another_one_goes_back_and_dies(
    desk: Desk, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken away meanwhile is not passed over: it is read again."""
    told(desk, 5)
    meanwhile(monkeypatch, ledger, lambda: desk.store.rewind(-1))
    with pytest.raises(ReorgDetected):
        desk.index.follow()
    desk.index.follow()
    found = whole(desk)
    assert 5 == sum(len(entries) for entries, _ in found[1])


def test_both_reconsider(
    desk: Desk, other: Index, ledger: FrailLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that read the last blocks again at the same time leave them as they are on the chain."""
    told(desk, 3)
    desk.index.follow()
    desk.tickets.open("Later")
    meanwhile(monkeypatch, ledger, other.reconsider)
    desk.index.reconsider()
    found = whole(desk)
    desk.index.rebuild()
    assert found == whole(desk)
