"""The customer rates, once."""

import pytest

from supportledger.model import refusal
from supportledger.model.entry import NOTHING
from supportledger.model.rules import is_terminal
from supportledger.model.ticket import Action, Status
from tests.chain.actions.places import ACTIVE, closed, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, LARGEST
from tests.chain.people import ADMIN, ALICE, ANN, BOB, SERVICE, STRANGER, SUPERVISOR


@pytest.mark.parametrize("who", [STRANGER, BOB, ANN, SUPERVISOR, ADMIN], ids=lambda who: who.name)
def test_refuses_everybody_else(desk, who):
    """No staff rates itself."""
    with refuses(refusal.CustomerOnly(who.address, ALICE.address)):
        solved(desk).rate(5, who)


@pytest.mark.parametrize("who", [SERVICE, ANN, STRANGER], ids=lambda who: who.name)
def test_refuses_even_the_desk(desk, who):
    """Who cannot sign cannot rate, and nobody rates for them."""
    with refuses(refusal.KeylessCustomer(Action.RATE)):
        desk.open_keyless().solve().rate(5, who)


@pytest.mark.parametrize("place", ACTIVE)
def test_refuses_in_status(desk, place):
    """What goes on is not rated."""
    t = place(desk)
    with refuses(refusal.ActionNotAllowed(Action.RATE, t.state.status)):
        t.rate(5)


def test_accepts_the_last_second_of_thirty_days(desk):
    """A closed ticket is rated for thirty days, and terminal only after."""
    t = closed(desk)
    desk.later(30 * DAY)
    assert not is_terminal(t.state, desk.now)
    assert 1 == t.rate(1).state.rating


def test_refuses_a_second_later(desk):
    """Then the time is over."""
    t = closed(desk)
    desk.later(30 * DAY + 1)
    assert is_terminal(t.state, desk.now)
    with refuses(refusal.RatingOver(desk.now - 1)):
        t.rate(5)


def test_refuses_a_second_opinion(desk):
    """Once, be it solved, reopened and solved again, or closed."""
    t = solved(desk).rate(2)
    with refuses(refusal.AlreadyRated(2)):
        t.rate(5)
    t.reply().solve()
    with refuses(refusal.AlreadyRated(2)):
        t.rate(5)
    t.close()
    with refuses(refusal.AlreadyRated(2)):
        t.rate(2)


@pytest.mark.parametrize("stars", [0, 6, 256, 257, LARGEST])
def test_refuses_the_argument(desk, stars):
    """One to five."""
    with refuses(refusal.ArgumentInvalid(Action.RATE, stars)):
        solved(desk).rate(stars)


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("place", [solved, closed])
def test_records_the_stars(desk, place, stars):
    """With a content or without, by transaction or signature."""
    t = place(desk)
    sequence = t.state.customer_seq
    t.rate(stars, commitment=NOTHING if stars % 2 else desk.content(), signed=stars > 2)
    assert {"rating": stars, "customer_seq": sequence + 1} == t.changed
    assert stars == t.event.argument


def test_moves_no_clock_and_no_status(desk):
    """A rating shows an opinion, nothing else: the window for reopening is where it was."""
    t = solved(desk)
    until = desk.now + 7 * DAY
    desk.later(3 * DAY)
    t.rate(1)
    assert (Status.SOLVED, until) == (t.state.status, t.state.settled_at + 7 * DAY)
    desk.at(until)
    assert Status.OPEN == t.reply().state.status


def test_rates_a_solved_ticket_however_long_ago(desk):
    """The thirty days count from closing."""
    t = solved(desk)
    desk.later(400 * DAY)
    assert 3 == t.rate(3).state.rating
