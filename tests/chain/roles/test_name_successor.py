"""The admin says once where new tickets go."""

import pytest

from supportledger.model import refusal
from supportledger.model.ids import NOBODY
from tests.chain.expect import refuses
from tests.chain.given import role_of
from tests.chain.people import ANCHORER, ANN, BOB, CERTIFIER, GATE, SUPERVISOR


@pytest.mark.parametrize("who", [CERTIFIER, SUPERVISOR, ANCHORER, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only the admin."""
    with refuses(refusal.RoleMissing(who.address, role_of("admin"))):
        desk.name_successor(BOB.address, by=who)


def test_refuses_nobody_and_itself(desk):
    """Neither goes anywhere."""
    for address in (NOBODY, desk.driver.address):
        with refuses(refusal.SuccessorInvalid(address)):
            desk.name_successor(address)


def test_refuses_a_second_one(desk):
    """Once, the same neither."""
    desk.name_successor(GATE.address)
    for address in (BOB.address, GATE.address):
        with refuses(refusal.SuccessorAlreadyNamed(GATE.address)):
            desk.name_successor(address)


def test_changes_nothing_for_the_tickets_of_this_ledger(desk):
    """They finish here; even new ones open: it is informational."""
    t = desk.open()
    desk.name_successor(GATE.address)
    t.answer().reply().solve().close().rate()
    desk.open()
