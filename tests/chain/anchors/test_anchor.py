"""A checkpoint of a log is recorded."""

import pytest

from supportledger.model import abi, refusal
from supportledger.model.acts import Checkpoint
from supportledger.model.ids import keccak
from tests.chain.expect import refuses
from tests.chain.given import role_of
from tests.chain.people import ADMIN, ANN, BOB, CERTIFIER, SUPERVISOR

LOG, OTHER = keccak(b"log"), keccak(b"other log")
ROOT, ROOT2 = keccak(b"root"), keccak(b"root 2")
NONE = Checkpoint()


def hash_of(c):
    """What the slot holds."""
    return keccak(abi.uint(c.size) + c.root + abi.uint(c.time))


@pytest.mark.parametrize("who", [ADMIN, CERTIFIER, SUPERVISOR, ANN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only anchorers."""
    with refuses(refusal.RoleMissing(who.address, role_of("anchorer"))):
        desk.anchor(LOG, NONE, 1, ROOT, by=who)


def test_refuses_a_first_one_where_there_is_one(desk):
    """Nobody begins a log anew."""
    first = desk.anchor(LOG, NONE, 3, ROOT)
    with refuses(refusal.AnchorStale(LOG, hash_of(first), bytes(32))):
        desk.anchor(LOG, NONE, 4, ROOT2)


def test_refuses_one_where_there_is_none(desk):
    """A log begins with nothing."""
    invented = Checkpoint(1, ROOT, desk.now)
    with refuses(refusal.AnchorStale(LOG, bytes(32), hash_of(invented))):
        desk.anchor(LOG, invented, 2, ROOT2)


def test_refuses_an_older_one(desk):
    """Two anchorers at once: the second is told."""
    first = desk.anchor(LOG, NONE, 3, ROOT)
    desk.later(10)
    second = desk.anchor(LOG, first, 5, ROOT2)
    with refuses(refusal.AnchorStale(LOG, hash_of(second), hash_of(first))):
        desk.anchor(LOG, first, 9, ROOT)


@pytest.mark.parametrize("size", [0, 2, 3])
def test_refuses_the_same_size_and_a_smaller_one(desk, size):
    """Size only grows; a first checkpoint has a line at least."""
    first = desk.anchor(LOG, NONE, 3, ROOT)
    with refuses(refusal.AnchorNotGrowing(3, size)):
        desk.anchor(LOG, first, size, ROOT2)
    with refuses(refusal.AnchorNotGrowing(0, 0)):
        desk.anchor(OTHER, NONE, 0, ROOT)


def test_stores_the_hash_of_size_and_root_and_time(desk):
    """One word, however large the log."""
    c = desk.anchor(LOG, NONE, (1 << 64) - 2, ROOT)
    assert hash_of(c) == desk.driver.view("anchorHash", LOG)
    desk.later(10)
    c = desk.anchor(LOG, c, (1 << 64) - 1, ROOT2)
    assert hash_of(c) == desk.driver.view("anchorHash", LOG)


def test_keeps_logs_apart(desk):
    """One log's checkpoint says nothing of another's."""
    first = desk.anchor(LOG, NONE, 3, ROOT)
    with refuses(refusal.AnchorStale(OTHER, bytes(32), hash_of(first))):
        desk.anchor(OTHER, first, 4, ROOT2)
    desk.anchor(OTHER, NONE, 1, ROOT)
