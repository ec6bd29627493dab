"""Links by mail: once, soon, in the browser that asked, and telling nobody who is known here."""

import re

import pytest

from supportledger.desk.people.limits import network
from supportledger.desk.people.links import LIFETIME_S, Asker
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.tokens import hashed
from supportledger.errors import Denied, InputError, LimitReached
from supportledger.model.people import Right, Role
from tests.unit.desk.people.conftest import BROWSER

ANA = "ana@home.example"
ASKER = Asker(BROWSER, "192.0.2.7/32")


def token_in(letter):
    return re.search(r"https://desk\.example/sign-in/link\?token=(\S+)", letter.text)[1]


def asked(house, mail=ANA, asker=ASKER):
    house.links.send(mail, asker)
    return token_in(house.mail.letters[-1])


def test_a_link_makes_a_customer(house):
    """Whoever opens a link for an unknown address is a customer from then on, and the same one next time."""
    ana = house.links.sign_in(asked(house), BROWSER, "zh-CN")
    assert (frozenset({Role.CUSTOMER}), ANA, "zh-CN") == (ana.roles, ana.mail, ana.language)
    assert ana == house.links.sign_in(asked(house, "ANA@home.example"), BROWSER)
    _, visitor = house.signed_in(ana, Way.LINK)
    assert visitor.may(Right.REPLY)
    assert not visitor.may(Right.ANSWER)


def test_asking_makes_nobody(house):
    """As long as nobody opens a link, there is no account."""
    asked(house)
    assert [] == house.people.customers()


def test_a_link_works_once(house):
    """A link that was opened is worth nothing."""
    token = asked(house)
    house.links.sign_in(token, BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.links.sign_in(token, BROWSER)


def test_a_link_is_of_one_browser(house):
    """A link opened elsewhere signs nobody in, and still works where it was asked for."""
    token = asked(house)
    with pytest.raises(Denied, match="another browser"):
        house.links.sign_in(token, "another cookie")
    assert ANA == house.links.sign_in(token, BROWSER).mail


def test_a_link_is_soon_gone(house):
    """After a quarter of an hour a link is worth nothing."""
    token = asked(house)
    house.clock.move(LIFETIME_S)
    with pytest.raises(Denied, match="too old"):
        house.links.sign_in(token, BROWSER)


def test_a_stolen_database_opens_no_link(house):
    """A link's secret is kept as a hash alone, which opens nothing."""
    token = asked(house)
    assert token not in house.everything()
    with pytest.raises(Denied):
        house.links.sign_in(hashed(token), BROWSER)


def test_nobody_learns_who_is_known(house):
    """Known and unknown addresses are answered and written to in the same words."""
    house.people.add("Ana", [Role.CUSTOMER], mail=ANA)
    assert house.links.send(ANA, ASKER) is house.links.send("new@home.example", ASKER)
    known, new = (one.text.replace(token_in(one), "…") for one in house.mail.letters)
    assert known == new


def test_staff_get_no_link(house):
    """A mailbox is not enough to act for the desk: staff are told so, by mail alone."""
    house.staff(Role.ADMIN, mail="root@desk.example")
    house.links.send("root@desk.example", ASKER)
    (letter,) = house.mail.letters
    assert "token=" not in letter.text
    assert "passkey" in letter.text


def test_who_became_staff_meanwhile_is_refused(house):
    """A link that was on its way when its owner became staff signs nobody in."""
    ana = house.people.add("Ana", [Role.CUSTOMER], mail=ANA)
    token = asked(house)
    house.people.set_roles(ana.id, [Role.AGENT], None)
    with pytest.raises(Denied, match="not opened by mail"):
        house.links.sign_in(token, BROWSER)


def test_one_address_is_not_flooded(house):
    """An address gets five letters an hour, whoever asks and from wherever."""
    for number in range(5):
        asked(house, asker=Asker(f"browser {number}", f"192.0.2.{number}/32"))
    with pytest.raises(LimitReached):
        house.links.send(ANA.upper(), Asker("x", "198.51.100.1/32"))
    assert 5 == len(house.mail.letters)
    house.clock.move(3_600)
    asked(house)


def test_one_network_floods_nobody(house):
    """A network asks for thirty links an hour, whomever they are for."""
    for number in range(30):
        asked(house, f"a{number}@home.example")
    with pytest.raises(LimitReached):
        asked(house, "b@home.example")
    asked(house, "b@home.example", Asker(BROWSER, "198.51.100.1/32"))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("x" * 1_000, "unknown"),
    ],
)
def test_a_network_is_one(address, expected):
    """Who has a network of IPv6 addresses is counted once."""
    assert expected == network(address)


@pytest.mark.parametrize("mail", ["", "x", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_only_one_address_is_written_to(house, mail):
    """Nothing but one plain address is written to, and nothing is counted for it."""
    with pytest.raises(InputError):
        house.links.send(mail, ASKER)
    assert [] == house.mail.letters


def test_letters_are_in_the_readers_language(house):
    """Who reads Chinese is written to in Chinese, in the same process as others."""
    asked(house, asker=Asker(BROWSER, "192.0.2.7/32", "zh-CN"))
    asked(house)
    chinese, english = house.mail.letters
    assert re.search("[\u4e00-\u9fff]", chinese.subject + chinese.text)
    assert not re.search("[\u4e00-\u9fff]", english.subject + english.text)
    assert chinese.text.count(token_in(chinese)) == 1
