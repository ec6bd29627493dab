"""A certifier extends a certificate."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from tests.chain.expect import refuses
from tests.chain.given import ALWAYS, certificate, role_of
from tests.chain.people import ADMIN, ANN, BOB, SUPERVISOR


@pytest.mark.parametrize("who", [ADMIN, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Nobody renews their own."""
    with refuses(refusal.RoleMissing(who.address, role_of("certifier"))):
        desk.renew(ANN, ALWAYS, by=who)


def test_refuses_whoever_was_never_certified(desk):
    """There is nothing to extend."""
    with refuses(refusal.AgentNotFound(BOB.address)):
        desk.renew(BOB, ALWAYS)


def test_refuses_a_revoked_agent(desk):
    """Revoked is final."""
    desk.revoke(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.renew(ANN, ALWAYS)


@pytest.mark.parametrize("earlier", [0, 1, 99])
def test_refuses_the_same_end_and_an_earlier_one(desk, earlier):
    """Extends only."""
    until = desk.now + 100
    desk.certify(BOB, certificate(until=until))
    with refuses(refusal.PeriodShortened(until, until - earlier)):
        desk.renew(BOB, until - earlier)


def test_extends_a_certified_agent(desk):
    """Nothing but the end changes."""
    before = desk.certify(BOB, certificate(2, until=desk.now + 100, skills=5))
    desk.later(10)
    after = desk.renew(BOB, before.until + 1)
    assert (before.from_, before.until + 1, before.status, 2, 5) == (
        after.from_,
        after.until,
        after.status,
        after.tier,
        after.skills,
    )


def test_extends_a_suspended_agent_who_stays_suspended(desk):
    """Extending is no reinstating."""
    desk.certify(BOB, certificate(until=desk.now + 100))
    desk.suspend(BOB)
    assert (AgentStatus.SUSPENDED, ALWAYS) == (desk.renew(BOB, ALWAYS).status, ALWAYS)


def test_brings_back_what_had_run_out(desk):
    """From the renewal on; what was done between had no certificate, and stays so."""
    desk.certify(BOB, certificate(until=desk.now + 100))
    t = desk.open()
    desk.later(100)
    with pytest.raises(refusal.AgentNotInForce):
        t.answer(BOB)
    desk.renew(BOB, desk.now + 50)
    t.answer(BOB)
