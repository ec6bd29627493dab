"""A desk in memory, on a ledger that can fail."""

import pytest

from supportledger.desk.desk import Desk
from supportledger.wiring.memory import memory_desk
from tests.unit.desk.frail import FrailLedger


@pytest.fixture
def ledger() -> FrailLedger:
    """The ledger under the desk."""
    return FrailLedger()


@pytest.fixture
def desk(ledger: FrailLedger) -> Desk:
    """A desk with the identities of a local chain."""
    return memory_desk(ledger)
