"""Many actions on many tickets in one transaction."""

from dataclasses import replace

from supportledger.errors import TransactionReverted
from supportledger.model import refusal
from supportledger.model.acts import Act, Acts
from supportledger.model.entry import NOTHING
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import answered, opened, solved
from tests.chain.expect import refuses, shown
from tests.chain.given import DAY, HOUR
from tests.chain.people import ALICE, ANN, BEN, RELAYER, SERVICE


def in_order(t, *steps):
    """Signed actions, each with the sequence that it will have."""
    made, customer, staff = [], t.state.customer_seq, t.state.staff_seq
    for action, by, argument in steps:
        customers = action in (Action.REPLY, Action.RATE, Action.CLOSE)
        plan = t.plan(action, by, argument=argument, seen=0 if customers else t.state.customer_seq)
        made.append(t.desk.sign(t, plan, by, sequence=customer if customers else staff))
        customer, staff = customer + customers, staff + (not customers)
    return made


def test_does_nothing(desk):
    """An empty batch is no mistake."""
    assert [] == desk.batch([])


def test_returns_the_state_of_a_group_without_actions(desk):
    """Nothing was asked, nothing changed."""
    assert [] == desk.batch([(opened(desk), [])])


def test_applies_the_actions_of_one_ticket_in_order(desk):
    """The state is presented once; each action finds what the one before left."""
    t = opened(desk)
    steps = (Action.ANSWER, ANN, 1), (Action.NOTE, BEN, 0), (Action.HOLD, BEN, 0), (Action.SOLVE, ANN, 0)
    acts = in_order(t, *steps)
    assert [None] * 4 == desk.batch([(t, acts)])
    assert (Status.SOLVED, 5, 5) == (t.state.status, t.state.staff_seq, t.state.entries)


def test_applies_many_tickets(desk):
    """Each group its own, customers' and keyless ones."""
    cases = [opened(desk), answered(desk), desk.open_keyless(), desk.open(ANN)]
    by = [ANN, BEN, ANN, BEN]
    groups = [(t, in_order(t, (Action.ANSWER, who, 2))) for t, who in zip(cases, by, strict=True)]
    assert [None] * 4 == desk.batch(groups)
    assert {Status.PENDING} == {t.state.status for t in cases}


def test_writes_one_event_for_each_action(desk):
    """Fifty in one transaction, fifty events; `Desk.batch` compares each with the twin's."""
    cases = [opened(desk) for _ in range(50)]
    assert [None] * 50 == desk.batch([(t, in_order(t, (Action.ANSWER, ANN, 2))) for t in cases])


def test_skips_it_with_the_reason_of_a_single_call(desk):
    """The encoded error with its arguments."""
    t = opened(desk)
    late, far = desk.now - 1, desk.now + 30 * DAY + 1
    plan = t.plan(Action.ANSWER, ANN, argument=2)
    acts = [
        desk.sign(t, replace(plan, argument=9), ANN),
        desk.sign(t, replace(plan, commitment=NOTHING), ANN),
        desk.sign(t, replace(plan, seen=0), ANN),
        desk.sign(t, replace(plan, seen=2), ANN),
        desk.sign(t, t.plan(Action.ANSWER, SERVICE, argument=2), SERVICE),
        desk.sign(t, replace(plan, deadline=late), ANN),
        desk.sign(t, replace(plan, deadline=far), ANN),
        desk.sign(t, plan, BEN),
        plan,
        desk.sign(t, t.plan(Action.ESCALATE, ALICE), ALICE),
        desk.sign(t, t.plan(Action.RATE, ALICE, argument=5), ALICE),
        desk.sign(t, t.plan(Action.RESUME, ANN), ANN),
        desk.sign(t, t.plan(Action.REPOLICY, ANN, argument=2), ANN),
    ]
    reasons = [
        refusal.ArgumentInvalid(Action.ANSWER, 9),
        refusal.CommitmentMissing(Action.ANSWER),
        refusal.AnswersNothing(0, 1, 1),
        refusal.SeenInvalid(2, 1),
        refusal.TierTooLow(SERVICE.address, 0, 1),
        refusal.SignatureExpired(late, desk.now),
        refusal.DeadlineTooFar(far, desk.now + 30 * DAY),
        refusal.SignatureInvalid(ANN.address, 1),
        refusal.SenderNotActor(RELAYER.address, ANN.address),
        refusal.SignatureNotAllowed(Action.ESCALATE),
        refusal.ActionNotAllowed(Action.RATE, Status.OPEN),
        refusal.ActionNotAllowed(Action.RESUME, Status.OPEN),
        refusal.SupervisorOnly(ANN.address),
    ]
    assert list(map(shown, reasons)) == list(map(shown, desk.batch([(t, acts)])))


def test_goes_on_with_the_next_action_of_the_ticket(desk):
    """A refused action uses no sequence."""
    t = opened(desk)
    good = in_order(t, (Action.ANSWER, ANN, 1), (Action.SOLVE, ANN, 0))
    bad = desk.sign(t, t.plan(Action.RESUME, BEN), BEN)
    results = desk.batch([(t, [bad, good[0], bad, good[1]])])
    assert [True, False, True, False] == [one is not None for one in results]
    assert Status.SOLVED == t.state.status


