import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from supportledger.chain import fees
from supportledger.chain.bulk import send_many
from supportledger.chain.deploy import deploy
from supportledger.chain.engine import Engine
from supportledger.chain.ledger import Ledger
from supportledger.chain.local import LocalChain, local_chain
from supportledger.chain.memory import CERTIFIER_ROLE
from supportledger.chain.reader import decode_refusal
from supportledger.chain.receipts import Receipt
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import InsufficientFunds, RpcUnavailable, TransactionReverted
from supportledger.model.acts import Posted
from supportledger.model.ids import Address
from supportledger.model.ticket import Action
from tests.conformance.ledger.contracts import on_chain
from tests.conformance.ledger.world import World

ENGINES = [
    pytest.param(Engine.GANACHE, marks=pytest.mark.ganache),
    pytest.param(Engine.ANVIL, marks=pytest.mark.anvil),
]
ADMIN, KEEPER = local_signer("admin"), local_signer("keeper")
SOMEBODY = Address(b"\x07" * 20)
PAY = Request(SOMEBODY, b"", 21_000, value=1)


@pytest.fixture(params=ENGINES, scope="module")
def rpc(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rpc]:
    """A node of each engine."""
    with local_chain(tmp_path_factory.mktemp("chain"), request.param, 0) as record:
        yield Rpc(record.rpc_url)


def paid(rpc: Rpc) -> int:
    return int(rpc.call("eth_getBalance", str(SOMEBODY), "latest"), 16)


def test_pushing_again_does_no_harm(rpc: Rpc) -> None:
    """A transaction that is given to the node three times is mined once, and each time reported as taken."""
    sender, before = Sender(rpc, LOCAL_CHAIN_ID), paid(rpc)
    signed = sender.submit(ADMIN, PAY)
    assert [True, True] == [sender.push(signed), sender.push(signed)]
    assert sender.receipts.wait(signed.hash).succeeded
    assert sender.push(signed)
    assert before + 1 == paid(rpc)


def test_a_used_nonce_is_noticed(rpc: Rpc) -> None:
    """Another transaction in its place means that it must be signed anew."""
    sender = Sender(rpc, LOCAL_CHAIN_ID)
    offer = fees.offer(*rpc.batch(fees.CALLS))
    for _ in range(3):
        sender.send(ADMIN, PAY)
    late = ADMIN.sign_transaction(sender.transaction(replace(PAY, value=2), 1, offer, 21_000))
    assert not sender.push(late)


def pay_each(sender: Sender, note: bytes) -> None:
    for number in range(4):
        sender.send(ADMIN, Request(SOMEBODY, note + bytes([number]), 30_000, value=1))


def test_processes_share_an_account(rpc: Rpc) -> None:
    """Senders that know nothing of each other use one account: all is mined, nothing twice."""
    before = paid(rpc)
    senders = [Sender(Rpc(rpc._url), LOCAL_CHAIN_ID) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(pay_each, senders, (b"one", b"other")))
    assert before + 8 == paid(rpc)


def test_many_are_mined(rpc: Rpc) -> None:
    """Some hundreds in a burst: none is lost, whoever else uses the account meanwhile."""
    before, sender = paid(rpc), Sender(rpc, LOCAL_CHAIN_ID)
    with ThreadPoolExecutor(2) as pool:
        burst = pool.submit(send_many, sender, ADMIN, [PAY] * 450)
        alone = pool.submit(lambda: [sender.send(ADMIN, PAY) for _ in range(3)])
        outcomes = burst.result()
        alone.result()
    assert 450 == sum(isinstance(one, Receipt) for one in outcomes)
    assert before + 453 == paid(rpc)


def test_a_poor_account_is_told(rpc: Rpc) -> None:
    """Alone or in bulk, an account without ether cannot send."""
    poor, sender = KeySigner(os.urandom(32)), Sender(rpc, LOCAL_CHAIN_ID)
    with pytest.raises(InsufficientFunds):
        sender.send(poor, PAY)
    assert isinstance(send_many(sender, poor, [PAY])[0], InsufficientFunds)


def test_a_refusal_in_a_block_has_its_reason(rpc: Rpc) -> None:
    """With the gas said beforehand the refusal is mined, and explained afterwards."""
    sender = Sender(rpc, LOCAL_CHAIN_ID)
    refuses = bytes.fromhex("630badf00d5f5260046 01cfd".replace(" ", ""))
    creation = bytes.fromhex("6b") + refuses + bytes.fromhex("5f52600c6014f3")
    contract = sender.send(ADMIN, Request(None, creation)).contract
    assert contract is not None
    with pytest.raises(TransactionReverted, match="0x0badf00d"):
        sender.send(ADMIN, Request(contract, b"", 60_000))
    with pytest.raises(TransactionReverted, match="0x0badf00d"):
        sender.send(ADMIN, Request(contract, b""))


def test_a_node_killed_in_a_burst(tmp_path: Path) -> None:
    """Each request is told mined or unknown; once the node is back, what was called mined is there."""
    chain = LocalChain(tmp_path)
    record = chain.start(Engine.GANACHE, 0)
    assert record.process is not None
    sender = Sender(Rpc(record.rpc_url), LOCAL_CHAIN_ID)
    pid = record.process.pid

    def kill(done: int) -> None:
        if done == 100:
            os.kill(pid, signal.SIGKILL)

    outcomes = send_many(sender, ADMIN, [PAY] * 500, progress=kill)
    mined = sum(isinstance(one, Receipt) for one in outcomes)
    unknown = [one for one in outcomes if isinstance(one, RpcUnavailable)]
    assert 500 == mined + len(unknown)
    assert 100 <= mined < 500
    with local_chain(tmp_path) as again:
        there = paid(Rpc(again.rpc_url))
        assert mined <= there <= 500
    assert not chain.stop()


@pytest.mark.anvil
def test_a_reorganisation_is_followed(tmp_path: Path) -> None:
    """Blocks that are replaced take entries and certificates with them: what is read then is what is left."""
    with local_chain(tmp_path, Engine.ANVIL, 0) as record:
        rpc = Rpc(record.rpc_url)
        sender = Sender(rpc, LOCAL_CHAIN_ID, decode=decode_refusal)
        deployed = deploy(sender, ADMIN, ADMIN.address)
        ledger = Ledger(sender, deployed.deployment, since=deployed.block_number)
        world = World(ledger, lambda _: 0, partial(on_chain, sender, ADMIN))
        posted = world.opened()
        assert world.ledger.registry().agent_now(world.agent.address).tier == 1
        time.sleep(0.5)
        world.ledger.grant(ADMIN, CERTIFIER_ROLE, KEEPER.address)
        world.certify(world.senior, 2)
        answered = world.do(world.senior, posted, Action.ANSWER, 2)
        assert isinstance(answered, Posted)
        assert answered.state == world.ledger.ticket(posted.ticket).state
        depth = world.ledger.height() - posted.entry.block_number
        rpc.call("anvil_reorg", depth, [])
        assert posted.state == world.ledger.ticket(posted.ticket).state
        assert world.ledger.registry().agent_now(world.senior.address).tier == 0
