"""
What an intruder can do who has the database, its keys and the desk key, for the demonstration and for tests.

A text is written over: unsealed, altered, and sealed again, as an operator could. Without the desk key nobody
reads a text, and whoever writes over one only makes it unreadable. Nothing here is used by a desk.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from supportledger.errors import NotFound
from supportledger.model.ids import TicketId
from supportledger.proof.seal import DeskKey, TicketSeal
from supportledger.store import documents
from supportledger.store.place import at_file
from supportledger.store.vault import open_vault


def alter_body(
    path: Path, ticket: TicketId, commitment: bytes, body: str, key: DeskKey | None = None
) -> Callable[[], None]:
    """
    Write another text over a stored one, and leave everything else as it is, salts included.

    Args:
        path: The database.
        ticket: Whose text.
        commitment: Which.
        body: The other text.
        key: The desk's; None: the one in the file `desk.key` beside the database.

    Returns:
        What puts the text back.

    Raises:
        NotFound: No such content is stored.
    """
    before, seal = _read(path, ticket, commitment), _seal(path, ticket, key)
    whole = json.loads(documents.unseal(seal, commitment, before))
    whole["values"] |= {"body": body}
    altered = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    _write(path, ticket, commitment, documents.seal(seal, commitment, altered))
    return lambda: _write(path, ticket, commitment, before)


def _seal(path: Path, ticket: TicketId, key: DeskKey | None) -> TicketSeal:
    stolen = key or DeskKey(bytes.fromhex(path.with_name("desk.key").read_text("ascii").strip()))
    with closing(open_vault(at_file(path), stolen)) as vault:
        return vault.keys([ticket]).of(ticket)


def _read(path: Path, ticket: TicketId, commitment: bytes) -> bytes:
    query = "SELECT sealed FROM contents WHERE ticket = ? AND commitment = ?"
    with closing(sqlite3.connect(path)) as database:
        row = database.execute(query, (bytes(ticket), commitment)).fetchone()
    if row is None:
        raise NotFound(f"no such text of ticket {ticket.handle} is stored in {path}")
    return bytes(row[0])


def _write(path: Path, ticket: TicketId, commitment: bytes, sealed: bytes) -> None:
    query = "UPDATE contents SET sealed = ? WHERE ticket = ? AND commitment = ?"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(query, (sealed, bytes(ticket), commitment))
