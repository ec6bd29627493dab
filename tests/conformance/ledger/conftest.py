"""Every ledger there is, behind one fixture."""

from collections.abc import Iterator
from functools import partial

import pytest

from supportledger.chain.deploy import deploy
from supportledger.chain.engine import Engine
from supportledger.chain.ledger import Ledger
from supportledger.chain.local import advance, local_chain
from supportledger.chain.memory import MemoryLedger
from supportledger.chain.reader import decode_refusal
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from tests.conformance.ledger.contracts import in_memory, on_chain
from tests.conformance.ledger.world import World

KINDS = [
    "memory",
    pytest.param("ganache", marks=pytest.mark.ganache),
    pytest.param("anvil", marks=pytest.mark.anvil),
]


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Rpc]]:
    """Nodes by engine, started when first asked for and kept until the last test."""
    started: dict[str, Rpc] = {}
    chains = []

    class Nodes(dict[str, Rpc]):
        def __missing__(self, engine: str) -> Rpc:
            chain = local_chain(tmp_path_factory.mktemp(engine), Engine(engine), 0)
            chains.append(chain)
            self[engine] = Rpc(chain.__enter__().rpc_url)
            if engine == "anvil":  # five blocks a second are slow for tests that wait for each
                self[engine].call("evm_setAutomine", True)
            return self[engine]

    started = Nodes()
    yield started
    for chain in chains:
        chain.__exit__(None, None, None)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, nodes: dict[str, Rpc]) -> World:
    """A new ledger, of each kind in turn."""
    admin = local_signer("admin")
    if request.param == "memory":
        memory = MemoryLedger(admin.address)
        return World(memory, memory.advance, partial(in_memory, memory))
    rpc = nodes[request.param]
    sender = Sender(rpc, LOCAL_CHAIN_ID, decode=decode_refusal)
    deployed = deploy(sender, admin, admin.address)
    ledger = Ledger(sender, deployed.deployment, since=deployed.block_number)
    return World(ledger, partial(advance, rpc), partial(on_chain, sender, admin))
