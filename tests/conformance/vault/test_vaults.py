"""Keys seal and open, are destroyed for good, are held, and are wrapped for a customer, wherever they lie."""

from concurrent.futures import ThreadPoolExecutor

import coincurve
import pytest

from supportledger.errors import CommitmentMismatch, Conflict, ContentErased, InputError, KeyMissing, NotFound
from supportledger.ports import Vault
from supportledger.proof.handed import open_key
from supportledger.proof.seal import DeskKey, Purpose
from tests.conformance.store.builders import MORNING, a_ticket_id


def test_what_is_sealed_opens_again(vault: Vault) -> None:
    """A key that was made is there when it is asked for again, and opens what it sealed."""
    ticket = a_ticket_id()
    sealed = vault.make([ticket]).of(ticket).seal(Purpose.CONTENT, b"here", b"hello")
    assert b"hello" == vault.keys([ticket]).of(ticket).unseal(Purpose.CONTENT, b"here", sealed)


def test_a_key_is_made_once(vault: Vault) -> None:
    """Making keys again changes none, however many ask at once."""
    tickets = [a_ticket_id() for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: vault.make(tickets), range(8)))
    keys = [{one.of(ticket).key for one in made} for ticket in tickets]
    assert [1] * 20 == [len(one) for one in keys]
    assert 20 == len(set().union(*keys))


def test_many_keys_at_once(vault: Vault) -> None:
    """More keys than one statement names are made and found."""
    tickets = [a_ticket_id() for _ in range(1_200)]
    vault.make(tickets)
    assert set(tickets) == set(vault.keys(tickets).seals)


def test_a_key_that_never_was(vault: Vault) -> None:
    """A ticket without a key is told from one whose key was destroyed."""
    ticket = a_ticket_id()
    with pytest.raises(KeyMissing) as missing:
        vault.keys([ticket]).of(ticket)
    assert missing.value.hint
    assert (False, None, None) == _short(vault, ticket)


def _short(vault: Vault, ticket: object) -> tuple[bool, int | None, int | None]:
    custody = vault.status(ticket)  # type: ignore[arg-type]  # a TicketId
    return custody.is_sealed, custody.erased_at, custody.held_since


def test_an_erased_key_is_gone(vault: Vault) -> None:
    """What was erased is not found, not made again, and tells when; others are untouched."""
    erased, other = a_ticket_id(), a_ticket_id()
    vault.make([erased, other])
    vault.erase([erased], MORNING)
    for keys in (vault.keys([erased, other]), vault.make([erased, other])):
        assert ({other}, {erased: MORNING}) == (set(keys.seals), dict(keys.erased))
        with pytest.raises(ContentErased, match="2026-01-01") as gone:
            keys.of(erased)
        assert MORNING == gone.value.erased_at
    assert (False, MORNING, None) == _short(vault, erased)
    assert (True, None, None) == _short(vault, other)


def test_erasing_again_keeps_the_first_date(vault: Vault) -> None:
    """A ticket was erased when it was first; one that never had a key is erased, too."""
    ticket = a_ticket_id()
    vault.erase([ticket], MORNING)
    vault.erase([ticket], MORNING + 1)
    assert MORNING == vault.status(ticket).erased_at
    with pytest.raises(ContentErased):
        vault.make([ticket]).of(ticket)


def test_a_hold_forbids_erasing(vault: Vault) -> None:
    """While one of them is held, nothing is erased; after the release it can be."""
    held, other = a_ticket_id(), a_ticket_id()
    vault.make([other])
    vault.hold(held, "court order 17/26", MORNING)
    with pytest.raises(Conflict, match="legal hold"):
        vault.erase([other, held], MORNING + 1)
    assert {held, other} == set(vault.keys([held, other]).seals)
    assert (True, None, MORNING, "court order 17/26") == (*_short(vault, held), vault.status(held).reason)
    vault.release(held)
    vault.erase([other, held], MORNING + 1)
    assert (False, MORNING + 1, None) == _short(vault, held)


def test_holds_are_listed(vault: Vault) -> None:
    """The oldest hold comes first; one that was released does not come."""
    first, second, third = (a_ticket_id() for _ in range(3))
    for at, ticket in ((2, second), (1, first), (3, third)):
        vault.hold(ticket, f"case {at}", at)
    vault.release(third)
    assert [(first, "case 1"), (second, "case 2")] == [(one.ticket, one.reason) for one in vault.held()]


def test_what_cannot_be_held_or_released(vault: Vault) -> None:
    """A hold is not put on twice, nor on what was erased; none is released that is not there."""
    held, gone = a_ticket_id(), a_ticket_id()
    vault.hold(held, "a", MORNING)
    vault.erase([gone], MORNING)
    with pytest.raises(Conflict):
        vault.hold(held, "b", MORNING + 1)
    with pytest.raises(ContentErased):
        vault.hold(gone, "c", MORNING)
    with pytest.raises(NotFound):
        vault.release(a_ticket_id())
    assert "a" == vault.status(held).reason


def test_keys_survive_a_rotation(vault: Vault) -> None:
    """After the desk key was changed, keys are what they were; to do it again wraps nothing."""
    tickets = [a_ticket_id() for _ in range(1_100)]
    vault.hold(tickets[0], "a reason", MORNING)
    before, new = vault.make(tickets), DeskKey.new()
    assert 1_100 == vault.rotate(new)
    assert before == vault.keys(tickets)
    assert "a reason" == vault.status(tickets[0]).reason
    assert 0 == vault.rotate(new)


def test_a_customer_opens_their_ticket_without_us(vault: Vault) -> None:
    """A key that was wrapped for a customer opens with theirs, for this ticket, and for nobody else."""
    ticket, other = a_ticket_id(), a_ticket_id()
    sealed = vault.make([ticket, other]).of(ticket).seal(Purpose.CONTENT, b"", b"hello")
    customer, stranger = coincurve.PrivateKey(), coincurve.PrivateKey()
    handed = vault.wrap_for(ticket, customer.public_key.format())
    opened = open_key(handed, ticket, customer.secret)
    assert b"hello" == opened.unseal(Purpose.CONTENT, b"", sealed)
    for whose, private in ((other, customer.secret), (ticket, stranger.secret)):
        with pytest.raises(CommitmentMismatch):
            open_key(handed, whose, private)


def test_what_cannot_be_handed_over(vault: Vault) -> None:
    """An erased key is handed to nobody, and none to what is no public key."""
    ticket, gone = a_ticket_id(), a_ticket_id()
    vault.make([ticket])
    vault.erase([gone], MORNING)
    with pytest.raises(ContentErased):
        vault.wrap_for(gone, coincurve.PrivateKey().public_key.format())
    with pytest.raises(InputError):
        vault.wrap_for(ticket, b"\x04" * 33)
