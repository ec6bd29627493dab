"""Programs that are started beside us get what they need, and nothing that is secret."""

import sys
from pathlib import Path

import pytest

from supportledger.chain.process import spawn


@pytest.mark.parametrize("detach", [True, False])
def test_a_node_learns_nothing_of_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detach: bool
) -> None:
    """The desk key may be in our environment: what we start is other people's code, and does not get it."""
    monkeypatch.setenv("SUPPORTLEDGER_DESK_KEY", "ca" * 32)
    monkeypatch.setenv("HARMLESS", "there")
    code = "import os; print(os.environ['HARMLESS'], [one for one in os.environ if 'SUPPORTLEDGER' in one])"
    spawn([sys.executable, "-c", code], tmp_path / "log", detach=detach).wait(60)
    assert "there []\n" == (tmp_path / "log").read_text()
