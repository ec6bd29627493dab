"""Prints what a shell needs to complete this program's command lines."""

from typing import Final

import click

from supportledger.cli.commands import Command
from supportledger.cli.language import _

SHELLS: Final = ("bash", "zsh", "fish")


@click.command(
    cls=Command,
    help=_(
        "Print the completion script of a shell\n\n"
        "Load it where your shell starts: ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish."
    ),
    examples=(
        "supportledger completion bash >> ~/.bashrc",
        "supportledger completion fish > ~/.config/fish/completions/supportledger.fish",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415 -- nothing else needs it

    found = get_completion_class(shell)
    if found is not None:
        root = context.find_root()
        click.echo(found(root.command, {}, "supportledger", "_SUPPORTLEDGER_COMPLETE").source())
