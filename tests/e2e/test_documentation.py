"""The documentation agrees with the code, with itself, and in both languages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
CHINESE = ROOT / "docs" / "zh"
TRANSLATED = sorted(CHINESE.glob("**/*.md"))
READMES = {ROOT / "README.zh-CN.md": ROOT / "README.md"}
BLOCK = re.compile(r"^```(.*?)^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"'[^'\n]*'| +# .*")


def test_generated_pages_are_current():
    """The tables of docs/reference are those of the code; `make docs` brings them up to date."""
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "" == done.stderr
    assert 0 == done.returncode


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Every link to a file of the repository leads to one."""
    links = LINK.findall(page.read_text("utf-8"))
    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_both_readmes_have_the_same_parts():
    """The Chinese README has the sections, table rows, commands and links of the English one."""
    assert _shape(ROOT / "README.md") == _shape(ROOT / "README.zh-CN.md")


def test_tutorial_and_guides_are_there_in_chinese():
    """The tutorial and every guide have a Chinese page."""
    english = [ROOT / "docs/tutorial.md", *ROOT.glob("docs/guides/*.md")]
    assert sorted(CHINESE / page.relative_to(ROOT / "docs") for page in english) == TRANSLATED


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: str(page.relative_to(ROOT)))
def test_chinese_pages_have_the_same_parts(page):
    """A Chinese page has the sections, rows, links and names of the English one; each leads to the other."""
    english = _english(page)
    assert _shape(english) == _shape(page)
    assert _code(english) == _code(page)
    for here, other in ((page, english), (english, page)):
        second = here.read_text("utf-8").splitlines()[2]
        assert [other] == [(here.parent / link).resolve() for link in LINK.findall(second)]


def test_records_of_decisions_are_short():
    """A decision record has at most sixty lines, and is listed."""
    records = sorted(ROOT.glob("docs/adr/0*.md"))
    listed = (ROOT / "docs/adr/README.md").read_text("utf-8")
    assert [] == [one.name for one in records if len(one.read_text("utf-8").splitlines()) > 60]
    assert [] == [one.name for one in records if one.name not in listed]


def _shape(page):
    text = page.read_text("utf-8")
    lines = text.splitlines()
    return {
        "sections": len([line for line in lines if line.startswith("#")]),
        "rows": len([line for line in lines if line.startswith("|")]),
        "points": len([line for line in lines if re.match(r"\* | ?\d+\. ", line)]),
        "commands": [QUOTED.sub("", line).split()[1:4] for line in lines if line.startswith("$ ")],
        "links": sorted(_targets(page, text)),
    }


def _targets(page, text):
    """Where links lead, both languages counted as one, without those from a page to its other language."""
    found = [_english((page.parent / link).resolve()) for link in LINK.findall(text)]
    return [str(target.relative_to(ROOT)) for target in found if target != _english(page)]


def _english(page):
    """The English page of one in either language."""
    if page.is_relative_to(CHINESE):
        return ROOT / "docs" / page.relative_to(CHINESE)
    return READMES.get(page, page)


def _code(page):
    """The blocks of a page, but for what commands quote and comments say, and the names in its text."""
    text = page.read_text("utf-8")
    blocks = [QUOTED.sub("", block) for block in BLOCK.findall(text)]
    return blocks, sorted(set(re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))))
