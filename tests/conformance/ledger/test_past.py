"""What a ledger held as of a block stays what it held, whatever comes later."""

from dataclasses import replace

import pytest

from supportledger.chain.memory import ANCHORER_ROLE
from supportledger.errors import ReorgDetected
from supportledger.model.acts import Checkpoint
from supportledger.model.agent import AgentStatus
from supportledger.model.events import place
from supportledger.model.ids import NOBODY, Address
from tests.conformance.ledger.world import STRICTER, World

LOG = b"\x07" * 32
SUCCESSOR = Address(b"\x09" * 20)


def test_surroundings_as_of_a_block(world: World) -> None:
    """Certificates, policies, roles, anchors and the successor can be asked for as they were."""
    assert world.policy == 1
    ledger = world.ledger
    first = ledger.anchor(world.anchorer, LOG, Checkpoint(), 3, b"\x01" * 32)
    before = ledger.height()
    word = ledger.anchor_hash(LOG)
    ledger.suspend(world.certifier, world.agent.address)
    ledger.publish_policy(world.supervisor, STRICTER)
    ledger.retire_policy(world.supervisor, 1)
    ledger.withdraw(world.admin, ANCHORER_ROLE, world.anchorer.address)
    ledger.name_successor(world.admin, SUCCESSOR)
    people = [world.agent.address, world.service.address, world.customer.address]
    certified, suspended, none = AgentStatus.CERTIFIED, AgentStatus.SUSPENDED, AgentStatus.NONE
    assert [certified, certified, none] == [one.status for one in ledger.agents(people, before)]
    assert [suspended, certified, none] == [one.status for one in ledger.agents(people)]
    assert ({1: False}, {1: True, 2: False}) == (retired(ledger.policies(before)), retired(ledger.policies()))
    assert ledger.has_role(ANCHORER_ROLE, world.anchorer.address, before)
    assert not ledger.has_role(ANCHORER_ROLE, world.anchorer.address)
    assert (NOBODY, SUCCESSOR) == (ledger.successor(before), ledger.successor())
    assert (bytes(32), word) == (ledger.anchor_hash(LOG, 1), ledger.anchor_hash(LOG, before))
    assert first.size == 3


def retired(policies: object) -> dict[int, bool]:
    """Tell which policies are retired."""
    return {number: policy.retired for number, policy in dict(policies).items()}  # type: ignore[call-overload]


def test_a_block_is_confirmed(world: World) -> None:
    """A block that the chain has is confirmed; another of its number, or one that is not there, is not."""
    world.opened()
    block = world.ledger.block()
    world.opened()
    world.ledger.confirm(block)
    for other in (replace(block, hash=b"\x08" * 32), replace(block, number=block.number + 1_000)):
        with pytest.raises(ReorgDetected):
            world.ledger.confirm(other)


def test_events_of_a_span(world: World) -> None:
    """Every event comes once, in the order of the ledger, and a span has those of its blocks."""
    for _ in range(3):
        world.answered(world.opened())
    everything = [one for part in world.ledger.events() for one in part]
    places = [place(one) for one in everything]
    assert sorted(set(places)) == places
    first, last = places[2].block_number, places[-2].block_number
    within = [one for part in world.ledger.events(first, last) for one in part]
    assert [one for one in everything if first <= place(one).block_number <= last] == within
    assert [] == [one for part in world.ledger.events(last + 1_000) for one in part]
