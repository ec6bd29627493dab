"""What `serve` serves: the chain of a data directory, or a desk to look around in."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from supportledger.chain.local import LocalChain
from supportledger.chain.signer import KeySigner
from supportledger.channels.mail_memory import MemoryMail
from supportledger.config import Settings
from supportledger.desk.questions import shipped_questions
from supportledger.desk.showcase import Showcase
from supportledger.errors import Conflict, ForeignData, PortTaken
from supportledger.ports import Signer
from supportledger.wiring.connecting import connect
from supportledger.wiring.fronting import front_of, house_of
from supportledger.wiring.local import start_local, stop_local

FOLDER: Final = "showcase"
_MARK: Final = ".supportledger-showcase"
_DONE: Final = ".filled"


@contextmanager
def chain_for(settings: Settings) -> Iterator[Settings]:
    """
    Let a local chain run as long as it is needed, where no node is named.

    Raises: As `wiring.start_local`.
    """
    record = LocalChain(settings.data_dir).record()
    if settings.rpc_url is not None or (record is not None and record.is_running):
        yield settings
        return
    _start_anywhere(settings.data_dir, known=record is not None)
    try:
        yield settings
    finally:
        stop_local(settings.data_dir)


def _start_anywhere(data_dir: Path, *, known: bool) -> None:
    """Start a chain where it was last time, if it can be there; nobody has named its port."""
    try:
        start_local(data_dir, port=None if known else 0, detach=False)
    except PortTaken:
        start_local(data_dir, port=0, detach=False)


@contextmanager
def showcase(settings: Settings) -> Iterator[Settings]:
    """
    Serve a desk to look around in: made once, below the data directory, and kept from then on.

    Raises:
        ForeignData: Something else is in its folder.
        Conflict: It is served already.
        EngineFailed: The chain cannot be started.
    """
    folder = settings.data_dir / FOLDER
    _prepare(folder)
    own = replace(
        settings,
        data_dir=folder,
        rpc_url=None,
        ledger=None,
        store=None,
        identity=None,
        confirmations=None,
        desk_key_file=None,
        desk_key_command=None,
    )
    start_local(folder, port=0, detach=False)
    try:
        if not (folder / _DONE).exists():
            _fill(own)
            (folder / _DONE).touch()
        yield own
    finally:
        stop_local(folder)


def _prepare(folder: Path) -> None:
    """Make the folder, anew if it was not finished."""
    record = LocalChain(folder).record() if folder.exists() else None
    if record is not None and record.is_running:
        raise Conflict(f"the desk in {folder} is being served", hint="Look there, or stop it first.")
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise ForeignData(
            f"{folder} is there, and `serve --demo` did not make it", hint="Name another --data."
        )
    if not (folder / _DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _fill(settings: Settings) -> None:
    with connect(settings=settings) as desk:
        front = front_of(desk, house_of(settings, "http://localhost"), MemoryMail())
        Showcase(front, shipped_questions(), _newcomer).fill()
        desk.sync()


def _newcomer() -> Signer:
    return KeySigner(secrets.token_bytes(32))
