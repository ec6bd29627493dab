import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supportledger.chain.deploy import deploy, deployment_block, inspect
from supportledger.chain.engine import Engine
from supportledger.chain.ledger import Ledger
from supportledger.chain.local import LocalChain, advance, local_chain
from supportledger.chain.process import Process
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Request, Sender
from supportledger.chain.signer import ExternalSigner, local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import (
    ConfigError,
    Conflict,
    EngineFailed,
    ForeignData,
    NotALedger,
    NotFound,
    PortTaken,
    RpcUnavailable,
    WrongNetwork,
)
from supportledger.model.ids import Address
from supportledger.proof import typed_data
from supportledger.proof.typed_data import Claim, Domain

ENGINES = [
    pytest.param(Engine.GANACHE, marks=pytest.mark.ganache),
    pytest.param(Engine.ANVIL, marks=pytest.mark.anvil),
]
ADMIN = local_signer("admin")
SOMEBODY = Address(b"\x07" * 20)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.param


def child(data: Path, engine: Engine, then: str) -> tuple[int, subprocess.Popen[str]]:
    """Start a chain in another Python, which then does something; give the engine's process id."""
    code = (
        "import os, signal, sys, time\n"
        "from pathlib import Path\n"
        "from supportledger.chain.local import *\n"
        f"with local_chain(Path({str(data)!r}), Engine({str(engine)!r}), 0) as chain:\n"
        "    print(chain.process.pid, flush=True)\n"
        f"    {then}\n"
    )
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    return int(started.stdout.readline()), started


def ends(pid: int, seconds: float = 10) -> bool:
    """Tell whether a process ends in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not Process.of(pid).is_alive:
            return True
        time.sleep(0.02)
    return False


def test_is_served_found_again_and_stopped(tmp_path: Path, engine: Engine) -> None:
    """A detached chain is found by its directory alone, keeps its accounts, and ends when told."""
    chain = LocalChain(tmp_path)
    record = chain.start(engine, 0, detach=True)
    try:
        assert LOCAL_CHAIN_ID == int(Rpc(record.rpc_url).call("eth_chainId"), 16)
        assert record == LocalChain(tmp_path).running()
        owned = int(Rpc(record.rpc_url).call("eth_getBalance", str(ADMIN.address), "latest"), 16)
        assert 10_000 * 10**18 == owned
        with pytest.raises(Conflict, match="already served"):
            LocalChain(tmp_path).start()
    finally:
        assert LocalChain(tmp_path).stop()
    assert not LocalChain(tmp_path).stop()
    assert record.process is not None
    assert ends(record.process.pid)
    with pytest.raises(NotFound):
        LocalChain(tmp_path).running()


def test_keeps_its_chain_and_its_clock(tmp_path: Path, engine: Engine) -> None:
    """After a restart, balances and port are the same, and no block is older than the one before."""
    with local_chain(tmp_path, engine, 0) as record:
        rpc = Rpc(record.rpc_url)
        Sender(rpc, LOCAL_CHAIN_ID).send(ADMIN, Request(SOMEBODY, b"", value=5))
        ahead = advance(rpc, 86_400)
        assert ahead > time.time() + 86_000
        time.sleep(1.5)  # Anvil writes its state once a second
    with local_chain(tmp_path) as again:
        rpc = Rpc(again.rpc_url)
        assert (record.port, record.genesis, engine) == (again.port, again.genesis, again.engine)
        assert 5 == int(rpc.call("eth_getBalance", str(SOMEBODY), "latest"), 16)
        rpc.call("evm_mine")
        assert ahead <= int(rpc.block()["timestamp"], 16)


def test_dies_with_its_parent(tmp_path: Path, engine: Engine) -> None:
    """Even a parent that is killed leaves no engine behind, and the chain can be served again."""
    pid, parent = child(tmp_path, engine, "os.kill(os.getpid(), signal.SIGKILL)")
    parent.wait()
    assert ends(pid)
    with local_chain(tmp_path, port=0) as record:
        assert engine is record.engine


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, engine: Engine) -> None:
    """An interrupt ends the block, and with it the engine."""
    pid, parent = child(tmp_path, engine, "time.sleep(60)")
    parent.send_signal(signal.SIGINT)
    parent.wait()
    assert ends(pid)
    record = LocalChain(tmp_path).record()
    assert record is not None
    assert record.process is None


def test_survives_being_killed(tmp_path: Path, engine: Engine) -> None:
    """An engine that was killed is not taken for running, and its chain goes on where it was."""
    chain = LocalChain(tmp_path)
    record = chain.start(engine, 0)
    rpc = Rpc(record.rpc_url)
    Sender(rpc, LOCAL_CHAIN_ID).send(ADMIN, Request(SOMEBODY, b"", value=5))
    time.sleep(1.5)
    assert record.process is not None
    os.kill(record.process.pid, signal.SIGKILL)
    assert ends(record.process.pid)
    with pytest.raises(RpcUnavailable):
        rpc.call("eth_blockNumber")
    with pytest.raises(NotFound):
        chain.running()
    with local_chain(tmp_path) as again:
        found = Rpc(again.rpc_url).call("eth_getBalance", str(SOMEBODY), "latest")
        assert 5 == int(found, 16)


def test_another_process_is_never_stopped(tmp_path: Path) -> None:
    """A process that got the number of a dead engine is left alone."""
    stranger = subprocess.Popen(["/bin/sleep", "60"])
    try:
        record = {
            "engine": "ganache",
            "port": 8545,
            "genesis": "0x1",
            "ledger": None,
            "deployment_block": None,
            "process": {"pid": stranger.pid, "born": "an earlier boot:1"},
        }
        (tmp_path / "local.json").write_text(json.dumps(record))
        assert not LocalChain(tmp_path).stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """Nothing is started, and another port is proposed."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken) as caught:
            LocalChain(tmp_path).start(Engine.ANVIL, taken.getsockname()[1])
    assert "--port" in caught.value.hint
    assert LocalChain(tmp_path).record() is None


