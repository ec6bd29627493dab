"""A desk in memory with tickets, and people who ask."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.people.visitors import Visitor
from supportledger.model.ids import Address, TicketId
from supportledger.model.people import Role, rights_of
from supportledger.wiring.memory import memory_desk


def visitor(number: int, *roles: Role, queues: frozenset[str] | None = None) -> Visitor:
    """Somebody with roles."""
    person, address = TicketId(bytes([number]) * 32), Address(bytes([number]) * 20)
    chosen = frozenset(roles or (Role.AGENT,))
    return Visitor(person, f"Person {number}", chosen, rights_of(chosen), queues, address, "session")


ANNA = visitor(1)
BEN = visitor(2)
CHIEF = visitor(3, Role.SUPERVISOR)


@pytest.fixture
def desk() -> Desk:
    """A desk with the identities of a local chain."""
    return memory_desk()


@pytest.fixture
def tickets(desk: Desk) -> list[TicketId]:
    """Three tickets of one customer."""
    found = [desk.tickets.open(f"Question {number}").ticket for number in range(3)]
    desk.sync()
    return found
