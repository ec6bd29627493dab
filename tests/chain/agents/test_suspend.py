"""A certifier suspends an agent."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ticket import Flag
from tests.chain.expect import refuses
from tests.chain.given import HOUR, role_of
from tests.chain.people import ADMIN, ANN, BOB, SERVICE, SUPERVISOR


@pytest.mark.parametrize("who", [ADMIN, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only certifiers."""
    with refuses(refusal.RoleMissing(who.address, role_of("certifier"))):
        desk.suspend(ANN, by=who)


def test_refuses_whoever_was_never_certified(desk):
    """There is nothing to suspend."""
    with refuses(refusal.AgentNotFound(BOB.address)):
        desk.suspend(BOB)


def test_refuses_a_suspended_or_revoked_agent(desk):
    """Once is enough."""
    desk.suspend(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.SUSPENDED)):
        desk.suspend(ANN)
    desk.revoke(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.suspend(ANN)


def test_changes_nothing_but_the_status(desk):
    """Period, tier and skills are as before."""
    before = desk.twin.agents[ANN.address]
    assert replace(before, status=AgentStatus.SUSPENDED) == desk.suspend(ANN)


def test_stops_what_the_agent_does(desk):
    """Sent or signed before: neither works from then on."""
    t = desk.open()
    signed = desk.sign(t, t.plan(2 + 1, ANN, argument=2), ANN)
    word = desk.suspend(ANN)
    expected = refusal.AgentNotInForce(ANN.address, AgentStatus.SUSPENDED, word.from_, word.until)
    for act in (t.answer, t.note, t.hold, t.solve, lambda: t.send(signed)):
        with refuses(expected):
            act()


def test_stops_no_clock(desk):
    """Withdrawing certificates can stop answers, never clocks."""
    t = desk.open()
    for agent in (ANN, SERVICE):
        desk.suspend(agent)
    desk.later(HOUR + 1)
    assert (1, Flag.LATE_FIRST) == (t.escalate().state.level, t.state.flags)
