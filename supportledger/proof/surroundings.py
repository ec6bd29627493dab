"""
What the ledger must have known for a proof file's entries, as far as their heads and the block show it.

* The certificate that an entry was made on, and the terms of policies, are bound by the ticket's heads.
* What somebody's certificate is now is shown by the block.
* That a supervisor held the role, an assignee was certified and a successor was named are the ledger's own
  word: it would not have accepted the entry otherwise, and the file does not repeat it.

Source: docs/spec/verification.md, V3.3.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.history import History, Position, Registry
from supportledger.model.ids import Address
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action
from supportledger.proof.proven_entry import ProvenEntry

_ALWAYS: Final = Position(-1, -1)
_IN_FORCE: Final = Agent(0, (1 << 40) - 1, AgentStatus.CERTIFIED)
"""What an assignee had, as far as a supervisor's assignment shows it."""
_ADDRESS: Final = (1 << 160) - 1


def known(
    entries: Iterable[ProvenEntry],
    policies: Mapping[int, PolicyTerms],
    now: Mapping[Address, Agent],
) -> Registry:
    """
    Give the registry that the entries were accepted under.

    Args:
        entries: In order; each is at block `index`, log 0.
        policies: By number.
        now: Certificates that the block shows; those that it does not show count as unchanged.
    """
    agents: dict[Address, list[tuple[Position, Agent]]] = {}
    supervisors: dict[Address, list[tuple[Position, bool]]] = {}
    successor: list[tuple[Position, Address]] = []
    last = 0
    for one in entries:
        record, at = one.record, Position(one.record.index, -1)
        last = record.index + 1
        if one.certificate is not None:
            agents.setdefault(record.actor, []).append((at, one.certificate))
        elif record.action in {Action.ASSIGN, Action.REPOLICY}:
            supervisors.setdefault(record.actor, []).append((at, True))
        if record.action is Action.ASSIGN and one.certificate is None:
            agents.setdefault(_address(record), []).append((at, _IN_FORCE))
        if record.action is Action.CLOSE and record.argument:
            successor.append((at, _address(record)))
    for account, certificate in now.items():
        agents.setdefault(account, []).append((Position(last, -1), certificate))
    return Registry(
        agents={account: History(changes) for account, changes in agents.items()},
        policies={number: History([(_ALWAYS, Policy(terms))]) for number, terms in policies.items()},
        supervisors={account: History(changes) for account, changes in supervisors.items()},
        successor=History(successor),
    )


def _address(record: EntryRecord) -> Address:
    return Address((record.argument & _ADDRESS).to_bytes(20, "big"))
