"""The first tables: drafts, contents, salts, receipts, attachments, and the read model."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "commitment", "position", name="pk_attachments"),
    )
    op.create_table(
        "contents",
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("actor", sa.LargeBinary(20), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "commitment", name="pk_contents"),
    )
    op.create_table(
        "cursor",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cursor"),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.LargeBinary(20), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("auth", sa.SmallInteger(), nullable=False),
        sa.Column("actor", sa.LargeBinary(20), nullable=False),
        sa.Column("argument", sa.LargeBinary(32), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("customer", sa.LargeBinary(20), nullable=True),
        sa.Column("terms", sa.LargeBinary(32), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("consent", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("entry_index", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint("key", name="uq_drafts_key"),
    )
    op.create_index("ix_drafts_status_id", "drafts", ["status", "id"])
    op.create_index("ix_drafts_ticket", "drafts", ["ticket"])
    op.create_index("ix_drafts_transaction_hash", "drafts", ["transaction_hash"])
    op.create_table(
        "entries",
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("entry_index", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("auth", sa.SmallInteger(), nullable=False),
        sa.Column("actor", sa.LargeBinary(20), nullable=False),
        sa.Column("argument", sa.LargeBinary(32), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("transaction_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "entry_index", name="pk_entries"),
    )
    op.create_index("ix_entries_block_number", "entries", ["block_number"])
    op.create_table(
        "receipts",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("include_by", sa.BigInteger(), nullable=False),
        sa.Column("signer", sa.LargeBinary(20), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_receipts"),
    )
    op.create_table(
        "salts",
        sa.Column("ticket", sa.LargeBinary(32), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=False),
        sa.Column("salts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "commitment", name="pk_salts"),
    )
    op.create_table(
        "tickets",
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.LargeBinary(128), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("customer", sa.LargeBinary(20), nullable=False),
        sa.Column("assignee", sa.LargeBinary(20), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
    )
    op.create_index("ix_tickets_assignee", "tickets", ["assignee"])
    op.create_index("ix_tickets_customer", "tickets", ["customer"])
    op.create_index("ix_tickets_due_at_id", "tickets", ["due_at", "id"])
    op.create_index("ix_tickets_opened_at_id", "tickets", ["opened_at", "id"])


def downgrade() -> None:
    for table in (
        "attachments",
        "contents",
        "cursor",
        "deployment",
        "drafts",
        "entries",
        "receipts",
        "salts",
        "tickets",
    ):
        op.drop_table(table)
