"""Signing in on pages: by link, invitation, wallet, passkey and code; and what an attacker tries there."""

import re

import pyotp
from eth_account import Account as Wallet
from eth_account.messages import encode_defunct

from supportledger.desk.people.sessions import Way
from supportledger.model.people import Role
from supportledger.web.app import create_app
from supportledger.web.surroundings import Surroundings
from supportledger.web.visitors import SESSION_COOKIE
from tests.unit.web.conftest import URL, sign_in

MAIL = "maya@customer.example"


def link_in(front) -> str:
    """Give the secret of the link in the last letter."""
    return re.search(r"token=([\w-]+)", front.links._mail.letters[-1].text)[1]


def asked(client, mail=MAIL):
    """Ask for a link by mail."""
    answer = client.post("/sign-in/mail", data={"mail": mail})
    assert 200 == answer.status_code
    return answer


def test_a_customer_comes_by_mail(browser, front):
    """A link signs its reader in, once, in the browser that asked; looking at it uses nothing up."""
    client = browser()
    asked(client)
    token = link_in(front)
    assert 200 == client.get(f"/sign-in/link?token={token}").status_code
    answer = client.post("/sign-in/link", data={"token": token})
    assert (303, "/my") == (answer.status_code, answer.headers["location"])
    assert front.people.by_mail(MAIL).id == front.sessions.visitor(client.cookies[SESSION_COOKIE]).person
    assert 403 == client.post("/sign-in/link", data={"token": token}).status_code


def test_a_link_is_nothing_in_another_browser(browser, front):
    """Whoever gets hold of a link cannot use it where nobody asked for it."""
    client, thief = browser(), browser()
    asked(client)
    token = link_in(front)
    assert 403 == thief.post("/sign-in/link", data={"token": token}).status_code
    assert 303 == client.post("/sign-in/link", data={"token": token}).status_code


def test_nobody_learns_who_has_an_account(browser, front):
    """The answer to a mail address is the same for a customer, for one of the staff and for a stranger."""
    front.people.add("Ann", [Role.ADMIN], mail="ann@desk.example")
    pages = {asked(browser(), mail).text.replace(mail, "X") for mail in ("ann@desk.example", "x@y.example")}
    assert 1 == len(pages)


def test_a_mail_address_that_is_none_is_told_beside_the_field(browser):
    """What was typed stays, and what is wrong with it stands beside it, in the reader's language."""
    answer = browser().post("/sign-in/mail", data={"mail": "no address", "to": "/my"})
    assert 422 == answer.status_code
    assert 'value="no address"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'id="mail-wrong"' in answer.text


def test_what_is_typed_is_escaped(browser):
    """Nothing that somebody types becomes part of the page."""
    answer = browser().post("/sign-in/mail", data={"mail": '"><script>alert(1)</script>', "to": '"><b>'})
    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text


def test_staff_begin_with_an_invitation(browser, front):
    """Whoever was invited must choose how to sign in again before they may do anything."""
    client = browser()
    made = front.invitations.invite("Ann", [Role.ADMIN])
    token = made.link.rpartition("token=")[2]
    answer = client.post("/sign-in/invitation", data={"token": token})
    assert "/sign-in/enrol" == answer.headers["location"]
    assert client.get("/account").headers["location"].startswith("/sign-in/enrol")
    assert 403 == browser().post("/sign-in/invitation", data={"token": token}).status_code


def signed_in_by_wallet(client, wallet, *, room="/sign-in/wallet", **headers):
    """Go through the two steps of a wallet."""
    text = client.post(f"{room}/begin", json={"address": wallet.address}, headers=headers).json()["text"]
    signature = wallet.sign_message(encode_defunct(text=text)).signature.hex()
    return client.post(
        room, json={"text": text, "signature": "0x" + signature, "to": "/my/new"}, headers=headers
    )


def test_a_wallet_signs_in(browser, front):
    """Whoever signs our text with an address is that address's account; a new one is a customer's."""
    client, wallet = browser(), Wallet.create()
    answer = signed_in_by_wallet(client, wallet)
    assert {"to": "/my/new"} == answer.json()
    visitor = front.sessions.visitor(client.cookies[SESSION_COOKIE])
    assert (wallet.address, frozenset({Role.CUSTOMER})) == (str(visitor.address), visitor.roles)


def test_a_signed_text_is_good_once(browser):
    """What a wallet has signed is worth nothing a second time, nor in another browser."""
    client, wallet = browser(), Wallet.create()
    text = client.post("/sign-in/wallet/begin", json={"address": wallet.address}).json()["text"]
    said = {"text": text, "signature": "0x" + wallet.sign_message(encode_defunct(text=text)).signature.hex()}
    assert 403 == browser().post("/sign-in/wallet", json=said).status_code
    assert 200 == client.post("/sign-in/wallet", json=said).status_code
    client.cookies.delete(SESSION_COOKIE)
    assert 403 == client.post("/sign-in/wallet", json=said).status_code


