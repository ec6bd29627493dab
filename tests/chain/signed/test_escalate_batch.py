"""Many tickets are called late in one transaction."""

from supportledger.model import refusal
from supportledger.model.acts import Act
from supportledger.model.ticket import Action, Status
from tests.chain.actions.places import opened, pending, solved
from tests.chain.expect import shown
from tests.chain.given import HOUR, PLAIN, variant
from tests.chain.people import STRANGER


def test_does_nothing(desk):
    """An empty batch is no mistake."""
    assert [] == desk.escalate_batch([])


def test_raises_each_by_one_level(desk):
    """Twenty tickets, twenty levels."""
    cases = [opened(desk) for _ in range(20)]
    desk.later(HOUR + 1)
    assert [None] * 20 == desk.escalate_batch(cases)
    assert {1} == {t.state.level for t in cases}


def test_skips_each_with_the_reason_of_a_single_call(desk):
    """Nothing overdue, solved, exhausted, too early, stale."""
    flat = desk.publish(variant(levels=0, escalate_every=0))
    in_time, done, late, none, stale = (
        pending(desk),
        solved(desk),
        opened(desk),
        desk.open(policy=flat),
        opened(desk),
    )
    desk.later(HOUR + 1)
    late.escalate()
    old = stale.state
    stale.reply()
    cases = [in_time, done, late, none, stale]
    reasons = [
        refusal.NothingOverdue(in_time.state.respond_by, in_time.state.resolve_by + HOUR + 1),
        refusal.ActionNotAllowed(Action.ESCALATE, Status.SOLVED),
        refusal.EscalatedRecently(desk.now + PLAIN.escalate_every),
        refusal.LevelsExhausted(0),
        refusal.TicketStale(stale.id, stale.state.hash(), old.hash()),
    ]
    states = [*(t.state for t in cases[:4]), old]
    assert list(map(shown, reasons)) == list(map(shown, desk.escalate_batch(cases, states=states)))


def test_escalates_the_others(desk):
    """Bad ones before, between and after change nothing."""
    good, bad = [opened(desk) for _ in range(2)], [solved(desk) for _ in range(3)]
    desk.later(HOUR + 1)
    cases = [bad[0], good[0], bad[1], good[1], bad[2]]
    assert [True, False, True, False, True] == [one is not None for one in desk.escalate_batch(cases)]
    assert [1, 1] == [t.state.level for t in good]


def test_skips_the_second(desk):
    """The first has changed it."""
    t = opened(desk)
    desk.later(HOUR + 1)
    results = desk.escalate_batch([t, t], states=[t.state, t.state])
    assert [None, "TicketStale"] == [one and type(one).__name__ for one in results]
    assert 1 == t.state.level


def test_takes_a_second_that_presents_what_the_first_leaves(desk):
    """Then the rules decide: not before the interval is over."""
    t = opened(desk)
    desk.later(HOUR + 1)
    left = desk.twin.act(t.state, Act(Action.ESCALATE, STRANGER.address), desk.now).state
    results = desk.escalate_batch([t, t], states=[t.state, left])
    again = refusal.EscalatedRecently(desk.now + PLAIN.escalate_every)
    assert [shown(None), shown(again)] == list(map(shown, results))
