"""Many signed openings in one transaction."""

from dataclasses import replace

from supportledger.model import refusal
from supportledger.model.entry import NOTHING
from supportledger.model.ids import keccak
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Action, Auth
from tests.chain.expect import shown
from tests.chain.given import DAY, PLAIN
from tests.chain.people import ALICE, ANN, BOB, GATE, RELAYER, SERVICE, STRANGER

OTHER = keccak(b"other")


def test_does_nothing(desk):
    """An empty batch is no mistake."""
    assert [] == desk.open_batch([])


def test_opens_each_as_alone(desk):
    """Customers' tickets and keyless ones, each with its own state."""
    batch = [
        desk.sign_opening(desk.opening(ALICE), ALICE),
        desk.sign_opening(desk.opening(BOB, policy=2), BOB),
        desk.sign_opening(desk.opening(None), SERVICE),
    ]
    opened = desk.open_batch(batch)
    assert [ALICE.address, BOB.address, bytes(20)] == [case.state.customer for case in opened]
    assert [1, 2, 1] == [case.state.tier for case in opened]


def test_skips_each_with_the_reason_of_a_single_call(desk):
    """The reason is the error with its arguments; the item is its place."""
    late, far = desk.now - 1, desk.now + 30 * DAY + 1
    good = desk.sign_opening(desk.opening(ALICE), ALICE)
    desk.retire(2)
    bad = [
        desk.sign_opening(desk.opening(commitment=NOTHING), ALICE),
        desk.sign_opening(desk.opening(policy=9), ALICE),
        desk.sign_opening(desk.opening(policy=2), ALICE),
        desk.sign_opening(desk.opening(terms=OTHER), ALICE),
        desk.sign_opening(desk.opening(), ALICE, deadline=late),
        desk.sign_opening(desk.opening(), ALICE, deadline=far),
        desk.sign_opening(desk.opening(), BOB),
        replace(good, signature=b""),
        desk.sign_opening(desk.opening(BOB, opener=ALICE), ALICE),
        desk.sign_opening(desk.opening(None, opener=STRANGER), STRANGER),
    ]
    reasons = [
        refusal.CommitmentMissing(Action.OPEN),
        refusal.PolicyNotFound(9),
        refusal.PolicyWithdrawn(2),
        refusal.TermsMismatch(1, PLAIN.hash, OTHER),
        refusal.SignatureExpired(late, desk.now),
        refusal.DeadlineTooFar(far, desk.now + 30 * DAY),
        refusal.SignatureInvalid(ALICE.address, 0),
        refusal.SignatureInvalid(ALICE.address, 0),
        refusal.OpenerInvalid(ALICE.address, BOB.address),
        refusal.AgentNotInForce(STRANGER.address, 0, 0, 0),
    ]
    assert list(map(shown, reasons)) == list(map(shown, desk.open_batch(bad)))


def test_skips_the_second_of_two_equal_ones(desk):
    """The first of them opened the ticket."""
    signed = desk.sign_opening(desk.opening(), ALICE)
    first, second = desk.open_batch([signed, signed])
    assert shown(refusal.TicketExists(first.id)) == shown(second)


def test_opens_the_others_as_if_the_bad_ones_were_not_there(desk):
    """Good ones have the states they would have had alone."""
    good = [desk.sign_opening(desk.opening(who), who) for who in (ALICE, BOB)]
    bad = desk.sign_opening(desk.opening(), ANN)
    found = desk.open_batch([bad, good[0], bad, good[1], bad])
    assert [True, False, True, False, True] == [isinstance(one, Refusal) for one in found]
    for signed, case in zip(good, (found[1], found[3]), strict=True):
        alone = desk.twin.open(case.id, signed.opening, Auth.ECDSA, RELAYER.address, desk.now)
        assert alone.state == case.state


def test_asks_no_contract(desk, wallet):
    """A contract wallet could burn the relayer's gas: it opens alone, never in a batch."""
    signed = desk.sign_opening(desk.opening(wallet), ALICE)
    (skipped,) = desk.open_batch([signed])
    assert shown(refusal.SignatureInvalid(wallet.address, 0)) == shown(skipped)
    assert wallet.address == desk.opened(signed).state.customer


def test_opens_for_the_gate(desk):
    """The gate carries many signatures as well as one."""
    (t,) = desk.open_batch([desk.sign_opening(desk.opening(policy=4), ALICE)], sender=GATE)
    assert 4 == t.state.policy


def test_skips_for_any_other_sender(desk):
    """A batch is no way round a gate."""
    (skipped,) = desk.open_batch([desk.sign_opening(desk.opening(policy=4), ALICE)])
    assert shown(refusal.GateOnly(4, GATE.address)) == shown(skipped)
