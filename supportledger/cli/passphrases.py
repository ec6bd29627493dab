"""Passphrases and private keys come from a prompt or a file, never from the command line."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from supportledger.cli.language import _
from supportledger.config import Settings
from supportledger.errors import ConfigError, InputError

LIMIT = 1 << 20


def passphrase(settings: Settings, *, is_new: bool = False) -> Callable[[str], str]:
    """
    Say how the passphrase of a keystore is obtained, when it is needed.

    Args:
        settings: With the file, if there is one.
        is_new: It is being chosen: a prompt asks twice.
    """
    if settings.passphrase_file is not None:
        from supportledger.chain.identities import passphrase_from_file  # noqa: PLC0415 -- needs coincurve

        return passphrase_from_file(settings.passphrase_file)

    def ask(name: str) -> str:
        return _asked(_("Passphrase of {name}").format(name=name), is_new=is_new)

    return ask


def secret_text(file: str | None, question: str) -> str:
    """
    Read a secret that is not a passphrase: from a file, from stdin (`-`), or from a prompt.

    Raises:
        InputError: The file cannot be read, or there is no terminal to ask at.
    """
    if file is None:
        return _asked(question)
    try:
        return (sys.stdin.read(LIMIT) if file == "-" else Path(file).read_text("utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error.__class__.__name__}") from error


def _asked(question: str, *, is_new: bool = False) -> str:
    if not sys.stdin.isatty():
        raise ConfigError(
            "there is no terminal to ask for a passphrase at", hint="Name a file with --passphrase-file."
        )
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=is_new, err=True)
    return answer
