"""An agent records a ticket of somebody who has no key."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import NOBODY, entry_head, keccak
from supportledger.model.ticket import Action, Auth, Status
from tests.chain.expect import refuses
from tests.chain.given import ALWAYS, PLAIN, certificate
from tests.chain.people import ANN, BEN, EVE, GATE, SERVICE, STRANGER, SUPERVISOR

OTHER = keccak(b"other")


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR], ids=lambda who: who.name)
def test_refuses_whoever_was_never_certified(desk, who):
    """Only a certified agent speaks for others; a role does not help."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open_keyless(who)


def test_refuses_a_suspended_agent(desk):
    """A suspended certificate is not in force."""
    word = desk.suspend(SERVICE)
    with refuses(refusal.AgentNotInForce(SERVICE.address, AgentStatus.SUSPENDED, word.from_, ALWAYS)):
        desk.open_keyless()


def test_refuses_a_certificate_that_ends_now(desk):
    """`until` is the first second no longer in force."""
    word = desk.certify(STRANGER, certificate(0, until=desk.now + 100))
    desk.later(99)
    desk.open_keyless(STRANGER)
    desk.later(1)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.CERTIFIED, word.from_, desk.now)):
        desk.open_keyless(STRANGER)


def test_refuses_a_certificate_that_begins_later(desk):
    """`from` is the first second in force."""
    desk.certify(STRANGER, certificate(0, from_=desk.now + 100))
    desk.later(99)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.CERTIFIED, desk.now + 1, ALWAYS)):
        desk.open_keyless(STRANGER)
    desk.later(1)
    desk.open_keyless(STRANGER)


def test_refuses_an_opening_without_a_content(desk):
    """What was written is committed to, here too."""
    with refuses(refusal.CommitmentMissing(Action.OPEN)):
        desk.open_keyless(commitment=NOTHING)


def test_refuses_a_retired_policy(desk):
    """No new ticket is opened under a policy that was withdrawn."""
    desk.retire(1)
    with refuses(refusal.PolicyWithdrawn(1)):
        desk.open_keyless()


def test_refuses_other_terms(desk):
    """The agent names the promise that the customer was shown."""
    with refuses(refusal.TermsMismatch(1, PLAIN.hash, OTHER)):
        desk.open_keyless(terms=OTHER)


@pytest.mark.parametrize("who", [SERVICE, GATE], ids=lambda who: who.name)
def test_refuses_the_gate(desk, who):
    """Nobody without a key passes a gate, not even when the gate is itself certified."""
    desk.certify(GATE)
    with refuses(refusal.GateOnly(4, GATE.address)):
        desk.open_keyless(who, policy=4)


def test_refuses_the_same_commitment_twice(desk):
    """Neither keyless nor as a customer does one opener use a commitment twice."""
    t = desk.open_keyless(commitment=OTHER)
    with refuses(refusal.TicketExists(t.id)):
        desk.open_keyless(commitment=OTHER)
    with refuses(refusal.TicketExists(t.id)):
        desk.open(SERVICE, commitment=OTHER)


@pytest.mark.parametrize("who", [SERVICE, BEN, EVE], ids=lambda who: who.name)
def test_makes_a_ticket_without_a_customer(desk, who):
    """The customer is nobody, the agent is not the assignee."""
    t = desk.open_keyless(who)
    found = (t.state.customer, t.state.assignee, t.state.status, t.state.unseen)
    assert (NOBODY, NOBODY, Status.OPEN, 1) == found


def test_binds_the_terms_and_the_certificate_into_the_head(desk):
    """The authority is the hash of terms and agent word: a later change of either rewrites nothing."""
    word = desk.driver.view("agentWord", ANN.address)
    t = desk.open_keyless(ANN, commitment=OTHER)
    authority = keccak(PLAIN.hash + word.to_bytes(32, "big"))
    meta = 1 << 80 | Auth.RECORDED << 72 | desk.now
    assert entry_head(t.id, meta, 1, ANN.address, authority, OTHER) == t.state.head


def test_never_pretends_to_be_signed(desk):
    """The event says that the desk recorded it."""
    assert (Auth.RECORDED, SERVICE.address) == (desk.open_keyless().event.auth, SERVICE.address)
