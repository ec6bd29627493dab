"""The counter keeps up what figures are made from, and says when there is nothing to do."""

from dataclasses import dataclass

from supportledger.desk.figures.keeping import Keeping
from supportledger.wiring.memory import memory_desk
from supportledger.workers.counter import EVERY_S, Counter


@dataclass
class FakeIndexer:
    """Follows nothing."""

    is_idle: bool = True

    def step(self) -> float:
        return 0.5


def test_facts_follow_the_tickets() -> None:
    """Tickets that have gone on are counted, every few seconds."""
    desk, indexer, now = memory_desk(), FakeIndexer(), [0.0]
    counter = Counter(indexer, Keeping(desk.ledger, desk.store), lambda: now[0])
    ticket = desk.tickets.open("Question").ticket
    assert not counter.is_idle
    assert 0.5 == counter.step()
    assert counter.is_idle
    assert [] == desk.store.facts.stale()
    desk.tickets.answer(ticket, "Answer", by="agent")
    counter.step()
    assert [ticket] == desk.store.facts.stale()
    now[0] += EVERY_S
    counter.step()
    assert [] == desk.store.facts.stale()


def test_it_is_not_idle_before_what_was_read_is_counted() -> None:
    """Whoever waits until there is nothing to do waits for the facts of what was just read."""
    desk, indexer = memory_desk(), FakeIndexer()
    counter = Counter(indexer, Keeping(desk.ledger, desk.store), lambda: 0.0)
    counter.step()
    ticket = desk.tickets.open("Question").ticket
    indexer.is_idle = False
    counter.step()
    indexer.is_idle = True
    assert not counter.is_idle
    assert [ticket] == desk.store.facts.stale()
    counter.step()
    assert counter.is_idle
    assert [] == desk.store.facts.stale()
