"""A certifier lifts a suspension."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from tests.chain.expect import refuses
from tests.chain.given import certificate, role_of
from tests.chain.people import ADMIN, ANN, BOB, SUPERVISOR


@pytest.mark.parametrize("who", [ADMIN, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only certifiers."""
    desk.suspend(ANN)
    with refuses(refusal.RoleMissing(who.address, role_of("certifier"))):
        desk.reinstate(ANN, by=who)


def test_refuses_whoever_was_never_certified(desk):
    """There is nothing to lift."""
    with refuses(refusal.AgentNotFound(BOB.address)):
        desk.reinstate(BOB)


def test_refuses_a_certified_or_revoked_agent(desk):
    """Only a suspension is lifted."""
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.CERTIFIED)):
        desk.reinstate(ANN)
    desk.revoke(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.reinstate(ANN)


def test_changes_nothing_but_the_status(desk):
    """As before the suspension, and the agent acts again."""
    before = desk.twin.agents[ANN.address]
    desk.suspend(ANN)
    assert before == desk.reinstate(ANN)
    desk.open().answer(ANN)


def test_does_not_bring_back_what_had_run_out(desk):
    """A certificate that ended while it was suspended has ended."""
    word = desk.certify(BOB, certificate(until=desk.now + 100))
    desk.suspend(BOB)
    desk.later(100)
    desk.reinstate(BOB)
    with refuses(refusal.AgentNotInForce(BOB.address, AgentStatus.CERTIFIED, word.from_, word.until)):
        desk.open().answer(BOB)
