"""
What an intruder in the database can do, for the demonstration and for tests: a text is written over.

Nothing here is used by a desk. It opens the file by itself, as anybody with access to it could.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from supportledger.errors import NotFound
from supportledger.model.ids import TicketId


def alter_body(path: Path, ticket: TicketId, commitment: bytes, body: str) -> Callable[[], None]:
    """
    Write another text over a stored one, and leave everything else as it is, salts included.

    Returns:
        What puts the text back.

    Raises:
        NotFound: No such content is stored.
    """
    before = _read(path, ticket, commitment)
    values = {**json.loads(before), "body": body}
    _write(
        path,
        ticket,
        commitment,
        json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
    )
    return lambda: _write(path, ticket, commitment, before)


def _read(path: Path, ticket: TicketId, commitment: bytes) -> str:
    query = "SELECT document FROM contents WHERE ticket = ? AND commitment = ?"
    with closing(sqlite3.connect(path)) as database:
        row = database.execute(query, (bytes(ticket), commitment)).fetchone()
    if row is None:
        raise NotFound(f"no such text of ticket {ticket.handle} is stored in {path}")
    return str(row[0])


def _write(path: Path, ticket: TicketId, commitment: bytes, document: str) -> None:
    query = "UPDATE contents SET document = ? WHERE ticket = ? AND commitment = ?"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(query, (document, bytes(ticket), commitment))
