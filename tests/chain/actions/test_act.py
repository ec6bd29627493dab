"""What every action has in common."""

import pytest

from supportledger.model import refusal
from supportledger.model.acts import Act
from supportledger.model.agent import AgentStatus
from supportledger.model.ids import NOBODY, TicketId, keccak
from supportledger.model.ticket import Action, Auth, Flag, Status, TicketState
from tests.chain.actions.places import opened
from tests.chain.case import Case
from tests.chain.expect import cannot_be_asked, refuses
from tests.chain.given import DAY, HOUR, certificate
from tests.chain.ledger_driver import two_words
from tests.chain.people import ALICE, ANN, BEN, BOB, EVE, SERVICE, STRANGER, SUPERVISOR

EVENTS = {
    Action.REPLY: "Replied",
    Action.ANSWER: "Answered",
    Action.NOTE: "Noted",
    Action.ASSIGN: "Assigned",
    Action.HOLD: "Held",
    Action.RESUME: "Resumed",
    Action.SOLVE: "Solved",
    Action.CLOSE: "Closed",
    Action.RATE: "Rated",
    Action.ESCALATE: "Escalated",
    Action.REPOLICY: "Repolicied",
    Action.CLAIM: "Claimed",
}


def test_refuses(desk):
    """A ticket that was never opened has no state."""
    t = opened(desk)
    ghost = Case(desk, TicketId(keccak(b"ghost")), t.state)
    with refuses(refusal.TicketNotFound(ghost.id)):
        ghost.note()


def test_refuses_a_state_of_before(desk):
    """Whoever presents an old state is told both hashes."""
    t = opened(desk)
    old = t.state
    t.reply()
    with refuses(refusal.TicketStale(t.id, t.state.hash(), old.hash())):
        t.send(t.plan(Action.ANSWER, ANN, argument=2), sender=ANN, state=old)


def test_refuses_a_state_of_another_ticket(desk):
    """A state is good for its own ticket: the head comes from its id."""
    t, u = opened(desk), opened(desk)
    with refuses(refusal.TicketStale(t.id, t.state.hash(), u.state.hash())):
        t.send(t.plan(Action.NOTE, ANN), sender=ANN, state=u.state)


