"""Where facts are kept: in memory, SQLite and PostgreSQL alike."""

from dataclasses import replace

import pytest

from supportledger.errors import StoreCorrupt
from supportledger.model.ids import TicketId
from supportledger.model.records import TicketRecord
from supportledger.ports import Store
from supportledger.ports.figures import Measure, Moment, TicketFacts, gone
from supportledger.store import fact_rows
from tests.conformance.store.builders import ALICE, a_ticket, a_ticket_id


def some_facts(record: TicketRecord, value: int = 7) -> TicketFacts:
    """Facts of the state of a ticket."""
    moments = (Moment(Measure.OPENED, 5), Moment(Measure.REPLY, 2**40, ALICE, value, 3))
    return TicketFacts(record.id, record.state.head, 5, 65_535, 4, True, moments)


def test_facts_come_back_as_they_were(store: Store) -> None:
    """What was written is read, each ticket once, and nothing behind the last mark."""
    one, two = some_facts(a_ticket()), gone(a_ticket_id())
    store.facts.put([one, two])
    mark, read = store.facts.changed()
    assert {one.ticket: one, two.ticket: two} == {found.ticket: found for found in read}
    assert (mark, []) == store.facts.changed(mark)
    store.facts.put([])
    assert (mark, []) == store.facts.changed(mark)


def test_only_what_has_changed_is_read_behind_a_mark(store: Store) -> None:
    """Facts that take the place of others are read again, the others are not; a strange mark reads all."""
    one, two = some_facts(a_ticket()), some_facts(a_ticket())
    store.facts.put([one])
    store.facts.put([two])
    mark, _ = store.facts.changed()
    changed = replace(one, policy=2)
    store.facts.put([changed])
    later, read = store.facts.changed(mark)
    assert [changed] == read
    assert later > mark
    for strange in (0, -1, later + 1):
        assert 2 == len(store.facts.changed(strange)[1])


def test_what_goes_on_is_stale(store: Store) -> None:
    """Tickets without facts are stale, those with facts of another state, and those that were lost."""
    records = [a_ticket() for _ in range(3)]
    store.record(tickets=records)
    assert sorted(one.id for one in records) == store.facts.stale()
    assert 2 == len(store.facts.stale(2))
    store.facts.put([some_facts(one) for one in records])
    assert [] == store.facts.stale()
    first = records[0]
    on = replace(first, state=first.state.changed(head=bytes(31) + b"\x01", entries=first.state.entries + 1))
    store.record(tickets=[on])
    assert [first.id] == store.facts.stale()
    store.facts.put([some_facts(on)])
    store.rewind(-1)
    assert sorted(one.id for one in records) == store.facts.stale()
    store.facts.put([gone(one.id) for one in records])
    assert [] == store.facts.stale()


def test_forgotten_facts_are_stale_and_seen_as_changed(store: Store) -> None:
    """Whoever read on sees that facts were emptied, and then those that were worked out again."""
    record = a_ticket()
    store.record(tickets=[record])
    store.facts.put([some_facts(record)])
    mark, _ = store.facts.changed()
    store.facts.forget()
    mark, read = store.facts.changed(mark)
    assert [()] == [one.moments for one in read]
    assert [record.id] == store.facts.stale()
    store.facts.put([some_facts(record)])
    assert [some_facts(record)] == store.facts.changed(mark)[1]


@pytest.mark.parametrize("data", [b"\x00", bytes(46), b"\xff" * 46])
def test_altered_moments_are_reported(data: bytes) -> None:
    """Bytes that are no moments are damage, and nothing that counts."""
    row = type("Row", (), fact_rows.values(gone(TicketId(bytes(32))), 1) | {"moments": data})
    with pytest.raises(StoreCorrupt):
        fact_rows.read(row)
