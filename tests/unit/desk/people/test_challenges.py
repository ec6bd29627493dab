"""Challenges: for one purpose, one account, one browser, and once."""

import pytest

from supportledger.desk.people.challenges import Asked, answer, ask
from supportledger.errors import Denied

FOR = Asked("wallet", "a browser")


@pytest.fixture
def asked(house):
    """A challenge that waits for its answer."""
    ask(house.cabinet, "a nonce", FOR, expires_at=house.people.now + 60)
    return house


@pytest.mark.parametrize("other", [Asked("passkey", "a browser"), Asked("wallet", "another browser")])
def test_a_challenge_is_for_one_thing(asked, other):
    """An answer in another ceremony or from another browser is refused, and uses nothing up."""
    with pytest.raises(Denied):
        answer(asked.cabinet, "a nonce", other)
    answer(asked.cabinet, "a nonce", FOR)


def test_a_challenge_is_of_one_account(asked):
    """What was asked of nobody in particular is no answer for an account."""
    with pytest.raises(Denied, match="something else"):
        answer(asked.cabinet, "a nonce", Asked("wallet", "a browser", asked.staff().id))


def test_a_challenge_is_answered_once(asked):
    """The second answer is refused."""
    answer(asked.cabinet, "a nonce", FOR)
    with pytest.raises(Denied, match="used already"):
        answer(asked.cabinet, "a nonce", FOR)


def test_a_challenge_expires(asked):
    """After its time it is gone."""
    asked.clock.move(60)
    with pytest.raises(Denied, match="too old"):
        answer(asked.cabinet, "a nonce", FOR)