@pytest.mark.parametrize(
    "change",
    [
        {"customer": NOBODY},
        {"respond_by": 0},
        {"resolve_by": 0},
        {"policy": 2},
        {"status": Status.SOLVED},
        {"level": 1},
        {"version": 2},
        {"flags": int(Flag.ANSWERED)},
        {"unseen": 0},
        {"tier": 0},
        {"customer_seq": 2},
        {"staff_seq": 2},
        {"head": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_refuses_an_invented_state(desk, change):
    """Every field is in the hash."""
    t = opened(desk)
    invented = t.state._replace(**change)
    with refuses(refusal.TicketStale(t.id, t.state.hash(), invented.hash())):
        t.send(t.plan(Action.NOTE, ANN), sender=ANN, state=invented)


@pytest.mark.parametrize("number", [0, 14, 255])
def test_refuses_an_unknown_number(desk, number):
    """With its number; for one who is no agent there is nothing to act with."""
    t = opened(desk)
    with refuses(refusal.ActionUnknown(number)):
        t.act(number, ANN, seen=1)
    with refuses(refusal.AgentNotInForce(STRANGER.address, AgentStatus.NONE, 0, 0)):
        t.act(number, STRANGER, seen=0)


@pytest.mark.parametrize("who", [ALICE, ANN, STRANGER], ids=lambda who: who.name)
def test_refuses_open_as_an_action(desk, who):
    """A ticket is opened once, and not by `act`."""
    t = opened(desk)
    with refuses(refusal.ActionUnknown(Action.OPEN)):
        t.send(Act(Action.OPEN, who.address, 1, 0, desk.content()), sender=who)


def test_refuses_a_certificate_in_its_first_second_out_of_force(desk):
    """`until` is no longer in force, exactly now."""
    word = desk.certify(BOB, certificate(1, from_=desk.now + 10, until=desk.now + 20))
    t = opened(desk)
    for time in (word.from_ - 1, word.until):
        desk.at(time)
        expected = refusal.AgentNotInForce(BOB.address, AgentStatus.CERTIFIED, word.from_, word.until)
        with refuses(expected):
            t.note(BOB)


def test_accepts_a_certificate_in_its_first_and_last_second(desk):
    """From <= now < until."""
    word = desk.certify(BOB, certificate(1, from_=desk.now + 10, until=desk.now + 20))
    t = opened(desk)
    for time in (word.from_, word.until - 1):
        desk.at(time)
        t.note(BOB)


@pytest.mark.parametrize(
    "action",
    [
        Action.ANSWER,
        Action.NOTE,
        Action.ASSIGN,
        Action.HOLD,
        Action.RESUME,
        Action.SOLVE,
        Action.REPOLICY,
    ],
    ids=str,
)
def test_refuses_staff_on_their_own_ticket(desk, action):
    """Whoever is the customer is nothing else here, with every certificate and role."""
    desk.grant("supervisor", EVE)
    t = desk.open(EVE)
    with refuses(refusal.OwnTicket(EVE.address)):
        t.act(action, EVE, argument=EVE.word if action == Action.ASSIGN else 2)


@pytest.mark.parametrize(
    ("action", "who"),
    [
        (Action.NOTE, ANN),
        (Action.HOLD, ANN),
        (Action.SOLVE, ANN),
        (Action.ASSIGN, SUPERVISOR),
        (Action.REPOLICY, SUPERVISOR),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_refuses_to_have_seen_more_than_was_written(desk, action, who):
    """All staff say how far they have read, and none can have read ahead."""
    t = opened(desk).reply()
    argument = {Action.ASSIGN: ANN.word, Action.REPOLICY: 1}.get(action, 0)
    with refuses(refusal.SeenInvalid(3, 2)):
        t.act(action, who, argument=argument, seen=3)


@pytest.mark.parametrize("seen", [1 << 32, (1 << 32) + 1, 1 << 40, (1 << 64) - 1])
def test_refuses_to_have_seen_more_than_a_sequence_can_count(desk, seen):
    """No call can carry it; the most that one can carry is refused like any other."""
    t, largest = opened(desk), (1 << 32) - 1
    for action, who, most in ((Action.NOTE, ANN, 1), (Action.REPLY, ALICE, 0), (Action.ESCALATE, BEN, 0)):
        with cannot_be_asked():
            t.act(action, who, seen=seen)
        with refuses(refusal.SeenInvalid(largest, most)):
            t.act(action, who, seen=largest)


def test_refuses_seventeen_staff_entries_in_a_row(desk):
    """Sixteen at most, of whatever kind and whomever, until the customer is answered or writes."""
    t = opened(desk)
    for _ in range(4):
        t.note().assign(BEN).hold(SERVICE).resume(BEN)
    assert 16 == t.state.staff_run
    for act in (t.note, t.hold, t.assign):
        with refuses(refusal.StaffRunTooLong(16)):
            act()
    with refuses(refusal.StaffRunTooLong(16)):
        t.repolicy(1)
    t.answer(status=1)
    assert 16 == t.state.staff_run
    with refuses(refusal.StaffRunTooLong(16)):
        t.answer()
    with refuses(refusal.StaffRunTooLong(16)):
        t.solve()
    t.reply().note()
    assert 1 == t.state.staff_run


@pytest.mark.parametrize("noise", [1 << 72, 0xFF << 72, 1 << 88, 0xFF << 88, 0xFF << 72 | 0xFF << 88])
def test_ignores_them(desk, noise):
    """Bits beside what was seen, and beside the action, reach neither these nor the auth."""
    for signed in (False, True):
        t = opened(desk)
        act = t.plan(Action.ASSIGN, SUPERVISOR, argument=ANN.word)
        act = desk.sign(t, act, SUPERVISOR) if signed else act
        word = (int.from_bytes(act.pack(), "big") | noise).to_bytes(32, "big")
        outcome = desk.twin.act(t.state, act, desk.now)
        if signed:
            carried = (word, act.actor, act.commitment, *two_words(act.signature))
            data = desk.driver.input("actSigned", carried, t.id, t.state.pack())
        else:
            data = desk.driver.input("act", t.id, t.state.pack(), word, act.commitment)
        done = desk.driver.send(SUPERVISOR.address, data, desk.now)
        assert outcome.state == desk.driver.acted("act", done.returned)
        (event,) = done.entries
        assert (Auth.ECDSA if signed else Auth.SENT, 1, ANN.word) == (event.auth, event.seen, event.argument)


def test_counts_each_lane_by_itself(desk):
    """A customer's sequence counts the customer's entries, staff's staff's, entries all of them."""
    t = opened(desk).reply().note().answer().reply()
    desk.later(2 * DAY)
    t.escalate().answer().solve()
    assert (8, 3, 5) == (t.state.entries, t.state.customer_seq, t.state.staff_seq)
    desk.later(8 * DAY)
    t.close(STRANGER)
    assert (9, 3, 5) == (t.state.entries, t.state.customer_seq, t.state.staff_seq)


def test_returns_a_state_that_the_next_call_can_present(desk, Visitor):  # noqa: N803 -- Brownie's name
    """A contract opens, writes and closes in one transaction, presenting each time what was returned."""
    visitor = desk.contract("visitor", Visitor)
    terms = desk.twin.policies[1].terms.hash
    function = visitor.interface["openReplyAndClose"]
    data = function.call(desk.driver.address, 1, terms, desk.content())
    node = desk.driver.node
    ticket, words = function.result(node.call(STRANGER.address, visitor.address, data))
    node.send(STRANGER.address, visitor.address, data, desk.now)
    assert desk.driver.view("isCurrent", ticket, words)
    state = TicketState.unpack(b"".join(words))
    assert (visitor.address, Status.CLOSED) == (state.customer, state.status)


def test_logs_one_event_of_the_name_of_the_action(desk):
    """Every action has an event of its own, in the past tense, and all the same five fields."""
    t, keyless = opened(desk), desk.open_keyless()
    seen = {}
    for case, act in (
        (t, t.reply),
        (t, lambda: t.answer(status=1)),
        (t, t.note),
        (t, t.assign),
        (t, t.hold),
        (t, t.resume),
        (t, lambda: t.repolicy(1)),
        (t, t.solve),
        (t, t.rate),
        (t, t.close),
        (keyless, keyless.claim),
        (keyless, lambda: desk.later(2 * HOUR) or keyless.escalate()),
    ):
        act()
        seen[case.event.action] = case.name
    assert EVENTS == seen
