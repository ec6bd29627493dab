"""
Folders that all machines of a desk share, because the store on the server does not hold what is in them.

The store remembers a random word for each, and the folder holds it in the file `.desk`: a machine whose
folder is another one is told so when it starts, and not when a customer's file cannot be found.
"""

import secrets
from pathlib import Path
from typing import Final

from supportledger.errors import ConfigError, Conflict, NotFound, StoreError
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.store.files import FOLDER as ATTACHMENTS
from supportledger.store.log_files import FOLDER as LOGS

SHARED: Final = (ATTACHMENTS, LOGS)
"""The folders, in the data directory."""
MARK: Final = ".desk"
KIND: Final = "folder"
_WORD: Final = "word"
_BYTES: Final = 16


def check_shared(cabinet: Cabinet, data_dir: Path) -> None:
    """
    Let no machine work with folders of its own where others have theirs; the first one marks them.

    Args:
        cabinet: Of the store that the machines share.
        data_dir: Of this machine.

    Raises:
        ConfigError: A folder is not the one that the others use.
        StoreError: It cannot be read or written.
    """
    for name in SHARED:
        _check(cabinet, name, data_dir / name)


def _check(cabinet: Cabinet, name: str, folder: Path) -> None:
    file = folder / MARK
    try:
        word = _word(cabinet, name, folder)
        found = file.read_text("utf-8").strip() if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{file} cannot be used: {error}", hint="Check the folder's owner and rights."
        ) from error
    if found != word:
        raise ConfigError(
            f"{folder} is not the folder `{name}` that the other machines of this desk use",
            hint=f"Mount theirs there. If it is lost for good, write {word} into {file} to use this one.",
        )


def _word(cabinet: Cabinet, name: str, folder: Path) -> str:
    """Give the folder's word; whoever is first makes it, and marks their folder."""
    try:
        return str(cabinet.read(KIND, name).data[_WORD])
    except NotFound:
        word = secrets.token_hex(_BYTES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        cabinet.write(Paper(KIND, name, {_WORD: word}))
    except Conflict:  # another machine was first, and its folder counts
        return str(cabinet.read(KIND, name).data[_WORD])
    (folder / MARK).write_text(f"{word}\n", "utf-8")
    return word