def test_a_session_that_was_planted_is_worth_nothing(browser, front):
    """Signing in gives a new secret, and what the browser had before lets nobody in any more."""
    client = browser(Role.CUSTOMER, name="Eve")
    planted = client.cookies[SESSION_COOKIE]
    token = client.headers["X-CSRF-Token"]
    signed_in_by_wallet(client, Wallet.create(), **{"X-CSRF-Token": token})
    fresh = [one.value for one in client.cookies.jar if one.name == SESSION_COOKIE and one.value != planted]
    assert 1 == len(fresh)
    assert front.sessions.visitor(planted).person is None


def test_a_second_factor_comes_between(browser, front):
    """With a second factor, a session gives nothing until its code is given; a wrong one is told."""
    client, wallet = browser(), Wallet.create()
    signed_in_by_wallet(client, wallet)
    visitor = front.sessions.visitor(client.cookies[SESSION_COOKIE])
    secret = front.codes.begin(visitor).secret
    front.codes.confirm(visitor, pyotp.TOTP(secret).at(int(front.desk.clock.now().timestamp())))
    again = browser()
    assert "/sign-in/code?to=%2Fmy%2Fnew" == signed_in_by_wallet(again, wallet).json()["to"]
    assert again.get("/account").headers["location"].startswith("/sign-in/code")
    form = re.search(r'name="csrf" value="(\w+)"', again.get("/sign-in/code").text)[1]
    wrong = again.post("/sign-in/code", data={"csrf": form, "code": "000000"})
    assert (422, True) == (wrong.status_code, 'id="code-wrong"' in wrong.text)


def test_guessing_ends(browser):
    """From one network, so many tries to sign in are taken, and then no more for a while."""
    client = browser()
    answers = [client.post("/sign-in/link", data={"token": "x"}).status_code for _ in range(30)]
    assert {403, 429} == set(answers)
    assert answers == sorted(answers)


def test_ones_own_account(browser, front):
    """The account's page shows where somebody is signed in, and ends the others."""
    client = browser(Role.AGENT, identity="agent")
    front.sessions.open(client.account, Way.PASSKEY, agent="<b>Other</b>")
    shown = client.get("/account").text
    assert "&lt;b&gt;Other" in shown
    assert 303 == client.post("/account/session/end").status_code
    assert 1 == len(front.sessions.of(client.account.id))
    assert 303 == client.post("/account/lock").status_code
    assert [False] == [one.is_unlocked for one in front.sessions.of(client.account.id)]
    told = client.post("/account/unlock", data={"name": "senior"})
    assert (422, True) == (told.status_code, 'id="name-wrong"' in told.text)
    assert 303 == client.post("/account/unlock", data={"name": "agent"}).status_code


def test_nobody_plays_where_it_is_no_play(browser, front):
    """Signing in as anybody exists only in a demonstration."""
    assert 404 == browser().get("/demo").status_code
    assert 404 == browser().post("/demo", data={"mail": "admin@desk.example"}).status_code


def test_anybody_in_a_demonstration(front):
    """In a demonstration, somebody on its machine signs in with one click."""
    from tests.unit.web.conftest import TestClient  # noqa: PLC0415 -- another application than the fixture's

    for identity in ("agent", "senior", "supervisor", "certifier", "anchorer", "admin"):
        address = front.desk.cast.keys.address(identity)
        front.people.add(identity, [Role.AGENT], address=address, mail=f"{identity}@desk.example")
    front.people.add("Maya", [Role.CUSTOMER], mail=MAIL)
    app = create_app(front, Surroundings(URL, is_demo=True), closes=False)
    client = TestClient(app, base_url=URL, follow_redirects=False)
    assert 200 == client.get("/demo").status_code
    assert "/console" == client.post("/demo", data={"mail": "agent@desk.example"}).headers["location"]
    away = TestClient(app, base_url=URL, follow_redirects=False, client=("203.0.113.7", 1))
    assert 404 == away.get("/demo").status_code


def test_cookies_are_out_of_reach(app, front):
    """The session's cookie is no script's, no other site's, and over https no other host's."""
    from tests.unit.web.conftest import TestClient  # noqa: PLC0415 -- another application than the fixture's

    secure = create_app(front, Surroundings("https://desk.example"), closes=False)
    client = TestClient(secure, base_url="https://desk.example", follow_redirects=False)
    made = front.invitations.invite("Ann", [Role.ADMIN])
    token = made.link.rpartition("token=")[2]
    cookie = client.post("/sign-in/invitation", data={"token": token}).headers["set-cookie"]
    assert cookie.startswith(f"__Host-{SESSION_COOKIE}=")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert sign_in(client, front, [Role.AGENT]).account.name
