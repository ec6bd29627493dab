"""Promises, certificates and spans of time that tests begin with."""

from typing import Any, Final

from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import keccak
from supportledger.model.policy import PolicyTerms

HOUR: Final = 3_600
DAY: Final = 86_400
ALWAYS: Final = (1 << 40) - 1
LARGEST: Final = (1 << 160) - 1
"""The largest argument that a call can carry."""
PLAIN: Final = PolicyTerms(HOUR, 1_800, DAY, 600, 7 * DAY, 7_200, levels=2, tier=1)
PLAIN_NUMBER: Final = 1


def variant(terms: PolicyTerms = PLAIN, **changes: Any) -> PolicyTerms:
    """A promise with something changed."""
    names = [name for name, spec in PolicyTerms.__dataclass_fields__.items() if spec.init]
    return PolicyTerms(**{**{name: getattr(terms, name) for name in names}, **changes})


def certificate(tier: int = 1, from_: int = 0, until: int = ALWAYS, **more: Any) -> Agent:
    """A certificate, as a certifier asks for it."""
    return Agent(from_, until, AgentStatus.NONE, tier, **more)


def role_of(name: str) -> bytes:
    """A role by its name; the admin's is 0."""
    return bytes(32) if name == "admin" else keccak(f"{name.upper()}_ROLE".encode())
