from dataclasses import replace

import pytest

from supportledger.errors import Conflict, Denied, InputError, NotFound
from supportledger.model.acts import Posted
from supportledger.model.ids import NOBODY, TicketId, ticket_id
from supportledger.model.refusal import (
    ActionNotAllowed,
    AgentNotInForce,
    AnswersNothing,
    CommitmentMissing,
    CustomerOnly,
    NothingOverdue,
    PolicyNotFound,
    PolicyWithdrawn,
    ReopenWindowOpen,
    SupervisorOnly,
    TermsMismatch,
    TicketExists,
    TicketNotFound,
    TicketStale,
    TierTooLow,
)
from supportledger.model.ticket import Action, Auth, Clock, Flag, Status
from tests.conformance.ledger.world import DAY, STRICTER, TERMS, World, content


def check(world: World, posted: Posted) -> None:
    """What is reported is what the ledger holds, and what its events make."""
    assert world.ledger.is_current(posted.ticket, posted.state)
    found = world.ledger.ticket(posted.ticket)
    assert posted.state == found.state
    assert posted.entry == found.entries[-1]


def test_opens(world: World) -> None:
    """A new ticket has the id, deadlines and first entry that the rules give it."""
    opening = world.opening()
    posted = world.ledger.open(world.customer, opening)
    place = world.ledger.deployment
    assert ticket_id(place.chain_id, place.ledger, opening.opener, opening.commitment) == posted.ticket
    assert (posted.entry.time + 3_600, posted.entry.time + 3 * DAY) == (
        posted.state.respond_by,
        posted.state.resolve_by,
    )
    assert (0, Action.OPEN, Auth.SENT) == (posted.entry.index, posted.entry.action, posted.entry.auth)
    check(world, posted)


def test_records_for_a_keyless_customer(world: World) -> None:
    """A service opens for somebody without a key, and records what they write."""
    posted = world.opened(keyless=True)
    assert (NOBODY, Auth.RECORDED) == (posted.state.customer, posted.entry.auth)
    replied = world.do(world.service, posted, Action.REPLY, seen=0)
    assert Auth.RECORDED == replied.entry.auth
    check(world, replied)


def test_a_whole_life(world: World) -> None:
    """From reply through hold, answer, reopening and closing to rating, each state is the slot's."""
    posted = world.opened()
    own = int.from_bytes(world.agent.address, "big")
    steps = [
        (world.customer, Action.REPLY, 0),
        (world.agent, Action.NOTE, 0),
        (world.agent, Action.ASSIGN, own),
        (world.agent, Action.HOLD, 0),
        (world.agent, Action.RESUME, 0),
        (world.agent, Action.ANSWER, Status.PENDING),
        (world.agent, Action.SOLVE, 0),
        (world.customer, Action.REPLY, 1),
        (world.agent, Action.SOLVE, 0),
        (world.customer, Action.CLOSE, 0),
        (world.customer, Action.RATE, 5),
    ]
    for who, action, argument in steps:
        posted = world.do(who, posted, action, argument)
        assert world.ledger.is_current(posted.ticket, posted.state)
    assert (Status.CLOSED, 5, True) == (
        posted.state.status,
        posted.state.rating,
        posted.state.has(Flag.CONTESTED),
    )
    check(world, posted)


def test_a_stranger_escalates_what_is_late(world: World) -> None:
    """Not before the deadline, then anyone, and the entry says which clock and when it was due."""
    posted = world.opened()
    with pytest.raises(NothingOverdue):
        world.do(world.keeper, posted, Action.ESCALATE)
    world.advance(3_700)
    escalated = world.do(world.keeper, posted, Action.ESCALATE)
    expected = Clock.RESPONSE << 48 | 1 << 40 | posted.state.respond_by
    assert (expected, 1) == (escalated.entry.argument, escalated.state.level)
    check(world, escalated)


def test_a_stranger_closes_what_nobody_reopens(world: World) -> None:
    """Not while it can be reopened; later anyone may."""
    posted = world.do(world.agent, world.opened(), Action.SOLVE)
    with pytest.raises(ReopenWindowOpen):
        world.do(world.keeper, posted, Action.CLOSE, commitment=bytes(32))
    world.advance(TERMS.reopen_window + 10)
    check(world, world.do(world.keeper, posted, Action.CLOSE, commitment=bytes(32)))


