"""Writing a file as a whole or not at all, and over nothing that is there unless that is meant."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from supportledger.errors import Conflict, StoreError


def save(path: Path, parts: Iterable[bytes], *, replace: bool) -> None:
    """
    Write a file, on disk when this returns; who reads meanwhile sees the old one or the new one.

    Args:
        path: Where.
        parts: Its content.
        replace: Whether a file that is there may go.

    Raises:
        Conflict: It is there, and may not go; it was not touched.
        StoreError: It cannot be written.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        try:
            _write(new, parts)
            _place(new, path, replace=replace)
        finally:
            with suppress(FileNotFoundError):
                new.unlink()
    except FileExistsError as error:
        raise refused(path) from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}", hint="Name another place.") from error


def refused(path: Path) -> Conflict:
    """Say that a file is there."""
    return Conflict(f"{path} is there already", hint="Name another file, or replace it with --force.")


def _write(new: Path, parts: Iterable[bytes]) -> None:
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 -- a mode
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def _place(new: Path, path: Path, *, replace: bool) -> None:
    if replace:
        new.replace(path)
    else:
        os.link(new, path)  # fails if it is there, which `rename` does not
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
