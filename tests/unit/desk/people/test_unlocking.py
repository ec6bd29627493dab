"""Unlocked keys: sealed under what only the browser has; the server at rest cannot sign."""

import json
from dataclasses import replace

import pytest
from eth_account import Account

from supportledger.chain.identities import open_keystore as really_open
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.desk.people.sessions import Way
from supportledger.errors import Denied, InputError, LimitReached, NotFound, NotSignedIn
from tests.unit.desk.people.conftest import PASSPHRASE

KEY = bytes(range(1, 33))
SIGNER = KeySigner(KEY)
SCRYPT = {"n": 1 << 18, "r": 8, "p": 1, "dklen": 32, "salt": "00"}


def keystore(key=KEY, kdf="scrypt", **params):
    crypto = {"kdf": kdf, "kdfparams": SCRYPT | params}
    return json.dumps({"version": 3, "crypto": crypto, "key": key.hex()})


@pytest.fixture
def lin(house):
    return house.staff(address=SIGNER.address)


@pytest.fixture
def signed_in(house, lin):
    return house.signed_in(lin)


@pytest.fixture
def unlocked(house, signed_in):
    token, visitor = signed_in
    house.unlocking.unlock(visitor, token, keystore(), PASSPHRASE)
    return token, visitor


def test_an_unlocked_key_signs(house, unlocked):
    """Whoever has unlocked their key signs with it, request after request."""
    token, visitor = unlocked
    assert SIGNER.address == house.unlocking.unlocked(visitor, token).address
    assert SIGNER.address == house.unlocking.unlocked(house.sessions.visitor(token), token).address
    assert house.sessions.session(token).is_unlocked


def test_the_server_at_rest_cannot_sign(house, unlocked):
    """Nothing that is kept holds the key, the passphrase, or the secret that the key is sealed under."""
    token, visitor = unlocked
    kept = house.everything()
    for secret in (KEY.hex(), repr(KEY), PASSPHRASE, token):
        assert secret not in kept
    for guess in ("", visitor.session, "0" * 43):
        with pytest.raises(Denied):
            house.unlocking.unlocked(visitor, guess)


def test_a_key_is_of_one_session(house, lin, unlocked):
    """Another session of the same account does not sign, even with the sealed key copied into it."""
    _, visitor = unlocked
    other_token, other = house.signed_in(lin)
    with pytest.raises(Denied, match="no key is unlocked"):
        house.unlocking.unlocked(other, other_token)
    mine = house.cabinet.read("session", visitor.session)
    theirs = house.cabinet.read("session", other.session)
    house.cabinet.write(replace(theirs, data={**theirs.data, "sealed": mine.data["sealed"]}))
    with pytest.raises(Denied, match="another session"):
        house.unlocking.unlocked(other, other_token)


def test_a_key_is_of_one_account(house, unlocked):
    """What was sealed for one account does not open for another, whatever else is the same."""
    token, visitor = unlocked
    other = replace(visitor, person=house.staff(name="Mallory").id)
    with pytest.raises(Denied, match="another session"):
        house.unlocking.unlocked(other, token)


def test_locking_forgets(house, unlocked):
    """What was locked again does not sign, and nothing of it is kept."""
    token, visitor = unlocked
    sealed = house.cabinet.read("session", visitor.session).data["sealed"]
    house.unlocking.lock(visitor)
    with pytest.raises(Denied, match="no key is unlocked"):
        house.unlocking.unlocked(visitor, token)
    assert sealed not in house.everything()


def test_signing_out_forgets(house, unlocked):
    """With its session, the sealed key is gone."""
    token, visitor = unlocked
    sealed = house.cabinet.read("session", visitor.session).data["sealed"]
    house.sessions.sign_out(token)
    with pytest.raises(NotSignedIn):
        house.unlocking.unlocked(visitor, token)
    assert sealed not in house.everything()


def test_a_new_secret_forgets(house, unlocked):
    """When a session gets a new secret, what was sealed under the one before is gone."""
    token, _ = unlocked
    opened = house.sessions.advance(token, way=Way.WALLET)
    assert not opened.session.is_unlocked
    with pytest.raises(Denied, match="no key is unlocked"):
        house.unlocking.unlocked(house.sessions.visitor(opened.token), opened.token)


def test_only_the_accounts_own_key_signs(house, signed_in):
    """A key of another address is refused, by keystore and by name."""
    token, visitor = signed_in
    with pytest.raises(Denied, match="does not sign for this account"):
        house.unlocking.unlock(visitor, token, keystore(b"\x07" * 32), PASSPHRASE)
    with pytest.raises(Denied, match="does not sign for this account"):
        house.unlocking.unlock_named(visitor, token, "agent")
    with pytest.raises(NotFound):
        house.unlocking.unlock_named(visitor, token, "nobody")


