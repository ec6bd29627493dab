"""Every store there is, with a clock that tests move."""

from tests.conformance.cabinet.conftest import clock, emptied, server, shared, store

__all__ = ["clock", "emptied", "server", "shared", "store"]
