"""Sessions: known by a secret that is kept nowhere, and worth nothing once they ended."""

import re

import pytest

from supportledger.desk.people.sessions import Step, Way
from supportledger.desk.people.tokens import csrf_token, hashed, is_csrf_token, new_token
from supportledger.errors import Denied, NotFound, NotSignedIn
from supportledger.model.people import Right, Role


def test_a_session_says_who_asks(house):
    """Whoever has the cookie is its owner, with the rights of their roles."""
    lin = house.staff(queues=["billing"], language="zh-CN")
    token, visitor = house.signed_in(lin)
    assert (lin.id, "Lin", lin.rights, {"billing"}, "session", "zh-CN") == (
        visitor.person,
        visitor.name,
        visitor.rights,
        visitor.queues,
        visitor.via,
        visitor.language,
    )
    assert "en" == house.sessions.visitor(token, "en").language


def test_a_stolen_database_signs_nobody_in(house):
    """Nothing that is kept is a session's secret, and the hash of one is no cookie."""
    token, visitor = house.signed_in(house.staff())
    assert token not in house.everything()
    assert csrf_token(token) not in house.everything()
    assert hashed(token) == visitor.session
    assert "public" == house.sessions.visitor(visitor.session).via


@pytest.mark.parametrize("guess", ["", "x", "\ud800", "é" * 5_000, "../../etc"])
def test_guesses_are_nobody(house, guess):
    """Whatever a cookie says: who has no session has no rights."""
    house.signed_in(house.staff())
    visitor = house.sessions.visitor(guess)
    assert (None, frozenset(), frozenset(), "public") == (
        visitor.person,
        visitor.rights,
        visitor.roles,
        visitor.via,
    )


def test_secrets_are_long_and_new():
    """A secret has 256 bits, and there is never the same twice."""
    made = {new_token() for _ in range(100)}
    assert 100 == len(made)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in made)


def test_a_planted_cookie_is_worth_nothing(house):
    """Signing in gives a new secret, and ends the session that the browser had before: nothing is fixed."""
    mallory, lin = house.staff(name="Mallory"), house.staff()
    planted, _ = house.signed_in(mallory)
    opened = house.sessions.open(lin, Way.PASSKEY, replaces=planted)
    assert planted != opened.token
    assert "public" == house.sessions.visitor(planted).via
    assert lin.id == house.sessions.visitor(opened.token).person


def test_more_rights_need_a_new_secret(strict):
    """When a second factor is given, the secret from before is worth nothing."""
    before = strict.sessions.open(strict.staff(), Way.WALLET)
    assert Step.SECOND is before.session.step
    after = strict.sessions.advance(before.token, is_coded=True)
    assert Step.DONE is after.session.step
    assert "public" == strict.sessions.visitor(before.token).via
    with pytest.raises(NotSignedIn):
        strict.sessions.advance(before.token, is_coded=True)


def test_what_is_outstanding_gives_no_rights(strict):
    """Until every step is done, a session has neither roles, rights nor queues."""
    _, visitor = strict.signed_in(strict.staff(), Way.WALLET)
    assert ("second", frozenset(), frozenset(), frozenset()) == (
        visitor.step,
        visitor.rights,
        visitor.roles,
        visitor.queues,
    )
    with pytest.raises(Denied, match="second"):
        visitor.owner()
    assert visitor.person == visitor.owner("second")


def test_a_passkey_is_two_factors(strict):
    """Where a second factor is required, a passkey that verified its user is enough."""
    _, visitor = strict.signed_in(strict.staff(), Way.PASSKEY)
    assert visitor.may(Right.ANSWER)


def test_customers_need_no_second_factor(strict):
    """What is required of staff is not required of customers."""
    ana = strict.people.add("Ana", [Role.CUSTOMER], mail="ana@home.example")
    _, visitor = strict.signed_in(ana, Way.LINK)
    assert visitor.may(Right.REPLY)


