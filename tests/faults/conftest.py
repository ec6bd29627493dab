"""A database server, and disks that are soon full."""

from tests.conformance.store.conftest import postgres, server, small_disk

__all__ = ["postgres", "server", "small_disk"]
