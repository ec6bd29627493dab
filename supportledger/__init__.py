"""
Certified customer support whose record nobody can rewrite.

    import supportledger

    with supportledger.connect("data") as desk:
        ticket = desk.tickets.open("Where is my withdrawal?").ticket
        desk.tickets.answer(ticket, "It waits for one more confirmation.")
        desk.tickets.verify(ticket).raise_for_failure()

What is named here is loaded when it is first used: `import supportledger` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from supportledger.chain.ledger import Ledger
    from supportledger.client.aio import AsyncClient
    from supportledger.client.sync import Client
    from supportledger.desk.desk import Desk
    from supportledger.errors import Error
    from supportledger.proof.trust import Trust
    from supportledger.proof.verify import verify_proof, verify_ticket
    from supportledger.wiring import connect

__all__ = [
    "AsyncClient",
    "Client",
    "Desk",
    "Error",
    "Ledger",
    "Trust",
    "__version__",
    "connect",
    "verify_proof",
    "verify_ticket",
]

__version__: Final = "0.1.0"

_HOMES: Final = {
    "AsyncClient": "supportledger.client.aio",
    "Client": "supportledger.client.sync",
    "Desk": "supportledger.desk.desk",
    "Error": "supportledger.errors",
    "Ledger": "supportledger.chain.ledger",
    "connect": "supportledger.wiring",
    "Trust": "supportledger.proof.trust",
    "verify_proof": "supportledger.proof.verify",
    "verify_ticket": "supportledger.proof.verify",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted(__all__)
