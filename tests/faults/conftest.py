"""A database server, and disks that are soon full."""

import pytest

from supportledger.store.place import Place
from tests.conformance.store.conftest import postgres, server, small_disk
from tests.conformance.store.server import Server

__all__ = ["postgres", "server", "shared", "small_disk"]


@pytest.fixture
def shared(server: Server, postgres: Place) -> str:
    """The address of a database on a server."""
    return server.address(postgres.url.database or "")