def test_another_engines_data_is_refused(tmp_path: Path) -> None:
    """A directory with a chain of one engine is not served by the other."""
    with local_chain(tmp_path, Engine.ANVIL, 0):
        pass
    with pytest.raises(ForeignData, match="chain of Anvil"):
        LocalChain(tmp_path).start(Engine.GANACHE, 0)


def test_another_chains_record_is_refused(tmp_path: Path) -> None:
    """When the chain is not the one on record, it is neither used nor left running."""
    with local_chain(tmp_path, Engine.ANVIL, 0):
        pass
    file = tmp_path / "local.json"
    content = json.loads(file.read_text())
    file.write_text(json.dumps(content | {"genesis": "0x1234"}))
    chain = LocalChain(tmp_path)
    with pytest.raises(ForeignData, match="not the one"):
        chain.start(port=0)
    record = chain.record()
    assert record is not None
    assert not record.is_running


@pytest.mark.parametrize("text", ["", "{}", '{"engine": "geth"}', "[]"])
def test_a_damaged_record_is_told(tmp_path: Path, text: str) -> None:
    """A file that cannot be read is named, not guessed at."""
    (tmp_path / "local.json").write_text(text)
    with pytest.raises(ConfigError, match=r"local\.json"):
        LocalChain(tmp_path).record()


def test_an_engine_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words are in the message; one that is not installed is named."""
    monkeypatch.setenv("SUPPORTLEDGER_ANVIL", "/nowhere/anvil")
    with pytest.raises(EngineFailed, match="not installed"):
        LocalChain(tmp_path).start(Engine.ANVIL, 0)
    program = tmp_path / "anvil"
    program.write_text("#!/bin/sh\necho out of luck\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("SUPPORTLEDGER_ANVIL", str(program))
    with pytest.raises(EngineFailed, match="out of luck"):
        LocalChain(tmp_path).start(Engine.ANVIL, 0)


def test_a_ledger_is_recognised(tmp_path: Path, engine: Engine) -> None:
    """The packaged contract is, whatever its constructor was given; nothing else, and on no other chain."""
    with local_chain(tmp_path, engine, 0) as record:
        rpc = Rpc(record.rpc_url)
        sender = Sender(rpc, LOCAL_CHAIN_ID)
        sender.send(ADMIN, Request(ADMIN.address, b""))
        deployed = deploy(sender, ADMIN, local_signer("keeper").address)
        ledger = deployed.deployment.ledger
        assert deployed.deployment == inspect(rpc, ledger) == Ledger.attach(rpc, ledger).deployment
        assert deployed.block_number == deployment_block(rpc, ledger)
        LocalChain(tmp_path).remember(ledger, deployed.block_number)
        assert ledger == LocalChain(tmp_path).running().ledger
        with pytest.raises(WrongNetwork):
            inspect(rpc, ledger, 1)
        with pytest.raises(NotALedger, match="no contract"):
            inspect(rpc, ADMIN.address)
        other = sender.send(ADMIN, Request(None, bytes.fromhex("6001600055600160015360026001f3"))).contract
        assert other is not None
        with pytest.raises(NotALedger, match="not the ledger"):
            inspect(rpc, other)


def test_a_node_signs_for_its_accounts(tmp_path: Path, engine: Engine) -> None:
    """An external signer, asked by JSON-RPC, signs messages and transactions that the chain accepts."""
    with local_chain(tmp_path, engine, 0) as record:
        rpc = Rpc(record.rpc_url)
        signer = ExternalSigner(rpc, ADMIN.address)
        claim, domain = Claim(bytes(32), bytes(20), 9), Domain(LOCAL_CHAIN_ID, bytes(20))
        typed_data.verify(claim, domain, signer.sign_message(claim, domain), ADMIN.address)
        assert Sender(rpc, LOCAL_CHAIN_ID).send(signer, Request(ADMIN.address, b"")).succeeded
