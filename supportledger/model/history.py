"""
What the ledger knew besides its tickets, and since when: certificates, policies, supervisors, successor.

All of it is rebuilt from events, and asked for at the place of another event: what counts is what the ledger
knew when the action was mined.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from supportledger.model.agent import UNCERTIFIED, Agent
from supportledger.model.ids import NOBODY, Address
from supportledger.model.policy import Policy

T = TypeVar("T")


class Position(NamedTuple):
    """The place of an event on the chain."""

    block_number: int
    log_index: int


class History(Generic[T]):
    """
    The values that something had, each since a position.

    Args:
        changes: Positions ascending, each with the value that holds after it.

    Raises:
        ValueError: Positions are out of order, or one is there twice.
    """

    __slots__ = ("_positions", "values")

    def __init__(self, changes: Iterable[tuple[Position, T]] = ()) -> None:
        listed = tuple(changes)
        self._positions = tuple(position for position, _ in listed)
        self.values = tuple(value for _, value in listed)
        if any(one >= other for one, other in zip(self._positions, self._positions[1:], strict=False)):
            raise ValueError("a history's changes come in the order of the chain")

    def before(self, position: tuple[int, int]) -> T | None:
        """Give the value that an event at *position* found; None before the first."""
        count = bisect_left(self._positions, position)
        return self.values[count - 1] if count else None

    @property
    def latest(self) -> T | None:
        """The value after all changes; None if there was none."""
        return self.values[-1] if self.values else None

    @property
    def changes(self) -> tuple[tuple[Position, T], ...]:
        """All changes, as given."""
        return tuple(zip(self._positions, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Registry:
    """
    Everything besides tickets that decides what may be done, with its history.

    Args:
        agents: Certificates by account.
        policies: By number: published, then perhaps retired.
        supervisors: By account: whether they hold the role.
        successor: The ledger named as this one's successor.
    """

    agents: Mapping[Address, History[Agent]] = field(default_factory=dict)
    policies: Mapping[int, History[Policy]] = field(default_factory=dict)
    supervisors: Mapping[Address, History[bool]] = field(default_factory=dict)
    successor: History[Address] = field(default_factory=History)

    def agent(self, account: Address, at: tuple[int, int]) -> Agent:
        """Give the certificate that an event at this position found."""
        history = self.agents.get(account)
        return (history.before(at) if history else None) or UNCERTIFIED

    def agent_now(self, account: Address) -> Agent:
        """Give the certificate after everything that is known."""
        history = self.agents.get(account)
        return (history.latest if history else None) or UNCERTIFIED

    def policy(self, number: int, at: tuple[int, int]) -> Policy | None:
        """Give the policy as an event at this position found it; None if it was not published."""
        history = self.policies.get(number)
        return history.before(at) if history else None

    def is_supervisor(self, account: Address, at: tuple[int, int]) -> bool:
        """Tell whether an event at this position found the account to be a supervisor."""
        history = self.supervisors.get(account)
        return bool(history and history.before(at))

    def successor_at(self, at: tuple[int, int]) -> Address:
        """Give the successor that an event at this position found; nobody if none was named."""
        return self.successor.before(at) or NOBODY
