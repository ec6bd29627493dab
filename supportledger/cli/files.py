"""Files that commands read and write: never more than fits, never half of one, never in place of another."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from supportledger.cli.language import _
from supportledger.errors import Conflict, InputError

F = TypeVar("F", bound=Callable[..., Any])
STDIO: Final = "-"


def output_options(command: F) -> F:
    """Let the result be written to a file, which is replaced only with --force."""
    force = click.option("--force", is_flag=True, help=_("Replace the file if there is one."))
    output = click.option(
        "-o", "--output", metavar="FILE", help=_("Write it to a file, whole or not at all; - is stdout.")
    )
    return output(force(command))


def read_file(file: str, limit: int) -> bytes:
    """
    Read a file, or stdin (`-`).

    Raises:
        InputError: It cannot be read, or has more than *limit* bytes.
    """
    try:
        if file == STDIO:
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(limit + 1)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    if len(data) > limit:
        raise InputError(f"{file} is larger than {limit} bytes, which nothing of this kind is")
    return data


def read_lines(file: str, longest: int) -> Iterator[bytes]:
    """
    Read a file, or stdin (`-`), line by line as the lines are asked for; the last may lack its end.

    Raises:
        InputError: It cannot be read, or a line has more than *longest* bytes.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == STDIO else Path(file).open("rb") as opened:
            while line := opened.readline(longest + 2):
                yield _checked(line.removesuffix(b"\n"), longest)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error


class Tally:
    """
    Counts lines as they are taken.

    Args:
        lines: Each is given on once.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        """Give them on."""
        for line in self._lines:
            self.count += 1
            yield line


def _checked(line: bytes, longest: int) -> bytes:
    if len(line) > longest:
        raise InputError(f"a line is longer than {longest} bytes")
    return line


def write_file(file: str, data: bytes, *, force: bool = False, private: bool = False) -> None:
    """
    Write a file as a whole, or stdout (`-`).

    Args:
        file: Its name.
        data: All of it.
        force: Replace a file of this name.
        private: Only its owner may read it.

    Raises:
        Conflict: There is a file of this name, and *force* is not given.
        InputError: It cannot be written.
    """
    if file == STDIO:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = Path(file)
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        try:
            _write(new, data, 0o600 if private else 0o666)
            _put(new, path, force=force)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        raise Conflict(
            f"there is a file {file} already", hint="Choose another name, or replace it with --force."
        ) from None
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}") from error


def _write(path: Path, data: bytes, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 -- a mode
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put(new: Path, path: Path, *, force: bool) -> None:
    """Give the file its name at once: nobody ever sees half of it, and no other file is lost."""
    if force:
        new.replace(path)
    else:
        os.link(new, path)
