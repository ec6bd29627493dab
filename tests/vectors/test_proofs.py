"""Every conformance case says what it is said to say, and is what its generator makes."""

import json
from pathlib import Path

import pytest

from supportledger.config import Settings
from supportledger.errors import InputError
from supportledger.proof.verdict import Result
from supportledger.proof.verify import verify_proof
from supportledger.wiring.trusting import read_trust, trust
from tests.vectors.generate_proofs import FOLDER, generate

FOLDERS = sorted(one.name for one in FOLDER.iterdir() if one.is_dir())
SETTINGS = Settings(data_dir=Path("/nowhere"))


def test_folders_are_what_the_generator_writes() -> None:
    """The committed files and a fresh run are equal, byte for byte, none more and none less."""
    committed = {
        one.relative_to(FOLDER).as_posix(): one.read_bytes() for one in FOLDER.rglob("*") if one.is_file()
    }
    made = generate()
    assert sorted(made) == sorted(committed)
    assert [] == [name for name, data in made.items() if committed[name] != data]


def test_there_are_enough() -> None:
    """At least sixty cases, and for every step that a file can fail one that does."""
    steps = {json.loads((FOLDER / name / "expected.json").read_text())["step"] for name in FOLDERS}
    assert 60 <= len(FOLDERS)
    assert {None, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12} == steps


@pytest.mark.parametrize("name", FOLDERS)
def test_case(name: str) -> None:
    """The verdict is the expected one, and so is the first step that does not pass."""
    folder = FOLDER / name
    expected = json.loads((folder / "expected.json").read_text())
    trusted = trust(read_trust(folder / "trust.json"), SETTINGS, offline=True)
    verdict = verify_proof((folder / "proof.json").read_bytes(), trusted, required=expected["require"])
    bad = [
        one.number
        for one in verdict.steps
        if one.result is Result.FAILED
        or (one.number in expected["require"] and one.result is not Result.PASSED)
    ]
    assert expected["verdict"] == str(verdict.verdict)
    assert expected["step"] == (bad[0] if bad else None)
    assert name.endswith("_fail") == bool(bad)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"chainId":1}', b'{"chainId":"x","ledger":"0x"}', b"\xff"], ids=str
)
def test_a_trust_file_that_is_none(content: bytes, tmp_path: Path) -> None:
    """What is no trust file is refused with a message, not with a traceback."""
    path = tmp_path / "trust.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"trust\.json|address|trust file"):
        read_trust(path)
