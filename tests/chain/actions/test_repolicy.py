"""A supervisor gives a ticket a stricter policy."""

import pytest

from supportledger.model import refusal
from supportledger.model.ids import entry_head, keccak
from supportledger.model.ticket import Action, Flag
from tests.chain.actions.places import answered, closed, opened, pending, solved
from tests.chain.conftest import OFFICE
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, LARGEST, PLAIN, variant
from tests.chain.people import ADMIN, ALICE, ANN, CERTIFIER, EVE, GATE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, ANN, ADMIN, CERTIFIER], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Neither agents nor any other role change a promise; nor does the customer."""
    with refuses(refusal.SupervisorOnly(who.address)):
        desk.open().repolicy(1, who)
    with refuses(refusal.OwnTicket(ALICE.address)):
        desk.open().repolicy(1, ALICE)


def test_refuses_their_own_ticket(desk):
    """Staff never act on their own ticket."""
    with refuses(refusal.OwnTicket(SUPERVISOR.address)):
        desk.open(SUPERVISOR).repolicy(1)


@pytest.mark.parametrize("place", [solved, closed])
def test_refuses_in_status(desk, place):
    """What is done keeps the promise it was done under."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.REPOLICY, t.state.status)):
        t.repolicy(1)


@pytest.mark.parametrize("number", [0, 5, 65_535])
def test_refuses_an_unknown_policy(desk, number):
    """It was never published."""
    with refuses(refusal.PolicyNotFound(number)):
        desk.open().repolicy(number)


def test_refuses_a_retired_policy(desk):
    """What is withdrawn is given to no ticket any more, new or old; those that have it keep it."""
    t = desk.open()
    desk.retire(1)
    with refuses(refusal.PolicyWithdrawn(1)):
        t.repolicy(1)
    t.answer().reply().solve()


@pytest.mark.parametrize("number", [1 << 16, (1 << 16) + 1, LARGEST])
def test_refuses_a_number_that_is_none(desk, number):
    """Bits above the number are not ignored."""
    with refuses(refusal.ArgumentInvalid(Action.REPOLICY, number)):
        desk.open().repolicy(number)


@pytest.mark.parametrize("name", ["first_response", "next_response", "resolution", "escalate_every"])
def test_refuses_a_longer_promise(desk, name):
    """Not by a second."""
    looser = desk.publish(variant(**{name: getattr(PLAIN, name) + 1}))
    with refuses(refusal.PolicyLooser(1, looser)):
        desk.open().repolicy(looser)


@pytest.mark.parametrize("name", ["first_response", "next_response", "resolution"])
def test_refuses_no_promise_for_a_promise(desk, name):
    """0 is longer than any other."""
    looser = desk.publish(variant(**{name: 0}))
    with refuses(refusal.PolicyLooser(1, looser)):
        desk.open().repolicy(looser)


@pytest.mark.parametrize(("name", "policy"), [("levels", 1), ("reopen_window", 1), ("tier", 2)], ids=str)
def test_refuses_fewer_levels_or_a_shorter_window_or_a_lower_tier(desk, name, policy):
    """Less of what protects the customer is looser."""
    terms = desk.twin.policies[policy].terms
    looser = desk.publish(variant(terms, **{name: getattr(terms, name) - 1}))
    with refuses(refusal.PolicyLooser(policy, looser)):
        desk.open(policy=policy).repolicy(looser)


@pytest.mark.parametrize(
    "changes",
    [
        {"pause_allowance": PLAIN.pause_allowance + 1},
        {"pause_allowance": PLAIN.pause_allowance - 1},
        {"hours": OFFICE},
        {"gate": GATE.address},
    ],
    ids=["more pause", "less pause", "hours", "gate"],
)
def test_refuses_another_allowance_or_hours_or_gate(desk, changes):
    """These cannot be compared, so they must be equal."""
    other = desk.publish(variant(**changes))
    with refuses(refusal.PolicyLooser(1, other)):
        desk.open().repolicy(other)


