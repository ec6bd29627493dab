"""What anyone can ask, other contracts included."""

from supportledger.model.acts import Checkpoint
from supportledger.model.ids import NOBODY, keccak
from tests.chain.given import certificate
from tests.chain.people import ANCHORER, BOB, STRANGER

NOTHING = bytes(32)
LOG = keccak(b"log")


def test_gives_zero(desk):
    """A ticket, an agent, a policy, a log, a successor that are not there: no error, and no answer."""
    view = desk.driver.view
    assert NOTHING == view("ticketHash", LOG)
    assert not view("isCurrent", LOG, desk.open().state.pack())
    assert 0 == view("agentWord", STRANGER.address)
    assert (0, 0, bytes(20), NOTHING, NOTHING) == view("policyOf", 0) == view("policyOf", 65_535)
    assert NOTHING == view("anchorHash", LOG)
    assert NOBODY == view("successor")


def test_tells_the_present_state_from_all_others(desk):
    """One call, so that a contract need not hash."""
    t, u = desk.open(), desk.open()
    old = t.state
    t.answer()
    current = [desk.driver.view("isCurrent", t.id, state.pack()) for state in (t.state, old, u.state)]
    assert [True, False, False] == current
    assert t.state.hash() == desk.driver.view("ticketHash", t.id)


def test_gives_what_was_stored_last(desk):
    """Certificates, policies, anchors and roles as the last change left them."""
    word = desk.certify(BOB, certificate(2))
    desk.later(10)
    assert desk.suspend(BOB).word == desk.driver.view("agentWord", BOB.address) != word.word
    first = desk.anchor(LOG, Checkpoint(), 1, LOG)
    before = desk.driver.view("anchorHash", LOG)
    desk.anchor(LOG, first, 2, LOG)
    assert before != desk.driver.view("anchorHash", LOG)
    assert desk.driver.view("hasRole", keccak(b"ANCHORER_ROLE"), ANCHORER.address)
    assert 4 == desk.driver.view("policyCount")


def test_is_the_one_they_compute(desk):
    """EIP-712 of name, version, chain id and contract."""
    assert desk.domain.separator == desk.driver.view("domainSeparator")
