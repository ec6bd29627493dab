"""
The stairs between all rooms: from settings to a desk, and from an empty directory to a local ledger.

Nothing else knows which ledger, store and keys a desk works with.
"""

from supportledger.wiring.connecting import DATABASE, SystemClock, connect
from supportledger.wiring.local import start_local, stop_local
from supportledger.wiring.memory import memory_desk

__all__ = ["DATABASE", "SystemClock", "connect", "memory_desk", "start_local", "stop_local"]
