"""Leases on drafts, and an index for every list, queue and page."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE: dict[str, tuple[tuple[str, ...], ...]] = {
    "drafts": (("ticket",), ("transaction_hash",)),
    "tickets": (("assignee",), ("customer",), ("due_at", "id"), ("opened_at", "id")),
}
DRAFTS: tuple[tuple[str, ...], ...] = (
    ("ticket", "id"),
    ("status", "free_at", "id"),
    ("transaction_hash", "id"),
)
LISTS: tuple[tuple[str, ...], ...] = (
    (),
    ("status",),
    ("customer", "status"),
    ("assignee", "status"),
    ("customer", "assignee", "status"),
)
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("drafts", sa.Column("free_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("drafts", sa.Column("holder", sa.Text(), nullable=True))
    for table, indexes in BEFORE.items():
        for columns in indexes:
            op.drop_index(named(table, columns), table)
    for columns in DRAFTS:
        op.create_index(named("drafts", columns), "drafts", list(columns))
    for columns in LISTS:
        opened, due = (*columns, "opened_at", "id"), (*columns, "due_at", "id")
        op.create_index(named("tickets", opened), "tickets", list(opened))
        op.create_index(named("tickets", due), "tickets", list(due), sqlite_where=DUE, postgresql_where=DUE)


def downgrade() -> None:
    for columns in LISTS:
        for last in ("opened_at", "due_at"):
            op.drop_index(named("tickets", (*columns, last, "id")), "tickets")
    for columns in DRAFTS:
        op.drop_index(named("drafts", columns), "drafts")
    with op.batch_alter_table("drafts") as drafts:
        drafts.drop_column("holder")
        drafts.drop_column("free_at")
    for table, indexes in BEFORE.items():
        for columns in indexes:
            op.create_index(named(table, columns), table, list(columns))


def named(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
