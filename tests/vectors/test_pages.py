"""What browsers get is what the sources make: the same bytes, small, closed, in both languages."""

import gzip
import hashlib
import json
import re
from base64 import b64encode

import pytest

from scripts.pages import ASSETS, BROWSER, PAGE, check, pages
from supportledger.chain.artifact import packaged

MOST_SCRIPT = 45_000
"""Bytes of the page's JavaScript, compressed as servers do it."""
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
DATA = re.compile(r'<script type="application/json" id="(\w+)">(.*?)</script>', re.DOTALL)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
SAID = re.compile(r"[a-z}]+,? [a-z{]")
NEVER_SHOWN = {"a call ends before its arguments do", "a list is longer than its call"}
"""What the reader of inputs says to itself."""
NO_SENTENCE = {"anchored log", "storage proof", "textarea, input:not([type=hidden])"}
"""Names of steps, as programs have them, and of elements."""
page = (ASSETS / PAGE).read_text("utf-8")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """What the sources make now."""
    return pages()


@pytest.mark.node
def test_packaged(made: dict[str, str]) -> None:
    """The package ships what the sources make, byte for byte."""
    assert None is check(made)


@pytest.mark.node
def test_checked(made, tmp_path) -> None:
    """Checking names a file that is missing, or differs in one byte."""
    assert next(iter(made)) == check(made, tmp_path)
    for name, text in made.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert None is check(made, tmp_path)
    (tmp_path / PAGE).write_text(made[PAGE] + " ", "utf-8")
    assert check(made, tmp_path) == PAGE


def test_hash_is_published() -> None:
    """Beside the page stands its SHA-256, as `sha256sum --check` reads it."""
    digest = hashlib.sha256((ASSETS / PAGE).read_bytes()).hexdigest()
    assert f"{digest}  {PAGE}\n" == (ASSETS / f"{PAGE}.sha256").read_text("utf-8")


def test_script_is_small() -> None:
    """The page's JavaScript has at most 45 kB when it is compressed."""
    (script,) = SCRIPT.findall(page)
    assert MOST_SCRIPT > len(gzip.compress(script.encode(), 9))


def test_nothing_else_runs() -> None:
    """The page's own policy lets its script and its style in by their hashes, and nothing from elsewhere."""
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    for name, found in (("script-src", SCRIPT.findall(page)), ("style-src", STYLE.findall(page))):
        (content,) = found
        digest = b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert [] == re.findall(r"(?:src|href|action)\s*=\s*[\"'](?!\")", DATA.sub("", SCRIPT.sub("", page)))
    assert [] == re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", page)


def test_code_is_the_packaged_one() -> None:
    """The contract's code in the page is the one that the package deploys."""
    code = json.loads(dict(DATA.findall(page))["code"])
    assert b64encode(packaged().runtime).decode() == code["runtime"]
    assert sorted(packaged().fixed) == sorted(code["immutables"])


def test_everything_is_said_in_chinese() -> None:
    """Every sentence of the sources has a Chinese one, with the same places for values."""
    words = json.loads((BROWSER / "verify/page/words.zh.json").read_text("utf-8"))
    sources = [*BROWSER.glob("verify/**/*.js"), *BROWSER.glob("shared/*.js")]
    said = {one for path in sources for one in LITERAL.findall(COMMENT.sub("", path.read_text("utf-8")))}
    said |= set(re.findall(r"data-t>([^<]+)<", (BROWSER / "verify/page/page.html").read_text("utf-8")))
    sentences = {one for one in said if SAID.search(one)} - NEVER_SHOWN - NO_SENTENCE
    assert [] == sorted(sentences - words.keys())
    assert [] == [one for one in words if _places(one) != _places(words[one])]
    assert words == json.loads(dict(DATA.findall(page))["words"])


def _places(text: str) -> list[str]:
    return sorted(set(re.findall(r"\{\w+\}", text)))