def test_leaves_no_trace_of_the_refused_one(desk):
    """Not even the lateness that it would have put on record: time settles with the next that is accepted."""
    t = opened(desk)
    before = t.state
    desk.later(2 * DAY)
    bad = [
        desk.sign(t, t.plan(Action.RESUME, BEN), BEN),
        desk.sign(t, t.plan(Action.ANSWER, ANN, argument=7), ANN),
        desk.sign(t, t.plan(Action.SOLVE, ANN, seen=0), ANN),
    ]
    assert 3 == len([one for one in desk.batch([(t, bad)]) if one])
    assert before == t.state
    assert Flag.ANSWERED | Flag.LATE_FIRST | Flag.LATE_RESOLVE == t.answer().state.flags


def test_numbers_items_over_all_groups(desk):
    """The item is its place in the whole batch, which groups without actions do not change."""
    t, u, v = opened(desk), opened(desk), opened(desk)
    bad = desk.sign(v, v.plan(Action.RESUME, BEN), BEN)
    groups = [(t, in_order(t, (Action.NOTE, ANN, 0), (Action.NOTE, ANN, 0))), (u, []), (v, [bad])]
    assert [False, False, True] == [one is not None for one in desk.batch(groups)]


def test_skips_all_its_actions(desk):
    """Each with both hashes; the other groups stand."""
    t, u = opened(desk), opened(desk)
    old = t.state
    t.reply()
    acts = in_order(t, (Action.ANSWER, ANN, 1), (Action.SOLVE, ANN, 0))
    other = in_order(u, (Action.ANSWER, ANN, 2))
    results = desk.batch_of([Acts(t.id, old, acts), Acts(u.id, u.state, other)], [t, u])
    stale = refusal.TicketStale(t.id, t.state.hash(), old.hash())
    assert [shown(stale), shown(stale), shown(None)] == list(map(shown, results))


def test_skips_the_second_group_of_one_ticket(desk):
    """The second finds the ticket changed by the first."""
    t = opened(desk)
    before = t.state
    first, second = in_order(t, (Action.ANSWER, ANN, 1), (Action.NOTE, ANN, 0))
    groups = [Acts(t.id, before, [first]), Acts(t.id, before, [second])]
    results = desk.batch_of(groups, [t, t])
    assert [None, "TicketStale"] == [one and type(one).__name__ for one in results]


def test_takes_a_second_group_that_presents_what_the_first_leaves(desk):
    """A relayer that computes the states may come back to a ticket."""
    t, u = opened(desk), opened(desk)
    first, second = in_order(t, (Action.ANSWER, ANN, 1), (Action.SOLVE, ANN, 0))
    between = desk.twin.act(t.state, first, desk.now).state
    groups = [
        Acts(t.id, t.state, [first]),
        Acts(u.id, u.state, in_order(u, (Action.NOTE, ANN, 0))),
        Acts(t.id, between, [second]),
    ]
    assert [None] * 3 == desk.batch_of(groups, [t, u, t])
    assert Status.SOLVED == t.state.status


def test_asks_no_contract(desk, wallet):
    """A contract wallet could burn the relayer's gas: it acts alone, never in a batch."""
    t = desk.opened(desk.sign_opening(desk.opening(wallet), ALICE))
    signed = desk.sign(t, Act(Action.REPLY, wallet.address, 0, 0, desk.content()), ALICE)
    (skipped,) = desk.batch([(t, [signed])])
    assert shown(refusal.SignatureInvalid(wallet.address, 1)) == shown(skipped)
    assert 2 == t.send(signed).state.unseen


def test_skips_a_claim(desk):
    """It carries two signatures, so it goes alone; what else is on the ticket is done."""
    t = desk.open_keyless()
    claim = desk.sign(t, t.plan(Action.CLAIM, ANN, argument=ALICE.word), ANN)
    (note,) = in_order(t, (Action.NOTE, BEN, 0))
    results = desk.batch([(t, [desk.consent(t, claim, ALICE), note])])
    expected = [refusal.SignatureInvalid(ALICE.address, 0), None]
    assert list(map(shown, expected)) == list(map(shown, results))


def test_fails_as_a_whole(desk):
    """Calldata that is cut short is the relayer's own mistake, and changes nothing."""
    t = opened(desk)
    data = desk.driver.act_batch([Acts(t.id, t.state, in_order(t, (Action.ANSWER, ANN, 2)))])
    for size in (4, 100, len(data) // 2):
        with refuses(TransactionReverted("revert")):
            desk.driver.attempt(RELAYER.address, data[:size])
    assert t.state.hash() == desk.driver.view("ticketHash", t.id)


def test_takes_the_unsigned_actions_of_the_sender_only(desk):
    """An agent batches their own actions unsigned, and other people's signed."""
    t, u = opened(desk), solved(desk)
    acts = [t.plan(Action.ANSWER, ANN, argument=2), t.plan(Action.NOTE, BEN)]
    rating = desk.sign(u, u.plan(Action.RATE, ALICE, argument=5), ALICE)
    results = desk.batch([(t, acts), (u, [rating])], sender=ANN)
    expected = [None, refusal.SenderNotActor(ANN.address, BEN.address), None]
    assert list(map(shown, expected)) == list(map(shown, results))
    desk.later(HOUR)
    assert [None] == desk.batch([(t, [t.plan(Action.REPLY, ALICE)])], sender=ALICE)
