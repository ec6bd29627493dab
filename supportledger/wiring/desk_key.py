"""
The desk key: from the environment, a file or a command; never from the database.

1. the environment variable SUPPORTLEDGER_DESK_KEY: the key itself, in hexadecimal or base64
2. the file that the setting `desk_key_file` names
3. what the command of the setting `desk_key_command` prints, which is run without a shell
4. `desk.key` in the data directory: made there when a desk begins without any of these
"""

import base64
import binascii
import os
import re
import secrets
import shlex
import subprocess
from pathlib import Path
from typing import Final

from supportledger.config import PREFIX, Settings
from supportledger.errors import WrongDeskKey
from supportledger.proof.seal import KEY_SIZE, DeskKey
from supportledger.store.place import Place
from supportledger.store.vault import DatabaseVault, exists, open_vault

KEY_FILE: Final = "desk.key"
VARIABLE: Final = f"{PREFIX}DESK_KEY"
_HEXADECIMAL: Final = re.compile(r"(0x)?([0-9a-fA-F]{64})", re.ASCII)
_COMMAND_TIMEOUT_S: Final = 60.0
_LARGEST: Final = 4_096
"""Bytes that are read of a key file at most: a key is far shorter."""


def open_keys(settings: Settings, place: Place, *, half_rotated: bool = False) -> DatabaseVault:
    """
    Open the keys of a store with the desk key that settings name.

    Raises:
        WrongDeskKey: There is none, it cannot be read, or it is not the one.
        StoreError: The key store cannot be used.
    """
    return open_vault(place, desk_key(settings, place), half_rotated=half_rotated)


def desk_key(settings: Settings, place: Place) -> DeskKey:
    """
    Give the desk key; one is made for a desk that has none, and no keys yet either.

    Raises:
        WrongDeskKey: It is missing, or cannot be read.
    """
    if given := os.environ.get(VARIABLE):
        return parse_key(given, VARIABLE)
    if settings.desk_key_file is not None:
        return read_key(settings.desk_key_file)
    if settings.desk_key_command is not None:
        return _asked(settings.desk_key_command)
    own = settings.data_dir / KEY_FILE
    if not own.exists() and not exists(place):
        make_key_file(own)
    return read_key(own)


def read_key(file: Path) -> DeskKey:
    """
    Read a desk key from a file: hexadecimal, base64, or 32 bytes as they are.

    Raises:
        WrongDeskKey: It cannot be read, or is no key.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST)
    except OSError as error:
        raise WrongDeskKey(
            f"the desk key cannot be read from {file}: {error.strerror}",
            hint="Name it with desk_key_file, SUPPORTLEDGER_DESK_KEY or desk_key_command.",
        ) from error
    if len(data) == KEY_SIZE and not _is_written(data):
        return DeskKey(data)
    return parse_key(data.decode("ascii", "replace"), str(file))


def _is_written(data: bytes) -> bool:
    """Tell whether somebody has typed it: 32 characters are half a key at most."""
    return data.isascii() and data.decode().isprintable()


def parse_key(text: str, where: str) -> DeskKey:
    """
    Read a desk key: 64 hexadecimal digits, or 32 bytes in base64.

    Raises:
        WrongDeskKey: It is neither; the message does not repeat it.
    """
    bare = text.strip()
    if found := _HEXADECIMAL.fullmatch(bare):
        return DeskKey(bytes.fromhex(found[2]))
    try:
        data = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) != KEY_SIZE:
        raise WrongDeskKey(
            f"{where} holds no desk key",
            hint="A desk key is 32 random bytes: 64 hexadecimal digits, or base64 of them.",
        )
    return DeskKey(data)


def make_key_file(file: Path) -> None:
    """
    Make a new desk key, readable by its owner alone, on disk for good; one that is there stays.

    Raises:
        WrongDeskKey: It cannot be written.
    """
    new = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(new, secrets.token_bytes(KEY_SIZE).hex() + "\n")
        os.link(new, file)
        _sync(file.parent)
    except FileExistsError:  # somebody else was first
        return
    except OSError as error:
        raise WrongDeskKey(
            f"the desk key cannot be written to {file}: {error.strerror}",
            hint="Make the directory writable, or name a key with desk_key_file.",
        ) from error
    finally:
        new.unlink(missing_ok=True)


def _write(new: Path, text: str) -> None:
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _asked(command: str) -> DeskKey:
    hint = "Run it by hand: it must print the key, and nothing else."
    try:
        done = subprocess.run(  # noqa: S603 -- the operator's own, in words and without a shell
            shlex.split(command),
            stdin=subprocess.DEVNULL,  # what is piped to us is a text for a ticket
            capture_output=True,
            check=True,
            timeout=_COMMAND_TIMEOUT_S,
        )
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        kind = type(error).__name__  # its message may show the output
        raise WrongDeskKey(f"the command for the desk key failed ({kind})", hint=hint) from None
    return parse_key(done.stdout.decode("ascii", "replace"), "the output of desk_key_command")
