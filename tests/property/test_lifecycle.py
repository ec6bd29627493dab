"""
What holds along every way that a ticket can take.

1. Only listed transitions happen.
2. A deadline moves only by rule.
3. Lateness is never missed, and never cleared.
4. Sequences count exactly the accepted actions of their lanes.
5. Escalation is one level per step, and nothing else raises it.
6. What waits is lowered only by answers, and never more than nine wait.
7. The state rebuilt from events is the state.
"""

from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from supportledger.model.entry import lane
from supportledger.model.ids import Address
from supportledger.model.policy import PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.refusal import Refusal
from supportledger.model.sla import due
from supportledger.model.ticket import Action, Flag, Lane, Status, TicketState
from tests.unit.model.stories import REGISTRY, Story
from tests.vectors.lifecycle_cases import AGENT, COLLEAGUE, CUSTOMER, DAY, STRANGER, SUPERVISOR

ACTIVE = {Status.OPEN, Status.PENDING, Status.ON_HOLD}
OPEN, ON_HOLD, SOLVED, CLOSED = {Status.OPEN}, {Status.ON_HOLD}, {Status.SOLVED}, {Status.CLOSED}
FROM: dict[Action, set[Status]] = {
    **dict.fromkeys((Action.REPLY, Action.NOTE, Action.CLOSE, Action.CLAIM), ACTIVE | SOLVED),
    **dict.fromkeys((Action.ANSWER, Action.ASSIGN, Action.SOLVE, Action.ESCALATE, Action.REPOLICY), ACTIVE),
    Action.HOLD: OPEN,
    Action.RESUME: ON_HOLD,
    Action.RATE: SOLVED | CLOSED,
}
TO: dict[Action, set[Status]] = {
    Action.REPLY: OPEN,
    Action.ANSWER: ACTIVE,
    Action.HOLD: ON_HOLD,
    Action.RESUME: OPEN,
    Action.SOLVE: SOLVED,
    Action.CLOSE: CLOSED,
}
"""Every other action leaves a ticket where it is."""


class Try(NamedTuple):
    """Something that somebody tries; mostly what the ticket's status allows."""

    action: Action | None
    choice: int
    actor: Address | None
    argument: int | None
    unread: int
    committed: bool
    wait: int

    def action_on(self, t: TicketState) -> Action:
        """Choose among what is possible, unless an action is set."""
        possible = [action for action, statuses in FROM.items() if t.status in statuses]
        going_on = [action for action in possible if action != Action.CLOSE] or possible
        return self.action or going_on[self.choice % len(going_on)]

    def argument_of(self, action: Action) -> int:
        """Give the action's usual argument, unless one is set."""
        usual = {Action.ANSWER: 1 + self.choice % 3, Action.RATE: 4, Action.REPOLICY: 2}
        people = {Action.ASSIGN: int.from_bytes(AGENT), Action.CLAIM: int.from_bytes(CUSTOMER)}
        return (usual | people).get(action, 0) if self.argument is None else self.argument

    def actor_of(self, action: Action) -> Address | None:
        """Give one who may do it, unless somebody is set."""
        usual = {Action.REPOLICY: SUPERVISOR, Action.ANSWER: COLLEAGUE, Action.SOLVE: COLLEAGUE}
        return self.actor or usual.get(action)


class Taken(NamedTuple):
    """An entry that was accepted, with the states around it."""

    entry: EntryRecord
    before: TicketState
    after: TicketState
    terms: PolicyTerms


def mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    """Draw the usual in nine of ten cases."""
    return st.integers(0, 9).flatmap(lambda one: st.just(usual) if one != 7 else st.sampled_from(others))


tries = st.builds(
    Try,
    action=mostly(None, *FROM),
    choice=st.integers(0, 59),
    actor=mostly(None, AGENT, COLLEAGUE, CUSTOMER, STRANGER, SUPERVISOR),
    argument=mostly(None, 0, 1, 2, 5, *map(int.from_bytes, (AGENT, COLLEAGUE, CUSTOMER))),
    unread=mostly(0, 1, 2),
    committed=mostly(True, False),
    wait=st.sampled_from([0, 1, 60, 900, 1_800, 3_600, DAY, 8 * DAY]),
)


@st.composite
def taken(draw: st.DrawFn) -> tuple[Story, list[Taken]]:
    """Let people try this and that on a ticket, and keep what the ledger accepts."""
    story = Story(keyless=draw(st.booleans()), policy=draw(st.sampled_from([1, 2])))
    steps = []
    for one in draw(st.lists(tries, min_size=10, max_size=40)):
        before, now = story.state, story.now
        action = one.action_on(before)
        actor = one.actor_of(action)
        staff = lane(action, actor or AGENT, before.customer) == Lane.STAFF
        by = {
            "seen": max(0, before.customer_seq - one.unread) if staff else 0,
            "committed": one.committed and action != Action.ESCALATE,
            "wait": one.wait,
        }
        try:
            story.act(action, actor, one.argument_of(action), **by)
        except Refusal:
            story.now = now
        else:
            terms = REGISTRY.policies[before.policy].values[0].terms
            steps.append(Taken(story.entries[-1], before, story.state, terms))
    return story, steps


ways = taken()


@given(ways)
def test_only_listed_transitions_happen(way: tuple[Story, list[Taken]]) -> None:
    """1. Every accepted action leads from a listed status to a listed one."""
    for entry, before, after, _ in way[1]:
        assert before.status in FROM[entry.action]
        assert after.status in TO.get(entry.action, {before.status})


