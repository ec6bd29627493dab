"""The specification of proof files and the code that cites it speak of the same sentences."""

import re
from pathlib import Path

import pytest

from supportledger.proof.verdict import STEPS

ROOT = Path(__file__).parents[3]
PAGES = {"P": ROOT / "docs/spec/proof-file.md", "V": ROOT / "docs/spec/verification.md"}
SENTENCE = re.compile(r"^\* \*\*([PV]\d+\.\d+)\*\*", re.MULTILINE)
SECTION = re.compile(r"^## ([PV]\d+) ", re.MULTILINE)
CITED = re.compile(r"(?<![\w.])([PV]\d{1,2}(?:\.\d{1,2})?)(?![\w.]*\d)")


def stated(kind: str) -> list[str]:
    text = PAGES[kind].read_text("utf-8")
    return [*SENTENCE.findall(text), *SECTION.findall(text)]


def cited() -> dict[str, str]:
    """Give every number that a docstring or comment of the package cites, with one place."""
    files = [*(ROOT / "supportledger").rglob("*.py"), *(ROOT / "tests/unit/proof").glob("*.py")]
    return {
        number: path.name
        for path in files
        if "docs/spec/proof-file" in (text := path.read_text("utf-8")) or "docs/spec/verification" in text
        for number in CITED.findall(text)
    }


@pytest.mark.parametrize("kind", PAGES)
def test_sentences_have_one_number(kind: str) -> None:
    """No number is given twice, and sections count from 1 without a gap."""
    found = stated(kind)
    assert sorted(set(found)) == sorted(found)
    sections = [int(one[1:]) for one in found if "." not in one]
    assert list(range(1, len(sections) + 1)) == sections


def test_what_is_cited_is_stated() -> None:
    """Every number that the code cites is a sentence or a section of the specification."""
    known = {*stated("P"), *stated("V")}
    found = cited()
    assert len(found) > 25
    assert {} == {number: place for number, place in found.items() if number not in known}


def test_steps_have_their_sections() -> None:
    """The sections of the verification are the steps, by number and name."""
    text = PAGES["V"].read_text("utf-8")
    titles = dict(re.findall(r"^## V(\d+) (.+)$", text, re.MULTILINE))
    assert {str(number): name for number, name in STEPS.items()} == {
        number: title.lower() for number, title in titles.items() if int(number) in STEPS
    }
