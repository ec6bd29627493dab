"""The verifier that runs in browsers and the one in Python agree: on every case, on every step."""

import json
import random
import subprocess
from base64 import b64encode
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from supportledger.config import Settings
from supportledger.proof.verdict import Verdict
from supportledger.proof.verify import verify_proof
from supportledger.wiring.trusting import read_trust, trust
from tests.vectors.generate_proofs import FOLDER
from tests.vectors.mutating import bytes_changed, values_changed

HERE = Path(__file__).parent
FOLDERS = sorted(one.name for one in FOLDER.iterdir() if one.is_dir())
SETTINGS = Settings(data_dir=Path("/nowhere"))
ONE_IN = 8
"""Alterations that are tried; all of them take a minute."""
MOST_KINDS = 5
"""Different outcomes that the alterations have at least."""
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


@pytest.mark.parametrize("name", ["conversation", "keyless", "absent-reply"])
def test_same_verdict_on_what_is_altered(name: str) -> None:
    """However a value or a byte is altered, both find the same in every step."""
    folder, draw = FOLDER / name, random.Random(1189)
    data = (folder / "proof.json").read_bytes()
    changed = chain((one for _, one in values_changed(json.loads(data), draw)), bytes_changed(data, draw, 60))
    files = [data, *(one for at, one in enumerate(changed) if at % ONE_IN == 0)]
    expected = []
    for one in files:
        verdict = _verdict(folder, one)
        expected.append([str(verdict.verdict), *(str(step.result) for step in verdict.steps)])
    assert MOST_KINDS < len({tuple(one) for one in expected})
    assert expected == _judged(folder, files)


def _verdict(folder: Path, data: bytes | None = None) -> Verdict:
    trusted = trust(read_trust(folder / "trust.json"), SETTINGS, offline=True)
    return verify_proof(data or (folder / "proof.json").read_bytes(), trusted, required=_required(folder))


def _required(folder: Path) -> list[int]:
    required: list[int] = json.loads((folder / "expected.json").read_text("utf-8"))["require"]
    return required


def _judged(folder: Path, files: list[bytes]) -> list[Any]:
    """Let the browser's verifier judge many files of one case."""
    given = json.loads((folder / "trust.json").read_text("utf-8"))
    asked = [
        json.dumps({"trust": given, "data": b64encode(one).decode(), "require": _required(folder)})
        for one in files
    ]
    done = subprocess.run(
        ["node", HERE / "browser/lines.mjs"],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
