"""An action is signed by its actor, and carried by anyone."""

from dataclasses import replace

import pytest

from supportledger.model import refusal
from supportledger.model.acts import Act
from supportledger.model.ticket import Action, Auth, Lane, Status
from tests.chain.actions.places import answered, opened, pending, solved
from tests.chain.case import Case
from tests.chain.expect import cannot_be_asked, refuses
from tests.chain.given import ALWAYS, DAY, HOUR
from tests.chain.people import ALICE, ANN, BEN, EVE, RELAYER, STRANGER, SUPERVISOR


def test_acts_for_the_sender(desk):
    """With r = 0 the sender is the actor, whatever vs and the deadline say."""
    t = opened(desk)
    t.send(t.plan(Action.ANSWER, ANN, argument=1), sender=ANN, through="actSigned")
    assert (Auth.SENT, ANN.address) == (t.event.auth, t.event.actor)
    good = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), ANN)
    no_r = replace(good, signature=bytes(32) + good.signature[32:], deadline=1)
    t.send(no_r, sender=ANN, through="actSigned")
    assert (Auth.SENT, Status.PENDING) == (t.event.auth, t.state.status)


def test_refuses_a_sender_who_is_not_the_actor(desk):
    """Nobody acts for another without a signature."""
    t = opened(desk)
    for action, who in ((Action.ANSWER, ANN), (Action.REPLY, ALICE), (Action.ESCALATE, ALICE)):
        plan = t.plan(action, who, argument=2 if action == Action.ANSWER else 0)
        no_r = replace(plan, signature=bytes(32) + b"\xff" * 32)
        for one in (plan, no_r):
            with refuses(refusal.SenderNotActor(STRANGER.address, who.address)):
                t.send(one, sender=STRANGER, through="actSigned")


def test_refuses_a_claim(desk):
    """It carries two signatures, and goes through `actApproved`."""
    t = desk.open_keyless()
    claim = desk.sign(t, t.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=desk.now + HOUR), ANN)
    with refuses(refusal.SignatureInvalid(ALICE.address, 0)):
        t.send(desk.consent(t, claim, ALICE), through="actSigned")


def test_refuses_to_take_a_signature(desk):
    """What anybody may do has no sequence: escalations, and the closing of a stranger."""
    t = opened(desk)
    desk.later(2 * HOUR)
    with refuses(refusal.SignatureNotAllowed(Action.ESCALATE)):
        t.escalate(STRANGER, signed=True)
    t.solve()
    desk.later(8 * DAY)
    with refuses(refusal.SignatureNotAllowed(Action.CLOSE)):
        t.close(ANN, signed=True)
    with refuses(refusal.SignatureNotAllowed(Action.OPEN)):
        t.send(
            Act(Action.OPEN, ALICE.address, 1, 0, desk.content(), desk.now + 10, bytes(65)), sender=RELAYER
        )


def test_refuses_a_signature_one_second_after_its_deadline(desk):
    """What was signed for yesterday is not carried today."""
    t = opened(desk)
    act = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2, deadline=desk.now + 10), ANN)
    desk.later(11)
    with refuses(refusal.SignatureExpired(desk.now - 1, desk.now)):
        t.send(act)


def test_accepts_a_signature_at_its_deadline(desk):
    """The deadline's own second is in time."""
    t = opened(desk)
    act = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2, deadline=desk.now + 10), ANN)
    desk.later(10)
    assert Status.PENDING == t.send(act).state.status


@pytest.mark.parametrize("ahead", [30 * DAY + 1, 31 * DAY, ALWAYS - (1 << 33)])
def test_refuses_a_signature_good_for_thirty_one_days(desk, ahead):
    """Thirty days are the longest; a day before, the same signature would be taken."""
    t = opened(desk)
    until = desk.now + ahead
    with refuses(refusal.DeadlineTooFar(until, desk.now + 30 * DAY)):
        t.reply(signed=True, deadline=until)
    with cannot_be_asked():
        t.reply(signed=True, deadline=1 << 40)
    t.reply(signed=True, deadline=desk.now + 30 * DAY)


@pytest.mark.parametrize("step", [-1, 1, 7])
def test_refuses_a_sequence_that_is_not_the_present_one(desk, step):
    """Neither a past one nor one to come."""
    t = opened(desk).reply().note()
    for by, sequence in ((ALICE, t.state.customer_seq), (ANN, t.state.staff_seq)):
        action, argument = (Action.REPLY, 0) if by is ALICE else (Action.ANSWER, 2)
        act = desk.sign(t, t.plan(action, by, argument=argument), by, sequence=sequence + step)
        with refuses(refusal.SignatureInvalid(by.address, sequence)):
            t.send(act)


