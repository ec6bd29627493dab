"""A supervisor withdraws a promise from new tickets."""

import pytest

from supportledger.model import refusal
from tests.chain.expect import refuses
from tests.chain.given import HOUR, role_of
from tests.chain.people import ADMIN, ANN, BOB, CERTIFIER


@pytest.mark.parametrize("who", [ADMIN, CERTIFIER, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only supervisors."""
    with refuses(refusal.RoleMissing(who.address, role_of("supervisor"))):
        desk.retire(1, by=who)


@pytest.mark.parametrize("number", [0, 5, 65_535])
def test_refuses_an_unknown_policy(desk, number):
    """It was never published."""
    with refuses(refusal.PolicyNotFound(number)):
        desk.retire(number)


def test_refuses_a_retired_policy(desk):
    """Once."""
    desk.retire(1)
    with refuses(refusal.PolicyWithdrawn(1)):
        desk.retire(1)


def test_leaves_the_tickets_that_have_it(desk):
    """Every clock, window and tier of an open ticket goes on as promised."""
    t = desk.open()
    desk.retire(1)
    desk.later(HOUR + 1)
    t.escalate().answer().reply().answer(status=1).hold().resume().solve()
    desk.later(100)
    t.reply()
    assert desk.now + 1_800 == t.state.respond_by