@given(ways)
def test_response_deadline_moves_only_by_rule(way: tuple[Story, list[Taken]]) -> None:
    """2. It is set when the first message waits or some remain, and brought forward by a stricter policy."""
    for entry, before, after, terms in way[1]:
        if after.respond_by == before.respond_by:
            continue
        first_waits = entry.action == Action.REPLY and before.unseen == 0
        some_remain = entry.action == Action.ANSWER and 0 < after.unseen < before.unseen
        forward = entry.action == Action.REPOLICY and after.respond_by < before.respond_by
        assert first_waits or some_remain or forward
        assert forward or entry.time + terms.next_response == after.respond_by


@given(ways)
def test_resolution_deadline_moves_only_by_rule(way: tuple[Story, list[Taken]]) -> None:
    """2. It is shifted by the time the ticket was solved, and brought forward by a stricter policy."""
    for entry, before, after, _ in way[1]:
        moved = after.resolve_by - before.resolve_by
        if entry.action in {Action.REPLY, Action.NOTE} and before.status == Status.SOLVED:
            assert entry.time - before.settled_at == moved
        else:
            assert moved == 0 or (entry.action == Action.REPOLICY and moved < 0)


@given(ways)
def test_pauses_move_the_deadline_no_further_than_allowed(way: tuple[Story, list[Taken]]) -> None:
    """2. A pause never moves the resolution further than the allowance, nor at all once it is late."""
    for entry, before, after, terms in way[1]:
        assert 0 <= due(after, terms, entry.time) - after.resolve_by <= terms.pause_allowance
        if before.flags & Flag.LATE_RESOLVE:
            assert before.paused_total == after.paused_total


@given(ways)
def test_lateness_is_never_missed(way: tuple[Story, list[Taken]]) -> None:
    """3. Whatever is late when an active ticket is touched is on record afterwards."""
    for entry, before, after, terms in way[1]:
        if before.status not in ACTIVE:
            continue
        if before.unseen and entry.time > before.respond_by:
            assert after.has(Flag.LATE_NEXT if before.has(Flag.ANSWERED) else Flag.LATE_FIRST)
        if entry.time > due(before, terms, entry.time):
            assert after.has(Flag.LATE_RESOLVE)


@given(ways)
def test_what_is_on_record_stays(way: tuple[Story, list[Taken]]) -> None:
    """3. A flag once set is never cleared."""
    for _, before, after, _ in way[1]:
        assert before.flags == before.flags & after.flags


@given(ways)
def test_lateness_is_never_invented(way: tuple[Story, list[Taken]]) -> None:
    """3. A flag of lateness is set only when a deadline has passed."""
    for entry, before, after, terms in way[1]:
        new = after.flags & ~before.flags
        if new & (Flag.LATE_FIRST | Flag.LATE_NEXT):
            assert before.unseen
            assert entry.time > before.respond_by
        if new & Flag.LATE_RESOLVE:
            shifted = before if before.status in ACTIVE else after
            assert entry.time > due(shifted, terms, entry.time)


@given(ways)
def test_sequences_count_accepted_actions(way: tuple[Story, list[Taken]]) -> None:
    """4. Each sequence is one more than the accepted actions of its lane, Open among the customer's."""
    story, steps = way
    orders = [lane(entry.action, entry.actor, before.customer) for entry, before, _, _ in steps]
    assert (1 + orders.count(Lane.CUSTOMER), 1 + orders.count(Lane.STAFF), 1 + len(orders)) == (
        story.state.customer_seq,
        story.state.staff_seq,
        story.state.entries,
    )


@given(ways)
def test_escalation_is_one_level_per_step(way: tuple[Story, list[Taken]]) -> None:
    """5. An escalation raises the level by one, up to the policy's, and nothing else touches it."""
    for entry, before, after, terms in way[1]:
        assert (entry.action == Action.ESCALATE) == after.level - before.level
        assert after.level <= terms.levels or after.level == before.level


@given(ways)
def test_escalations_keep_their_distance(way: tuple[Story, list[Taken]]) -> None:
    """5. Two escalations for one deadline are at least the policy's interval apart."""
    calls = [step for step in way[1] if step.entry.action == Action.ESCALATE]
    for earlier, later in pairwise(calls):
        deadline = later.entry.argument & 0xFFFFFFFFFF
        apart = later.entry.time - earlier.entry.time
        assert apart >= later.terms.escalate_every or earlier.entry.time <= deadline


@given(ways)
def test_only_answers_lower_what_waits(way: tuple[Story, list[Taken]]) -> None:
    """6. Messages are counted up by replies, down by answers, and nine wait at most."""
    for entry, before, after, _ in way[1]:
        change = after.unseen - before.unseen
        assert change == (1 if entry.action == Action.REPLY else min(change, 0))
        assert change >= 0 or entry.action in {Action.ANSWER, Action.SOLVE}
        assert 0 <= after.unseen <= 9


@given(ways)
def test_nobody_acts_as_staff_on_their_own_ticket(way: tuple[Story, list[Taken]]) -> None:
    """6. The customer has no entry in the staff's lane."""
    for entry, before, _, _ in way[1]:
        staff = lane(entry.action, entry.actor, before.customer) == Lane.STAFF
        assert not (staff and entry.actor == before.customer)


@given(ways)
def test_events_rebuild_the_state(way: tuple[Story, list[Taken]]) -> None:
    """7. From the events alone come the same states, head by head."""
    story, steps = way
    outcomes = story.replayed().outcomes
    assert [step.after for step in steps] == [one.state for one in outcomes[1:]]
    assert story.state == TicketState.unpack(outcomes[-1].state.pack())
