"""A keyless ticket gets its customer."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import NOBODY, TicketId, keccak
from supportledger.model.ticket import Action, Auth, Status
from tests.chain.case import Case
from tests.chain.expect import cannot_be_asked, refuses, shown
from tests.chain.given import DAY, HOUR
from tests.chain.people import ADMIN, ALICE, ANN, BOB, CERTIFIER, RELAYER, SERVICE, STRANGER, SUPERVISOR


def plan(t, customer=ALICE, by=ANN, deadline=None):
    """A claim without any signature."""
    until = t.desk.now + HOUR if deadline is None else deadline
    return t.plan(Action.CLAIM, by, argument=customer.word, deadline=until)


def test_refuses_a_claim_sent_directly(desk):
    """`act` has no place for the consent, so it takes no claim; nor from the customer."""
    t = desk.open_keyless()
    for who in (ANN, ALICE, STRANGER):
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            t.send(plan(t, by=who), sender=who, through="act")


def test_refuses_a_claim_that_is_only_signed(desk):
    """Nor has `actSigned`, whether the agent signed or sends."""
    t = desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(plan(t), sender=ANN, through="actSigned")
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(desk.consent(t, desk.sign(t, plan(t), ANN), ALICE), through="actSigned")


def test_skips_a_claim_in_a_batch(desk):
    """Signed or sent, with the reason of a single call; what else is in the batch is done."""
    t, u = desk.open_keyless(), desk.open_keyless()
    claim = desk.consent(t, desk.sign(t, plan(t), ANN), ALICE)
    note = desk.sign(t, t.plan(Action.NOTE, ANN), ANN)
    missing = shown(refusal.SignatureInvalid(ALICE.address, 0))
    assert [missing, shown(None)] == list(map(shown, desk.batch([(t, [claim, note])])))
    assert [missing] == list(map(shown, desk.batch([(u, [plan(u)])], sender=ANN)))
    assert [NOBODY, NOBODY] == [t.state.customer, u.state.customer]


def test_looks_at_the_state_and_the_actor_first(desk):
    """What is wrong with any action is wrong with a claim, and is said instead."""
    t = desk.open_keyless()
    old = t.state
    t.note()
    ghost = Case(desk, TicketId(keccak(b"ghost")), t.state)
    for through in ("act", "actSigned"):
        with refuses(refusal.TicketStale(t.id, t.state.hash(), old.hash())):
            t.send(plan(t), sender=ANN, through=through, state=old)
        with refuses(refusal.TicketNotFound(ghost.id)):
            ghost.send(plan(t), sender=ANN, through=through)
    late = desk.now - 1
    for message, reason in (
        (plan(t), refusal.SenderNotActor(RELAYER.address, ANN.address)),
        (desk.sign(t, plan(t), BOB), refusal.SignatureInvalid(ANN.address, 2)),
        (desk.sign(t, plan(t, deadline=late), ANN), refusal.SignatureExpired(late, desk.now)),
    ):
        with refuses(reason):
            t.send(message, through="actSigned")
        assert [shown(reason)] == list(map(shown, desk.batch([(t, [message])])))


def test_looks_at_nothing_else_before(desk):
    """Neither who the actor is nor what the ticket is makes up for the consent."""
    claimed, closed = desk.open_keyless().claim(BOB), desk.open_keyless().solve()
    desk.later(7 * DAY + 1)
    closed.close(STRANGER)
    cases = ((claimed, ANN), (closed, ANN), (desk.open_keyless(), STRANGER), (desk.open(BOB), BOB))
    for t, who in cases:
        for through in ("act", "actSigned"):
            with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
                t.send(plan(t, by=who), sender=who, through=through)


def test_refuses_a_claim_without_consent(desk):
    """An agent's word that the customer agreed is not enough, signed or sent."""
    t = desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(plan(t), sender=ANN)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(desk.sign(t, plan(t), ANN))


def test_refuses_the_consent_of_another(desk):
    """Neither the agent's own signature nor another customer's is ALICE's."""
    t = desk.open_keyless()
    for key in (ANN, BOB):
        message = replace(desk.consent(t, plan(t), ALICE), consent=desk.consent(t, plan(t, key), key).consent)
        with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
            t.send(message, sender=ANN)


def test_refuses_consent_to_another_ticket(desk):
    """Consent names the ticket."""
    t, other = desk.open_keyless(), desk.open_keyless()
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(desk.consent(t, plan(t), ALICE, ticket=other.id), sender=ANN)


def test_refuses_consent_out_of_its_time(desk):
    """In time at its deadline, not a second later; never more than thirty days ahead."""
    t = desk.open_keyless()
    until = desk.now + 10
    message = desk.consent(t, plan(t, deadline=until), ALICE)
    far = desk.now + 30 * DAY + 1
    with refuses(refusal.DeadlineTooFar(far, desk.now + 30 * DAY)):
        t.send(desk.consent(t, plan(t, deadline=far), ALICE), sender=ANN)
    desk.at(until + 1)
    with refuses(refusal.SignatureExpired(until, desk.now)):
        t.send(message, sender=ANN)
    u = desk.open_keyless()
    message = desk.consent(u, plan(u, deadline=desk.now + 10), ALICE)
    desk.later(10)
    u.send(message, sender=ANN)


