"""Somebody plays with time."""

from supportledger.model import refusal
from supportledger.model.ticket import Action, Flag, Status
from tests.chain.actions.places import answered, opened, pending, solved
from tests.chain.expect import refuses
from tests.chain.given import DAY, HOUR, PLAIN, variant
from tests.chain.people import ANN, SERVICE

LONGEST = (1 << 32) - 1


def test_counts_two_pauses_that_overlap_once(desk):
    """Pending, then on hold, then pending: one pause, counted once."""
    t = pending(desk)
    desk.later(100)
    t.answer(status=3)
    desk.later(100)
    t.answer(status=2)
    desk.later(100)
    t.answer(status=1)
    assert 300 == t.state.paused_total


def test_banks_a_pause_that_runs_when_the_resolution_is_late(desk):
    """Once put on record, `due` keeps the value it had when it passed, whatever the pause does then."""
    t = answered(desk)
    desk.at(t.state.resolve_by - 100)
    t.hold()
    due = t.state.resolve_by + PLAIN.pause_allowance
    desk.at(due + 1)
    t.note()
    assert PLAIN.pause_allowance + 101 == t.state.paused_total
    assert Flag.ANSWERED | Flag.LATE_RESOLVE == t.state.flags
    desk.later(DAY)
    t.resume()
    assert PLAIN.pause_allowance + 101 == t.state.paused_total
    assert 2 << 48 | 1 << 40 | due == t.escalate().event.argument


def test_moves_nothing_by_pausing_after_that(desk):
    """A short pause before, a long one after: only the first counts."""
    t = answered(desk).hold()
    desk.later(60)
    t.resume()
    due = t.state.resolve_by + 60
    desk.at(due + 1)
    t.hold()
    desk.later(DAY)
    t.resume().hold()
    desk.later(DAY)
    assert 2 << 48 | 1 << 40 | due == t.escalate().event.argument
    assert 60 == t.state.paused_total


def test_does_not_stop_the_response_by_asking_the_customer_back(desk):
    """An answer that reads only the first message leaves the second its deadline, and the ticket open."""
    t = opened(desk).reply()
    t.answer(seen=1, status=2)
    desk.at(t.state.respond_by + 1)
    t.escalate()
    assert (Status.OPEN, 1) == (t.state.status, t.state.level)


def test_credits_only_the_time_it_was_solved(desk):
    """Solve and reopen ten times: the desk gains the time it was solved, to the second."""
    t = opened(desk)
    due = t.state.resolve_by
    for _ in range(10):
        t.solve()
        desk.later(50)
        t.reply()
        desk.later(7)
    assert due + 500 == t.state.resolve_by


def test_credits_a_note_no_more_than_the_time_it_was_solved(desk):
    """Each note starts the window anew, and credits what has passed since the last."""
    t = solved(desk)
    due = t.state.resolve_by
    for _ in range(5):
        desk.later(1_000)
        t.note(SERVICE)
    desk.later(1_000)
    t.reply()
    assert due + 6_000 == t.state.resolve_by


def test_counts_no_negative_pause(desk):
    """A restarted local chain may be older than before: a pause that ends before it began is none."""
    t = answered(desk).hold()
    desk.later(-30)
    t.resume()
    assert (0, 0) == (t.state.paused_total, t.state.paused_at)
    assert Flag.ANSWERED == t.state.flags


def test_counts_no_negative_time_solved(desk):
    """Reopened before it was solved, a ticket keeps its deadline; a note then moves the window back."""
    t, u = solved(desk), solved(desk)
    due = t.state.resolve_by
    desk.later(-30)
    assert due == t.reply().state.resolve_by
    assert (due, desk.now) == (u.note().state.resolve_by, u.state.settled_at)
    u.close()


def test_fails_no_batch(desk):
    """Nothing in a batch underflows."""
    cases = [opened(desk), pending(desk), answered(desk).hold(), solved(desk)]
    desk.later(-30)
    acts = [Action.ANSWER, Action.ANSWER, Action.RESUME, Action.NOTE]
    groups = []
    for t, action in zip(cases, acts, strict=True):
        plan = t.plan(action, ANN, argument=1 if action == Action.ANSWER else 0)
        groups.append((t, [desk.sign(t, plan, ANN)]))
    assert [None] * 4 == desk.batch(groups)
    reasons = desk.escalate_batch(cases)
    assert all(isinstance(one, (refusal.NothingOverdue, refusal.ActionNotAllowed)) for one in reasons)


def test_holds_the_longest_promise(desk):
    """136 years for everything: no field overflows, and nothing is late."""
    terms = variant(
        PLAIN,
        first_response=LONGEST,
        next_response=LONGEST,
        resolution=LONGEST,
        escalate_every=LONGEST,
        reopen_window=LONGEST,
        pause_allowance=LONGEST,
        levels=255,
    )
    t = desk.open(policy=desk.publish(terms))
    assert (desk.now + LONGEST, desk.now + LONGEST) == (t.state.respond_by, t.state.resolve_by)
    desk.later(HOUR)
    t.answer().reply().solve()
    desk.later(DAY)
    t.reply()
    with refuses(refusal.NothingOverdue(t.state.respond_by, t.state.resolve_by)):
        t.escalate()
