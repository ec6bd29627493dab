"""Which database: a file, or one on a PostgreSQL server; and its name, which never shows a password."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from supportledger.errors import ConfigError

DATABASE: Final = "supportledger.db"
"""The file, in the data directory, unless a setting names another database."""
_FORMS: Final = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
_POSTGRES: Final = {"postgresql", "postgres", "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a store is.

    Args:
        url: For the driver; with the password, if one was given.
        name: For people and messages: no password, and nothing else that was given behind the `?`.
        path: The file; None on a server.
    """

    url: URL = field(repr=False)
    name: str
    path: Path | None = None


def at_file(path: Path) -> Place:
    """Give the place of a database file."""
    return Place(URL.create("sqlite", database=str(path)), str(path), path)


def located(store: str | None, data_dir: Path) -> Place:
    """
    Give the place that a setting names.

    Args:
        store: `sqlite:///FILE`, `postgresql://…`, or None for the file in the data directory.
        data_dir: Where a relative file starts from.

    Raises:
        ConfigError: It names neither.
    """
    if store is None:
        return at_file(data_dir / DATABASE)
    url = _parsed(store)
    if url.drivername in _POSTGRES:
        return Place(url.set(drivername="postgresql+psycopg"), _shown(url))
    if url.drivername == "sqlite" and url.database and url.host is None:
        return at_file(data_dir / url.database)
    raise ConfigError(f"a store is at {_FORMS}", hint="Without the setting it is in the data directory.")


def _parsed(store: str) -> URL:
    try:
        return make_url(store)
    except (ArgumentError, ValueError):  # whose messages may show the password
        raise ConfigError(
            f"the address of the store cannot be read: it is {_FORMS}",
            hint="Write special characters of a password as %XX.",
        ) from None


def _shown(url: URL) -> str:
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()
