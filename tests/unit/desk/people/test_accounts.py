"""Accounts: who somebody is, as long as they are somebody here."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.people.accounts import mail_address
from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.sessions import Way
from supportledger.errors import Conflict, Denied, InputError, NotFound, NotSignedIn
from supportledger.model.people import Right, Role


def test_an_account_is_found_every_way(house):
    """An account is found by id, mail, address and name, and by the start of its id."""
    address = local_signer("agent").address
    lin = house.staff(name="Lin  Wei", mail="Lin@Desk.example", address=address)
    assert "Lin Wei" == lin.name
    people = house.people
    found = [people.get(lin.id), people.by_mail("LIN@desk.example"), people.by_address(address)]
    named = [people.find(text) for text in ("lin wei", "lin@desk.example", str(address), lin.id.hex()[:6])]
    assert [lin] * 7 == found + named
    assert {lin.id: "Lin Wei"} == people.who([lin.id])


def test_two_people_share_nothing(house):
    """Neither a mail address nor an address on the ledger is two people's."""
    address = local_signer("agent").address
    lin = house.staff(mail="lin@desk.example", address=address)
    with pytest.raises(Conflict):
        house.staff(mail="LIN@desk.example")
    other = house.staff(name="Ana")
    with pytest.raises(Conflict):
        house.people.attach(other.id, address)
    assert lin == house.people.by_address(address)


def test_two_of_a_name_are_told_apart(house):
    """Whoever names somebody by a name that two people have is asked which."""
    house.staff()
    house.staff()
    with pytest.raises(InputError, match="2 people"):
        house.people.find("Lin")
    for text in ("Ana", "", "  "):
        with pytest.raises(NotFound):
            house.people.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "a@b",
        "a b@desk.example",
        "a@desk.example\nBcc: b@desk.example",
        "a@desk.example,b@desk.example",
        "<a@desk.example>",
        "ä@desk.example",
        "a@-desk.example",
        "a..b@desk.example",
        "x" * 65 + "@desk.example",
        "a@" + "x." * 130 + "example",
    ],
)
def test_what_is_no_mail_address_is_refused(text):
    """Only one plain address is one, in one way of writing."""
    with pytest.raises(InputError):
        mail_address(text)


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\u202eb", "a\0b"])
def test_names_can_be_read(house, name):
    """A name that nobody can read, or that turns the text around it, is refused."""
    with pytest.raises(InputError):
        house.staff(name=name)


def test_a_role_is_needed(house):
    """Nobody is nothing here."""
    with pytest.raises(InputError):
        house.people.add("Lin", [])


def test_roles_taken_away_take_effect_at_once(house):
    """Whoever loses a role may less with the very next request, in the same session."""
    lin = house.staff(Role.AGENT, Role.SUPERVISOR)
    token, visitor = house.signed_in(lin)
    assert visitor.may(Right.DIRECT)
    house.people.set_roles(lin.id, [Role.AGENT], ["billing"])
    now = house.sessions.visitor(token)
    assert (False, True, frozenset({"billing"})) == (
        now.may(Right.DIRECT),
        now.may(Right.ANSWER),
        now.queues,
    )


@pytest.mark.parametrize(
    ("roles", "queues"),
    [([Role.AGENT, Role.ADMIN], ["billing"]), ([Role.AGENT], None), ([Role.AGENT], ["b"])],
)
def test_who_may_more_signs_in_anew(house, roles, queues):
    """A session that was opened with less is worth nothing once its owner may more or see more."""
    lin = house.staff(queues=["billing"])
    token, _ = house.signed_in(lin)
    house.people.set_roles(lin.id, roles, queues)
    with pytest.raises(NotSignedIn):
        house.sessions.session(token)


def test_who_is_disabled_is_out(house):
    """Disabling ends sessions, API keys and links at once, and nothing opens them again."""
    lin = house.staff()
    token, visitor = house.signed_in(lin)
    key = house.api_keys.make(visitor, Wanted("bot", [Right.LIST])).token
    link = house.invitations.again(house.staff(name="Ana").id)
    house.people.disable(link.account.id)
    house.people.disable(lin.id)
    house.people.enable(lin.id)
    assert "public" == house.sessions.visitor(token).via
    with pytest.raises(NotSignedIn):
        house.api_keys.visitor(key)
    with pytest.raises(Denied, match="used already"):
        house.invitations.accept(link.link.partition("=")[2])


def test_a_disabled_account_opens_no_session(house):
    """Nobody signs in to a disabled account, whatever they show."""
    lin = house.people.disable(house.staff().id)
    with pytest.raises(Denied, match="disabled"):
        house.sessions.open(lin, Way.PASSKEY)


def test_a_disabled_account_is_nobody_even_in_a_session_that_was_missed(house):
    """A session written while its account was being disabled gives nothing."""
    lin = house.staff()
    house.people.disable(lin.id)
    token = house.sessions.open(lin, Way.PASSKEY).token  # as it was read before
    assert "public" == house.sessions.visitor(token).via


def test_who_is_erased_is_gone(house):
    """Erasing destroys the key of all that is kept of somebody, and what hangs on their account."""
    lin = house.staff(mail="lin@desk.example")
    token, _ = house.signed_in(lin)
    house.people.erase(lin.id)
    assert house.vault.status(lin.id).erased_at is not None
    assert "public" == house.sessions.visitor(token).via
    assert {} == house.people.who([lin.id])
    with pytest.raises(NotFound):
        house.people.by_mail("lin@desk.example")
    assert "lin@desk.example" not in house.everything()
