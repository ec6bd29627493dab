from dataclasses import replace

import pytest

from supportledger.errors import InputError
from supportledger.model.acts import Acts, Posted
from supportledger.model.hours import BusinessHours
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


def test_a_batch_fits_into_a_block(world: World) -> None:
    """One that cannot is refused before anything is sent, with the number of items that can."""
    posted = world.opened()
    act = replace(world.act(world.customer, posted.state, Action.REPLY), commitment=content())
    too_many = [Acts(posted.ticket, posted.state, [act] * 20_000)]
    if world.is_memory:
        pytest.skip("a block in memory has no limit")
    with pytest.raises(InputError, match="too many for one transaction"):
        world.ledger.act_batch(world.customer, too_many)
