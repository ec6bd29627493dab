"""Nodes that die, forget, and mine the same thing twice."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from supportledger.chain.fees import Fees
from supportledger.chain.local import advance
from supportledger.chain.rpc import Call, Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.desk.desk import Desk
from supportledger.wiring import connect, stop_local
from tests.faults.scene import Scene, answer, ask, check, is_done, scene

pytestmark = pytest.mark.ganache


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    """A desk on a Ganache of its own."""
    with scene(tmp_path, "ganache") as made:
        yield made


@pytest.fixture
def desk(stage: Scene) -> Iterator[Desk]:
    """The desk there."""
    with connect(stage.data) as made:
        yield made


def test_a_node_killed_and_started_again(stage: Scene, desk: Desk) -> None:
    """A chain days ahead of its machine dies and comes back on its database: work goes on, in its time."""
    with stage.rpc() as rpc:
        then = advance(rpc, 3 * 86_400)
    with stage.worker():
        opened = ask(desk, 60)
        stage.until(lambda: desk.ledger.slots([opened[0].ticket]) != [bytes(32)])
        stage.kill_node()
        stage.until(lambda: bool(stage.told("work.failed")))
        stage.start()
        stage.until(lambda: is_done(desk))
        answer(desk, [one.ticket for one in opened])
        stage.until(lambda: is_done(desk))
    times = [entry.time for one in opened for entry in desk.ledger.entries(one.ticket)]
    assert then <= min(times)
    told = stage.told("work.failed")
    assert {"rpc-unavailable"} == {one["code"] for one in told}
    assert all("supportledger up" in one["hint"] or "mined" in one["message"] for one in told)
    assert stage.told("work.recovered")
    check(desk)


def test_a_node_that_lost_its_last_blocks(stage: Scene, desk: Desk) -> None:
    """A node comes back as it was some blocks ago: what was final there is sent again, and told."""
    folder, saved = stage.data / "chain", stage.data / "saved"
    with stage.worker():
        early = ask(desk, 10)
        stage.until(lambda: is_done(desk))
    stop_local(stage.data)
    shutil.copytree(folder, saved)
    stage.start()
    with stage.worker():
        answer(desk, [one.ticket for one in early])
        late = ask(desk, 10, "late")
        stage.until(lambda: is_done(desk))
        stage.kill_node()
        shutil.rmtree(folder)
        saved.rename(folder)
        stage.start()
        stage.until(lambda: len(stage.told("notice.returned")) == 20)
        stage.until(lambda: is_done(desk))
    assert all(desk.ledger.slots([one.ticket]) != [bytes(32)] for one in late)
    assert any("sent again" in one["message"] for one in stage.told("index.reorganised"))
    check(desk)


def test_the_same_transactions_mined_twice(stage: Scene, desk: Desk) -> None:
    """Ganache mines a raw transaction as often as it is sent; the actions in it are still done once."""
    with stage.worker():
        opened = ask(desk, 10)
        stage.until(lambda: is_done(desk))
        answer(desk, [one.ticket for one in opened])
        stage.until(lambda: is_done(desk))
        with stage.rpc() as rpc:
            before = desk.ledger.height()
            for raw in _raw(rpc, desk):  # it minds for all but an account's first
                rpc.attempt(Call("eth_sendRawTransaction", (raw,)))
            assert before < desk.ledger.height()
        ask(desk, 5, "after")
        stage.until(lambda: is_done(desk))
    check(desk)


def _raw(rpc: Rpc, desk: Desk) -> list[str]:
    """Put the relayer's transactions together again, as they were sent."""
    hashes = dict.fromkeys(one.transaction for one in desk.store.drafts() if one.transaction)
    relayer, sender = local_signer("relayer"), Sender(rpc, LOCAL_CHAIN_ID)
    found = []
    for name in hashes:
        sent = rpc.call("eth_getTransactionByHash", "0x" + name.hex())
        request = Request(desk.ledger.deployment.ledger, bytes.fromhex(sent["input"][2:]))
        offer = Fees(int(sent["maxPriorityFeePerGas"], 16), int(sent["maxFeePerGas"], 16))
        made = sender.transaction(request, int(sent["nonce"], 16), offer, int(sent["gas"], 16))
        signed = relayer.sign_transaction(made)
        assert name == signed.hash
        found.append("0x" + signed.raw.hex())
    return found
