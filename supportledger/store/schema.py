"""Bringing a database to today's tables, by the migrations that the package ships; done by opening it."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from supportledger.errors import StoreCorrupt, StoreError
from supportledger.store.session import Session

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0002"
"""The last migration; a test compares it with the files."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def bring_up_to_date(session: Session) -> None:
    """
    Apply the migrations that a database lacks; quick when it lacks none.

    Raises:
        StoreCorrupt: The database is somebody else's.
        StoreError: A newer version of the package has written it.
    """
    with session.reading() as connection:
        if _version(connection) == HEAD:
            return
    with session.alone() as connection:  # somebody else may have done it since
        if (version := _version(connection)) != HEAD:
            _check_known(session.name, connection, version)
            migrate(connection)


def migrate(connection: Connection, revision: str = "head") -> None:
    """Apply migrations up to a revision, within the connection's transaction."""
    from alembic import command  # noqa: PLC0415 -- slow to import, and rarely needed

    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, revision)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check_known(name: str, connection: Connection, version: str | None) -> None:
    if version is None and inspect(connection).get_table_names():
        raise StoreCorrupt(f"{name} is another program's database", hint="use another data directory")
    if version is not None and version not in revisions():
        raise StoreError(f"{name} was written by a newer version ({version})", hint="upgrade supportledger")


def revisions() -> list[str]:
    """List all migrations that the package ships, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- slow to import, and rarely needed

    scripts = ScriptDirectory.from_config(_configuration())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def _configuration() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 -- slow to import, and rarely needed

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return configuration
