"""Every store there is, with a clock that tests move."""

from tests.conformance.cabinet.conftest import cabinet, clock, emptied, server, shared, store

__all__ = ["cabinet", "clock", "emptied", "server", "shared", "store"]
