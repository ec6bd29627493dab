"""A customer opens a ticket themselves."""

import pytest

from supportledger.model import refusal
from supportledger.model.entry import NOTHING
from supportledger.model.ids import NOBODY, entry_head, keccak, ticket_id
from supportledger.model.refusal import GateOnly, PolicyNotFound, PolicyWithdrawn, TermsMismatch
from supportledger.model.ticket import Action, Auth, Status, TicketState
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, PLAIN, variant
from tests.chain.people import ADMIN, ALICE, ANN, BOB, GATE, STRANGER, SUPERVISOR

OTHER = keccak(b"other")


def test_refuses_an_opening_without_a_content(desk):
    """A ticket begins with something that was said."""
    with refuses(refusal.CommitmentMissing(Action.OPEN)):
        desk.open(commitment=NOTHING)


@pytest.mark.parametrize("policy", [0, 5, 65_535])
def test_refuses_a_policy_that_was_never_published(desk, policy):
    """Policies count from 1 to the last one published."""
    with refuses(PolicyNotFound(policy)):
        desk.open(policy=policy)


@pytest.mark.parametrize("number", [1 << 16, (1 << 16) + 1, (1 << 32) - 1])
def test_refuses_a_number_that_no_policy_can_have(desk, number):
    """Bits above the number are not cut off: 65,537 is not policy 1."""
    o = desk.opening()._replace(policy=number)
    with refuses(PolicyNotFound(0)):
        desk.driver.attempt(ALICE.address, desk.driver.opening(o))


def test_refuses_a_retired_policy(desk):
    """No new ticket is opened under a policy that was withdrawn."""
    desk.retire(1)
    with refuses(PolicyWithdrawn(1)):
        desk.open()


@pytest.mark.parametrize("terms", [NOTHING, OTHER], ids=["none", "other"])
def test_refuses_other_terms(desk, terms):
    """A customer is never bound to a promise other than the one they were shown."""
    with refuses(TermsMismatch(1, PLAIN.hash, terms)):
        desk.open(terms=terms)


def test_refuses_to_pass_the_gate_unsigned(desk):
    """A gated policy is opened by its gate only, and by a customer's signature only."""
    with refuses(GateOnly(4, GATE.address)):
        desk.open(policy=4)


def test_refuses_the_gate_as_a_customer_of_its_own(desk):
    """The gate carries signatures of customers; it does not open for itself."""
    with refuses(GateOnly(4, GATE.address)):
        desk.open(GATE, policy=4)


def test_refuses_the_same_opener(desk):
    """One opener uses a commitment once: it is in the ticket's id."""
    first = desk.open(commitment=OTHER)
    with refuses(refusal.TicketExists(first.id)):
        desk.open(commitment=OTHER)


def test_opens_another_ticket_for_another_opener(desk):
    """Nobody can take a ticket's place by copying its commitment from the mempool."""
    first, second = desk.open(BOB, commitment=OTHER), desk.open(ALICE, commitment=OTHER)
    assert first.id != second.id
    assert (BOB.address, ALICE.address) == (first.state.customer, second.state.customer)


def test_makes_the_first_state(desk):
    """Every field of a new ticket is as the design lists it; its first message waits."""
    t = desk.open()
    expected = TicketState(
        customer=ALICE.address,
        opened_at=desk.now,
        respond_by=desk.now + HOUR,
        policy=1,
        assignee=NOBODY,
        resolve_by=desk.now + DAY,
        paused_at=0,
        status=Status.OPEN,
        level=0,
        version=1,
        flags=0,
        rating=0,
        unseen=1,
        staff_run=0,
        tier=1,
        escalated_at=0,
        settled_at=0,
        paused_total=0,
        entries=1,
        customer_seq=1,
        staff_seq=1,
        head=t.state.head,
    )
    assert expected == t.state


def test_names_the_ticket_after_its_chain_and_ledger_and_opener_and_commitment(desk):
    """The id is the hash of all of them, so it exists once in the world."""
    t = desk.open(commitment=OTHER)
    assert ticket_id(1337, desk.driver.address, ALICE.address, OTHER) == t.id
    assert t.state.hash() == desk.driver.view("ticketHash", t.id)


def test_binds_the_terms_into_the_head(desk):
    """The first head hashes id, meta, policy, opener, terms and commitment."""
    t = desk.open(commitment=OTHER)
    meta = 0 << 88 | 1 << 80 | 0 << 72 | 0 << 40 | desk.now
    assert entry_head(t.id, meta, 1, ALICE.address, PLAIN.hash, OTHER) == t.state.head


def test_logs_who_opened_what_and_when(desk):
    """The event alone rebuilds the ticket."""
    e = desk.open(commitment=OTHER).event
    said = (e.index, e.action, e.auth, e.actor, e.argument, e.seen, e.time, e.commitment)
    assert (0, Action.OPEN, Auth.SENT, ALICE.address, 1, 0, desk.now, OTHER) == said


def test_counts_open_hours_only_where_the_policy_has_hours(desk):
    """Opened on a Friday at 16:30 local time, an hour to answer ends on Monday at 9:30."""
    desk.at((desk.now // (7 * DAY) + 1) * 7 * DAY + DAY + 8 * HOUR + 1_800)  # 1970-01-01 was a Thursday
    t = desk.open(policy=3)
    assert desk.now + 3 * DAY - 7 * HOUR == t.state.respond_by


def test_promises_nothing_where_the_policy_does_not(desk):
    """A duration of 0 is no promise: its deadline is 0, never."""
    silent = desk.publish(variant(first_response=0, resolution=0))
    t = desk.open(policy=silent)
    assert (0, 0) == (t.state.respond_by, t.state.resolve_by)


@pytest.mark.parametrize("who", [STRANGER, ANN, SUPERVISOR, ADMIN], ids=lambda who: who.name)
def test_opens_for_anyone(desk, who):
    """Whoever pays for the transaction can be a customer, staff too."""
    assert who.address == desk.open(who).state.customer
