"""
The embedded ledger: a local chain with everything on it that a demonstration needs.

Each step looks first whether it was done: starting again repairs what an interrupted start has left.

1. the engine runs, with its chain on disk
2. the contract is deployed
3. roles are granted
4. policies are published
5. agents are certified
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from supportledger.chain.deploy import deploy
from supportledger.chain.engine import Engine
from supportledger.chain.ledger import Ledger as Client
from supportledger.chain.local import LocalChain, LocalRecord
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.desk.policies import terms
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.ids import keccak
from supportledger.model.policy import PolicyTerms
from supportledger.ports import Ledger

POLICIES: Final[tuple[PolicyTerms, ...]] = (
    terms(
        first_response="1h",
        next_response="4h",
        resolution="3d",
        escalate_every="1h",
        pause_allowance="3d",
        levels=3,
    ),
    terms(
        first_response="15m",
        next_response="30m",
        resolution="1d",
        escalate_every="15m",
        pause_allowance="3d",
        levels=3,
    ),
    terms(
        first_response="2h",
        next_response="4h",
        resolution="27h",
        escalate_every="2h",
        pause_allowance="3d",
        levels=2,
        hours="Mo-Fr 09:00-18:00 +08:00",
    ),
    terms(
        first_response="5m",
        next_response="15m",
        resolution="4h",
        escalate_every="5m",
        reopen_window="14d",
        levels=5,
        tier=2,
    ),
)
"""Published on every local chain, from 1 on: standard, priority (stricter), business hours, security."""
ROLES: Final[Mapping[str, bytes]] = MappingProxyType(
    {part: keccak(f"{part.upper()}_ROLE".encode()) for part in ("certifier", "supervisor", "anchorer")}
)
AGENTS: Final[Mapping[str, int]] = MappingProxyType({"agent": 1, "senior": 2, "service": 0})
"""Certified on every local chain, each with its tier."""
VALID_FOR_S: Final = 10 * 365 * 86_400


def start_local(
    data: Path | str,
    *,
    engine: str | None = None,
    port: int | None = None,
    detach: bool = True,
) -> LocalRecord:
    """
    Serve a local chain with a ledger ready for use; one that runs already is left running.

    Args:
        data: The data directory.
        engine: `ganache` or `anvil`; None: the one that keeps this directory's chain, or Ganache.
        port: None: as last time, or 8545; 0: any free one.
        detach: It outlives this process; otherwise it ends with the thread that calls this.

    Raises:
        ForeignData, PortTaken, EngineFailed, ConfigError: As `LocalChain.start`.
    """
    chain = LocalChain(Path(data).absolute())
    record = chain.record()
    if record is None or not record.is_running:
        record = chain.start(Engine(engine) if engine else None, port, detach=detach)
    rpc = Rpc(record.rpc_url)
    try:
        record = _deployed(chain, record, rpc)
        furnish(_attached(record, rpc))
    finally:
        rpc.close()
    return record


def stop_local(data: Path | str) -> bool:
    """Stop the local chain if it runs, and tell whether it did."""
    return LocalChain(Path(data).absolute()).stop()


def _deployed(chain: LocalChain, record: LocalRecord, rpc: Rpc) -> LocalRecord:
    if record.ledger is not None:
        return record
    admin = local_signer("admin")
    deployed = deploy(Sender(rpc, LOCAL_CHAIN_ID), admin, admin.address)
    return chain.remember(deployed.deployment.ledger, deployed.block_number)


def _attached(record: LocalRecord, rpc: Rpc) -> Client:
    assert record.ledger is not None  # noqa: S101 -- `_deployed` has seen to it
    return Client.attach(rpc, record.ledger, chain_id=record.chain_id, since=record.deployment_block or 0)


def furnish(ledger: Ledger) -> None:
    """Give a ledger on a local chain its roles, policies and agents, as far as it has none."""
    for name, role in ROLES.items():
        if not ledger.has_role(role, local_signer(name).address):
            ledger.grant(local_signer("admin"), role, local_signer(name).address)
    published = len(ledger.policies())
    for one in POLICIES[published:]:
        ledger.publish_policy(local_signer("supervisor"), one)
    until = ledger.now() + VALID_FOR_S
    for name, tier in AGENTS.items():
        account = local_signer(name).address
        if ledger.agent(account).status is AgentStatus.NONE:
            certificate = Agent(0, until, AgentStatus.CERTIFIED, tier)
            ledger.certify(local_signer("certifier"), account, certificate)
