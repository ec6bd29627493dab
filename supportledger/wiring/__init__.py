"""
The stairs between all rooms: from settings to a desk, and from an empty directory to a local ledger.

Nothing else knows which ledger, store and keys a desk works with. What is named here is loaded when it is
first used: verifying a proof file needs no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from supportledger.wiring.clock import SystemClock
    from supportledger.wiring.connecting import DATABASE, connect
    from supportledger.wiring.local import start_local, stop_local
    from supportledger.wiring.memory import memory_desk

__all__ = ["DATABASE", "SystemClock", "connect", "memory_desk", "start_local", "stop_local"]

_HOMES: Final = {
    "DATABASE": "connecting",
    "SystemClock": "clock",
    "connect": "connecting",
    "memory_desk": "memory",
    "start_local": "local",
    "stop_local": "local",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
