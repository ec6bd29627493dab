import os
from collections import Counter

from tests.invariant.walk import ACTIONS, Walk

LONG = bool(os.environ.get("LONG"))


def test_rebuilds_every_slot_from_events_alone(template) -> None:
    """Whatever happens, events alone give the state of every ticket, and it hashes to the ticket's slot."""
    rpc = template.driver.node.rpc
    accepted: Counter[int] = Counter()
    for seed in range(100 if LONG else 12):
        if not LONG and seed >= 4 and set(ACTIONS) == set(accepted):
            break  # four walks, and more only until every action was reached
        snapshot = rpc.call("evm_snapshot")
        walk = Walk(template.fork(), seed)
        walk.go(500 if LONG else 250)
        accepted += walk.accepted
        assert rpc.call("evm_revert", snapshot)
    assert set(ACTIONS) == set(accepted), "the walk no longer reaches every action"
