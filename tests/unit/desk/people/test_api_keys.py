"""API keys: no key does more than its maker could, nor more than its account may."""

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.people.api_keys import MOST_KEYS, Wanted
from supportledger.desk.people.sessions import Way
from supportledger.desk.people.tokens import hashed
from supportledger.errors import Conflict, Denied, InputError, NotFound, NotSignedIn
from supportledger.model.people import Right, Role


def made(house, visitor, *scopes, **more):
    return house.api_keys.make(visitor, Wanted("bot", scopes or (Right.LIST,), **more))


@pytest.fixture
def lin(house):
    return house.staff(queues=["billing"])


@pytest.fixture
def visitor(house, lin):
    return house.signed_in(lin)[1]


def test_a_key_asks_for_its_owner(house, lin, visitor):
    """A program with a key is its owner, with the rights of the key and the owner's queues."""
    key = made(house, visitor, Right.LIST, Right.ANSWER)
    assert key.token.startswith("slk_")
    found = house.api_keys.visitor(key.token)
    assert (lin.id, {Right.LIST, Right.ANSWER}, {"billing"}, "key") == (
        found.person,
        found.rights,
        found.queues,
        found.via,
    )


def test_a_key_is_kept_as_a_hash(house, visitor):
    """Nothing that is kept or printed has the secret in it, and its hash is no key."""
    key = made(house, visitor)
    assert key.token not in house.everything() + repr(key)
    with pytest.raises(NotSignedIn):
        house.api_keys.visitor(hashed(key.token))


@pytest.mark.parametrize("guess", ["", "slk_", "slk_" + "A" * 43, "\ud800"])
def test_guesses_are_refused(house, visitor, guess):
    """What is no key is refused."""
    made(house, visitor)
    with pytest.raises(NotSignedIn):
        house.api_keys.visitor(guess)


def test_a_key_cannot_do_more_than_its_maker(house, visitor):
    """An agent makes no key that manages people."""
    with pytest.raises(Denied, match=r"people\.manage"):
        made(house, visitor, Right.LIST, Right.PEOPLE)


def test_a_key_loses_what_its_owner_loses(house, visitor):
    """With a role of its owner, a key loses that role's rights at once; it never gains any."""
    key = made(house, visitor, Right.LIST, Right.ANSWER).token
    house.people.set_roles(visitor.person, [Role.AUDITOR], None)
    assert {Right.LIST} == house.api_keys.visitor(key).rights


def test_a_key_makes_no_keys(house, visitor):
    """Who has found a key cannot make another, nor end sessions or keys as its owner does."""
    found = house.api_keys.visitor(made(house, visitor, Right.KEYS).token)
    with pytest.raises(Denied, match="signed in"):
        made(house, found, Right.KEYS)
    with pytest.raises(NotSignedIn):
        found.owner()


def test_half_signed_in_makes_no_keys(strict):
    """Who has not given their second factor makes no key."""
    _, half = strict.signed_in(strict.staff(), Way.WALLET)
    with pytest.raises(Denied):
        made(strict, half)


def test_customers_make_no_keys(house):
    """Keys are for staff."""
    ana = house.people.add("Ana", [Role.CUSTOMER])
    with pytest.raises(Denied, match=r"keys\.manage"):
        made(house, house.signed_in(ana, Way.LINK)[1])


def test_only_administrators_let_a_key_sign(house, visitor):
    """A key that signs with an identity of the server is an administrator's, and signs as that address."""
    with pytest.raises(Denied, match="administrators"):
        made(house, visitor, identity="service")
    _, admin = house.signed_in(house.staff(Role.ADMIN, name="Root"))
    key = made(house, admin, Right.REGISTRY, identity="service").token
    found = house.api_keys.visitor(key)
    assert ("service", local_signer("service").address) == (found.identity, found.address)
    assert local_signer("service").address == house.unlocking.unlocked(found, key).address
    with pytest.raises(NotFound):
        made(house, admin, Right.REGISTRY, identity="nobody")


def test_a_key_of_a_former_administrator_signs_nothing(house):
    """With the role of an administrator, a key loses the identity that it signed with."""
    root = house.staff(Role.ADMIN, name="Root")
    _, admin = house.signed_in(root)
    key = made(house, admin, Right.REGISTRY, identity="service").token
    house.people.set_roles(root.id, [Role.AGENT], None)
    found = house.api_keys.visitor(key)
    with pytest.raises(Denied):
        house.unlocking.unlocked(found, key)


def test_keys_expire(house, visitor):
    """A key works until its time is over."""
    key = made(house, visitor, expires_at=house.people.now + 60).token
    house.clock.move(59)
    house.api_keys.visitor(key)
    house.clock.move(1)
    with pytest.raises(NotSignedIn):
        house.api_keys.visitor(key)


def test_keys_are_ended_by_their_owner(house, lin, visitor):
    """A key is ended by its owner, and by nobody else."""
    key = made(house, visitor)
    with pytest.raises(NotFound):
        house.api_keys.revoke(house.staff(name="Ana").id, key.key.id)
    house.api_keys.revoke(lin.id, key.key.id)
    with pytest.raises(NotSignedIn):
        house.api_keys.visitor(key.token)
    assert [] == house.api_keys.of(lin.id)


def test_when_it_was_used_is_known_to_the_day(house, lin, visitor):
    """When a key was last used is put down once a day, and no more exactly."""
    key = made(house, visitor)
    house.api_keys.visitor(key.token)
    house.clock.move(3_600)
    house.api_keys.visitor(key.token)
    (kept,) = house.api_keys.of(lin.id)
    assert house.people.now // 86_400 * 86_400 == kept.used_at


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("", [Right.LIST]),
        Wanted("x" * 101, [Right.LIST]),
        Wanted("a\nb", [Right.LIST]),
        Wanted("bot", []),
        Wanted("bot", [Right.LIST], expires_at=1),
    ],
)
def test_what_cannot_be_a_key_is_refused(house, visitor, wanted):
    """A key has a name, a scope, and an end in the future if any."""
    with pytest.raises(InputError):
        house.api_keys.make(visitor, wanted)


def test_there_are_only_so_many(house, visitor):
    """Nobody fills the desk with keys."""
    for _ in range(MOST_KEYS):
        made(house, visitor)
    with pytest.raises(Conflict):
        made(house, visitor)
