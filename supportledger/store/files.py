"""Attachments on disk, each under the hash of its bytes; readable by their owner alone."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from supportledger.errors import NotFound, StoreError

FOLDER: Final = "attachments"
_LOCATION: Final = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/[0-9a-f]{{64}}", re.ASCII)


class FolderFiles:
    """
    Files in a folder of the data directory.

    Args:
        root: The data directory.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, data: bytes) -> str:
        """
        Keep a file's bytes, on disk when this returns, and tell where.

        Raises:
            StoreError: It cannot be written.
        """
        location = _location(data)
        path = self._root / location
        if not path.exists():
            try:
                _write(path, data)
            except OSError as error:
                raise StoreError(f"{path}: {error.strerror}", hint="nothing was sent") from error
        return location

    def read(self, location: str) -> bytes:
        """
        Give a file's bytes.

        Raises:
            NotFound: It is not there.
        """
        if not _LOCATION.fullmatch(location):
            raise NotFound("the file is not kept here")
        try:
            return (self._root / location).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"{location} is gone", hint="restore a backup") from None


class MemoryFiles:
    """Files in a dictionary; the same promises, but the disk's."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def keep(self, data: bytes) -> str:
        """Keep a file's bytes, and tell where."""
        location = _location(data)
        self._files[location] = data
        return location

    def read(self, location: str) -> bytes:
        """
        Give a file's bytes.

        Raises:
            NotFound: It is not there.
        """
        if location not in self._files:
            raise NotFound("the file is not kept here")
        return self._files[location]


def _location(data: bytes) -> str:
    name = sha256(data).hexdigest()
    return f"{FOLDER}/{name[:2]}/{name}"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 -- a mode
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
