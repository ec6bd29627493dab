"""Somebody puts a bad item into a batch, so that others fail with it."""

from dataclasses import replace

from supportledger.model import refusal
from supportledger.model.acts import Act, Acts, SignedOpening
from supportledger.model.agent import AgentStatus
from supportledger.model.entry import NOTHING
from supportledger.model.ids import NOBODY, Address, TicketId, keccak
from supportledger.model.refusal import Refusal
from supportledger.model.ticket import Action, Status
from tests.chain.actions.places import opened, pending
from tests.chain.expect import shown
from tests.chain.given import HOUR, LARGEST
from tests.chain.people import ALICE, ANN, BEN, BOB, RELAYER, STRANGER, SUPERVISOR

GHOST = TicketId(keccak(b"ghost"))


def reply(desk, t):
    """A good item."""
    return desk.sign(t, t.plan(Action.REPLY, ALICE), ALICE)


def with_good_around(desk, bad, case):
    """Send a good ticket, the bad items, and another good one; give the reasons of the bad ones."""
    first, last = opened(desk), opened(desk)
    groups = [(first, [reply(desk, first)]), (case, bad), (last, [reply(desk, last)])]
    results = desk.batch(groups)
    assert (None, None) == (results[0], results[-1])
    assert (2, 2) == (first.state.unseen, last.state.unseen)
    return results[1:-1]


def test_skips_a_stale_group(desk):
    """The group of a ticket that has gone on, before and after groups that are good."""
    t, u, v = opened(desk), opened(desk), opened(desk)
    old = u.state
    u.note()
    groups = [
        Acts(one.id, old if one is u else one.state, [desk.sign(one, one.plan(Action.REPLY, ALICE), ALICE)])
        for one in (t, u, v)
    ]
    stale = refusal.TicketStale(u.id, u.state.hash(), old.hash())
    results = desk.batch_of(groups, [t, u, v])
    assert [shown(None), shown(stale), shown(None)] == list(map(shown, results))


def test_skips_unknown_action_numbers(desk):
    """0, 14 and 255, signed as whatever word, or sent: a number that is no action is a reason."""
    t = opened(desk)
    known = t.plan(Action.NOTE, ANN)
    signed = desk.sign(t, t.plan(Action.CLAIM, ANN, argument=ALICE.word), ANN)
    bad = [replace(signed, action=number) for number in (0, 14, 255)]
    for result, number in zip(with_good_around(desk, bad, t), (0, 14, 255), strict=True):
        assert isinstance(result, (refusal.ActionUnknown, refusal.SignatureInvalid)), number
    unsigned = [replace(known, action=number, actor=ANN.address) for number in (0, 14, 255)]
    results = desk.batch([(t, unsigned)], sender=ANN)
    assert [shown(refusal.ActionUnknown(number)) for number in (0, 14, 255)] == list(map(shown, results))


def test_skips_huge_arguments(desk):
    """The largest argument that a call can carry, for each action, signed by whoever may do it."""
    t = pending(desk)
    by = {Action.REPLY: ALICE, Action.RATE: ALICE, Action.CLOSE: ALICE, Action.REPOLICY: SUPERVISOR}
    actions = [a for a in Action if a not in {Action.OPEN, Action.ESCALATE, Action.ASSIGN, Action.RATE}]
    bad = []
    for action in actions:
        who = by.get(action, ANN)
        act = desk.sign(t, t.plan(action, who, argument=LARGEST), who)
        bad.append(replace(act, consent=act.signature))
    bad.append(desk.sign(t, t.plan(Action.ASSIGN, SUPERVISOR, argument=LARGEST), SUPERVISOR))
    results = with_good_around(desk, bad, t)
    assert all(isinstance(one, Refusal) for one in results)
    nobody = Address(b"\xff" * 20)
    expected = {
        **{one: refusal.ActionNotAllowed(one, Status.PENDING) for one in (Action.HOLD, Action.RESUME)},
        Action.REPOLICY: refusal.ArgumentInvalid(Action.REPOLICY, LARGEST),
        Action.CLOSE: refusal.SuccessorMismatch(NOBODY, LARGEST),
        Action.CLAIM: refusal.SignatureInvalid(nobody, 0),
        Action.ASSIGN: refusal.AgentNotInForce(nobody, AgentStatus.NONE, 0, 0),
    }
    wanted = [expected.get(one, refusal.ArgumentInvalid(one, LARGEST)) for one in (*actions, Action.ASSIGN)]
    assert list(map(shown, wanted)) == list(map(shown, results))
    assert Status.PENDING == t.state.status


