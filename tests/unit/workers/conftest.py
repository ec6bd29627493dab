"""A desk in memory, and workers that tell what they do into a list."""

import io
import json
from typing import Any

import pytest

from supportledger.desk.desk import Desk
from supportledger.desk.notices import Board
from supportledger.wiring.memory import memory_desk
from supportledger.workers.telemetry import Telemetry, logger
from tests.unit.desk.frail import FrailLedger


class Ear(Telemetry):
    """Hears what is told."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        super().__init__(logger(self._stream, as_json=True))

    def heard(self, event: str) -> list[dict[str, Any]]:
        """What was told of one kind."""
        told = map(json.loads, self._stream.getvalue().splitlines())
        return [one for one in told if one["event"] == event]

    def value(self, name: str, **labels: str) -> float | None:
        """What a counter says."""
        return self.registry.get_sample_value(f"supportledger_{name}", labels)


@pytest.fixture
def ledger() -> FrailLedger:
    return FrailLedger()


@pytest.fixture
def desk(ledger: FrailLedger) -> Desk:
    return memory_desk(ledger)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def ear() -> Ear:
    return Ear()
