"""Attachments on disk: sealed, in a folder for each ticket, under names that say nothing of their bytes."""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from supportledger.errors import NotFound, StoreError
from supportledger.model.ids import TicketId
from supportledger.ports import Vault
from supportledger.proof.seal import Purpose, padded, unpadded

FOLDER: Final = "attachments"
_LOCATION: Final = re.compile(rf"{FOLDER}/([0-9a-f]{{64}})/([0-9a-f]{{40}})", re.ASCII)
_CLEAR: Final = re.compile(rf"{FOLDER}/[0-9a-f]{{2}}/[0-9a-f]{{64}}", re.ASCII)
"""Where an older version has kept files, under the hash of their bytes."""


class FolderFiles:
    """
    Files in a folder of the data directory.

    Args:
        root: The data directory.
        vault: The keys that files are sealed with.
    """

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def keep(self, ticket: TicketId, data: bytes) -> str:
        """
        Keep a file's bytes, on disk when this returns, and tell where.

        Raises:
            ContentErased: The ticket was erased.
            StoreError: It cannot be written.
        """
        key = self._vault.make([ticket]).of(ticket)
        name = key.name(data)
        location = f"{FOLDER}/{ticket.hex()}/{name}"
        path = self._root / location
        try:
            if not _touched(path):
                _write(path, key.seal(Purpose.ATTACHMENT, bytes.fromhex(name), padded(data)))
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", hint="nothing was sent") from error
        return location

    def read(self, location: str) -> bytes:
        """
        Give a file's bytes.

        Raises:
            NotFound: It is not there.
            ContentErased: Its ticket was erased.
            CommitmentMismatch: It was altered.
            KeyMissing: There is no key for it.
            StoreError: The disk cannot give it.
        """
        ticket, name = _parsed(location)
        key = self._vault.keys([ticket]).of(ticket)
        path = self._root / location
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"{location} is gone", hint="restore a backup") from None
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", hint="check the disk, then try again") from error
        return unpadded(key.unseal(Purpose.ATTACHMENT, name, sealed))

    def remove(self, location: str, before: int) -> bool:
        """
        Remove a file, unless it was kept since, and tell whether it is gone by this.

        Raises:
            NotFound: It is no place of a file.
            StoreError: It cannot be removed.
        """
        _parsed(location)
        path = self._root / location
        try:
            if path.stat().st_mtime >= before:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}", hint="Check the folder's rights.") from error
        return True

    def forget(self, ticket: TicketId) -> None:
        """Remove all files of a ticket: without its key, they are of no use to anybody."""
        folder = self._root / FOLDER / ticket.hex()
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{folder}: {error.strerror}", hint="Erase again.") from error

    def take_over(self, ticket: TicketId, location: str) -> str:
        """Seal a file that an older version has kept in clear, and tell where; what is gone stays so."""
        path = self._root / location
        if not _CLEAR.fullmatch(location) or not path.is_file():
            return location
        return (
            location if ticket in self._vault.keys([ticket]).erased else self.keep(ticket, path.read_bytes())
        )

    def remove_clear(self) -> None:
        """Remove all files that an older version has kept in clear; each was sealed before."""
        for folder in (self._root / FOLDER).glob("[0-9a-f][0-9a-f]"):
            shutil.rmtree(folder)


class MemoryFiles:
    """
    Files in a dictionary; the same promises, but the disk's.

    Args:
        vault: The keys that files are sealed with.
        now: Unix seconds.
    """

    def __init__(self, vault: Vault, now: Callable[[], float] = time.time) -> None:
        self._vault = vault
        self._now = now
        self._files: dict[str, bytes] = {}
        self._kept_at: dict[str, float] = {}

    def keep(self, ticket: TicketId, data: bytes) -> str:
        """Keep a file's bytes, and tell where."""
        location = f"{FOLDER}/{ticket.hex()}/{self._vault.make([ticket]).of(ticket).name(data)}"
        self._files[location] = data
        self._kept_at[location] = self._now()
        return location

    def read(self, location: str) -> bytes:
        """
        Give a file's bytes.

        Raises:
            NotFound: It is not there.
            ContentErased: Its ticket was erased.
        """
        ticket, _ = _parsed(location)
        self._vault.keys([ticket]).of(ticket)
        if location not in self._files:
            raise NotFound("the file is not kept here")
        return self._files[location]

    def remove(self, location: str, before: int) -> bool:
        """Remove a file, unless it was kept since, and tell whether it is gone by this."""
        _parsed(location)
        if location not in self._files or self._kept_at[location] >= before:
            return False
        del self._files[location]
        return True

    def forget(self, ticket: TicketId) -> None:
        """Remove all files of a ticket."""
        prefix = f"{FOLDER}/{ticket.hex()}/"
        self._files = {name: data for name, data in self._files.items() if not name.startswith(prefix)}


def _parsed(location: str) -> tuple[TicketId, bytes]:
    found = _LOCATION.fullmatch(location)
    if found is None:
        raise NotFound("the file is not kept here")
    return TicketId(bytes.fromhex(found[1])), bytes.fromhex(found[2])


def _touched(path: Path) -> bool:
    """Note that a file is wanted from now on, and tell whether it is there."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 -- a mode
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
