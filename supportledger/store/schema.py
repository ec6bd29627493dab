"""Bringing a database to today's tables, by the migrations that the package ships; done by opening it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from supportledger.errors import StoreCorrupt, StoreError
from supportledger.ports import Vault
from supportledger.store.files import FolderFiles
from supportledger.store.session import Session

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0006"
"""The last migration; a test compares it with the files."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"


_SEALED: Final = "0003"
"""From then on, contents are sealed; what they were before may still be in the files."""


def bring_up_to_date(session: Session, vault: Vault | None = None, files: FolderFiles | None = None) -> None:
    """
    Apply the migrations that a database lacks; quick when it lacks none.

    Args:
        session: The way to it.
        vault: Keys for contents that an older version has kept in clear; None where there can be none.
        files: Where attachments are, which that version has kept in clear, too.

    Raises:
        StoreCorrupt: The database is somebody else's.
        StoreError: A newer version of the package has written it.
        WrongDeskKey: It holds contents in clear, and there are no keys to seal them with.
    """
    with session.reading() as connection:
        if version(connection) == HEAD:
            return
    with session.alone() as connection:  # somebody else may have done it since
        if (found := version(connection)) != HEAD:
            _check_known(session.name, connection, found)
            migrate(connection, _SEALED, vault, files)
    session.leave_nothing()
    if files is not None:
        files.remove_clear()
    with session.alone() as connection:
        migrate(connection)


def migrate(
    connection: Connection,
    revision: str = "head",
    vault: Vault | None = None,
    files: FolderFiles | None = None,
) -> None:
    """Apply migrations up to a revision, within the connection's transaction."""
    from alembic import command  # noqa: PLC0415 -- slow to import, and rarely needed

    configuration = _configuration(connection)
    configuration.attributes |= {"vault": vault, "take_over": files.take_over if files else None}
    command.upgrade(configuration, revision)


def unmigrate(connection: Connection, revision: str = "base", vault: Vault | None = None) -> None:
    """Take migrations back down to a revision, with the columns and tables that they brought."""
    from alembic import command  # noqa: PLC0415 -- slow to import, and rarely needed

    configuration = _configuration(connection)
    configuration.attributes |= {"vault": vault}
    command.downgrade(configuration, revision)


def version(connection: Connection) -> str | None:
    """Give the last migration that was applied; None for a database that is new, or not ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check_known(name: str, connection: Connection, found: str | None) -> None:
    if found is None and inspect(connection).get_table_names():
        raise StoreCorrupt(f"{name} is another program's database", hint="use another database")
    if found is not None and found not in revisions():
        raise StoreError(f"{name} was written by a newer version ({found})", hint="upgrade supportledger")


def revisions() -> list[str]:
    """List all migrations that the package ships, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- slow to import, and rarely needed

    scripts = ScriptDirectory.from_config(_configuration(None))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def _configuration(connection: Connection | None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 -- slow to import, and rarely needed

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration
