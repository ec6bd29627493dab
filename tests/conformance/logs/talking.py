"""Conversations on disk, without a chain: anchors are asked for by nobody here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from supportledger.assist import guard
from supportledger.desk.cast import Cast
from supportledger.desk.conversations import Conversations
from supportledger.desk.door import Door
from supportledger.desk.logs import Logs
from supportledger.desk.reads import Reads
from supportledger.model.ids import Address, TicketId
from supportledger.model.records import Deployment
from supportledger.proof.seal import DeskKey
from supportledger.store.log_files import FolderLogs
from supportledger.store.place import at_file
from supportledger.store.vault import open_vault

HERE = Deployment(1337, Address(b"\x01" * 20), b"\x02" * 32)
TICKET = TicketId(b"\x05" * 32)


class Clock:
    """This machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def conversations(folder: Path) -> Conversations:
    """Open the conversations of a folder."""
    store, nobody = FolderLogs(folder), Any
    logs, door = Logs(HERE, store, nobody), Door(guard)  # type: ignore[arg-type]  # as above
    vault = open_vault(at_file(folder / "store.db"), DeskKey(bytes(32)))
    reads = Reads(HERE, store, logs, Clock(), door, Cast(nobody), vault)  # type: ignore[arg-type]  # as above
    return Conversations(HERE, store, logs, Clock(), door, reads, vault)
