"""
Contents as they lie in the database: sealed, each a canonical JSON text with all that belongs to it.

    {"files":[…],"salts":"9f86d0…","values":{"body":"…","createdAt":"1767225600"}}

The text has no types: a name has one type. Salts, and the names and places of files, are inside the seal:
with them in clear, a content could be guessed, and the guess checked against its commitment. Who alters the
text needs the desk key, and has altered the content, which verification then finds.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, select

from supportledger.errors import BundleFormatError, CommitmentMismatch, ContentErased, KeyMissing
from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord, Draft
from supportledger.ports import Content, Contents, Keys
from supportledger.proof.field_json import fields_from_json, fields_to_json, word_to_json
from supportledger.proof.fields import SALT_SIZE, Fields, field_type
from supportledger.proof.seal import Purpose, TicketSeal, padded, unpadded
from supportledger.store import rules, tables
from supportledger.store.prepared import WANTED, Prepared
from supportledger.store.session import put

Files = tuple[AttachmentRecord, ...]
Look = Callable[[Collection[TicketId]], Keys]
"""Gives the keys of tickets: `Vault.keys`."""
_PARTS: Final = {"files", "salts", "values"}

_ENTRY, _CONTENT = tables.entries, tables.contents
_SAME: Final = and_(
    *(_ENTRY.c[name] == _CONTENT.c[name] for name in ("ticket", "commitment", "action", "actor"))
)
_HELD: Final = select(
    _ENTRY.c.entry_index, _CONTENT.c.ticket, _CONTENT.c.commitment, _CONTENT.c.sealed
).join_from(_ENTRY, _CONTENT, _SAME)
"""Asks for the contents of entries."""
_OF_TICKET: Final = Prepared(_HELD.where(_ENTRY.c.ticket == bindparam("of")).order_by(_ENTRY.c.entry_index))
_OPENED: Final = Prepared(
    _HELD.where(_ENTRY.c.ticket.in_(bindparam(WANTED, expanding=True)), _ENTRY.c.entry_index == 0)
)


def to_bytes(fields: Fields, attachments: Sequence[AttachmentRecord] = ()) -> bytes:
    """Write a content with its salts, and where its files are."""
    return _canonical(
        {
            "files": [_file_to_json(one) for one in attachments],
            "salts": b"".join(one.salt for one in fields.fields).hex(),
            "values": {one["name"]: one["value"] for one in fields_to_json(fields.fields)},
        }
    )


def from_bytes(data: bytes) -> tuple[Fields, Files]:
    """
    Put a content together again.

    Raises:
        CommitmentMismatch: It was altered so that it cannot be a content.
    """
    try:
        whole = json.loads(data.decode())
        if not isinstance(whole, dict) or whole.keys() != _PARTS or _canonical(whole) != data:
            raise CommitmentMismatch("the stored text is not in the form in which it was kept")
        values, salts = whole["values"], _split(bytes.fromhex(whole["salts"]))
        if len(salts) != len(values):
            raise CommitmentMismatch(f"{len(salts)} salts are stored for {len(values)} fields")
        parts = zip(values.items(), salts, strict=True)
        fields = Fields(fields_from_json([_member(name, value, salt) for (name, value), salt in parts]))
        return fields, tuple(_file_from_json(one) for one in whole["files"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, BundleFormatError) as error:
        raise CommitmentMismatch(f"the stored text cannot be read: {error}") from error


def seal(key: TicketSeal, commitment: bytes, data: bytes) -> bytes:
    """Seal a content's bytes for its commitment; how long they are says little."""
    return key.seal(Purpose.CONTENT, commitment, padded(data))


def unseal(key: TicketSeal, commitment: bytes, sealed: bytes) -> bytes:
    """
    Open a content's bytes.

    Raises:
        CommitmentMismatch: They were altered, or belong elsewhere.
    """
    if not isinstance(sealed, bytes):
        raise CommitmentMismatch("what is stored is not sealed as it must be: it was altered")
    return unpadded(key.unseal(Purpose.CONTENT, commitment, sealed))


def _canonical(values: object) -> bytes:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _split(salts: bytes) -> list[bytes]:
    return [salts[start : start + SALT_SIZE] for start in range(0, len(salts), SALT_SIZE)]


def _member(name: str, value: str, salt: bytes) -> dict[str, str]:
    return {"name": name, "salt": word_to_json(salt), "type": field_type(name), "value": value}


def _file_to_json(one: AttachmentRecord) -> Mapping[str, str]:
    described = {"name": one.name, "size": str(one.size), "media_type": one.media_type}
    return {**described, "location": one.location, "sha256": one.sha256.hex()}


