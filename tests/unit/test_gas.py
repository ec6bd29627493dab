import copy

import gas
import gas_table
import pytest

KEPT = gas.snapshot()


def changed(part, key, by):
    figures = copy.deepcopy(KEPT)
    figures[part][key] += by
    return figures


def test_documented():
    """The documentation shows the committed figures, and no others."""
    assert [] == gas_table.stale_pages(KEPT)


def test_complete():
    """What is measured has a name, and every budget of the design is one of what is measured."""
    assert [row.key for row in gas_table.ROWS] == list(KEPT["operations"])
    assert set(gas_table.PEERS) == set(KEPT["peers"])
    assert 13 == len(gas_table.BUDGETS)


def test_budget():
    """An operation may use its budget; one unit more is named with by how much."""
    budget = gas_table.BUDGETS["anchor"]
    at = budget - KEPT["operations"]["anchor"]
    before = list(gas.above_budget(KEPT))
    assert not [said for said in gas.above_budget(changed("operations", "anchor", at)) if "anchor:" in said]
    after = list(gas.above_budget(changed("operations", "anchor", at + 1)))
    assert f"anchor: {budget + 1:,} is 1 above its budget of {budget:,}" in after
    assert {said for said in before if "anchor:" not in said} == {
        said for said in after if "anchor:" not in said
    }


@pytest.mark.parametrize(("part", "key"), [("operations", "note"), ("peers", "eas_attest")])
def test_snapshot(part, key):
    """Costing more than the snapshot is a fault, ours or the peers'; costing less is worth keeping."""
    assert [] == list(gas.above_snapshot(KEPT, KEPT))
    before = KEPT[part][key]
    dearer = changed(part, key, 7)
    assert [f"{key}: {before + 7:,} is 7 above the snapshot of {before:,}"] == list(
        gas.above_snapshot(dearer, KEPT)
    )
    assert [] == list(gas.cheaper(dearer, KEPT))
    cheaper = changed(part, key, -7)
    assert [] == list(gas.above_snapshot(cheaper, KEPT))
    assert [f"{key}: 7 below the snapshot: keep it with `make gas UPDATE=1`"] == list(
        gas.cheaper(cheaper, KEPT)
    )


def test_snapshot_other_rows():
    """An operation that came or went is a fault too, until the snapshot is written anew."""
    fewer = copy.deepcopy(KEPT)
    del fewer["operations"]["note"]
    assert ["note: is measured and not in gas.json: run `make gas UPDATE=1`"] == list(
        gas.above_snapshot(KEPT, fewer)
    )
    assert ["note: is in gas.json and not measured any more: run `make gas UPDATE=1`"] == list(
        gas.above_snapshot(fewer, KEPT)
    )
