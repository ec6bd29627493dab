"""Migrations lead up to the tables and down again, from the first version, and lose nothing that was kept."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from supportledger.errors import StoreCorrupt, StoreError
from supportledger.model.records import DraftStatus
from supportledger.store import schema, tables
from supportledger.store.place import Place
from supportledger.store.session import Session, connect
from supportledger.store.vault import open_vault
from tests.conformance.store.builders import (
    DESK_KEY,
    HERE,
    MORNING,
    a_submission,
    a_ticket,
    an_entry,
    open_store,
)


@pytest.fixture
def session(place: Place) -> Iterator[Session]:
    """The way to a database with today's tables."""
    open_store(place, HERE).close()
    opened = connect(place)
    yield opened
    opened.close()


def differences(session: Session) -> list[object]:
    """How the database differs from the tables that the code uses."""
    with session.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, tables.metadata))


def test_migrations_lead_to_the_tables(session: Session) -> None:
    """All migrations from scratch give exactly the tables that the code uses."""
    assert [] == differences(session)


def test_migrations_lead_down_and_up_again(session: Session) -> None:
    """Step by step down to nothing, and up again, the tables are the same."""
    with session.alone() as connection:
        for revision in schema.revisions()[-2::-1]:
            schema.unmigrate(connection, revision)
            assert revision == schema.version(connection)
        schema.unmigrate(connection)
        assert ["alembic_version"] == inspect(connection).get_table_names()
    with session.alone() as connection:
        for revision in schema.revisions():
            schema.migrate(connection, revision)
            assert revision == schema.version(connection)
    assert [] == differences(session)


def test_what_the_first_version_kept_is_there_after_migrating(place: Place, session: Session) -> None:
    """Drafts, contents and tickets of the first version are whole in today's tables, and can be taken."""
    with open_store(place, HERE) as store:
        submission = a_submission()
        ticket = a_ticket(id_=submission.draft.ticket, due_at=MORNING)
        store.keep([submission])
        store.record([an_entry(submission.draft)], [ticket])
    with closing(open_vault(place, DESK_KEY)) as vault, session.alone() as connection:
        schema.unmigrate(connection, "0001", vault)
        count = connection.execute(text("SELECT count(*) FROM drafts")).scalar()
        assert (1, "0001") == (count, schema.version(connection))
    with open_store(place, HERE) as store:
        assert [submission.draft] == store.drafts()
        assert submission.fields == store.content(ticket.id, 0)
        assert ticket == store.ticket(ticket.id)
        waiting = store.claim("me", now=MORNING, lease_s=60, statuses=[DraftStatus.STORED])
        assert [submission.draft] == waiting


def migrate_and_fail(session: Session) -> None:
    """Apply all migrations, and meet an error before the end."""
    with session.alone() as connection:
        schema.migrate(connection)
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))


def test_a_failed_migration_leaves_the_version_before(session: Session) -> None:
    """Migrations are applied as one: what fails in the middle leaves the tables as they were."""
    with session.alone() as connection:
        schema.unmigrate(connection, "0001")
    with pytest.raises(StoreError):
        migrate_and_fail(session)
    with session.reading() as connection:
        columns = {one["name"] for one in inspect(connection).get_columns("drafts")}
        assert ("0001", False) == (schema.version(connection), "free_at" in columns)


def test_head_is_the_last_migration() -> None:
    """The version that opening expects is the last one of the files."""
    assert schema.revisions()[-1] == schema.HEAD


def test_a_newer_store_is_refused(place: Place, session: Session) -> None:
    """A database that a newer version has migrated is not touched."""
    with session.alone() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999") as caught:
        open_store(place, HERE)
    assert "upgrade" in caught.value.hint


def test_another_programs_database_is_refused(place: Place, session: Session) -> None:
    """A database with tables of somebody else is left as it is."""
    with session.alone() as connection:
        schema.unmigrate(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("CREATE TABLE theirs (x INTEGER)"))
    with pytest.raises(StoreCorrupt, match="another program"):
        open_store(place, HERE)
    with session.reading() as connection:
        assert ["theirs"] == inspect(connection).get_table_names()
