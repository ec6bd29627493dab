"""Contracts that sign by ERC-1271, and mean no good."""

import pytest

from supportledger.model import refusal
from supportledger.model.acts import Act, Acts
from supportledger.model.ids import Address, keccak
from supportledger.model.ticket import Action, Auth, Status
from tests.chain.expect import refuses
from tests.chain.given import HOUR, variant
from tests.chain.people import ALICE, ANN

MOODS = ["Owner", "Refuses", "Reverts", "Garbage", "Short", "Empty", "BurnsGas", "Reenters"]


@pytest.fixture
def ticket(desk, wallet):
    """A ticket whose customer is the wallet, opened in a good mood."""
    return desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))


def signed_reply(desk, t, wallet):
    """A reply that the wallet's owner signed."""
    return desk.sign(t, Act(Action.REPLY, wallet.address, 0, 0, desk.content()), ALICE)


@pytest.mark.parametrize("mood", ["Refuses", "Reverts", "Garbage", "Short", "Empty"])
def test_refuses_whatever_else_it_answers(desk, wallet, ticket, mood):
    """Only the standard's four bytes in a whole word are a signature."""
    desk.tell(wallet, "setMood", MOODS.index(mood))
    act = signed_reply(desk, ticket, wallet)
    with refuses(refusal.SignatureInvalid(wallet.address, 1)):
        ticket.send(act)
    with refuses(refusal.SignatureInvalid(wallet.address, 0)):
        desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))


def test_refuses_in_a_single_call(desk, wallet, ticket):
    """Who sends it alone pays for it alone, and learns why."""
    desk.tell(wallet, "setMood", MOODS.index("BurnsGas"))
    with refuses(refusal.SignatureInvalid(wallet.address, 1)):
        ticket.send(signed_reply(desk, ticket, wallet))


def test_costs_a_batch_nothing(desk, wallet, ticket):
    """No contract is asked in a batch: the others are done, and the gas is as without it."""
    desk.tell(wallet, "setMood", MOODS.index("BurnsGas"))
    other = desk.open()
    good = desk.sign(other, other.plan(Action.REPLY, ALICE), ALICE)
    bad = signed_reply(desk, ticket, wallet)
    consent = desk.open_keyless()
    claim = consent.plan(Action.CLAIM, ANN, argument=wallet.word, deadline=desk.now + HOUR)
    claim = desk.consent(consent, desk.sign(consent, claim, ANN), ALICE, customer=wallet.address)
    data = desk.driver.act_batch(groups_of((ticket, bad), (other, good), (consent, claim)))
    assert 250_000 > desk.driver.send(ALICE.address, data, desk.now).gas_used
    assert other.state.hash() != desk.driver.view("ticketHash", other.id)
    for case in (ticket, consent):
        assert case.state.hash() == desk.driver.view("ticketHash", case.id)


def groups_of(*pairs):
    """One action on each ticket."""
    return [Acts(case.id, case.state, [act]) for case, act in pairs]


def test_cannot_act_while_it_is_asked(desk, wallet, ticket):
    """It is asked by a static call: the action it tries meanwhile fails, and only the signed one is done."""
    attack = desk.driver.act(ticket.id, ticket.state, Act(Action.CLOSE, wallet.address, 0, 0, bytes(32)))
    desk.tell(wallet, "prepare", desk.driver.address, attack)
    ticket.send(signed_reply(desk, ticket, wallet))
    assert (Status.OPEN, 2, Auth.ERC1271) == (ticket.state.status, ticket.state.entries, ticket.event.auth)


def test_refuses_an_account_without_code(desk):
    """A wallet that is still to be deployed signs nothing."""
    ghost = Address(keccak(b"to be deployed")[12:])
    o = desk.opening()._replace(opener=ghost, customer=ghost)
    with refuses(refusal.SignatureInvalid(ghost, 0)):
        desk.opened(desk.sign_opening(o, ALICE))


def test_acts_as_any_customer(desk, wallet, ticket):
    """What a contract sends is sent by its actor: auth 0."""
    act = Act(Action.REPLY, wallet.address, 0, 0, desk.content())
    data = desk.driver.act_sent(ticket.id, ticket.state, act)
    outcome = desk.twin.act(ticket.state, act, desk.now)
    desk.tell(wallet, "execute", desk.driver.address, data)
    assert outcome.state.hash() == desk.driver.view("ticketHash", ticket.id)
    assert Auth.SENT == outcome.meta >> 72 & 0xFF


def test_carries_signatures_as_a_gate(desk, wallet):
    """A gate is a contract as a rule; only through it, and only signed, is the policy open."""
    number = desk.publish(variant(gate=wallet.address))
    signed = desk.sign_opening(desk.opening(ALICE, policy=number), ALICE)
    with refuses(refusal.GateOnly(number, wallet.address)):
        desk.opened(signed)
    returned = desk.tell(wallet, "execute", desk.driver.address, desk.driver.opening(signed))
    (inner,) = wallet.interface["execute"].result(returned)
    ticket, state = desk.driver.opened("openSigned", inner)
    assert (ALICE.address, number) == (state.customer, state.policy)
    assert state.hash() == desk.driver.view("ticketHash", ticket)
