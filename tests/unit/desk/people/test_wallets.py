"""Signing in with a wallet: a text that names us, counts once, and is signed by whom it names."""

import pytest
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct

from supportledger.desk.people.sessions import Way
from supportledger.desk.people.visitors import Visitor
from supportledger.desk.people.wallets import TEXT_LIFETIME_S
from supportledger.errors import Conflict, Denied, InputError, NotSignedIn, RpcUnavailable
from supportledger.model.ids import Address
from supportledger.model.people import Role
from tests.unit.desk.people.conftest import BROWSER

KEY = "0x" + "11" * 32
OTHER = "0x" + "22" * 32
WALLET = Address.parse(Account.from_key(KEY).address)


def sign(text, key=KEY):
    signed = Account.sign_message(encode_defunct(text=text), key)
    return "0x" + bytes(signed.signature).hex()


@pytest.fixture
def lin(house):
    return house.staff(address=WALLET)


def test_whoever_signs_is_in(house, lin):
    """The account of an address is found by a text that the address has signed."""
    text = house.wallets.begin(WALLET, BROWSER)
    assert text.isascii()
    assert "desk.example wants you to sign in" in text
    assert lin == house.wallets.sign_in(text, sign(text), BROWSER)


def test_no_text_counts_twice(house, lin):
    """A text that was used once is refused, though its signature is good."""
    text = house.wallets.begin(WALLET, BROWSER)
    house.wallets.sign_in(text, sign(text), BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.wallets.sign_in(text, sign(text), BROWSER)


def test_a_wrong_signature_uses_the_text_up(house, lin):
    """Nobody tries signatures: the first wrong one ends it."""
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match="not one of this address"):
        house.wallets.sign_in(text, sign(text, OTHER), BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.wallets.sign_in(text, sign(text), BROWSER)


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("desk.example wants", "evil.example wants", "domain"),
        ("desk.example wants", "https://desk.example wants", "domain"),
        ("URI: https://desk.example", "URI: https://evil.example", "address of the page"),
        ("URI: https://desk.example", "URI: https://desk.example/", "address of the page"),
        ("Chain ID: 31337", "Chain ID: 1", "chain"),
        ("Sign in to this", "Give everything to this", "statement"),
    ],
)
def test_every_line_is_ours(house, lin, ours, theirs, why):
    """A text for another site, page, chain or purpose is refused, though it is well signed."""
    text = house.wallets.begin(WALLET, BROWSER).replace(ours, theirs)
    with pytest.raises(Denied, match=why):
        house.wallets.sign_in(text, sign(text), BROWSER)


def test_nothing_is_added(house, lin):
    """A text that says more than ours is refused."""
    text = house.wallets.begin(WALLET, BROWSER)
    for more in ("\nRequest ID: x", "\nResources:\n- https://desk.example"):
        with pytest.raises(Denied, match="resources"):
            house.wallets.sign_in(text + more, sign(text + more), BROWSER)


def test_nobody_makes_their_own_nonce(house, lin):
    """A nonce that we did not give is refused."""
    text = house.wallets.begin(WALLET, BROWSER)
    nonce = text.partition("Nonce: ")[2].partition("\n")[0]
    forged = text.replace(nonce, "a" * len(nonce))
    with pytest.raises(Denied, match="used already, or is too old"):
        house.wallets.sign_in(forged, sign(forged), BROWSER)


def test_texts_expire(house, lin):
    """A text is good for ten minutes; writing another time into it does not help."""
    text = house.wallets.begin(WALLET, BROWSER)
    house.clock.move(TEXT_LIFETIME_S)
    with pytest.raises(Denied, match="expired"):
        house.wallets.sign_in(text, sign(text), BROWSER)
    later = text.replace("Expiration Time: 2026", "Expiration Time: 2036")
    assert later != text
    with pytest.raises(Denied, match="too old"):
        house.wallets.sign_in(later, sign(later), BROWSER)


def test_a_text_without_an_end_is_refused(house, lin):
    """A text that never expires is not ours."""
    text = house.wallets.begin(WALLET, BROWSER).partition("\nExpiration Time")[0]
    with pytest.raises(Denied, match="expired"):
        house.wallets.sign_in(text, sign(text), BROWSER)


def test_a_text_is_of_one_browser(house, lin):
    """A text that was asked for in one browser signs nobody in elsewhere, and stays good at home."""
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match="another browser"):
        house.wallets.sign_in(text, sign(text), "another cookie")
    assert lin == house.wallets.sign_in(text, sign(text), BROWSER)


@pytest.mark.parametrize("text", ["", "hello", "x" * 3_000, "é", "(" * 1_900, "\n" * 50, "\0"])
def test_what_is_no_such_text_is_refused(house, text):
    """Anything else is refused as what it is."""
    with pytest.raises(InputError):
        house.wallets.sign_in(text, sign("x"), BROWSER)


@pytest.mark.parametrize("signature", ["", "0x", "0x" + "00" * 65, "0x" + "zz" * 65, "0x" + "11" * 64])
def test_what_is_no_signature_is_refused(house, lin, signature):
    """Anything that is no signature of the address is refused."""
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied):
        house.wallets.sign_in(text, signature, BROWSER)


SAFE = "0x" + "11" * 130


