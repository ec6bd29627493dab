"""A ticket is given to an agent."""

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import NOBODY, entry_head, keccak
from supportledger.model.ticket import Action, Flag
from tests.chain.actions.places import ACTIVE, closed, opened, solved
from tests.chain.expect import cannot_be_asked, refuses
from tests.chain.given import ALWAYS, HOUR
from tests.chain.people import ADMIN, ALICE, ANN, BEN, CERTIFIER, EVE, SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [SERVICE, ANN, EVE], ids=lambda who: who.name)
def test_gives_the_ticket_to_themselves(desk, who):
    """Any agent takes a ticket, of whatever tier."""
    t = desk.open().assign(who, by=who)
    assert {"assignee": who.address, "staff_run": 1, "staff_seq": 2} == t.changed


def test_refuses_to_give_it_to_another(desk):
    """Only a supervisor gives work to others."""
    with refuses(refusal.SupervisorOnly(ANN.address)):
        desk.open().assign(BEN, by=ANN)


def test_refuses_an_agent_who_is_not_in_force(desk):
    """Without a certificate they are as anybody else."""
    desk.suspend(ANN)
    with refuses(refusal.SupervisorOnly(ANN.address)):
        desk.open().assign(ANN, by=ANN)


@pytest.mark.parametrize("to", [SERVICE, ANN, EVE], ids=lambda who: who.name)
def test_gives_the_ticket_to_any_agent_in_force(desk, to):
    """A supervisor need not be an agent."""
    assert to.address == desk.open().assign(to).state.assignee


def test_refuses_an_assignee_who_is_not_in_force(desk):
    """Neither nobody, nor a stranger, nor a suspended agent."""
    t = desk.open()
    with refuses(refusal.AgentNotInForce(NOBODY, AgentStatus.NONE, 0, 0)):
        t.assign(argument=0)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.NONE, 0, 0)):
        t.assign(STRANGER)
    word = desk.suspend(BEN)
    with refuses(refusal.AgentNotInForce(BEN.address, AgentStatus.SUSPENDED, word.from_, ALWAYS)):
        t.assign(BEN)


@pytest.mark.parametrize("above", [1 << 160, 1 << 255])
def test_refuses_an_argument_that_is_no_address(desk, above):
    """An argument has no bits above an address."""
    with cannot_be_asked():
        desk.open().assign(argument=above | ANN.word)


def test_refuses_a_supervisor_who_is_the_customer(desk):
    """Staff never act on their own ticket, by role neither."""
    with refuses(refusal.OwnTicket(SUPERVISOR.address)):
        desk.open(SUPERVISOR).assign(ANN)


@pytest.mark.parametrize("who", [STRANGER, ADMIN, CERTIFIER], ids=lambda who: who.name)
def test_refuses_whoever_is_neither(desk, who):
    """Other roles do not assign."""
    with refuses(refusal.SupervisorOnly(who.address)):
        desk.open().assign(ANN, by=who)
    with refuses(refusal.OwnTicket(ALICE.address)):
        desk.open().assign(ANN, by=ALICE)


@pytest.mark.parametrize("place", [solved, closed])
def test_refuses_in_status(desk, place):
    """What is solved needs nobody."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.ASSIGN, t.state.status)):
        t.assign(BEN)


@pytest.mark.parametrize("place", ACTIVE)
def test_moves_no_clock(desk, place):
    """Only the assignee changes, and what is late by now is put on record."""
    t = place(desk)
    run, sequence = t.state.staff_run, t.state.staff_seq
    desk.later(100)
    expected = {"assignee": BEN.address, "staff_run": run + 1, "staff_seq": sequence + 1}
    assert expected == t.assign(BEN).changed
    late = opened(desk)
    desk.later(HOUR + 1)
    assert Flag.LATE_FIRST == late.assign(BEN).state.flags


def test_binds_the_role_of_a_supervisor(desk):
    """The authority of a supervisor is the role."""
    t = desk.open()
    before = t.state.head
    t.assign(ANN)
    meta = 1 << 88 | Action.ASSIGN << 80 | 1 << 40 | desk.now
    role = keccak(b"SUPERVISOR_ROLE")
    assert entry_head(before, meta, ANN.word, SUPERVISOR.address, role, bytes(32)) == t.state.head


def test_binds_the_certificate_of_an_agent_even_if_a_supervisor_too(desk):
    """Taking a ticket is an agent's act; giving it to another is a supervisor's."""
    desk.grant("supervisor", ANN)
    word = desk.driver.view("agentWord", ANN.address).to_bytes(32, "big")
    t = desk.open()
    before = t.state.head
    t.assign(ANN, by=ANN)
    meta = 1 << 88 | Action.ASSIGN << 80 | 1 << 40 | desk.now
    assert entry_head(before, meta, ANN.word, ANN.address, word, bytes(32)) == t.state.head
    assert BEN.address == t.assign(BEN, by=ANN).state.assignee
