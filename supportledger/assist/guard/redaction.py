"""Looking into texts and files, and taking secrets out of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from supportledger.assist.guard import encodings
from supportledger.assist.guard.cards import cards
from supportledger.assist.guard.chinese import unspaced
from supportledger.assist.guard.findings import Certainty, Finding, Findings, merged
from supportledger.assist.guard.folding import View
from supportledger.assist.guard.keys import encoded, hexadecimal
from supportledger.assist.guard.phrases import separated
from supportledger.assist.guard.spelled import glued
from supportledger.assist.guard.views import views
from supportledger.model.incident import SecretKind, mark


@dataclass(frozen=True, slots=True)
class Redacted:
    """
    A text without its secrets.

    Args:
        text: With marks in their places.
        findings: Where they were, in the text as it came.
    """

    text: str = field(repr=False)
    findings: Findings

    @property
    def kinds(self) -> tuple[SecretKind, ...]:
        """What was removed."""
        return self.findings.kinds


@dataclass(frozen=True, slots=True)
class RedactedFile:
    """
    A file without its secrets.

    Args:
        data: In its own encoding, with marks in their places.
        findings: Where they were, in the text as it came.
    """

    data: bytes = field(repr=False)
    findings: Findings

    @property
    def kinds(self) -> tuple[SecretKind, ...]:
        """What was removed."""
        return self.findings.kinds


def scan(text: str) -> Findings:
    """Find the secrets in a text; the time it takes grows with its length, and no faster."""
    return merged(finding for view in views(text) for finding in _in_view(view))


def redact(text: str) -> Redacted:
    """Put marks in the places of a text's secrets; what has none is the same text."""
    return _redacted(text, scan(text))


def redact_diagnostics(text: str) -> Redacted:
    """Do so in what a program says of itself, where a number that is called nothing is a hash."""
    is_hash = (SecretKind.PRIVATE_KEY, Certainty.LIKELY)
    found = (one for one in scan(text) if (one.kind, one.certainty) != is_hash)
    return _redacted(text, Findings(tuple(found)))


def _redacted(text: str, findings: Findings) -> Redacted:
    return Redacted(_marked(text, findings) if findings else text, findings)


def redact_file(data: bytes) -> RedactedFile:
    """Put marks in the places of a file's secrets, if it is text; all other files stay as they are."""
    for encoding in encodings.of(data):
        done = redact(encoding.decode(data))
        if done.findings:
            return RedactedFile(encoding.encode(done.text), done.findings)
    return RedactedFile(data, Findings())


def _in_view(view: View) -> Iterator[Finding]:
    finders = (
        separated(view.lower),
        unspaced(view.lower),
        glued(view.lower),
        hexadecimal(view.lower),
        encoded(view.plain, view.lower),
        cards(view.lower),
    )
    for found in (one for finder in finders for one in finder):
        yield Finding(found.kind, *view.source(found.start, found.end), found.certainty)


def _marked(text: str, findings: Findings) -> str:
    parts, end = [], 0
    for found in findings:
        parts += [text[end : found.start], mark(found.kind)]
        end = found.end
    return "".join([*parts, text[end:]])
