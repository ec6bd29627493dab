"""Minutes of actions, with a worker that is killed now and then."""

from pathlib import Path

import pytest
from speed_chains import anvil_ledger, client, ganache_desk
from speed_relaying import LEAST, RATIO, Place, flow, place_of, raw_rate

from supportledger.wiring import connect
from tests.faults.scene import check

HALF_S = 300
"""For each engine, so that both take ten minutes."""


@pytest.mark.long
@pytest.mark.anvil
@pytest.mark.timeout(3_600)
def test_a_soak_on_anvil(tmp_path: Path) -> None:
    """For minutes and through kills, 500 actions a second come to the ledger, each once."""
    with anvil_ledger() as ledger:
        place = place_of(ledger, tmp_path)
        done = flow(place, HALF_S, at_once=2_000, kill_each_s=30)
        print(f"{done.rate:.0f} actions a second on Anvil, {done.actions} in all, {done.kills} kills")
        audited(place)
    assert LEAST <= done.rate


@pytest.mark.long
@pytest.mark.ganache
@pytest.mark.timeout(3_600)
def test_a_soak_on_ganache(tmp_path: Path) -> None:
    """For minutes and through kills, Ganache does nearly as much as it does with raw transactions."""
    with ganache_desk() as desk:
        ceiling = raw_rate(client(desk), 1_000)
    with ganache_desk() as desk:
        place = place_of(client(desk), tmp_path)
        done = flow(place, HALF_S, at_once=200, kill_each_s=60)
        print(f"{done.rate:.0f} actions a second on Ganache, raw {ceiling:.0f}, {done.kills} kills")
        audited(place)
    assert ceiling * RATIO <= done.rate


def audited(place: Place) -> None:
    """All of it is on the ledger once, and the audit is clean."""
    with connect(place.data, rpc=place.rpc, ledger=place.ledger) as desk:
        check(desk)
