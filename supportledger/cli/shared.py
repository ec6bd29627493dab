"""The options that every command takes, before or after its group; made from the table of settings."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import click

from supportledger.cli.language import _
from supportledger.cli.session import Session
from supportledger.config import SETTINGS, Setting

_METAVARS: Final = {
    "data_dir": "DIR",
    "rpc_url": "URL",
    "ledger": "ADDRESS",
    "identity": "NAME",
    "confirmations": "N",
    "passphrase_file": "FILE",
    "store": "URL",
    "desk_key_file": "FILE",
    "desk_key_command": "COMMAND",
    "language": "TAG",
}


@cache
def shared_options() -> tuple[click.Option, ...]:
    """Give one option for each setting with a flag, and the one for diagnostics; a value given later wins."""
    verbose = click.Option(
        ["-v", "--verbose"],
        is_flag=True,
        expose_value=False,
        callback=_be_verbose,
        help=_("On an error, show where it came from."),
    )
    return (*(_option(setting) for setting in SETTINGS if setting.is_flag), verbose)


def _option(setting: Setting) -> click.Option:
    is_json = setting.name == "json"
    flag: dict[str, Any] = {"is_flag": True} if is_json else {"default": None}
    return click.Option(
        [setting.flag, setting.name],
        expose_value=False,
        callback=_remember(setting.name),
        metavar=_METAVARS.get(setting.name),
        help=_("Print one JSON document, for programs.") if is_json else _(setting.meaning),
        shell_complete=_completer(setting.name),
        **flag,
    )


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def remember(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value not in {None, False}:
            context.ensure_object(Session).flags[name] = value

    return remember


def _be_verbose(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- click's signature
    if value:
        context.ensure_object(Session).is_verbose = True


def _completer(name: str) -> Callable[[click.Context, click.Parameter, str], list[Any]] | None:
    if name != "identity":
        return None

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
        from supportledger.cli.completers import complete_identity  # noqa: PLC0415 -- only a completing shell

        return [*complete_identity(context, parameter, incomplete)]

    return complete
