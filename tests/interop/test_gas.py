import gas
import pytest


@pytest.mark.ganache
@pytest.mark.node
def test_measured():
    """Ours and the peers' operations use the gas of the committed snapshot, to the unit, in every run."""
    measured = gas.measure()
    assert gas.snapshot() == measured


def test_budgets():
    """No operation of the snapshot costs more than its budget."""
    assert [] == list(gas.above_budget(gas.snapshot()))
