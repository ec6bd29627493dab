"""A registry that grows with events: what the ledger knew before, and what it has learned since."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from supportledger.model.events import (
    AgentChanged,
    LedgerEvent,
    PolicyPublished,
    PolicyRetired,
    RoleChanged,
    SuccessorNamed,
)
from supportledger.model.history import History, Position, Registry
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.policy import Policy

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def grown(registry: Registry, events: Iterable[LedgerEvent]) -> Registry:
    """
    Add what further events say to what the ledger knew; entries of tickets and anchors say nothing of it.

    Args:
        registry: Before the events; not changed.
        events: In the order of the chain.
    """
    new = _New(registry)
    for event in events:
        new.take(event)
    return new.registry()


class _Changes(Generic[Key, Value]):
    """What became of many things since their histories were written."""

    def __init__(self, known: Mapping[Key, History[Value]]) -> None:
        self._known = known
        self._new: dict[Key, list[tuple[Position, Value]]] = {}

    def add(self, key: Key, at: Position, value: Value) -> None:
        self._new.setdefault(key, []).append((at, value))

    def latest(self, key: Key) -> Value | None:
        if key in self._new:
            return self._new[key][-1][1]
        return self._known[key].latest if key in self._known else None

    def histories(self) -> Mapping[Key, History[Value]]:
        if not self._new:
            return self._known
        nothing: History[Value] = History()
        longer = {
            key: History((*self._known.get(key, nothing).changes, *changes))
            for key, changes in self._new.items()
        }
        return {**self._known, **longer}


class _New:
    """A registry while it grows."""

    def __init__(self, registry: Registry) -> None:
        self._agents = _Changes(registry.agents)
        self._policies = _Changes(registry.policies)
        self._supervisors = _Changes(registry.supervisors)
        self._successor = _Changes({None: registry.successor})

    def take(self, event: LedgerEvent) -> None:
        match event:
            case AgentChanged():
                self._agents.add(event.agent, event.place, event.certificate)
            case PolicyPublished():
                self._policies.add(event.policy, event.place, Policy(event.terms))
            case PolicyRetired():
                published = self._policies.latest(event.policy)
                if published is not None:
                    self._policies.add(event.policy, event.place, Policy(published.terms, retired=True))
            case RoleChanged() if event.role == SUPERVISOR_ROLE:
                self._supervisors.add(event.account, event.place, event.is_granted)
            case SuccessorNamed():
                self._successor.add(None, event.place, event.successor)
            case _:
                pass

    def registry(self) -> Registry:
        return Registry(
            self._agents.histories(),
            self._policies.histories(),
            self._supervisors.histories(),
            self._successor.histories()[None],
        )
