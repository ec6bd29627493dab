"""Invitations: one link, one person, once; and again, when somebody has lost what lets them in."""

import pytest

from supportledger.desk.people.invitations import LIFETIME_S
from supportledger.desk.people.sessions import Step, Way
from supportledger.errors import DeliveryError, Denied, InputError
from supportledger.model.people import Role
from tests.unit.desk.people.conftest import BROWSER
from tests.unit.desk.people.device import Device


def token_of(invitation):
    return invitation.link.partition("?token=")[2]


def test_an_invitation_opens_an_account_once(house):
    """Whoever has the link has the account, once, and must choose how to sign in."""
    invitation = house.invitations.invite("Lin", [Role.AGENT], queues=["billing"])
    assert invitation.link.startswith("https://desk.example/sign-in/invitation?token=")
    lin = house.invitations.accept(token_of(invitation))
    assert (invitation.account, frozenset({"billing"})) == (lin, lin.queues)
    assert Step.ENROL is house.sessions.open(lin, Way.INVITATION).session.step
    with pytest.raises(Denied, match="used already"):
        house.invitations.accept(token_of(invitation))


def test_the_whole_way_in(house):
    """From the invitation to a session with rights: a passkey is made, and signs in from then on."""
    lin = house.invitations.accept(token_of(house.invitations.invite("Lin", [Role.AGENT])))
    opened = house.sessions.open(lin, Way.INVITATION)
    visitor, device = house.sessions.visitor(opened.token), Device()
    options = house.passkeys.begin_registering(visitor, BROWSER)
    house.passkeys.register(visitor, device.create(options), BROWSER)
    opened = house.sessions.advance(opened.token, way=Way.PASSKEY)
    assert lin.rights == house.sessions.visitor(opened.token).rights
    assert lin == house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)


def test_invitations_expire(house):
    """After a week an invitation is worth nothing."""
    invitation = house.invitations.invite("Lin", [Role.AGENT])
    house.clock.move(LIFETIME_S)
    with pytest.raises(Denied, match="too old"):
        house.invitations.accept(token_of(invitation))


def test_an_invitation_is_kept_as_a_hash(house):
    """Who reads the database, or a log with the invitation in it, finds no link."""
    invitation = house.invitations.invite("Lin", [Role.AGENT])
    assert token_of(invitation) not in house.everything() + repr(invitation)


def test_customers_are_not_invited(house):
    """Customers sign in with their address; an invitation makes none."""
    with pytest.raises(InputError):
        house.invitations.invite("Ana", [Role.CUSTOMER, Role.AGENT])


def test_who_lost_a_passkey_comes_in_anew(house):
    """A new link ends sessions, passkeys and links from before; a lost device is worth nothing."""
    lin, device = house.staff(), Device()
    token, visitor = house.signed_in(lin)
    options = house.passkeys.begin_registering(visitor, BROWSER)
    house.passkeys.register(visitor, device.create(options), BROWSER)
    first = house.invitations.again(lin.id)
    second = house.invitations.again(lin.id)
    assert "public" == house.sessions.visitor(token).via
    with pytest.raises(Denied, match="not known"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.invitations.accept(token_of(first))
    assert lin == house.invitations.accept(token_of(second))


def test_a_disabled_account_is_not_let_in_anew(house):
    """Nobody gets a link to an account that is disabled, and an old one opens nothing."""
    invitation = house.invitations.invite("Lin", [Role.AGENT])
    house.people.disable(invitation.account.id)
    with pytest.raises(Denied, match="disabled"):
        house.invitations.again(invitation.account.id)
    with pytest.raises(Denied):
        house.invitations.accept(token_of(invitation))


def test_an_invitation_is_sent_if_it_can_be(house, monkeypatch):
    """The link goes to the mail address; when it cannot, whoever invites is told, and has it."""
    sent = house.invitations.invite("Lin", [Role.AGENT], mail="lin@desk.example")
    (letter,) = house.mail.letters
    assert (True, True) == (sent.is_sent, sent.link in letter.text)

    def refuse(_letter):
        raise DeliveryError("no")

    monkeypatch.setattr(house.mail, "send", refuse)
    unsent = house.invitations.invite("Ana", [Role.AGENT], mail="ana@desk.example")
    assert not unsent.is_sent
    assert unsent.account == house.invitations.accept(token_of(unsent))


def test_choosing_a_way_in_may_take_a_while(house):
    """Whoever came by an invitation is not hurried: until they have chosen, their session gives nothing."""
    opened = house.sessions.open(house.staff(), Way.INVITATION)
    house.clock.move(20 * 60)
    assert house.passkeys.begin_registering(house.sessions.visitor(opened.token), BROWSER)