def test_an_invitation_alone_gives_nothing(house):
    """Whoever came by an invitation must first choose how to come again."""
    opened = house.sessions.open(house.staff(), Way.INVITATION)
    assert Step.ENROL is opened.session.step
    after = house.sessions.advance(opened.token, way=Way.PASSKEY)
    assert house.sessions.visitor(after.token).may(Right.ANSWER)


def test_idle_sessions_of_staff_end(house):
    """Staff who do nothing for half an hour are signed out; whoever works is not."""
    token, _ = house.signed_in(house.staff())
    for _ in range(5):
        house.clock.move(25 * 60)
        assert "session" == house.sessions.visitor(token).via
    house.clock.move(31 * 60)
    assert "public" == house.sessions.visitor(token).via


def test_no_session_lasts_for_ever(house):
    """Staff are signed out after twelve hours, however busy they are."""
    token, _ = house.signed_in(house.staff())
    for _ in range(12 * 3 - 1):
        house.clock.move(20 * 60)
        assert "session" == house.sessions.visitor(token).via
    house.clock.move(20 * 60)
    assert "public" == house.sessions.visitor(token).via


def test_customers_stay_for_thirty_days(house):
    """A customer's session lasts for thirty days, used or not."""
    ana = house.people.add("Ana", [Role.CUSTOMER])
    token, _ = house.signed_in(ana, Way.LINK)
    house.clock.move(30 * 86_400 - 1)
    assert "session" == house.sessions.visitor(token).via
    house.clock.move(1)
    assert "public" == house.sessions.visitor(token).via


def test_a_request_reads_two_papers(house, monkeypatch):
    """A request reads the session and the account, and writes at most once a minute."""
    token, _ = house.signed_in(house.staff())
    calls = []
    for name in ("read", "write", "find", "list", "take"):
        real = getattr(house.cabinet, name)
        monkeypatch.setattr(
            house.cabinet,
            name,
            lambda *given, real=real, name=name, **named: calls.append(name) or real(*given, **named),
        )
    house.sessions.visitor(token)
    assert ["read", "read"] == calls
    house.clock.move(61)
    house.sessions.visitor(token)
    house.sessions.visitor(token)
    assert 1 == calls.count("write")


def test_sessions_are_listed_and_ended_by_their_owner(house):
    """People see their sessions and end them; nobody ends another's."""
    lin, ana = house.staff(), house.staff(name="Ana")
    token, visitor = house.signed_in(lin)
    other, _ = house.signed_in(lin)
    assert 2 == len(house.sessions.of(lin.id))
    with pytest.raises(NotFound):
        house.sessions.end(ana.id, visitor.session)
    house.sessions.end(lin.id, visitor.session)
    assert "public" == house.sessions.visitor(token).via
    assert 1 == house.sessions.end_all(lin.id)
    assert "public" == house.sessions.visitor(other).via


def test_all_others_can_be_ended(house):
    """Ending all sessions but this one leaves this one."""
    lin = house.staff()
    token, visitor = house.signed_in(lin)
    house.signed_in(lin)
    assert 1 == house.sessions.end_all(lin.id, keep=visitor.session)
    assert lin.id == house.sessions.visitor(token).person


def test_signing_out_is_for_good(house):
    """Who has signed out is signed out; doing so twice harms nobody."""
    token, _ = house.signed_in(house.staff())
    house.sessions.sign_out(token)
    house.sessions.sign_out(token)
    assert "public" == house.sessions.visitor(token).via


def test_forms_belong_to_their_session(house):
    """What forms carry follows from the session's secret, and is no other session's."""
    token, _ = house.signed_in(house.staff())
    assert is_csrf_token(token, house.sessions.csrf(token))
    for session, shown in ((token, ""), (token, csrf_token("x")), ("", csrf_token("")), (token, token)):
        assert not is_csrf_token(session, shown)


def test_what_a_browser_calls_itself_is_cut(house):
    """What a browser calls itself is kept in one printable line of bounded length."""
    opened = house.sessions.open(house.staff(), Way.PASSKEY, agent="x\n\x1b[31m" + "y" * 1_000)
    assert opened.session.agent.startswith("x[31my")
    assert 200 == len(opened.session.agent)
