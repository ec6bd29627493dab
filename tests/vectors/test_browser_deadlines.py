"""Deadlines computed a second time: browsers find what Python finds, along whatever way a ticket takes."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from supportledger.errors import DeadlineMismatch, InputError
from supportledger.model.ticket import TicketState
from supportledger.proof.deadlines import check_deadlines
from tests.property.test_deadlines import CLOCKS, POLICIES
from tests.property.test_lifecycle import taken

HERE = Path(__file__).parent
STORIES = 150
TERMS = [
    [
        number,
        f"0x{one.word:064x}",
        f"0x{one.hours_word:064x}",
        "0x" + one.gate.hex(),
        "0x" + one.text_hash.hex(),
    ]
    for number, one in POLICIES.items()
]


@pytest.mark.node
def test_same_deadlines() -> None:
    """For each story, and for each story with one clock moved, both say the same."""
    cases = [one for story in _stories() for one in _with_moved(story)]
    asked = "\n".join(json.dumps(_asked(story, state)) for story, state in cases)
    script = HERE / "browser/deadlines.mjs"
    done = subprocess.run(
        ["node", script], input=asked, capture_output=True, text=True, timeout=120, check=False
    )
    assert 0 == done.returncode, done.stderr
    expected = [_holds(story, state) for story, state in cases]
    assert {True, False} == set(expected)
    assert expected == [line == "true" for line in done.stdout.splitlines()]


def _stories() -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=STORIES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(taken())
    def collect(story: Any) -> None:
        found.append(story[0])

    collect()
    return found


def _with_moved(story: Any) -> list[tuple[Any, TicketState]]:
    name = random.Random(len(story.entries)).choice(CLOCKS)
    moved = story.state._replace(**{name: getattr(story.state, name) + 1})
    return [(story, story.state), (story, moved)]


def _asked(story: Any, state: TicketState) -> dict[str, Any]:
    entries = [
        {
            "action": str(one.action),
            "auth": one.auth.name.lower(),
            "actor": "0x" + one.actor.hex(),
            "argument": str(one.argument),
            "seen": one.seen,
            "time": one.time,
        }
        for one in story.entries
    ]
    return {"entries": entries, "policies": TERMS, "state": "0x" + state.pack().hex()}


def _holds(story: Any, state: TicketState) -> bool:
    try:
        check_deadlines(story.entries, POLICIES, state)
    except (DeadlineMismatch, InputError):
        return False
    return True
