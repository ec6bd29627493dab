"""A certifier ends a certificate for good."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from tests.chain.expect import refuses
from tests.chain.given import DAY, certificate, role_of
from tests.chain.people import ADMIN, ANN, BEN, BOB, SUPERVISOR


@pytest.mark.parametrize("who", [ADMIN, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only certifiers."""
    with refuses(refusal.RoleMissing(who.address, role_of("certifier"))):
        desk.revoke(ANN, by=who)


def test_refuses_whoever_was_never_certified(desk):
    """There is nothing to revoke."""
    with refuses(refusal.AgentNotFound(BOB.address)):
        desk.revoke(BOB)


def test_refuses_a_revoked_agent(desk):
    """Nor can the time be changed afterwards."""
    desk.revoke(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.revoke(ANN, since=1)


@pytest.mark.parametrize("ahead", [1, DAY])
def test_refuses_a_time_in_the_future(desk, ahead):
    """Revoked is now or earlier."""
    with refuses(refusal.RevocationInFuture(desk.now + ahead, desk.now)):
        desk.revoke(ANN, since=desk.now + ahead)


@pytest.mark.parametrize("ago", [0, 1, 30])
def test_ends_as_of_the_time_that_is_named(desk, ago):
    """Until = since; an auditor flags what was done from then on."""
    before = desk.twin.agents[ANN.address]
    word = desk.revoke(ANN, since=desk.now - ago)
    assert (AgentStatus.REVOKED, desk.now - ago, before.from_) == (word.status, word.until, word.from_)
    assert word.revoked_for(desk.now - ago)
    assert not word.revoked_for(desk.now - ago - 1)


def test_may_lie_before_the_certificate_began(desk):
    """Then it never was in force, for an auditor."""
    word = desk.revoke(ANN, since=1)
    assert (1, True) == (word.until, word.revoked_for(word.from_))


def test_stretches_nothing_that_had_run_out(desk):
    """A certificate that ended last week did not last until today."""
    word = desk.certify(BOB, certificate(until=desk.now + 100))
    desk.later(DAY)
    assert word.until == desk.revoke(BOB).until


def test_ends_a_suspended_one(desk):
    """From suspended too."""
    desk.suspend(ANN)
    assert AgentStatus.REVOKED == desk.revoke(ANN).status


def test_leaves_earlier_answers_as_they_are(desk):
    """Past actions stand: no slot changes, the ticket goes on, and its replay has the authority of then."""
    t = desk.open().answer(ANN)
    slot = desk.driver.view("ticketHash", t.id)
    desk.later(DAY)
    desk.revoke(ANN, since=desk.now - 2 * DAY)
    assert slot == desk.driver.view("ticketHash", t.id)
    assert ANN.address == t.state.assignee
    t.reply().answer(BEN).solve(BEN)
