"""
Commands and groups of this program: shared options everywhere, examples in the help, groups imported on use.

Help is laid out by display width, so that Chinese texts fill their lines and do not run over them.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

import click

from supportledger.cli.language import _
from supportledger.cli.shared import shared_options
from supportledger.cli.text import pad, width, wrap

_WIDEST: Final = 100
_MOST_FIRST: Final = 34
"""Columns that names of options may take beside their texts; a longer one gets a line of its own."""


class Formatter(click.HelpFormatter):
    """Lays help out by display width."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command line is made up."""
        start = f"{prefix or _('Usage:')} {prog} "
        first, *more = wrap(args, self.width - width(start)) or [""]
        self._write_lines([start + first], self.current_indent)
        self._write_lines(more, width(start))

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        self._write_lines(wrap(text, self.width - self.current_indent), self.current_indent)

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _MOST_FIRST, col_spacing: int = 2
    ) -> None:
        """Write names with their texts beside them."""
        rows = list(rows)
        first = min(max((width(name) for name, _text in rows), default=0), col_max) + col_spacing
        at = self.current_indent + first
        for name, text in rows:
            lines = wrap(text, max(self.width - at, 20))
            own_line = width(name) > first - col_spacing
            start = name if own_line else pad(name, first) + lines.pop(0)
            self._write_lines([start], self.current_indent)
            self._write_lines(lines, at)

    def _write_lines(self, lines: Sequence[str], indent: int) -> None:
        for line in lines:
            self.write(f"{' ' * indent}{line}".rstrip() + "\n")


class Context(click.Context):
    """Uses our layout, as wide as the terminal up to a hundred columns."""

    def make_formatter(self) -> Formatter:
        """Give the layout."""
        return Formatter(width=max(min(_columns(), _WIDEST) - 2, 40))


def _columns() -> int:
    """Ask for the terminal's width as `shutil.get_terminal_size` does, without waiting for shutil."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or 80
    except (OSError, ValueError):
        return 80


class _Helpful:
    """What commands and groups have in common; a mixin, because click keeps them in two classes."""

    params: list[click.Parameter]
    help: str | None
    examples: tuple[str, ...]

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Add the shared options to the command's own; its own come first where they have the same name."""
        own = super().get_params(ctx)  # type: ignore[misc]  # of click.Command
        return [*own, *shared_options()]

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 -- the first line is always short
        """Give the first line of the help."""
        return (self.help or "").strip().partition("\n")[0].rstrip("。.")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """Write what the command does."""
        formatter.write("\n")
        with formatter.indentation():
            formatter.write_text((self.help or "").strip())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options first, then those that every command takes."""
        everywhere = set(shared_options())
        own = [option for option in self.get_params(ctx) if option not in everywhere]
        _write_options(formatter, ctx, _("Options"), own)
        _write_options(formatter, ctx, _("Options of every command"), shared_options())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """Write the examples."""
        if self.examples:
            with formatter.section(_("Examples")):
                for example in self.examples:
                    formatter.write(f"{' ' * formatter.current_indent}{example}\n")


def _write_options(
    formatter: click.HelpFormatter, ctx: click.Context, title: str, options: Sequence[click.Parameter]
) -> None:
    named = (option for option in options if isinstance(option, click.Option))
    records = [record for option in named if (record := option.get_help_record(ctx))]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


class Command(_Helpful, click.Command):
    """
    One command.

    Args:
        examples: Command lines as people type them; a test parses each.
    """

    context_class = Context

    def __init__(self, *args: Any, examples: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        self.examples = tuple(examples)


class Group(_Helpful, click.Group):
    """Commands about one subject."""

    context_class = Context
    command_class = Command

    def __init__(self, *args: Any, examples: Sequence[str] = (), **named: Any) -> None:
        super().__init__(*args, **named)
        self.examples = tuple(examples)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """List commands in the order in which a ticket meets them, not in that of the alphabet."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands first: they are what somebody looks for."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the first line of its help."""
        rows = [(name, self._short_help(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and propose one that is spelled nearly so."""
        name = args[0]
        if ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches  # noqa: PLC0415 -- only somebody's mistake needs it

        close = get_close_matches(name, self.list_commands(ctx), n=1)
        message = _("No such command {name!r}.").format(name=name[:40])
        if close:
            message += " " + _("Did you mean {name!r}?").format(name=close[0])
        raise click.UsageError(message, ctx)

    def _short_help(self, ctx: click.Context, name: str) -> str:
        found = self.get_command(ctx, name)
        return found.get_short_help_str() if found else ""


class Root(Group):
    """
    The program itself, whose commands are imported when they are used.

    Args:
        lazy: Name of a command → where it is (`module:attribute`), and the first line of its help.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        self._lazy: Final = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """List all commands, imported or not."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import a command."""
        if cmd_name not in self._lazy:
            return None
        module, _colon, attribute = self._lazy[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def _short_help(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002 -- as the group's
        return self._lazy[name][1]
