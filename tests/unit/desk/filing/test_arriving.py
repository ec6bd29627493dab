"""Tickets that the ledger does not have yet: their customers see them, and nobody else."""

import pytest

from supportledger.desk.clerk import NewTicket
from supportledger.desk.people.visitors import Visitor
from supportledger.errors import NotFound
from supportledger.model.people import Role
from supportledger.wiring.fronting import memory_front


@pytest.fixture
def front():
    with memory_front() as made:
        yield made


def customer(front, name):
    """Somebody with an account."""
    account = front.people.add(name, [Role.CUSTOMER])
    return Visitor(account.id, name, frozenset({Role.CUSTOMER}), via="session")


def opened(front, visitor, subject="Missing"):
    return front.intake.record(NewTicket("Where is it?", subject), visitor).draft.ticket


def reader(front):
    return front.desk.cast.keys.address("customer")


def test_it_is_there_at_once(front):
    """Its customer finds it by its handle, with what they wrote, before the ledger has it."""
    ann = customer(front, "Ann")
    ticket = opened(front, ann)
    assert [ticket] == front.arriving.of(ann.person)
    assert ticket == front.arriving.named(ticket.handle.upper(), ann.person)
    found = front.arriving.show(ticket, reader=reader(front))
    assert ("Missing", "Where is it?") == (found.subject, found.underway[0].fields.values()["body"])


def test_it_is_there_once(front):
    """As soon as the read model has it, it is listed there alone."""
    ann = customer(front, "Ann")
    opened(front, ann)
    front.desk.recover()
    front.desk.sync()
    assert [] == front.arriving.of(ann.person)


def test_the_newest_comes_first(front):
    """Several are listed by when they were opened."""
    ann = customer(front, "Ann")
    first = opened(front, ann, "one")
    front.desk.ledger.advance(60)
    second = opened(front, ann, "two")
    assert [second, first] == front.arriving.of(ann.person)


def test_it_is_nobody_elses(front):
    """Whoever knows a handle, and did not open the ticket, finds nothing."""
    ann, eve = customer(front, "Ann"), customer(front, "Eve")
    ticket = opened(front, ann)
    assert [] == front.arriving.of(eve.person)
    with pytest.raises(NotFound, match="no ticket"):
        front.arriving.named(ticket.handle, eve.person)


def test_looking_is_on_record(front):
    """That it was read is written down, as of every other ticket."""
    ticket = opened(front, customer(front, "Ann"))
    before = len(front.desk.reads.of(ticket))
    front.arriving.show(ticket, reader=reader(front))
    assert before + 1 == len(front.desk.reads.of(ticket))
