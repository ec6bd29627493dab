"""A desk tries to keep less than it promised."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ticket import Flag
from tests.chain.expect import refuses
from tests.chain.given import ALWAYS, DAY, HOUR, PLAIN, certificate, variant
from tests.chain.people import ALICE, ANN, BOB


def test_refuses_the_way_back_from_a_stricter_policy(desk):
    """What was tightened stays tight."""
    strict = desk.publish(variant(first_response=60))
    t = desk.open().repolicy(strict)
    with refuses(refusal.PolicyLooser(strict, 1)):
        t.repolicy(1)


def test_refuses_a_looser_one_by_way_of_a_stricter_one(desk):
    """Stricter here, then looser there: each step is compared with the promise of the moment."""
    strict = desk.publish(variant(first_response=60, levels=5))
    looser = desk.publish(variant(first_response=60, levels=4))
    t = desk.open().repolicy(strict)
    with refuses(refusal.PolicyLooser(strict, looser)):
        t.repolicy(looser)


@pytest.mark.parametrize(
    "changes",
    [
        {"first_response": 1, "next_response": 1, "resolution": 1, "levels": 1},
        {"levels": 255, "tier": 255, "reopen_window": PLAIN.reopen_window - 1},
        {"first_response": 1, "resolution": 0},
    ],
    ids=["fewer levels", "shorter window", "no resolution"],
)
def test_refuses_to_trade_one_promise_for_another(desk, changes):
    """However much stricter in all else, looser in one thing is looser."""
    other = desk.publish(variant(**changes))
    with refuses(refusal.PolicyLooser(1, other)):
        desk.open().repolicy(other)


def test_keeps_what_was_promised(desk):
    """Retired, the policy still has its deadlines, levels and windows for the tickets that have it."""
    t = desk.open()
    desk.retire(1)
    desk.later(HOUR + 1)
    assert Flag.LATE_FIRST == t.escalate().state.flags
    t.solve()
    desk.later(7 * DAY)
    t.reply()


def test_refuses_a_signature_of_the_terms_under_another_number(desk):
    """A customer signs the promise itself: two policies alike but for the text are two promises."""
    twin = desk.publish(variant(text_hash=bytes(31) + b"\x01"))
    signed = desk.sign_opening(desk.opening(terms=PLAIN.hash), ALICE)
    moved = replace(signed, opening=signed.opening._replace(policy=twin))
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        desk.opened(moved)
    signed = desk.sign_opening(desk.opening(policy=twin, terms=PLAIN.hash), ALICE)
    with refuses(refusal.TermsMismatch(twin, desk.twin.policies[twin].terms.hash, PLAIN.hash)):
        desk.opened(signed)


def test_cannot_date_a_certificate_back(desk):
    """Neither a first one nor a change of one begins before now."""
    for who in (BOB, ANN):
        with refuses(refusal.PeriodInvalid(desk.now - 1, ALWAYS)):
            desk.certify(who, certificate(from_=desk.now - 1))


def test_cannot_bring_back_a_revoked_agent_under_the_same_address(desk):
    """By no way at all."""
    desk.revoke(ANN)
    for act in (desk.certify, desk.suspend, desk.reinstate, desk.revoke):
        with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
            act(ANN)
    with refuses(refusal.AgentStatusInvalid(ANN.address, AgentStatus.REVOKED)):
        desk.renew(ANN, ALWAYS)


def test_cannot_touch_what_was_answered(desk):
    """Whatever a certifier does afterwards, the slots are as they were."""
    tickets = [desk.open().answer(ANN), desk.open().answer(ANN).solve(ANN), desk.open_keyless(ANN)]
    desk.later(DAY)
    desk.certify(ANN, certificate(0, from_=desk.now + 10))
    desk.suspend(ANN)
    desk.reinstate(ANN)
    desk.revoke(ANN, since=1)
    for t in tickets:
        assert t.state.hash() == desk.driver.view("ticketHash", t.id)
