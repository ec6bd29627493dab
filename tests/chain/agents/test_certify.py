"""A certifier certifies an agent."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import NOBODY
from tests.chain.expect import refuses
from tests.chain.given import ALWAYS, certificate, role_of
from tests.chain.people import ADMIN, ANN, BOB, SUPERVISOR


@pytest.mark.parametrize("who", [ADMIN, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Not even the admin; nobody certifies themselves."""
    with refuses(refusal.RoleMissing(who.address, role_of("certifier"))):
        desk.certify(who, by=who)


def test_refuses_nobody(desk):
    """The zero address is nobody's."""
    with refuses(refusal.AgentAddressInvalid(NOBODY)):
        desk.certify(NOBODY)


def test_refuses_to_lift_a_suspension(desk):
    """A suspension is lifted by reinstating."""
    desk.suspend(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.SUSPENDED)):
        desk.certify(ANN)


def test_refuses_to_undo_a_revocation(desk):
    """Revoked is final."""
    desk.revoke(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.certify(ANN)


def test_refuses_to_begin_in_the_past(desk):
    """Nobody was certified yesterday by a decision of today; the present second is no past."""
    with refuses(refusal.PeriodInvalid(desk.now - 1, ALWAYS)):
        desk.certify(BOB, certificate(from_=desk.now - 1))
    assert desk.now == desk.certify(BOB, certificate(from_=desk.now)).from_


def test_refuses_to_end_before_it_begins(desk):
    """A certificate is in force for a second at least."""
    for until in (0, desk.now - 1, desk.now):
        with refuses(refusal.PeriodInvalid(desk.now, until)):
            desk.certify(BOB, certificate(until=until))
    with refuses(refusal.PeriodInvalid(desk.now + 10, desk.now + 10)):
        desk.certify(BOB, certificate(from_=desk.now + 10, until=desk.now + 10))
    desk.certify(BOB, certificate(until=desk.now + 1))


def test_refuses_to_end_earlier_than_before(desk):
    """A certificate is only ever extended: to end it, revoke it."""
    desk.certify(BOB, certificate(until=desk.now + 100))
    with refuses(refusal.PeriodShortened(desk.now + 100, desk.now + 99)):
        desk.certify(BOB, certificate(until=desk.now + 99))
    desk.certify(BOB, certificate(until=desk.now + 100))


def test_begins_now_when_it_does_not_say_when(desk):
    """0 is now."""
    assert desk.now == desk.certify(BOB, certificate(from_=0)).from_


def test_stores_every_field_but_the_status(desk):
    """Whatever status is asked for, it is certified."""
    for status in AgentStatus:
        asked = Agent(desk.now, ALWAYS, status, 7, 0xAABBCCDD, 0x11223344, b"credentials!")
        assert replace(asked, status=AgentStatus.CERTIFIED) == desk.certify(BOB, asked)


def test_changes_a_certified_agent(desk):
    """A new tier, from now on; it may be lower, and may begin later."""
    assert 2 == desk.certify(ANN, certificate(2)).tier
    assert 0 == desk.certify(ANN, certificate(0)).tier
    assert desk.now + 50 == desk.certify(ANN, certificate(1, from_=desk.now + 50)).from_


def test_logs_the_word_and_the_time(desk):
    """`Desk` compares the event with what is stored; the time is the block's."""
    desk.later(12_345)
    assert desk.certify(BOB).word == desk.driver.view("agentWord", BOB.address)
