"""
The readings of a text in which secrets are looked for: as it stands, and as HTML, JSON or scripts mean it.

Everything that a decoder would replace is replaced in one pass: tags by a space, character references and
escapes by what they stand for. A text without any has one reading.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

from supportledger.assist.guard.folding import Piece, View

_CODED: Final = re.compile(
    r"(?P<tag></?[A-Za-z!][^<>]{0,2000}>)"
    r"|(?P<reference>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|\\(?:u(?P<wide>[0-9A-Fa-f]{4})|x(?P<narrow>[0-9A-Fa-f]{2}))"
    r"|(?P<escape>\\[nrtbf\"'/\\])"
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}


def views(text: str) -> Iterator[View]:
    """Give the readings of a text."""
    yield View(text)
    if ("<" in text or "&" in text or "\\" in text) and _CODED.search(text):
        yield _decoded(text)


def _decoded(text: str) -> View:
    parts: list[str] = []
    pieces: list[Piece] = []
    at = end = 0
    for found in _CODED.finditer(text):
        meant = _meaning(found)
        at += found.start() - end
        parts += [text[end : found.start()], meant]
        pieces.append(Piece(at, len(meant), *found.span()))
        at, end = at + len(meant), found.end()
    return View("".join([*parts, text[end:]]), pieces)


def _meaning(found: re.Match[str]) -> str:
    if found["tag"]:
        return " "
    if found["reference"]:
        return html.unescape(found[0])
    if code := found["wide"] or found["narrow"]:
        return chr(int(code, 16))
    return _ESCAPES.get(found[0][1], found[0][1])
