"""Alembic runs this file to apply migrations on a connection that the store hands over."""

from alembic import context

from supportledger.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters tables by copying them
    transactional_ddl=True,  # all pending migrations or none
)
with context.begin_transaction():
    context.run_migrations()
