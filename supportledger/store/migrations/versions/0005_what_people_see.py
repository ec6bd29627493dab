"""Papers of the desk, filings, words to search by, and a feed; lists of tickets by queue and person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HASH = sa.LargeBinary(32)
NAME = sa.String(128)
SORTED = sa.String(128).with_variant(sa.String(128, collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DUE = sa.text("due_at IS NOT NULL")
BEFORE: tuple[tuple[str, ...], ...] = (
    (),
    ("status",),
    ("customer", "status"),
    ("assignee", "status"),
    ("customer", "assignee", "status"),
)
LISTS = (*BEFORE, ("queue",), ("queue", "status"), ("person", "status"))
NEW = ("happenings", "search_words", "searched", "filings", "spent", "paper_keys", "papers")


def upgrade() -> None:
    papers()
    filed()
    op.add_column("tickets", sa.Column("queue", NAME, nullable=False, server_default="general"))
    op.add_column("tickets", sa.Column("person", HASH, nullable=True))
    op.add_column("tickets", sa.Column("merged", sa.SmallInteger(), nullable=False, server_default="0"))
    unlist(BEFORE, "id")
    enlist(LISTS, "id", "merged")


def downgrade() -> None:
    unlist(LISTS, "id", "merged")
    with op.batch_alter_table("tickets") as tickets:
        for column in ("merged", "person", "queue"):
            tickets.drop_column(column)
    enlist(BEFORE, "id")
    for name in NEW:
        op.drop_table(name)


def papers() -> None:
    op.create_table(
        "papers",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("id", SORTED, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("group_name", NAME, nullable=False),
        sa.Column("owner", HASH, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_papers"),
    )
    index("papers", "kind", "group_name", "id")
    index("papers", "expires_at")
    index("papers", "owner")
    op.create_table(
        "paper_keys",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("id", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("kind", "hash", name="pk_paper_keys"),
        sqlite_with_rowid=False,
    )
    index("paper_keys", "kind", "id")
    op.create_table(
        "spent",
        sa.Column("name", HASH, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_spent"),
        sqlite_with_rowid=False,
    )
    index("spent", "ends_at")


def filed() -> None:
    op.create_table(
        "filings",
        sa.Column("ticket", HASH, nullable=False),
        sa.Column("queue", NAME, nullable=False),
        sa.Column("person", HASH, nullable=True),
        *(sa.Column(name, NAME, nullable=False) for name in ("language", "product", "channel", "topic")),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("merged_into", HASH, nullable=True),
        sa.Column("linked", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", name="pk_filings"),
    )
    op.create_table(
        "searched",
        sa.Column("serial", SERIAL, nullable=False),
        sa.Column("ticket", HASH, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_searched"),
        sa.UniqueConstraint("ticket", name="uq_searched_ticket"),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.LargeBinary(8), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("word", "opened_at", "serial", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "happenings",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ticket", HASH, nullable=True),
        sa.Column("queue", NAME, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_happenings"),
        sqlite_autoincrement=True,
    )
    index("happenings", "at")


def index(table: str, *columns: str) -> None:
    op.create_index(named(table, columns), table, list(columns))


def enlist(lists: tuple[tuple[str, ...], ...], *last: str) -> None:
    for columns in lists:
        opened, due = (*columns, "opened_at", *last), (*columns, "due_at", *last)
        op.create_index(named("tickets", opened), "tickets", list(opened))
        op.create_index(named("tickets", due), "tickets", list(due), sqlite_where=DUE, postgresql_where=DUE)


def unlist(lists: tuple[tuple[str, ...], ...], *last: str) -> None:
    for columns in lists:
        for at in ("opened_at", "due_at"):
            op.drop_index(named("tickets", (*columns, at, *last)), "tickets")


def named(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
