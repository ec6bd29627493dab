"""The people of a desk on every store there is: what is kept signs nobody in, and nothing counts twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from supportledger.desk.people.api_keys import Wanted
from supportledger.desk.people.links import Asker
from supportledger.desk.people.sessions import Way
from supportledger.errors import Denied, Error, NotFound
from supportledger.model.ids import Address
from supportledger.model.people import Right
from supportledger.ports import Store
from supportledger.wiring.clock import SystemClock
from tests.conformance.store.builders import HERE, open_store
from tests.conformance.store.conftest import emptied, server, shared, store
from tests.unit.desk.people.conftest import BROWSER, PASSPHRASE, House
from tests.unit.desk.people.test_unlocking import KEY, SIGNER, keystore

__all__ = ["emptied", "server", "shared", "store"]  # fixtures of the stores, on which people are kept

KINDS = ("account", "session", "api-key", "second-factor", "invitation", "sign-in-link", "sign-in-mail")
WALLET = "0x" + "11" * 32


def house_on(store: Store) -> House:
    return House(clock=SystemClock(), vault=store.vault, real_cabinet=store.cabinet)


@pytest.fixture
def house(store: Store) -> House:
    """People on each store in turn."""
    return house_on(store)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What nobody but its owner is to know."""

    session: str
    key: str
    link: str
    invitation: str
    code: str
    recovery: str
    private_key: str = KEY.hex()
    passphrase: str = PASSPHRASE


def busy(house: House) -> Secrets:
    """Let somebody use every way in that there is."""
    lin = house.staff(name="Lin", address=SIGNER.address, mail="lin@desk.example")
    token, visitor = house.signed_in(lin)
    house.unlocking.unlock(visitor, token, keystore(), PASSPHRASE)
    key = house.api_keys.make(visitor, Wanted("bot", [Right.LIST])).token
    house.links.send("ana@home.example", Asker(BROWSER, "192.0.2.7/32"))
    link = house.mail.letters[-1].text.partition("token=")[2].split()[0]
    invitation = house.invitations.again(house.staff(name="Ana").id).link.partition("token=")[2]
    secret = house.codes.begin(visitor).secret
    recovery = house.codes.confirm(visitor, pyotp.TOTP(secret).now())[0]
    return Secrets(token, key, link, invitation, secret, recovery)


def test_every_way_in_works(house: House) -> None:
    """Wallet, link, invitation, code and key let in, and the unlocked key signs."""
    made = busy(house)
    assert (
        SIGNER.address == house.unlocking.unlocked(house.sessions.visitor(made.session), made.session).address
    )
    assert "Lin" == house.api_keys.visitor(made.key).name
    assert "ana@home.example" == house.links.sign_in(made.link, BROWSER).mail
    assert "Ana" == house.invitations.accept(made.invitation).name
    _, half = house.signed_in(house.people.find("Lin"), Way.WALLET)
    house.codes.check(half, made.recovery)


def test_the_server_at_rest_lets_nobody_in(tmp_path: Path) -> None:
    """Neither the files, nor all that the desk key opens of them, hold a secret that lets in or signs."""
    place = tmp_path / "store.sqlite3"
    with open_store(place, HERE) as store:
        house = house_on(store)
        made = busy(house)
        papers = [paper for kind in KINDS for paper in store.cabinet.list(kind)]
        opened = repr([(paper, paper.data, paper.keys) for paper in papers])
    assert {paper.kind for paper in papers} == set(KINDS)
    files = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    at_rest = (
        made.session,
        made.key,
        made.link,
        made.invitation,
        made.recovery,
        made.private_key,
        made.passphrase,
    )
    assert [] == [one for one in at_rest if one in opened or one.encode() in files]
    assert KEY not in files
    assert b"lin@desk.example" not in files
    assert made.code.encode() not in files


def test_one_of_many_succeeds(house: House) -> None:
    """Of all who open the same link at once, one is let in."""
    house.links.send("ana@home.example", Asker(BROWSER, "192.0.2.7/32"))
    token = house.mail.letters[-1].text.partition("token=")[2].split()[0]

    def attempt(_number: int) -> bool:
        try:
            house.links.sign_in(token, BROWSER)
        except Denied:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert 1 == sum(pool.map(attempt, range(8)))


def test_one_code_counts_once_however_many_type_it(house: House) -> None:
    """Of all who type the same code at once, one is let in; and no more than five are looked at."""
    lin = house.staff(name="Lin")
    _, visitor = house.signed_in(lin)
    secret = house.codes.begin(visitor).secret
    recovery = house.codes.confirm(visitor, pyotp.TOTP(secret).now())[0]
    _, half = house.signed_in(lin, Way.WALLET)

    def attempt(_number: int) -> bool:
        try:
            house.codes.check(half, recovery)
        except Error:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert 1 == sum(pool.map(attempt, range(8)))


def test_a_wallet_signs_in_once(house: House) -> None:
    """A signed text counts once on every store."""
    address = Address.parse(Account.from_key(WALLET).address)
    house.staff(name="Lin", address=address)
    text = house.wallets.begin(address, BROWSER)
    signature = "0x" + bytes(Account.sign_message(encode_defunct(text=text), WALLET).signature).hex()
    assert "Lin" == house.wallets.sign_in(text, signature, BROWSER).name
    with pytest.raises(Denied):
        house.wallets.sign_in(text, signature, BROWSER)


def test_who_is_erased_is_gone(house: House) -> None:
    """With the key of an account, everything that hangs on it is gone."""
    made = busy(house)
    lin = house.people.find("Lin")
    house.people.erase(lin.id)
    assert "public" == house.sessions.visitor(made.session).via
    for kind in ("session", "api-key", "second-factor"):
        assert [] == house.cabinet.list(kind, lin.id.hex())
    with pytest.raises(NotFound):
        house.people.by_mail("lin@desk.example")