def test_contracts_sign_in(house, lin):
    """A wallet that is a contract is asked, with the hash that wallets sign."""
    text = house.wallets.begin(WALLET, BROWSER)
    asked = []
    house.ledger.wallets[WALLET] = lambda *question: asked.append(question) or True
    assert lin == house.wallets.sign_in(text, SAFE, BROWSER)
    assert [(bytes(_hash_eip191_message(encode_defunct(text=text))), bytes.fromhex(SAFE[2:]))] == asked


@pytest.mark.parametrize("signature", [SAFE, "0x" + "11" * 65, "0x" + "11" * 4_096])
def test_contracts_that_do_not_confirm_are_told_so(house, lin, signature):
    """A wallet that says no, or has no code on this chain, is told which chain is meant."""
    for wallets in ({}, {WALLET: lambda *_: False}):
        house.ledger.wallets.update(wallets)
        text = house.wallets.begin(WALLET, BROWSER)
        with pytest.raises(Denied, match="not one of this address") as caught:
            house.wallets.sign_in(text, signature, BROWSER)
        assert "chain 31337" in caught.value.hint


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        ("0x", "not signed"),
        ("0x" + "11" * 4_097, "at most"),
        ("0x1", "not signed"),
        (SAFE + "6492" * 16, "ERC-6492"),
    ],
)
def test_no_contract_is_asked_for_what_is_no_signature(house, lin, signature, why):
    """Nothing, too much, and wallets that are not there yet: even one that takes anything is not asked."""
    house.ledger.wallets[WALLET] = lambda *_: True
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match=why):
        house.wallets.sign_in(text, signature, BROWSER)


def test_a_contract_that_takes_anything_opens_no_other_door(house, lin):
    """Its text must be ours, of this browser, and new, as everybody's."""
    house.ledger.wallets[WALLET] = lambda *_: True
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match="another browser"):
        house.wallets.sign_in(text, SAFE, "another cookie")
    with pytest.raises(Denied, match="domain"):
        house.wallets.sign_in(text.replace("desk.example wants", "evil.example wants"), SAFE, BROWSER)
    late = text + "\nNot Before: 2027-01-01T00:00:00Z"
    with pytest.raises(Denied, match="beginning"):
        house.wallets.sign_in(late, SAFE, BROWSER)
    assert lin == house.wallets.sign_in(text, SAFE, BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.wallets.sign_in(text, SAFE, BROWSER)


def test_a_node_that_is_away_lets_nobody_in(house, lin):
    """Whether a contract has signed is not known then, and is not guessed."""

    def away(*_):
        raise RpcUnavailable("the node is away")

    house.ledger.wallets[WALLET] = away
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(RpcUnavailable):
        house.wallets.sign_in(text, SAFE, BROWSER)


def test_strangers_are_customers_at_most(house):
    """Who has no account is refused at the door of staff, and becomes a customer at the other."""
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match="nobody here"):
        house.wallets.sign_in(text, sign(text), BROWSER)
    text = house.wallets.begin(WALLET, BROWSER)
    made = house.wallets.sign_in(text, sign(text), BROWSER, newcomers=True)
    assert (frozenset({Role.CUSTOMER}), WALLET) == (made.roles, made.address)


def test_a_wallet_is_added_to_ones_own_account(house):
    """Whoever is signed in adds a wallet by signing with it, and a text for that signs nobody in."""
    lin = house.staff()
    _, visitor = house.signed_in(lin)
    text = house.wallets.begin(WALLET, BROWSER, visitor)
    with pytest.raises(Denied, match="something else"):
        house.wallets.sign_in(text, sign(text), BROWSER)
    assert WALLET == house.wallets.attach(visitor, text, sign(text), BROWSER).address


def test_a_text_to_sign_in_adds_no_wallet(house, lin):
    """What somebody signed to sign in, is not used to put their address on another's account."""
    _, mallory = house.signed_in(house.staff(name="Mallory"))
    text = house.wallets.begin(WALLET, BROWSER)
    with pytest.raises(Denied, match="something else"):
        house.wallets.attach(mallory, text, sign(text), BROWSER)


def test_an_address_is_one_persons(house, lin):
    """A wallet of somebody else's account is not added to another."""
    _, visitor = house.signed_in(house.staff(name="Ana"))
    text = house.wallets.begin(WALLET, BROWSER, visitor)
    with pytest.raises(Conflict):
        house.wallets.attach(visitor, text, sign(text), BROWSER)


def test_half_signed_in_adds_no_wallet(strict, house):
    """Who has not given their second factor cannot add a way around it."""
    _, visitor = strict.signed_in(strict.staff(), Way.WALLET)
    with pytest.raises(Denied, match="another step"):
        strict.wallets.begin(WALLET, BROWSER, visitor)
    with pytest.raises(NotSignedIn):
        house.wallets.attach(Visitor(via="key", person=visitor.person), "x", "x", BROWSER)


def test_an_old_session_adds_no_wallet(house):
    """Who has only found a cookie puts no wallet of their own on the account."""
    _, visitor = house.signed_in(house.staff())
    house.clock.move(15 * 60 + 1)
    with pytest.raises(Denied, match="signed in lately"):
        house.wallets.begin(WALLET, BROWSER, visitor)