def _file_from_json(one: Mapping[str, str]) -> AttachmentRecord:
    sha256, size = bytes.fromhex(one["sha256"]), int(one["size"])
    return AttachmentRecord(sha256, one["name"], size, one["media_type"], one["location"])


# -- rows ----------------------------------------------------------------------------------------------------


def write(connection: Connection, contents: Sequence[Content], keys: Keys) -> None:
    """Keep contents with all that belongs to them; those that are there already stay."""
    put(connection, tables.contents, [_row(one, keys) for one in contents], replace=False)


def _row(one: Content, keys: Keys) -> dict[str, object]:
    return {
        "ticket": one.ticket,
        "commitment": one.commitment,
        "action": one.action,
        "actor": one.actor,
        "sealed": seal(keys.of(one.ticket), one.commitment, to_bytes(one.fields, one.attachments)),
    }


def read(row: Row[Any], keys: Keys) -> tuple[Fields, Files]:
    """
    Open a row: its ticket, its commitment and what is sealed.

    Raises:
        ContentErased: Its key was destroyed.
        KeyMissing: There is no key for it.
        CommitmentMismatch: It was altered so that it cannot be read.
    """
    return from_bytes(_opened(row, keys))


def _opened(row: Row[Any], keys: Keys) -> bytes:
    return unseal(keys.of(TicketId(row.ticket)), row.commitment, row.sealed)


def of_draft(connection: Connection, draft: Draft, look: Look) -> Fields:
    """Give the content that a draft commits to."""
    fields = _find(connection, draft.ticket, draft.commitment, (draft.action, draft.actor), look)
    if fields is None:
        raise rules.no_content(draft.ticket, "its draft")
    return fields


def of_entry(connection: Connection, ticket: TicketId, index: int, look: Look) -> Fields:
    """Give the content of one entry."""
    entry = tables.entries
    query = select(entry.c.commitment, entry.c.action, entry.c.actor).where(
        entry.c.ticket == ticket, entry.c.entry_index == index
    )
    row = connection.execute(query).one_or_none()
    fields = row and _find(connection, ticket, row.commitment, (row.action, row.actor), look)
    if fields is None:
        raise rules.no_content(ticket, f"entry {index}")
    return fields


def _find(
    connection: Connection, ticket: TicketId, commitment: bytes, context: tuple[int, bytes], look: Look
) -> Fields | None:
    row = _one(connection, ticket, commitment)
    if row is None or (row.action, row.actor) != context:
        return None
    return read(row, look([ticket]))[0]


def _one(connection: Connection, ticket: TicketId, commitment: bytes) -> Row[Any] | None:
    table = tables.contents
    query = select(table).where(table.c.ticket == ticket, table.c.commitment == commitment)
    return connection.execute(query).one_or_none()


def of_ticket(connection: Connection, ticket: TicketId, look: Look) -> Contents:
    """Give all contents held of a ticket's entries."""
    rows = _rows_of_ticket(connection, ticket)
    keys = look([ticket] if rows else [])
    if ticket in keys.erased:
        return Contents(erased=dict.fromkeys((row.entry_index for row in rows), keys.erased[ticket]))
    held, unreadable = {}, {}
    for row in rows:
        try:
            held[row.entry_index] = read(row, keys)[0]
        except (CommitmentMismatch, KeyMissing) as error:
            unreadable[row.entry_index] = str(error)
    return Contents(held, unreadable)


def subjects(connection: Connection, tickets: Sequence[TicketId], look: Look) -> dict[TicketId, str]:
    """Give what tickets are about, as far as it can be read; of each content nothing else is looked at."""
    found = list(_OPENED.among(connection, tickets))
    keys = look([TicketId(row.ticket) for row in found])
    read_so_far = {}
    for row in found:
        try:
            read_so_far[TicketId(row.ticket)] = _subject(_opened(row, keys))
        except (CommitmentMismatch, KeyMissing, ContentErased):  # whoever shows the ticket says why
            continue
    return read_so_far


def _subject(data: bytes) -> str:
    try:
        subject = json.loads(data.decode())["values"].get("subject", "")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise CommitmentMismatch(f"the stored text cannot be read: {error}") from error
    return subject if isinstance(subject, str) else ""


def _rows_of_ticket(connection: Connection, ticket: TicketId) -> Sequence[Row[Any]]:
    return _OF_TICKET.rows(connection, {"of": ticket})


def attachments(
    connection: Connection, ticket: TicketId, commitment: bytes, look: Look
) -> list[AttachmentRecord]:
    """List the files that a content names."""
    row = _one(connection, ticket, commitment)
    return [] if row is None else list(read(row, look([ticket]))[1])