def test_takes_the_earlier_of_old_and_new_deadlines(desk):
    """Half the promise from now on is earlier than the old one."""
    strict = desk.publish(variant(first_response=1_800, resolution=DAY // 2))
    t = opened(desk)
    desk.later(60)
    t.repolicy(strict)
    assert {
        "respond_by": desk.now + 1_800,
        "resolve_by": desk.now + DAY // 2,
        "policy": strict,
        "staff_run": 1,
        "staff_seq": 2,
    } == t.changed


def test_never_moves_a_deadline_on(desk):
    """Changed a minute before the deadline, the old deadline stands."""
    strict = desk.publish(variant(first_response=1_800, resolution=DAY // 2))
    t = opened(desk)
    desk.at(t.state.respond_by - 60)
    t.repolicy(strict)
    assert {
        "resolve_by": desk.now + DAY // 2,
        "policy": strict,
        "staff_run": 1,
        "staff_seq": 2,
    } == t.changed


def test_makes_a_promise_where_there_was_none(desk):
    """Any deadline is earlier than never."""
    silent = desk.publish(variant(first_response=0, next_response=0, resolution=0))
    t = desk.open(policy=silent)
    desk.later(10 * DAY)
    t.repolicy(1)
    assert (desk.now + HOUR, desk.now + DAY) == (t.state.respond_by, t.state.resolve_by)


def test_promises_the_next_response_once_answered(desk):
    """Who waits again waits under the promise for later answers."""
    strict = desk.publish(variant(first_response=60, next_response=120))
    t = pending(desk).reply()
    desk.later(10)
    t.repolicy(strict)
    assert desk.now + 120 == t.state.respond_by


def test_leaves_the_response_clock_when_nobody_waits(desk):
    """A deadline that binds nobody is not moved."""
    strict = desk.publish(variant(first_response=60, next_response=120))
    t = answered(desk)
    desk.later(10)
    assert {"policy": strict, "staff_run": 1, "staff_seq": 3} == t.repolicy(strict).changed


def test_counts_from_now_in_the_hours_of_the_policy(desk):
    """On a Saturday, an hour to answer ends on Monday at 10 of the place."""
    strict = desk.publish(variant(hours=OFFICE, first_response=HOUR))
    lenient = desk.publish(variant(hours=OFFICE, first_response=9 * HOUR))
    desk.at((desk.now // (7 * DAY) + 1) * 7 * DAY + 2 * DAY)
    t = desk.open(policy=lenient)
    t.repolicy(strict)
    assert desk.now + 2 * DAY + 2 * HOUR == t.state.respond_by


def test_changes_the_promise_to_itself(desk):
    """No looser is also the same; nothing is won by it."""
    t = opened(desk)
    desk.later(60)
    assert {"staff_run": 1, "staff_seq": 2} == t.repolicy(1).changed


def test_asks_answers_for_the_new_tier(desk):
    """The ticket has the tier of its policy."""
    t = opened(desk).repolicy(2)
    assert 2 == t.state.tier
    with refuses(refusal.TierTooLow(ANN.address, 1, 2)):
        t.answer()
    t.answer(EVE)


def test_settles_before_by_the_old_promise(desk):
    """What was late under the old promise is late."""
    strict = desk.publish(variant(first_response=60))
    t = opened(desk)
    desk.later(HOUR + 1)
    assert Flag.LATE_FIRST == t.repolicy(strict).state.flags


def test_binds_the_role_and_the_new_terms(desk):
    """The authority is the hash of both: a number would not say what was promised."""
    t = opened(desk)
    before = t.state.head
    t.repolicy(2)
    authority = keccak(keccak(b"SUPERVISOR_ROLE") + variant(tier=2).hash)
    meta = 1 << 88 | Action.REPOLICY << 80 | 1 << 40 | desk.now
    assert entry_head(before, meta, 2, SUPERVISOR.address, authority, bytes(32)) == t.state.head