def test_a_supervisor_assigns_and_tightens(world: World) -> None:
    """A supervisor gives a ticket to an agent and a stricter policy; nobody else does."""
    posted = world.opened()
    number, _ = world.ledger.publish_policy(world.supervisor, STRICTER)
    other = int.from_bytes(world.service.address, "big")
    with pytest.raises(SupervisorOnly):
        world.do(world.agent, posted, Action.ASSIGN, other)
    with pytest.raises(SupervisorOnly):
        world.do(world.agent, posted, Action.REPOLICY, number)
    assigned = world.do(world.supervisor, posted, Action.ASSIGN, other)
    changed = world.do(world.supervisor, assigned, Action.REPOLICY, number)
    assert (world.service.address, number, 2) == (
        changed.state.assignee,
        changed.state.policy,
        changed.state.tier,
    )
    check(world, changed)
    with pytest.raises(TierTooLow):
        world.answered(changed)


def test_a_stale_view_cannot_write(world: World) -> None:
    """Who presents an older state is told so, and may read again."""
    posted = world.opened()
    world.answered(posted)
    with pytest.raises(TicketStale) as caught:
        world.answered(posted)
    assert posted.state.hash() == caught.value.presented
    assert issubclass(TicketStale, Conflict)


def test_an_unknown_ticket_is_not_found(world: World) -> None:
    """Neither acting on it nor reading it works; its slot and events are empty."""
    posted, unknown = world.opened(), TicketId(content())
    act = world.act(world.agent, posted.state, Action.NOTE)
    with pytest.raises(TicketNotFound):
        world.ledger.act(world.agent, unknown, posted.state, act)
    with pytest.raises(TicketNotFound):
        world.ledger.ticket(unknown)
    assert ([bytes(32)], []) == (world.ledger.slots([unknown]), world.ledger.entries(unknown))
    assert issubclass(TicketNotFound, NotFound)


def test_a_commitment_opens_one_ticket(world: World) -> None:
    """The same opener cannot use it again."""
    opening = world.opening()
    world.ledger.open(world.customer, opening)
    with pytest.raises(TicketExists):
        world.ledger.open(world.customer, opening)


def test_opening_is_refused(world: World) -> None:
    """Unknown and retired policies, other terms and an empty commitment each have their error."""
    opening = world.opening()
    for expected, change in (
        (PolicyNotFound, {"policy": 99}),
        (TermsMismatch, {"terms": content()}),
        (CommitmentMissing, {"commitment": bytes(32)}),
    ):
        with pytest.raises(expected):
            world.ledger.open(world.customer, opening._replace(**change))
    world.ledger.retire_policy(world.supervisor, world.policy)
    with pytest.raises(PolicyWithdrawn):
        world.ledger.open(world.customer, opening)


def test_acting_is_refused(world: World) -> None:
    """Strangers, uncertified agents, empty and pointless answers, and what the table does not list."""
    posted = world.opened()
    for expected, who, action, argument, more in (
        (CustomerOnly, world.keeper, Action.REPLY, 0, {}),
        (AgentNotInForce, world.keeper, Action.ANSWER, 2, {}),
        (TierTooLow, world.service, Action.ANSWER, 2, {}),
        (AnswersNothing, world.agent, Action.ANSWER, 2, {"seen": 0}),
        (CommitmentMissing, world.agent, Action.ANSWER, 2, {"commitment": bytes(32)}),
        (ActionNotAllowed, world.agent, Action.RESUME, 0, {}),
        (InputError, world.agent, Action.NOTE, 7, {}),
        (InputError, world.customer, Action.REPLY, 2, {}),
        (InputError, world.customer, Action.REPLY, 0, {"seen": 1}),
    ):
        with pytest.raises(expected):
            world.do(who, posted, action, argument, **more)
    assert world.ledger.is_current(posted.ticket, posted.state)


def test_a_revoked_agents_answers_stay(world: World) -> None:
    """After a revocation the ticket still replays, and the agent acts no more."""
    answered = world.answered(world.opened())
    world.ledger.revoke(world.certifier, world.agent.address, world.ledger.agent(world.agent.address).from_)
    assert answered.state == world.ledger.ticket(answered.ticket).state
    with pytest.raises(AgentNotInForce):
        world.do(world.agent, answered, Action.NOTE)


