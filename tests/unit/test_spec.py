"""The specifications say what is built: their sentences are cited by code and by tests."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPECIFICATIONS = {"anchored-log.md": "L", "audit.md": "A"}
"""Files under docs/spec, and the letter of their sentences."""


def cited(folder: str, letter: str) -> set[str]:
    """Find every sentence that the sources of a folder name."""
    sources = (
        path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py") if path.name != Path(__file__).name
    )
    return {found for source in sources for found in re.findall(rf"\b{letter}\d+\.\d+\b", source)}


@pytest.mark.parametrize(("name", "letter"), SPECIFICATIONS.items(), ids=SPECIFICATIONS)
def test_sentences_are_cited(name: str, letter: str) -> None:
    """Every numbered sentence has code and a test that cite it; none is cited that is not there."""
    text = (ROOT / "docs" / "spec" / name).read_text("utf-8")
    sentences = set(re.findall(rf"^\* \*\*({letter}\d+\.\d+)\*\*", text, re.MULTILINE))
    assert sentences
    assert set() == sentences - cited("supportledger", letter)
    assert set() == sentences - cited("tests", letter)
    assert set() == cited("supportledger", letter) - sentences
    assert set() == cited("tests", letter) - sentences
