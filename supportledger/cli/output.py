"""Where results go: one JSON document for programs, drawings for terminals, plain text for all else."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from supportledger.cli.text import safe

if TYPE_CHECKING:
    from supportledger.cli.blocks import Block


class Output:
    """
    Shows results on stdout and diagnostics on stderr.

    Args:
        as_json: For programs: what is shown is the data, and only that.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json: Final = as_json

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at stdout."""
        return not self.as_json and sys.stdout.isatty()

    def show(self, data: Mapping[str, Any], blocks: "Iterable[Block]") -> None:
        """
        Show a result, which is this command's only one.

        Args:
            data: For programs.
            blocks: The same for people; not looked at when nobody looks.
        """
        if self.as_json:
            emit(data)
        elif self.is_terminal:
            from supportledger.cli import pretty  # noqa: PLC0415 -- rich takes longer than most commands

            pretty.show(blocks)
        else:
            from supportledger.cli import plain  # noqa: PLC0415 -- as above

            click.echo(plain.render(blocks), nl=False)


def emit(data: Mapping[str, Any]) -> None:
    """Write the one JSON document, in UTF-8 whatever the locale; what could act on a terminal is escaped."""
    import json  # noqa: PLC0415 -- --help does without

    text = json.dumps(data, ensure_ascii=False, indent=2)
    escaped = "".join(c if c.isascii() or c == safe(c) else f"\\u{ord(c):04x}" for c in text)
    click.echo(escaped.encode())


def say(message: str) -> None:
    """Tell people something on stderr that is not the result."""
    click.echo(safe(message), err=True)


@contextmanager
def working(message: str) -> Iterator[None]:
    """Let people at a terminal see that something is going on; nobody else is told."""
    if not sys.stderr.isatty():
        yield
        return
    from supportledger.cli import pretty  # noqa: PLC0415 -- rich, as above

    with pretty.console(to_stderr=True).status(message):
        yield
