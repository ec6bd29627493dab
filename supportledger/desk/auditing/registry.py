"""
Agents, policies, roles, anchors and the successor: what events say against what the contract holds.

* Each certificate, policy, role and anchor is the last that an event tells of (A3.9).
* Who gave a certificate, published a policy or anchored had the role for it at that time (A3.10).
* A log only grows, in its checkpoints (A3.11).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from supportledger.desk.auditing.findings import Anomaly, Figures, Finding
from supportledger.model import abi
from supportledger.model.agent import AgentStatus
from supportledger.model.events import (
    AgentChanged,
    Anchored,
    LedgerEvent,
    PolicyPublished,
    PolicyRetired,
    RoleChanged,
)
from supportledger.model.history import Registry
from supportledger.model.ids import Address, keccak
from supportledger.model.instant import format_instant
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.ports import LedgerReader

CERTIFIER_ROLE: Final = keccak(b"CERTIFIER_ROLE")
ANCHORER_ROLE: Final = keccak(b"ANCHORER_ROLE")
_AT_ONCE: Final = 500


def check_surroundings(
    ledger: LedgerReader, events: Sequence[LedgerEvent], registry: Registry, block: int, figures: Figures
) -> Iterator[Finding]:
    """
    Compare everything beside the tickets as of a block.

    Args:
        ledger: Where the contract is asked.
        events: All that were no entries, from the deployment on, in the order of the chain.
        registry: What they make.
        block: As of which both are.
        figures: Where to count what was compared.
    """
    yield from _agents(ledger, registry, block, figures)
    yield from _policies(ledger, registry, block, figures)
    yield from _roles(ledger, events, block, figures)
    yield from _anchors(ledger, events, block, figures)
    yield from _permitted(events)
    named = registry.successor.latest
    if named is not None and ledger.successor(block) != named:
        yield _differs(f"the successor named is {named}, the ledger has {ledger.successor(block)}")


def _agents(ledger: LedgerReader, registry: Registry, block: int, figures: Figures) -> Iterator[Finding]:
    addresses = sorted(registry.agents)
    for at in range(0, len(addresses), _AT_ONCE):
        part = addresses[at : at + _AT_ONCE]
        for address, held in zip(part, ledger.agents(part, block), strict=True):
            figures.agents += 1
            told = registry.agent_now(address)
            if held != told:
                yield _differs(f"agent {address}: events give {told.word:#x}, the ledger has {held.word:#x}")


def _policies(ledger: LedgerReader, registry: Registry, block: int, figures: Figures) -> Iterator[Finding]:
    held = ledger.policies(block)
    for number in sorted(held.keys() | registry.policies.keys()):
        figures.policies += 1
        told = registry.policies[number].latest if number in registry.policies else None
        if held.get(number) != told:
            yield _differs(f"policy {number}: what its events say is not what the ledger has")


def _roles(
    ledger: LedgerReader, events: Iterable[LedgerEvent], block: int, figures: Figures
) -> Iterator[Finding]:
    told = {(one.role, one.account): one.is_granted for one in events if isinstance(one, RoleChanged)}
    for (role, account), is_granted in told.items():
        figures.roles += 1
        if ledger.has_role(role, account, block) != is_granted:
            said = "granted" if is_granted else "revoked"
            yield _differs(f"role {role.hex()[:8]} of {account} was {said}, and the ledger has it otherwise")


def _anchors(
    ledger: LedgerReader, events: Iterable[LedgerEvent], block: int, figures: Figures
) -> Iterator[Finding]:
    last: dict[bytes, Anchored] = {}
    for one in events:
        if isinstance(one, Anchored):
            figures.anchors += 1
            before = last.get(one.log)
            if before is not None and one.size <= before.size:
                yield _inconsistent(one.log, f"it has {one.size} lines after it had {before.size}")
            last[one.log] = one
    for log, one in last.items():
        told = keccak(abi.uint(one.size) + abi.bytes32(one.root) + abi.uint(one.time))
        if ledger.anchor_hash(log, block) != told:
            yield _inconsistent(log, "its last anchored checkpoint is not what the ledger has")


def _permitted(events: Iterable[LedgerEvent]) -> Iterator[Finding]:
    """Follow who held which role, and whether those who used one had it."""
    holders: dict[bytes, set[Address]] = {}
    certificates: dict[Address, AgentStatus] = {}
    for event in events:
        match event:
            case RoleChanged():
                held = holders.setdefault(event.role, set())
                (held.add if event.is_granted else held.discard)(event.account)
            case AgentChanged():
                yield from _certified(event, certificates, holders)
            case PolicyPublished() | PolicyRetired() if event.supervisor not in _of(holders, SUPERVISOR_ROLE):
                yield _uncertified(f"policy {event.policy}: {event.supervisor} was no supervisor")
            case Anchored() if event.anchorer not in _of(holders, ANCHORER_ROLE):
                yield _inconsistent(event.log, f"{event.anchorer}, who anchored it, was no anchorer")
            case _:
                pass


def _certified(
    event: AgentChanged, certificates: dict[Address, AgentStatus], holders: Mapping[bytes, set[Address]]
) -> Iterator[Finding]:
    when = format_instant(event.time)
    if event.certifier not in _of(holders, CERTIFIER_ROLE):
        yield _uncertified(
            f"agent {event.agent}: {event.certifier}, who changed it at {when}, was no certifier"
        )
    if certificates.get(event.agent) is AgentStatus.REVOKED:
        yield _uncertified(f"agent {event.agent}: changed at {when}, though it had been revoked")
    certificates[event.agent] = event.certificate.status


def _of(holders: Mapping[bytes, set[Address]], role: bytes) -> set[Address]:
    return holders.get(role, set())


def _differs(why: str) -> Finding:
    return Finding(Anomaly.STATE_DIFFERS, why)


def _inconsistent(log: bytes, why: str) -> Finding:
    return Finding(Anomaly.CHECKPOINT_INCONSISTENT, f"log {log.hex()[:16]}: {why}")


def _uncertified(why: str) -> Finding:
    return Finding(Anomaly.AGENT_NOT_CERTIFIED, why)
