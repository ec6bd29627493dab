"""Facts laid out in memory are the same, whether all is laid out again or a little is changed."""

from supportledger.desk.desk import Desk
from supportledger.desk.figures.columns import Column, Columns, Laid, laid, patched
from supportledger.desk.figures.keeping import Keeping
from supportledger.model.ids import TicketId
from supportledger.ports.figures import Measure, gone
from tests.unit.desk.figures.conftest import Telling


def columns(found: Laid) -> dict[Measure, Column]:
    """The columns that have anything in them."""
    return {measure: column for measure, column in found.columns.items() if column.at}


def test_little_changes_lead_to_the_same_columns(told: Telling, desk: Desk, keeping: Keeping) -> None:
    """Tickets that go on, one at a time, leave what laying all of them out again gives."""
    keeping.catch_up()
    mark, all_of_them = desk.store.facts.changed()
    known = laid(Laid(), all_of_them)
    for _ in range(30):
        told.tell(3)
        keeping.catch_up()
        mark, changed = desk.store.facts.changed(mark)
        before = columns(known)
        known, last = patched(known, changed), known
        assert before == columns(last), "what was shown before has changed"
        whole = laid(Laid(), desk.store.facts.changed()[1])
        assert (whole.facts, columns(whole)) == (known.facts, columns(known))


def test_a_ticket_that_is_gone_counts_no_more(told: Telling, desk: Desk, keeping: Keeping) -> None:
    """Tickets that a reorganisation took away leave no moment behind, known or not."""
    keeping.catch_up()
    reading = Columns(desk.store.facts)
    assert set(told.tickets) == set(reading.now().facts)
    lost = told.tickets[0]
    desk.store.facts.put([gone(lost), gone(TicketId(bytes(32)))])
    assert lost not in reading.now().facts
    assert not any(lost in column.tickets for column in reading.now().columns.values())