def test_nobody_sends_for_another(world: World) -> None:
    """Without a signature, the sender is the actor."""
    posted = world.opened()
    act = world.act(world.agent, posted.state, Action.NOTE)
    with pytest.raises(InputError, match="cannot send"):
        world.ledger.act(world.relayer, posted.ticket, posted.state, act)
    with pytest.raises(InputError, match="cannot send"):
        world.ledger.open(world.relayer, world.opening())


def test_slots_have_a_past(world: World) -> None:
    """The word of a ticket can be read as of a block."""
    posted = world.opened()
    answered = world.answered(posted)
    before, after = posted.entry.block_number, answered.entry.block_number
    assert [posted.state.hash()] == world.ledger.slots([posted.ticket], before)
    assert [answered.state.hash()] == world.ledger.slots([posted.ticket], after)


def test_many_are_opened_and_acted_on_at_once(world: World) -> None:
    """A transaction each: every one has its outcome, and one that is refused stops no other."""
    openings = [world.opening() for _ in range(5)]
    openings[2] = openings[2]._replace(terms=content())
    progress: list[int] = []
    opened = world.ledger.open_many(world.customer, openings, progress=progress.append)
    assert 5 == progress[-1]
    assert [2] == [at for at, one in enumerate(opened) if isinstance(one, TermsMismatch)]
    posted = [one for one in opened if isinstance(one, Posted)]
    acts = [
        (one.ticket, one.state, world.act(world.agent, one.state, Action.ANSWER, Status.PENDING))
        for one in posted
    ]
    acts[1] = (acts[1][0], posted[0].state, acts[1][2])
    answered = world.ledger.act_many(world.agent, acts)
    assert [1] == [at for at, one in enumerate(answered) if isinstance(one, TicketStale)]
    for one in answered:
        if isinstance(one, Posted):
            assert world.ledger.is_current(one.ticket, one.state)


def test_many_are_escalated_at_once(world: World) -> None:
    """Late ones are escalated, the others skipped with their reason, in one transaction."""
    late = [world.opened() for _ in range(2)]
    world.advance(3_700)
    fresh = world.opened()
    given = [(one.ticket, one.state) for one in (late[0], fresh, late[1])]
    first, skipped, last = world.ledger.escalate_batch(world.keeper, given)
    assert isinstance(skipped, NothingOverdue)
    for one in (first, last):
        assert isinstance(one, Posted)
        check(world, one)


def test_refusals_are_what_they_are(world: World) -> None:
    """A refusal carries the contract's arguments, and is of the kind that its name says."""
    posted = world.opened()
    with pytest.raises(TierTooLow) as caught:
        world.do(world.service, posted, Action.ANSWER, Status.PENDING)
    assert (world.service.address, 0, 1) == caught.value.arguments
    assert isinstance(caught.value, Denied)


def test_a_deadline_moves_with_a_pause(world: World) -> None:
    """Time passes the same way everywhere: a pause counts by the blocks' clock."""
    held = world.do(world.agent, world.opened(), Action.HOLD)
    world.advance(1_000)
    resumed = world.do(world.agent, held, Action.RESUME)
    assert resumed.entry.time - held.entry.time == resumed.state.paused_total >= 1_000
    check(world, resumed)


def test_an_old_state_is_not_current(world: World) -> None:
    """Only the last state is, and a changed one never was."""
    posted = world.opened()
    assert not world.ledger.is_current(posted.ticket, posted.state._replace(level=9))
    world.answered(posted)
    assert not world.ledger.is_current(posted.ticket, posted.state)


def test_a_certificate_is_bound_as_it_was(world: World) -> None:
    """Changing a tier later changes no state, and earlier heads still follow."""
    answered = world.answered(world.opened())
    until = world.ledger.agent(world.agent.address).until
    world.certify(world.agent, 3, days=400)
    assert until < world.ledger.agent(world.agent.address).until
    noted = world.do(world.agent, answered, Action.NOTE)
    check(world, noted)


def test_a_replaced_entry_is_noticed(world: World) -> None:
    """A state with another head is not the ticket's."""
    posted = world.opened()
    forged = replace(posted, state=posted.state._replace(head=content()))
    assert not world.ledger.is_current(posted.ticket, forged.state)