def test_skips_a_ticket_that_does_not_exist(desk):
    """A group with an invented id."""
    t, u = opened(desk), opened(desk)
    groups = [
        Acts(GHOST, t.state, [reply(desk, t)]),
        Acts(u.id, u.state, [reply(desk, u)]),
    ]
    done = desk.driver.send(RELAYER.address, desk.driver.act_batch(groups), desk.now)
    assert {0: refusal.TicketNotFound(GHOST).encode()} == done.skipped
    assert bytes(32) == desk.driver.view("ticketHash", GHOST)
    assert [u.id] == [one.ticket for one in done.entries]


def test_skips_long_signatures(desk):
    """Kilobytes where 65 bytes belong are one invalid signature."""
    t = opened(desk)
    bad = [
        replace(reply(desk, t), signature=b"\x1b" * size, consent=b"\xff" * size) for size in (1, 64, 9_999)
    ]
    reason = shown(refusal.SignatureInvalid(ALICE.address, 1))
    assert [reason] * 3 == list(map(shown, with_good_around(desk, bad, t)))


def test_does_the_good_ones_among_all_of_these(desk):
    """Bad items of every kind between good ones of one ticket: the good ones are as if alone."""
    t = opened(desk)
    alone = desk.open()
    bad = [
        replace(reply(desk, t), commitment=keccak(b"altered")),
        desk.sign(t, t.plan(Action.ESCALATE, STRANGER), STRANGER),
        Act(Action.CLOSE, BOB.address),
        desk.sign(t, t.plan(Action.ANSWER, ANN, argument=LARGEST), ANN),
        desk.sign(t, t.plan(Action.SOLVE, ANN, seen=0), ANN),
    ]
    good = [
        desk.sign(t, t.plan(Action.ANSWER, ANN, argument=1), ANN),
        desk.sign(t, t.plan(Action.NOTE, BEN, seen=1), BEN, sequence=2),
        desk.sign(t, t.plan(Action.SOLVE, ANN, seen=1), ANN, sequence=3),
    ]
    items = [*bad, good[0], *bad, good[1], *bad, good[2], *bad]
    results = desk.batch([(t, items)])
    assert 3 == results.count(None)
    alone.answer(status=1).note(BEN).solve()
    without_head = alone.state._replace(head=t.state.head)
    assert without_head == t.state


def test_opens_the_good_ones(desk):
    """Openings that are refused for every reason, and one that is good."""
    good = desk.sign_opening(desk.opening(), ALICE)
    bad = [
        replace(good, signature=b""),
        replace(good, signature=b"\x1b" * 9_999),
        SignedOpening(good.opening._replace(policy=65_535), good.deadline, good.signature),
        replace(good, deadline=(1 << 64) - 1),
        desk.sign_opening(desk.opening(commitment=NOTHING), ALICE),
        desk.sign_opening(desk.opening(policy=4), ALICE),
    ]
    results = desk.open_batch([*bad, good, *bad])
    assert 1 == sum(not isinstance(one, Refusal) for one in results)
    assert ALICE.address == results[6].state.customer


def test_escalates_the_good_ones(desk):
    """Unknown, stale, twice and in time: each is its own affair."""
    late, other, stale = opened(desk), opened(desk), opened(desk)
    desk.later(HOUR + 1)
    old = stale.state
    stale.reply()
    in_time = opened(desk)
    cases, states = (
        [in_time, late, stale, late, other],
        [in_time.state, late.state, old, late.state, other.state],
    )
    results = desk.escalate_batch(cases, states=states)
    expected = ["NothingOverdue", None, "TicketStale", "TicketStale", None]
    assert expected == [one and type(one).__name__ for one in results]
    assert (1, 1) == (late.state.level, other.state.level)
