"""The port of the guard: what takes secrets out of texts and files before anything else sees them."""

from typing import Protocol

from supportledger.model.incident import SecretKind


class RedactedText(Protocol):
    """A text without its secrets."""

    @property
    def text(self) -> str:
        """With a mark in the place of each; the very same text if there was none."""

    @property
    def kinds(self) -> tuple[SecretKind, ...]:
        """What was removed, each kind once."""


class RedactedData(Protocol):
    """A file without its secrets."""

    @property
    def data(self) -> bytes:
        """With a mark in the place of each, in its own encoding; the very same bytes if there was none."""

    @property
    def kinds(self) -> tuple[SecretKind, ...]:
        """What was removed, each kind once."""


class Guard(Protocol):
    """
    Finds secrets and takes them out; `assist.guard` is one.

    * It is pure, asks nobody, and takes time in proportion to what it reads.
    * It raises nothing, and what it gives back holds no secret and no hash of one.
    """

    def redact(self, text: str) -> RedactedText:
        """Take the secrets out of a text."""

    def redact_file(self, data: bytes) -> RedactedData:
        """Take the secrets out of a file, if it is text; other files stay as they are."""
