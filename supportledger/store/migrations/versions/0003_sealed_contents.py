"""
Contents are sealed, each with its salts and attachments, under its ticket's key; nothing lies in clear.

All of it is one transaction: the keys of all tickets are made before, and files are sealed beside the clear
ones, which go when the next migration has said that nothing is left.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa
from alembic import context, op

from supportledger.errors import WrongDeskKey
from supportledger.model.ids import TicketId
from supportledger.proof.seal import Purpose, padded, unpadded

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PART: Final = 500
WORD: Final = sa.LargeBinary(32)
CONTENTS: Final = sa.table(
    "contents", *(sa.column(name) for name in ("ticket", "commitment", "document", "sealed"))
)
SALTS: Final = sa.table("salts", *(sa.column(name) for name in ("ticket", "commitment", "salts")))
FILE: Final = ("sha256", "name", "size", "media_type", "location")
ATTACHMENTS: Final = sa.table(
    "attachments", *(sa.column(name) for name in ("ticket", "commitment", "position", *FILE))
)


def upgrade() -> None:
    op.add_column("contents", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    for part in parts(("ticket", "commitment", "document")):
        seal(part)
    with op.batch_alter_table("contents") as contents:
        contents.drop_column("document")
        contents.alter_column("sealed", existing_type=sa.LargeBinary(), nullable=False)
    op.drop_table("salts")
    op.drop_table("attachments")


def downgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("ticket", WORD, nullable=False),
        sa.Column("commitment", WORD, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("sha256", WORD, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "commitment", "position", name="pk_attachments"),
    )
    op.create_table(
        "salts",
        sa.Column("ticket", WORD, nullable=False),
        sa.Column("commitment", WORD, nullable=False),
        sa.Column("salts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "commitment", name="pk_salts"),
    )
    op.add_column("contents", sa.Column("document", sa.Text(), nullable=True))
    for part in parts(("ticket", "commitment", "sealed")):
        unseal(part)
    op.execute(sa.delete(CONTENTS).where(CONTENTS.c.document.is_(None)))  # erased: nobody can open them
    with op.batch_alter_table("contents") as contents:
        contents.drop_column("sealed")
        contents.alter_column("document", existing_type=sa.Text(), nullable=False)


def parts(names: tuple[str, ...]) -> Iterator[list[Any]]:
    """Give all contents, some at a time, by ticket."""
    key, last = sa.tuple_(CONTENTS.c.ticket, CONTENTS.c.commitment), None
    while True:
        query = sa.select(*(CONTENTS.c[name] for name in names))
        query = query.order_by(CONTENTS.c.ticket, CONTENTS.c.commitment).limit(PART)
        if last is not None:
            query = query.where(key > sa.tuple_(*(sa.literal(one, WORD) for one in last)))
        part = list(op.get_bind().execute(query))
        if not part:
            return
        yield part
        last = part[-1].ticket, part[-1].commitment


def vault() -> Any:
    found = context.config.attributes.get("vault")
    if found is None:
        raise WrongDeskKey(
            "the store holds contents in clear, which cannot be sealed without the desk key",
            hint="Open the desk, or run `supportledger db upgrade`, with the desk key.",
        )
    return found


def seal(part: list[Any]) -> None:
    keys = vault().make({TicketId(row.ticket) for row in part})
    salts = {(row.ticket, row.commitment): row.salts for row in belonging(SALTS, part)}
    files: dict[tuple[bytes, bytes], list[dict[str, Any]]] = {}
    for row in sorted(belonging(ATTACHMENTS, part), key=lambda row: row.position):
        files.setdefault((row.ticket, row.commitment), []).append(file(row))
    rows = []
    for row in part:
        at = (row.ticket, row.commitment)
        whole = document(row.document, salts.get(at, b""), files.get(at, []))
        sealed = keys.to_seal_with(TicketId(row.ticket)).seal(Purpose.CONTENT, row.commitment, padded(whole))
        rows.append({"of": row.ticket, "which": row.commitment, "as": sealed})
    write(CONTENTS.c.sealed, rows)


def belonging(table: Any, part: list[Any]) -> list[Any]:
    """Give the rows of another table that belong to some contents, which are in order."""
    within = table.c.ticket.between(part[0].ticket, part[-1].ticket)
    wanted = {(row.ticket, row.commitment) for row in part}
    found = op.get_bind().execute(sa.select(table).where(within))
    return [row for row in found if (row.ticket, row.commitment) in wanted]


def file(row: Any) -> dict[str, Any]:
    take_over = context.config.attributes.get("take_over")
    location = take_over(TicketId(row.ticket), row.location) if take_over else row.location
    described = {"name": row.name, "size": str(row.size), "media_type": row.media_type}
    return {**described, "location": location, "sha256": row.sha256.hex()}


def document(text: str, salts: bytes, files: list[dict[str, Any]]) -> bytes:
    """Put a content together as it is sealed; one that cannot be read stays one that cannot."""
    try:
        values = json.loads(text)
        again = canonical(values)
    except (ValueError, TypeError, RecursionError):
        values, again = None, b""
    as_kept = str(text).encode("utf-8", "surrogateescape")
    if again != as_kept:
        return as_kept
    return canonical({"files": files, "salts": salts.hex(), "values": values})


def canonical(data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def unseal(part: list[Any]) -> None:
    keys = vault().keys({TicketId(row.ticket) for row in part})
    texts, salts, files = [], [], []
    for row in part:
        if TicketId(row.ticket) in keys.erased:
            continue
        at = {"ticket": row.ticket, "commitment": row.commitment}
        opened = keys.of(TicketId(row.ticket)).unseal(Purpose.CONTENT, row.commitment, row.sealed)
        whole = json.loads(unpadded(opened))
        text = canonical(whole["values"]).decode("utf-8", "surrogatepass")
        texts.append({"of": row.ticket, "which": row.commitment, "as": text})
        salts.append({**at, "salts": bytes.fromhex(whole["salts"])})
        files += [{**at, "position": number, **clear(one)} for number, one in enumerate(whole["files"])]
    write(CONTENTS.c.document, texts)
    for table, rows in ((SALTS, salts), (ATTACHMENTS, files)):
        if rows:
            op.get_bind().execute(sa.insert(table), rows)


def clear(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "size": int(one["size"]), "sha256": bytes.fromhex(one["sha256"])}


def write(column: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        change = sa.update(CONTENTS).values({column: sa.bindparam("as")})
        where = CONTENTS.c.ticket == sa.bindparam("of"), CONTENTS.c.commitment == sa.bindparam("which")
        op.get_bind().execute(change.where(*where), rows)
