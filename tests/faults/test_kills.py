"""Workers killed at any instant."""

import random
import time
from pathlib import Path

import pytest

from supportledger.wiring import connect
from tests.faults.scene import answer, ask, check, is_done, scene

pytestmark = pytest.mark.ganache


@pytest.mark.parametrize(
    ("kills", "actions"),
    [(6, 90), pytest.param(200, 1_000, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])],
)
def test_a_worker_killed_at_any_instant(tmp_path: Path, kills: int, actions: int) -> None:
    """However often the worker is killed while actions flow, each is on the ledger exactly once."""
    chance, each = random.Random(kills), actions // kills
    with scene(tmp_path, "ganache") as stage, connect(tmp_path) as desk:
        opened = [one.ticket for one in ask(desk, 10)]
        for number in range(kills):
            worker = stage.begin()
            waiting = desk.ledger.slots(opened)
            there = [one for one, slot in zip(opened, waiting, strict=True) if any(slot)]
            opened += [one.ticket for one in ask(desk, each - each // 2, str(number))]
            answer(desk, chance.sample(there, min(each // 2, len(there))), f"Answer {number}")
            time.sleep(chance.uniform(0.0, 1.5))
            worker.kill()
        with stage.worker():
            stage.until(lambda: is_done(desk), 240)
        check(desk)