def test_a_changed_address_stops_the_old_key(house, lin, unlocked):
    """When another address signs for an account, the key of the one before does not."""
    token, _ = unlocked
    house.people.attach(lin.id, local_signer("agent").address)
    with pytest.raises(Denied, match="does not sign for this account"):
        house.unlocking.unlocked(house.sessions.visitor(token), token)


def test_an_identity_of_the_server_signs_for_its_account(house):
    """An account whose address the server keeps the key of, signs by name as long as it is signed in."""
    address = local_signer("agent").address
    token, visitor = house.signed_in(house.staff(address=address))
    house.unlocking.unlock_named(visitor, token, "agent")
    visitor = house.sessions.visitor(token)
    assert address == house.unlocking.unlocked(visitor, token).address
    house.unlocking.lock(visitor)
    with pytest.raises(Denied):
        house.unlocking.unlocked(house.sessions.visitor(token), token)


def test_guessing_a_passphrase_locks(house, lin, signed_in):
    """After five tries even the right passphrase is refused, in every session, until a while has passed."""
    token, visitor = signed_in
    for _ in range(5):
        with pytest.raises(Denied, match="passphrase"):
            house.unlocking.unlock(visitor, token, keystore(), "wrong")
    token, visitor = house.signed_in(lin)
    with pytest.raises(LimitReached):
        house.unlocking.unlock(visitor, token, keystore(), PASSPHRASE)


@pytest.mark.parametrize(
    "given",
    [
        keystore(n=1 << 30),
        keystore(r=1 << 20),
        keystore(p=1 << 10),
        keystore(n=0),
        keystore(n=-8),
        keystore(kdf="pbkdf2", c=10**9),
        keystore(kdf="argon2"),
        keystore(n="x"),
        "",
        "[]",
        "[" * 10_000,
        "x" * 20_000,
        json.dumps({"crypto": {"kdf": "scrypt", "kdfparams": []}}),
    ],
    ids=lambda text: text[:12],
)
def test_keystores_made_to_cost_are_refused(house, signed_in, given):
    """A keystore that would use up memory or time is refused before it is opened."""
    token, visitor = signed_in
    with pytest.raises(InputError):
        house.unlocking.unlock(visitor, token, given, PASSPHRASE)


def test_half_signed_in_unlocks_nothing(strict):
    """Who has not given their second factor unlocks no key."""
    token, visitor = strict.signed_in(strict.staff(address=SIGNER.address), Way.WALLET)
    with pytest.raises(Denied):
        strict.unlocking.unlock(visitor, token, keystore(), PASSPHRASE)
    token, visitor = strict.signed_in(strict.staff(address=local_signer("agent").address), Way.WALLET)
    with pytest.raises(Denied):
        strict.unlocking.unlock_named(visitor, token, "agent")


def test_an_account_without_an_address_unlocks_nothing(house):
    """Who has no address on the ledger is told how to get one."""
    token, visitor = house.signed_in(house.staff())
    with pytest.raises(Denied, match="no address"):
        house.unlocking.unlock(visitor, token, keystore(), PASSPHRASE)


def test_real_keystores_open():
    """What wallets export is opened by its passphrase alone."""
    text = json.dumps(Account.encrypt(KEY, PASSPHRASE, kdf="pbkdf2", iterations=2))
    assert KEY == really_open(text, PASSPHRASE)
    with pytest.raises(Denied):
        really_open(text, "wrong")
    for wrong in ("", "[]", "{}", '{"version": 3, "crypto": {}}'):
        with pytest.raises(InputError):
            really_open(wrong, PASSPHRASE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"crypto": {', '"Crypto": {"kdf": "scrypt", "kdfparams": {"n": 1099511627776}}, "crypto": {'),
        ('"n": 262144', '"n": 2, "N": 1099511627776'),
        ('"n": 262144', '"n": 1099511627776, "n": 2'),
        ('"n": 262144', '"n": Infinity'),
    ],
)
def test_the_cost_that_is_looked_at_is_the_one_that_is_paid(house, signed_in, old, new):
    """A keystore that says its cost twice, in whatever letters, or as no number, is not opened."""
    token, visitor = signed_in
    given = keystore().replace(old, new)
    assert given != keystore()
    with pytest.raises(InputError, match="not a keystore"):
        house.unlocking.unlock(visitor, token, given, PASSPHRASE)
