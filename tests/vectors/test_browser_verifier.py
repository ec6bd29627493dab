"""The verifier that runs in browsers and the one in Python agree: on every case, on every step."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from supportledger.config import Settings
from supportledger.proof.verdict import Verdict
from supportledger.proof.verify import verify_proof
from supportledger.wiring.trusting import read_trust, trust
from tests.vectors.generate_proofs import FOLDER

HERE = Path(__file__).parent
FOLDERS = sorted(one.name for one in FOLDER.iterdir() if one.is_dir())
SETTINGS = Settings(data_dir=Path("/nowhere"))
pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def found() -> Any:
    """What the browser's verifier finds, of all cases."""
    script = HERE / "browser/verify.mjs"
    done = subprocess.run(["node", script], capture_output=True, text=True, timeout=120, check=False)
    assert "" == done.stderr
    return json.loads(done.stdout)


def test_every_case_is_judged(found: Any) -> None:
    """Both verifiers have the same cases before them."""
    assert FOLDERS == sorted(found)


@pytest.mark.parametrize("name", FOLDERS)
def test_same_verdict(name: str, found: Any) -> None:
    """Verdict and result of every step are those of Python; what is not passed says why."""
    expected = _verdict(FOLDER / name)
    steps = [(number, result) for number, result, _ in found[name]["steps"]]
    assert [(one.number, str(one.result)) for one in expected.steps] == steps
    assert str(expected.verdict) == found[name]["verdict"]
    assert [] == [
        number for number, result, detail in found[name]["steps"] if not detail and result != "passed"
    ]


def _verdict(folder: Path) -> Verdict:
    required = json.loads((folder / "expected.json").read_text("utf-8"))["require"]
    trusted = trust(read_trust(folder / "trust.json"), SETTINGS, offline=True)
    return verify_proof((folder / "proof.json").read_bytes(), trusted, required=required)
