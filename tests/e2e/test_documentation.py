"""The documentation agrees with the code, with itself, and in both languages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


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
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert _shape(english) == _shape(chinese)


def test_records_of_decisions_are_short():
    """A decision record has at most sixty lines, and is listed."""
    records = sorted(ROOT.glob("docs/adr/0*.md"))
    listed = (ROOT / "docs/adr/README.md").read_text("utf-8")
    assert [] == [one.name for one in records if len(one.read_text("utf-8").splitlines()) > 60]
    assert [] == [one.name for one in records if one.name not in listed]


def _shape(text):
    lines = text.splitlines()
    return {
        "sections": len([line for line in lines if line.startswith("#")]),
        "rows": len([line for line in lines if line.startswith("|")]),
        "points": len([line for line in lines if re.match(r"\* | \d+\. ", line)]),
        "commands": [line.split()[1:4] for line in lines if line.startswith("$ ")],
        "links": sorted(link for link in LINK.findall(text) if not link.startswith("README")),
    }
