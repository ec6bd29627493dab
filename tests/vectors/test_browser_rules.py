"""The rules that browsers know decide as the contract does, in thousands of cases."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LINES = (HERE / "lifecycle.txt").read_text("utf-8").splitlines()
ROWS = [line.split(" ", 1) for line in LINES if not line.startswith("#")]
ENTRY, HASH, DEADLINE = 22, 32, 33
pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def made() -> Any:
    """What the browser's rules make of the vectors."""
    script = HERE / "browser/lifecycle.mjs"
    done = subprocess.run(["node", script], capture_output=True, text=True, timeout=120, check=False)
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)


def test_transitions(made: Any) -> None:
    """What the contract accepts leaves the same state and head; what it refuses is refused."""
    results = [bytes.fromhex(row)[ENTRY:] for letter, row in ROWS if letter == "T"]
    expected = [one.hex() if len(one) == HASH else None for one in results]
    assert len(expected) == len(made["transitions"])
    differing = [at for at, one in enumerate(expected) if one != made["transitions"][at]]
    assert [] == differing


def test_deadlines_in_business_hours(made: Any) -> None:
    """Deadlines in business hours are those of the contract, to the second."""
    rows = [bytes.fromhex(row) for letter, row in ROWS if letter == "H"]
    assert [int.from_bytes(row[DEADLINE:], "big") for row in rows] == made["deadlines"]
