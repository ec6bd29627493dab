"""What the READMEs show is what comes out."""

import os
import subprocess
import sys

import pytest

from scripts.tour import READMES, ROOT, normal, play, replay
from supportledger.wiring import start_local, stop_local

pytestmark = pytest.mark.ganache

EACH = pytest.mark.parametrize("name", READMES)


@pytest.fixture
def data(tmp_path):
    start_local(tmp_path, port=0, detach=False)
    yield tmp_path
    stop_local(tmp_path)


@EACH
def test_tour(name):
    """Every command of the tour does what the README shows; `scripts/tour.py` brings it up to date."""
    text = (ROOT / name).read_text("utf-8")
    played = replay(text, READMES[name])
    assert normal(text).splitlines() == normal(played).splitlines()


@EACH
def test_library(name, data):
    """The library's ten lines run, and the premature rating is refused as the README says."""
    text = (ROOT / name).read_text("utf-8")
    code = text.partition("<!-- library:begin -->\n```python\n")[2].partition("```\n")[0]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SUPPORTLEDGER_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "" == done.stderr
    assert "action-not-allowed" in done.stdout
    assert 10 >= len([line for line in code.splitlines() if line.strip()]) - 1  # the import does not count


@pytest.mark.parametrize(
    ("page", "language", "verdict"),
    [("docs/tutorial.md", "en", "Verified"), ("docs/zh/tutorial.md", "zh-CN", "验证通过")],
)
def test_tutorial(page, language, verdict, tmp_path):
    """Every command of the tutorial works, in the order in which it stands there, in both languages."""
    lines = (ROOT / page).read_text("utf-8").splitlines()
    commands = [line[2:] for line in lines if line.startswith("$ ")]
    turns = list(play(commands, tmp_path, language))
    assert len(commands) == len(turns) > 15
    assert any(verdict in turn.output for turn in turns)
