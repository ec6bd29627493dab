"""Second factors: a code counts once, wrong ones lock, and recovery codes are kept as hashes."""

from datetime import UTC, datetime

import pyotp
import pytest

from supportledger.desk.people.sessions import Step, Way
from supportledger.errors import Conflict, Denied, LimitReached
from supportledger.model.people import Right


def code(house, secret, steps=0):
    return pyotp.TOTP(secret).at(datetime.fromtimestamp(house.people.now + 30 * steps, UTC))


@pytest.fixture
def lin(house):
    return house.staff()


@pytest.fixture
def factor(house, lin):
    """A confirmed second factor: its secret and recovery codes."""
    _, visitor = house.signed_in(lin)
    secret = house.codes.begin(visitor).secret
    codes = house.codes.confirm(visitor, code(house, secret))
    house.clock.move(60)
    return secret, codes


@pytest.fixture
def half(house, lin, factor):
    """A session in which the second factor is outstanding: its secret, and who asks."""
    return house.signed_in(lin, Way.WALLET)


def test_a_second_factor_lets_in(house, factor, half):
    """With the code, the session has its rights; without it, none."""
    token, visitor = half
    assert ("code", frozenset()) == (visitor.step, visitor.rights)
    house.codes.check(visitor, code(house, factor[0]))
    opened = house.sessions.advance(token, is_coded=True)
    assert house.sessions.visitor(opened.token).may(Right.ANSWER)


def test_a_passkey_needs_the_code_too(house, lin, factor):
    """Whoever has set up a second factor is asked for it however they sign in."""
    assert Step.CODE is house.sessions.open(lin, Way.PASSKEY).session.step


def test_what_was_begun_does_not_count_yet(house, lin):
    """Until a code was shown, there is no second factor, and signing in asks for none."""
    _, visitor = house.signed_in(lin)
    enrolment = house.codes.begin(visitor)
    assert not house.codes.has(lin.id)
    assert Step.DONE is house.sessions.open(lin, Way.WALLET).session.step
    assert enrolment.uri.startswith("otpauth://totp/")
    assert enrolment.image.startswith("<svg")
    with pytest.raises(Denied, match="no second factor that counts"):
        house.codes.check(visitor, code(house, enrolment.secret))


def test_a_code_counts_once(house, factor, half):
    """Neither a code that was used, nor one before it, counts again."""
    _, visitor = half
    now, before = code(house, factor[0]), code(house, factor[0], -1)
    house.codes.check(visitor, now)
    for used in (now, before):
        with pytest.raises(Denied, match="used already"):
            house.codes.check(visitor, used)


def test_clocks_may_differ_a_little(house, factor, half):
    """A code half a minute ahead counts; one of two minutes does not."""
    _, visitor = half
    with pytest.raises(Denied, match="wrong"):
        house.codes.check(visitor, code(house, factor[0], 4))
    house.codes.check(visitor, code(house, factor[0], 1))


def test_guessing_locks(house, factor, half):
    """After five wrong codes even the right one is refused, until a while has passed."""
    _, visitor = half
    for _ in range(5):
        with pytest.raises(Denied, match="wrong"):
            house.codes.check(visitor, "000000x")
    with pytest.raises(LimitReached):
        house.codes.check(visitor, code(house, factor[0]))
    with pytest.raises(LimitReached):
        house.codes.check(visitor, factor[1][0])
    house.clock.move(15 * 60)
    _, visitor = house.signed_in(house.people.get(visitor.person), Way.WALLET)
    house.codes.check(visitor, code(house, factor[0]))


def test_a_new_session_does_not_unlock(house, lin, factor, half):
    """Signing in again, or from elsewhere, gives no more tries."""
    for _ in range(5):
        _, visitor = house.signed_in(lin, Way.WALLET)
        with pytest.raises(Denied, match="wrong"):
            house.codes.check(visitor, "123")
    _, visitor = house.signed_in(lin, Way.WALLET)
    with pytest.raises(LimitReached):
        house.codes.check(visitor, code(house, factor[0]))


def test_who_types_it_right_is_not_locked(house, factor, half):
    """Right codes do not use tries up."""
    _, visitor = half
    for _ in range(10):
        house.codes.check(visitor, code(house, factor[0]))
        house.clock.move(30)


def test_recovery_codes_work_once(house, lin, factor, half):
    """Each recovery code lets in once, however it is typed, and is kept as a hash alone."""
    _, codes = factor
    _, visitor = half
    assert 10 == len(set(codes)) == house.codes.recovery_codes_left(lin.id)
    kept = house.everything()
    assert not any(one in kept or one.replace("-", "") in kept for one in codes)
    house.codes.check(visitor, codes[3].upper().replace("-", " "))
    assert 9 == house.codes.recovery_codes_left(lin.id)
    with pytest.raises(Denied):
        house.codes.check(visitor, codes[3])


@pytest.mark.parametrize("given", ["", " ", "0" * 5_000, "١٢٣٤٥٦", "\ud800"])
def test_what_is_no_code_is_wrong(house, half, given):
    """Anything else is a wrong code, never a fault of ours."""
    with pytest.raises(Denied, match="wrong"):
        house.codes.check(half[1], given)


def test_half_signed_in_changes_nothing(house, factor, half):
    """Who has not given the code can neither replace nor remove what it is made from."""
    _, visitor = half
    for attempt in (
        lambda: house.codes.begin(visitor),
        lambda: house.codes.confirm(visitor, code(house, factor[0])),
        lambda: house.codes.remove(visitor, code(house, factor[0])),
    ):
        with pytest.raises(Denied, match="another step"):
            attempt()


def test_a_second_factor_is_removed_with_a_code(house, lin, factor):
    """Whoever is signed in removes their second factor by a code of it, and does not replace it before."""
    secret, _ = factor
    token = house.sessions.advance(house.sessions.open(lin, Way.PASSKEY).token, is_coded=True).token
    visitor = house.sessions.visitor(token)
    with pytest.raises(Conflict):
        house.codes.begin(visitor)
    with pytest.raises(Denied, match="wrong"):
        house.codes.remove(visitor, "000")
    house.codes.remove(visitor, code(house, secret))
    assert not house.codes.has(lin.id)


def test_secrets_are_never_shown_by_accident(house, lin):
    """What is printed of an enrolment has no secret in it."""
    enrolment = house.codes.begin(house.signed_in(lin)[1])
    assert enrolment.secret not in repr(enrolment)


def test_an_old_session_sets_up_no_second_factor(house, lin):
    """Who has only found a cookie locks its owner out by no second factor of their own."""
    token, _ = house.signed_in(lin)
    house.clock.move(15 * 60 + 1)
    with pytest.raises(Denied, match="signed in lately"):
        house.codes.begin(house.sessions.visitor(token))
