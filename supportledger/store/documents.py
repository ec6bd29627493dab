"""
Contents as they lie in the database: one canonical JSON text each, `{"body":"…","createdAt":"1767225600"}`.

The text has no salts and no types: the salts are kept apart, and a name has one type. Who alters the text
alters the content, which verification then finds not to match its commitment.
"""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, and_, select

from supportledger.errors import BundleFormatError, CommitmentMismatch
from supportledger.model.ids import TicketId
from supportledger.model.records import AttachmentRecord, Draft
from supportledger.ports import Content, Contents
from supportledger.proof.field_json import fields_from_json, fields_to_json, word_to_json
from supportledger.proof.fields import Fields, field_type
from supportledger.store import rules, salts, tables
from supportledger.store.session import put


def to_document(fields: Fields) -> str:
    """Write the values of a content."""
    return _canonical({one["name"]: one["value"] for one in fields_to_json(fields.fields)})


def from_document(document: str, joined_salts: bytes) -> Fields:
    """
    Put a content together again.

    Raises:
        CommitmentMismatch: Text or salts were altered so that they cannot be a content.
    """
    try:
        values = json.loads(document)
        if not isinstance(values, dict) or _canonical(values) != document:
            raise CommitmentMismatch("the stored text is not in the form in which it was kept")
        hidden = list(salts.split(joined_salts))
        if len(hidden) != len(values):
            raise CommitmentMismatch(f"{len(hidden)} salts are stored for {len(values)} fields")
        parts = zip(values.items(), hidden, strict=True)
        return Fields(fields_from_json([_member(name, value, salt) for (name, value), salt in parts]))
    except (ValueError, TypeError, AttributeError, RecursionError, BundleFormatError) as error:
        raise CommitmentMismatch(f"the stored text cannot be read: {error}") from error


def _canonical(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _member(name: str, value: str, salt: bytes) -> dict[str, str]:
    return {"name": name, "salt": word_to_json(salt), "type": field_type(name), "value": value}


def write(connection: Connection, contents: Sequence[Content]) -> None:
    """Keep contents with their salts and attachments; those that are there already stay."""
    put(connection, tables.contents, [_row(one) for one in contents], replace=False)
    salts.write(connection, contents)
    put(connection, tables.attachments, list(_attachment_rows(contents)), replace=False)


def _row(one: Content) -> dict[str, object]:
    return {
        "ticket": one.ticket,
        "commitment": one.commitment,
        "action": one.action,
        "actor": one.actor,
        "document": to_document(one.fields),
    }


def _attachment_rows(contents: Iterable[Content]) -> Iterable[dict[str, object]]:
    for one in contents:
        for position, file in enumerate(one.attachments):
            yield {
                "ticket": one.ticket,
                "commitment": one.commitment,
                "position": position,
                "sha256": file.sha256,
                "name": file.name,
                "size": file.size,
                "media_type": file.media_type,
                "location": file.location,
            }


def of_draft(connection: Connection, draft: Draft) -> Fields:
    """Give the content that a draft commits to."""
    fields = _find(connection, draft.ticket, draft.commitment, draft.action, draft.actor)
    if fields is None:
        raise rules.no_content(draft.ticket, "its draft")
    return fields


def of_entry(connection: Connection, ticket: TicketId, index: int) -> Fields:
    """Give the content of one entry."""
    entry = tables.entries
    query = select(entry.c.commitment, entry.c.action, entry.c.actor).where(
        entry.c.ticket == ticket, entry.c.entry_index == index
    )
    row = connection.execute(query).one_or_none()
    fields = row and _find(connection, ticket, row.commitment, row.action, row.actor)
    if fields is None:
        raise rules.no_content(ticket, f"entry {index}")
    return fields


def _find(
    connection: Connection, ticket: TicketId, commitment: bytes, action: int, actor: bytes
) -> Fields | None:
    table = tables.contents
    query = select(table.c.document).where(
        table.c.ticket == ticket,
        table.c.commitment == commitment,
        table.c.action == action,
        table.c.actor == actor,
    )
    document = connection.execute(query).scalar()
    if document is None:
        return None
    return from_document(document, salts.of_content(connection, ticket, commitment))


def of_ticket(connection: Connection, ticket: TicketId) -> Contents:
    """Give all contents held of a ticket's entries."""
    hidden = salts.of_ticket(connection, ticket)
    held, unreadable = {}, {}
    for index, commitment, document in _rows_of_ticket(connection, ticket):
        try:
            held[index] = from_document(document, hidden.get(commitment, b""))
        except CommitmentMismatch as error:
            unreadable[index] = str(error)
    return Contents(held, unreadable)


def _rows_of_ticket(connection: Connection, ticket: TicketId) -> Sequence[tuple[int, bytes, str]]:
    entry, content = tables.entries, tables.contents
    same = and_(*(entry.c[name] == content.c[name] for name in ("ticket", "commitment", "action", "actor")))
    query = select(entry.c.entry_index, entry.c.commitment, content.c.document).join_from(
        entry, content, same
    )
    return connection.execute(query.where(entry.c.ticket == ticket).order_by(entry.c.entry_index)).all()


def attachments(connection: Connection, ticket: TicketId, commitment: bytes) -> list[AttachmentRecord]:
    """List the files that a content names."""
    table = tables.attachments
    query = (
        select(table.c.sha256, table.c.name, table.c.size, table.c.media_type, table.c.location)
        .where(table.c.ticket == ticket, table.c.commitment == commitment)
        .order_by(table.c.position)
    )
    return [AttachmentRecord(*row) for row in connection.execute(query)]