@pytest.mark.parametrize("who", [STRANGER, SUPERVISOR, CERTIFIER, ADMIN, BOB], ids=lambda who: who.name)
def test_refuses(desk, who):
    """Only an agent says whose words these were."""
    with refuses(refusal.AgentNotInForce(who.address, AgentStatus.NONE, 0, 0)):
        desk.open_keyless().claim(ALICE, by=who)


def test_refuses_nobody(desk):
    """No signature is nobody's."""
    t = desk.open_keyless()
    unclaimed = replace(desk.consent(t, plan(t), ALICE), argument=0)
    with refuses(refusal.SignatureInvalid(NOBODY, 0)):
        t.send(unclaimed, sender=ANN)


@pytest.mark.parametrize("above", [1 << 160, 1 << 255])
def test_refuses_an_argument_that_is_no_address(desk, above):
    """An argument has no bits above an address."""
    t = desk.open_keyless()
    message = replace(desk.consent(t, plan(t), ALICE), argument=above | ALICE.word)
    with cannot_be_asked():
        t.send(message, sender=ANN)


def test_refuses_the_agent_themselves(desk):
    """An agent who claims for themselves would act on their own ticket."""
    with refuses(refusal.OwnTicket(ANN.address)):
        desk.open_keyless().claim(ANN, by=ANN)


def test_refuses_a_second_claim(desk):
    """A ticket gets its customer once; one that was opened by its customer has one."""
    t = desk.open_keyless().claim(ALICE)
    with refuses(refusal.AlreadyClaimed(ALICE.address)):
        t.claim(BOB)
    with refuses(refusal.AlreadyClaimed(ALICE.address)):
        t.claim(ALICE)
    with refuses(refusal.AlreadyClaimed(ALICE.address)):
        desk.open(ALICE).claim(BOB)


def test_refuses_a_closed_ticket(desk):
    """Closed is final."""
    t = desk.open_keyless().solve()
    desk.later(7 * DAY + 1)
    t.close(STRANGER)
    with refuses(refusal.ActionNotAllowed(Action.CLAIM, Status.CLOSED)):
        t.claim()


@pytest.mark.parametrize("who", [SERVICE, ANN], ids=lambda who: who.name)
def test_sets_the_customer(desk, who):
    """Any agent may, and nothing else changes."""
    t = desk.open_keyless().claim(ALICE, by=who)
    assert {"customer": ALICE.address, "staff_run": 1, "staff_seq": 2} == t.changed
    assert (Auth.SENT, who.address, ALICE.word) == (t.event.auth, t.event.actor, t.event.argument)


def test_sets_the_customer_of_a_solved_ticket(desk):
    """So that they can reopen and rate it; the window is where it was."""
    t = desk.open_keyless().solve()
    desk.later(DAY)
    t.claim()
    assert {"customer": ALICE.address, "staff_run": 1, "staff_seq": 3} == t.changed


def test_may_be_carried_by_anyone(desk):
    """The agent signed the claim, the customer the consent, a relayer pays."""
    t = desk.open_keyless()
    t.send(desk.consent(t, desk.sign(t, plan(t), ANN), ALICE))
    assert (ALICE.address, Auth.ECDSA) == (t.state.customer, t.event.auth)


def test_accepts_the_consent_of_a_contract_wallet(desk, wallet):
    """A claim goes alone, so nobody else's gas is at stake."""
    t = desk.open_keyless()
    message = plan(t, wallet)
    consent = desk.consent(t, plan(t), ALICE, customer=wallet.address).consent
    signed = replace(desk.sign(t, message, ANN), consent=consent)
    assert wallet.address == t.send(signed).state.customer


def test_lets_only_the_customer_write_from_then_on(desk):
    """An agent's recorded word counts no more, nor one that they signed before."""
    t = desk.open_keyless()
    before = desk.sign(t, t.plan(Action.REPLY, SERVICE), SERVICE)
    t.claim()
    with refuses(refusal.CustomerOnly(SERVICE.address, ALICE.address)):
        t.reply(SERVICE)
    with refuses(refusal.CustomerOnly(SERVICE.address, ALICE.address)):
        t.send(before)
    t.reply(ALICE, signed=True)
    assert (Auth.ECDSA, 2) == (t.event.auth, t.state.customer_seq)


def test_lets_the_customer_close_and_rate(desk):
    """From then on the signatures are theirs."""
    t = desk.open_keyless().claim().solve()
    t.close(signed=True).rate(5, signed=True)
    assert (Status.CLOSED, 5) == (t.state.status, t.state.rating)
