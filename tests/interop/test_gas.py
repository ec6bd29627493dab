import gas
import gas_table
import pytest


@pytest.mark.ganache
@pytest.mark.node
def test_measured():
    """Ours and the peers' operations use the gas of the committed snapshot, to the unit, in every run."""
    measured = gas.measure()
    assert gas.snapshot() == measured


def test_budgets():
    """Exactly the budgets that are listed as unmet are exceeded."""
    exceeded = {said.partition(":")[0] for said in gas.above_budget(gas.snapshot())}
    assert set(gas_table.UNMET) == exceeded
