"""Passkeys: keys in devices that verify their user, for our origin alone."""

import pytest

from supportledger.desk.people.passkeys import CHALLENGE_LIFETIME_S, MOST_PASSKEYS
from supportledger.desk.people.sessions import Way
from supportledger.errors import Conflict, Denied, InputError, NotFound
from tests.unit.desk.people.conftest import BROWSER
from tests.unit.desk.people.device import Device


@pytest.fixture
def lin(house):
    return house.staff()


@pytest.fixture
def visitor(house, lin):
    return house.signed_in(lin)[1]


@pytest.fixture
def device(house, visitor):
    made = Device()
    options = house.passkeys.begin_registering(visitor, BROWSER)
    house.passkeys.register(visitor, made.create(options), BROWSER, "My phone")
    return made


def test_a_passkey_signs_its_owner_in(house, lin, device):
    """Whoever has the device is its owner, time and again."""
    for _ in range(2):
        credential = device.get(house.passkeys.begin(BROWSER))
        assert lin == house.passkeys.sign_in(credential, BROWSER)
    (kept,) = house.passkeys.of(lin.id)
    assert ("My phone", house.people.now) == (kept.label, kept.used_at)


def test_no_answer_counts_twice(house, device):
    """What a passkey signed once is refused the next time."""
    credential = device.get(house.passkeys.begin(BROWSER))
    house.passkeys.sign_in(credential, BROWSER)
    with pytest.raises(Denied, match="used already"):
        house.passkeys.sign_in(credential, BROWSER)


def test_an_answer_is_soon_and_here(house, device):
    """An answer from another browser, or too late, is refused."""
    credential = device.get(house.passkeys.begin(BROWSER))
    with pytest.raises(Denied, match="another browser"):
        house.passkeys.sign_in(credential, "another cookie")
    house.clock.move(CHALLENGE_LIFETIME_S)
    with pytest.raises(Denied, match="too old"):
        house.passkeys.sign_in(credential, BROWSER)


def test_a_copy_is_noticed(house, device):
    """A device whose count goes back, or stands still, is a copy: it is refused."""
    house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)
    device.count = 0
    with pytest.raises(Denied, match="does not hold"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)


def test_a_device_that_asks_nobody_is_refused(house, visitor, device):
    """Without a finger, face or number, a passkey neither signs in nor is registered."""
    device.is_verifying = False
    with pytest.raises(Denied, match="does not hold"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)
    careless = Device(is_verifying=False)
    careless.id = b"another"
    options = house.passkeys.begin_registering(visitor, BROWSER)
    with pytest.raises(Denied, match="cannot be used"):
        house.passkeys.register(visitor, careless.create(options), BROWSER)


def test_other_sites_get_nothing(house, visitor, device):
    """What was signed on another site's page is refused."""
    device.origin = "https://evil.example"
    with pytest.raises(Denied, match="does not hold"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)
    options = house.passkeys.begin_registering(visitor, BROWSER)
    elsewhere = Device("https://evil.example")
    elsewhere.id = b"another"
    with pytest.raises(Denied, match="cannot be used"):
        house.passkeys.register(visitor, elsewhere.create(options), BROWSER)


def test_another_key_is_not_the_passkey(house, device):
    """Who knows the name of a passkey and has another key is refused."""
    forger = Device()
    forger.handle = device.handle
    with pytest.raises(Denied, match="does not hold"):
        house.passkeys.sign_in(forger.get(house.passkeys.begin(BROWSER)), BROWSER)


def test_somebody_elses_handle_is_refused(house, device):
    """A passkey speaks for its own account alone."""
    device.handle = "AAAA"
    with pytest.raises(Denied, match="somebody else"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)


def test_a_challenge_to_register_signs_nobody_in(house, visitor, device):
    """What was asked for one ceremony is no answer in another."""
    options = house.passkeys.begin_registering(visitor, BROWSER).replace(
        '"rp": {', '"rpId": "desk.example", "rp": {'
    )
    with pytest.raises(Denied, match="something else"):
        house.passkeys.sign_in(device.get(options), BROWSER)


def test_a_passkey_is_registered_once(house, visitor, device):
    """The same passkey cannot be put on a second account."""
    _, other = house.signed_in(house.staff(name="Mallory"))
    options = house.passkeys.begin_registering(other, BROWSER)
    with pytest.raises(Conflict):
        house.passkeys.register(other, device.create(options), BROWSER)


def test_one_registers_only_for_oneself(house, visitor):
    """A challenge of somebody's is not answered by another."""
    _, other = house.signed_in(house.staff(name="Mallory"))
    options = house.passkeys.begin_registering(visitor, BROWSER)
    with pytest.raises(Denied, match="something else"):
        house.passkeys.register(other, Device().create(options), BROWSER)


def test_half_signed_in_registers_nothing(strict):
    """Who has not given their second factor cannot add a passkey around it."""
    _, half = strict.signed_in(strict.staff(), Way.WALLET)
    with pytest.raises(Denied, match="another step"):
        strict.passkeys.begin_registering(half, BROWSER)


def test_a_removed_passkey_signs_nobody_in(house, lin, visitor, device):
    """A passkey is removed by its owner, and by nobody else."""
    (kept,) = house.passkeys.of(lin.id)
    _, other = house.signed_in(house.staff(name="Mallory"))
    with pytest.raises(NotFound):
        house.passkeys.remove(other, kept.name)
    house.passkeys.remove(visitor, kept.name)
    with pytest.raises(Denied, match="not known"):
        house.passkeys.sign_in(device.get(house.passkeys.begin(BROWSER)), BROWSER)


def test_there_are_only_so_many(house, visitor):
    """Nobody fills the desk with passkeys."""
    for number in range(MOST_PASSKEYS):
        device = Device()
        device.id = b"%d" % number
        options = house.passkeys.begin_registering(visitor, BROWSER)
        house.passkeys.register(visitor, device.create(options), BROWSER)
    with pytest.raises(Conflict, match="20 passkeys"):
        house.passkeys.begin_registering(visitor, BROWSER)


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": 7}},
        {"response": {"clientDataJSON": "e30"}},
        [],
    ],
)
def test_what_is_no_passkey_is_refused(house, credential):
    """Anything else is refused as what it is."""
    with pytest.raises(InputError):
        house.passkeys.sign_in(credential, BROWSER)


def test_a_broken_answer_is_refused(house, device):
    """An answer with parts missing or of another shape is refused, never a fault of ours."""
    for broken in ({"rawId": None}, {"rawId": "é"}, {"type": "x"}, {"rawId": [1]}):
        credential = device.get(house.passkeys.begin(BROWSER)) | broken
        with pytest.raises(Denied):
            house.passkeys.sign_in(credential, BROWSER)
    for name in ("authenticatorData", "signature"):
        credential = device.get(house.passkeys.begin(BROWSER))
        credential["response"][name] = "AAAA"
        with pytest.raises(Denied):
            house.passkeys.sign_in(credential, BROWSER)


def test_an_old_session_registers_nothing(house, visitor):
    """Who has only found a cookie makes no passkey of their own from it."""
    house.clock.move(15 * 60 + 1)
    with pytest.raises(Denied, match="signed in lately"):
        house.passkeys.begin_registering(visitor, BROWSER)
