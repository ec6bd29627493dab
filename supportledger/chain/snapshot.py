"""
What some entries depend on, asked of the contract itself instead of being followed from the deployment on.

A long chain takes long to search for the few certificates and policies that a ticket needs. The contract
knows what they are now; whether they were the same when it mattered is then shown by the ticket's slot, whose
hash binds every authority, or by asking for the blocks before and after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from supportledger.chain.contract import Contract, View
from supportledger.model.agent import Agent
from supportledger.model.history import History, Position, Registry
from supportledger.model.ids import Address
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth

Value = TypeVar("Value")

_ALWAYS: Final = Position(-1, -1)
"""Before every event."""
_OTHERS: Final = {Action.OPEN, Action.REPLY, Action.CLOSE, Action.RATE, Action.ESCALATE}
"""What staff do not do, unless they record it."""
_ADDRESS: Final = (1 << 160) - 1


@dataclass(slots=True)
class Needs:
    """
    What the outcome of entries depends on.

    Args:
        policies: Numbers of those that tickets have or get.
        agents: Whoever acts or is assigned as staff.
        supervisors: Whoever may act as one.
        successor: Somebody closes a ticket and points to another ledger.
    """

    policies: set[int] = field(default_factory=set)
    agents: set[Address] = field(default_factory=set)
    supervisors: set[Address] = field(default_factory=set)
    successor: bool = False

    @classmethod
    def of(cls, entries: Iterable[EntryRecord], policies: Iterable[int] = ()) -> "Needs":
        """
        Gather what entries need.

        Args:
            entries: Of any tickets.
            policies: That the tickets had before.
        """
        needs = cls(set(policies))
        for entry in entries:
            needs._add(entry)
        return needs

    def _add(self, entry: EntryRecord) -> None:
        if entry.action in {Action.OPEN, Action.REPOLICY}:
            self.policies.add(entry.argument)
        if entry.auth is Auth.RECORDED or entry.action not in _OTHERS:
            self.agents.add(entry.actor)
        if entry.action in {Action.ASSIGN, Action.REPOLICY}:
            self.supervisors.add(entry.actor)
        self.successor |= entry.action is Action.CLOSE and entry.argument != 0
        if entry.action is Action.ASSIGN:
            self.agents.add(Address((entry.argument & _ADDRESS).to_bytes(20, "big")))


class Snapshots:
    """Asks one contract. What cannot change, the terms of policies, is asked for once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._terms: dict[int, PolicyTerms] = {}

    def take(self, needs: Needs, blocks: Sequence[int | None] = (None,)) -> Registry | None:
        """
        Give what the contract knows, as if it had always been so.

        Args:
            needs: What is asked for.
            blocks: As of which it must have been the same; None is the latest.

        Returns:
            None when it was not the same.

        Raises:
            RpcRefused: The node does not keep the states of those blocks.
            RpcUnavailable: The node is away.
        """
        new = sorted(number for number in needs.policies if number not in self._terms)
        policies: list[View] = [("policyOf", (number,), None) for number in new]
        looks = [_look(needs, block) for block in blocks]
        found = self._contract.views([*policies, *(view for look in looks for view in look)])
        self._learn(new, found)
        size = len(looks[0])
        seen = [found[at : at + size] for at in range(len(new), len(found), size or 1)]
        if any(one != seen[0] for one in seen):
            return None
        values = iter(seen[0] if seen else ())
        return Registry(
            agents={one: _always(Agent.unpack(next(values))) for one in sorted(needs.agents)},
            policies={number: _always(Policy(terms)) for number, terms in self._terms.items()},
            supervisors={one: _always(bool(next(values))) for one in sorted(needs.supervisors)},
            successor=_always(next(values)) if needs.successor else History(),
        )

    def _learn(self, numbers: Sequence[int], found: Sequence[Any]) -> None:
        for number, (word, hours, gate, text_hash, _) in zip(numbers, found, strict=False):
            if word:
                self._terms[number] = Policy.unpack(word, hours, gate, text_hash).terms


def _look(needs: Needs, block: int | None) -> list[View]:
    """List what can change, in the order in which `take` reads the answers."""
    agents: list[View] = [("agentWord", (one,), block) for one in sorted(needs.agents)]
    roles: list[View] = [("hasRole", (SUPERVISOR_ROLE, one), block) for one in sorted(needs.supervisors)]
    return [*agents, *roles, *([("successor", (), block)] if needs.successor else [])]


def _always(value: Value) -> History[Value]:
    return History([(_ALWAYS, value)])