def test_refuses_a_signature_over_an_action_on_chain(desk):
    """Acting directly cancels what was signed for the same sequence: of one's own lane, whoever acted."""
    t = opened(desk)
    signed = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), ANN)
    mine = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    t.note(BEN)
    with refuses(refusal.SignatureInvalid(ANN.address, 2)):
        t.send(signed)
    t.reply()
    with refuses(refusal.SignatureInvalid(ALICE.address, 2)):
        t.send(mine)


def test_refuses_the_same_signature_twice(desk):
    """What was accepted has used its sequence up."""
    t = opened(desk)
    act = desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)
    t.send(act)
    with refuses(refusal.SignatureInvalid(ALICE.address, 2)):
        t.send(act)


def test_asks_no_contract(desk, wallet):
    """What a contract accepts goes through `actApproved`, where the package sends it without being told."""
    t = desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))
    signed = desk.sign(t, Act(Action.REPLY, wallet.address, 0, 0, desk.content()), ALICE)
    with refuses(refusal.SignatureInvalid(wallet.address, 1)):
        t.send(signed, through="actSigned")
    assert Auth.ERC1271 == t.send(signed).event.auth


@pytest.mark.parametrize("payer", [RELAYER, STRANGER, BEN, ANN], ids=lambda who: who.name)
def test_acts_for_the_actor_whoever_pays(desk, payer):
    """The payer leaves no trace."""
    t = opened(desk)
    t.send(desk.sign(t, t.plan(Action.ANSWER, ANN, argument=2), ANN), sender=payer)
    assert (Auth.ECDSA, ANN.address, ANN.address) == (t.event.auth, t.event.actor, t.state.assignee)


def test_takes_every_action_that_has_a_sequence(desk):
    """All but Open and Escalate, which are signed otherwise or not at all."""
    t, keyless = opened(desk), desk.open_keyless()
    done = set()

    def sign(case: Case, action: Action, by: object, argument: int = 0) -> None:
        case.act(action, by, signed=True, argument=argument)
        assert Auth.ECDSA == case.event.auth
        done.add(action)

    sign(t, Action.REPLY, ALICE)
    sign(t, Action.ANSWER, ANN, 1)
    sign(t, Action.NOTE, ANN)
    sign(t, Action.ASSIGN, SUPERVISOR, BEN.word)
    sign(t, Action.HOLD, BEN)
    sign(t, Action.RESUME, BEN)
    sign(t, Action.REPOLICY, SUPERVISOR, 2)
    sign(t, Action.SOLVE, EVE)
    sign(t, Action.RATE, ALICE, 5)
    sign(t, Action.CLOSE, ALICE)
    claim = keyless.plan(Action.CLAIM, ANN, argument=ALICE.word, deadline=desk.now + 10)
    keyless.send(desk.consent(keyless, desk.sign(keyless, claim, ANN), ALICE))
    assert {*Action} - {Action.OPEN, Action.ESCALATE} == done | {Action.CLAIM}


def test_is_carried_over_a_newer_state_without_being_asked_again(desk):
    """A signature covers no state: what others did meanwhile does not spoil it."""
    t = pending(desk)
    answer = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=1), ANN)
    t.reply().reply()
    desk.later(HOUR)
    t.escalate()
    with refuses(refusal.AnswersNothing(1, 3, 2)):
        t.send(answer)  # not because of the state: it has read none of what waits
    answer = desk.sign(t, t.plan(Action.ANSWER, ANN, argument=1, seen=2), ANN)
    t.reply()
    assert 2 == t.send(answer).state.unseen


def test_orders_customers_and_staff_apart(desk):
    """What the other side does cancels nothing."""
    t = answered(desk)
    mine, theirs = t.plan(Action.REPLY, ALICE), t.plan(Action.NOTE, ANN, seen=1)
    mine, theirs = desk.sign(t, mine, ALICE), desk.sign(t, theirs, ANN)
    assert t.state.sequence(Lane.CUSTOMER) != t.state.sequence(Lane.STAFF)
    t.send(theirs).send(mine)
    assert Status.OPEN == t.state.status
    assert Status.SOLVED == solved(desk).state.status
