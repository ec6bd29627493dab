from dataclasses import replace

import pytest

from supportledger.errors import InputError
from supportledger.model.acts import Acts, Posted
from supportledger.model.hours import BusinessHours
from supportledger.model.refusal import SignatureInvalid, TicketStale
from supportledger.model.ticket import Action, Status
from tests.conformance.ledger.world import DAY, TERMS, World, content

DEAR = replace(
    TERMS,
    first_response=7 * DAY,
    next_response=7 * DAY,
    resolution=7 * DAY,
    hours=BusinessHours((1 << 168) - 1, 840),
)
"""Among the dearest promises: deadlines that are counted through every hour of a week."""


def test_gas_said_beforehand_is_enough(world: World) -> None:
    """Sending many at once works with the dearest promises too."""
    number, _ = world.ledger.publish_policy(world.supervisor, DEAR) if world.policy else (0, None)
    openings = [world.opening()._replace(policy=number, terms=DEAR.hash) for _ in range(3)]
    opened = world.ledger.open_many(world.customer, openings)
    posted = [one for one in opened if isinstance(one, Posted)]
    assert 3 == len(posted)
    answers = [
        (one.ticket, one.state, world.act(world.agent, one.state, Action.ANSWER, Status.PENDING))
        for one in posted
    ]
    answered = [one for one in world.ledger.act_many(world.agent, answers) if isinstance(one, Posted)]
    assert 3 == len(answered)
    replies = [
        Acts(
            one.ticket,
            one.state,
            [
                world.sign(
                    world.customer,
                    one.ticket,
                    one.state,
                    world.act(world.customer, one.state, Action.REPLY),
                )
            ],
        )
        for one in answered
    ]
    replied = world.ledger.act_batch(world.relayer, replies)
    assert [True] * 3 == [isinstance(one, Posted) for one in replied]


def test_the_acts_on_one_ticket_fit_into_a_block(world: World) -> None:
    """One that cannot is refused before anything is sent, with the number of items that can."""
    posted = world.opened()
    act = replace(world.act(world.customer, posted.state, Action.REPLY), commitment=content())
    too_many = [Acts(posted.ticket, posted.state, [act] * 20_000)]
    if world.is_memory:
        pytest.skip("a block in memory has no limit")
    with pytest.raises(InputError, match="too many for one transaction"):
        world.ledger.act_batch(world.customer, too_many)


def test_many_items_take_several_transactions(world: World) -> None:
    """More than fifty go into several transactions; each item keeps its own outcome, in order."""
    good = [world.signed_opening() for _ in range(60)]
    good[55] = replace(good[55], signature=good[54].signature)
    opened = world.ledger.open_batch(world.relayer, good)
    assert [55] == [at for at, one in enumerate(opened) if isinstance(one, SignatureInvalid)]
    posted = [one for one in opened if isinstance(one, Posted)]
    assert [one.opening.commitment for one in good[:55]] == [one.entry.commitment for one in posted[:55]]
    acts = [world.act(world.agent, one.state, Action.ANSWER, Status.PENDING) for one in posted]
    groups = [Acts(one.ticket, one.state, [act]) for one, act in zip(posted, acts, strict=True)]
    groups[52] = replace(groups[52], state=posted[0].state)
    answered = world.ledger.act_batch(world.agent, groups)
    assert [52] == [at for at, one in enumerate(answered) if isinstance(one, TicketStale)]
    for one in answered:
        if isinstance(one, Posted):
            assert world.ledger.is_current(one.ticket, one.state)
