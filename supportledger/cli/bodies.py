"""What somebody wants to say: from an argument, a file, stdin, or an editor."""

import sys
from pathlib import Path
from typing import Final

import click

from supportledger.cli.language import _
from supportledger.errors import InputError

_SCISSORS: Final = "# ------------------------ >8 ------------------------"
LIMIT: Final = 1 << 20
"""Bytes that are read at most: more does not fit into one entry."""


def read_body(text: str | None, file: str | None, *, required: bool = True) -> str | None:
    """
    Find the text of an entry.

    Args:
        text: The argument; `-` is stdin.
        file: Of `--file`; `-` is stdin.
        required: If there is none, open an editor at a terminal, and fail elsewhere.

    Returns:
        The text, or None if there is none and none is required.

    Raises:
        InputError: There are two, none, it is empty, too long, or not UTF-8.
    """
    if text is not None and file is not None:
        raise InputError("the text is given twice", hint="Give either an argument or --file.")
    if text not in {None, "-"}:
        return _checked(str(text))
    if text is not None or file is not None:
        return _checked(_decoded(_bytes(file or "-"), file or "-"))
    return _edited() if required else None


def _bytes(file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(LIMIT + 1)
        with Path(file).open("rb") as opened:
            return opened.read(LIMIT + 1)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error


def _decoded(data: bytes, file: str) -> str:
    if len(data) > LIMIT:
        raise _too_long()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        shown = "stdin" if file == "-" else file
        raise InputError(
            f"{shown} is not UTF-8: byte {error.start} is {data[error.start]:#04x}",
            hint="Convert it, for example with `iconv -t UTF-8`.",
        ) from error


def _checked(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("the text is not UTF-8", hint="Check the encoding of your terminal or script.")
    if not text.strip():
        raise InputError("the text is empty", hint="Write something.")
    if len(text) > LIMIT or len(text.encode()) > LIMIT:
        raise _too_long()
    return text.rstrip("\n")


def _too_long() -> InputError:
    return InputError(
        f"the text is longer than {LIMIT} bytes", hint="Put the long part into a file and attach it."
    )


def _edited() -> str:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("there is no text", hint="Give it as an argument, with --file, or as - on stdin.")
    note = _("Write your text above this line. Everything below it is left out.")
    written = click.edit(f"\n{_SCISSORS}\n# {note}\n", extension=".txt") or ""
    return _checked(written.partition(_SCISSORS)[0].strip())
