"""
A Ganache that lives as long as a measurement, and contracts on it.

Everything about it is fixed: accounts, chain id, the time of every block. The same calls then use the same
gas to the last unit, in every run and on every machine.
"""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportledger.chain.interface import Interface
from supportledger.chain.process import spawn
from supportledger.chain.rpc import Call, Fault, Rpc
from supportledger.chain.wellknown import MNEMONIC
from supportledger.errors import RpcUnavailable
from supportledger.model.ids import Address

ROOT = Path(__file__).resolve().parents[1]
HARD_FORK = "shanghai"
CHAIN_ID = 31337
ACCOUNTS = 100
START = "2026-03-02T09:41:37Z"
BLOCK_S = 12
BLOCK_GAS = 30_000_000
READY_S = 60
OPTIONS = {
    "chain.hardfork": HARD_FORK,
    "chain.chainId": str(CHAIN_ID),
    "chain.time": START,
    "miner.timestampIncrement": "0",
    "miner.blockGasLimit": str(BLOCK_GAS),
    "wallet.mnemonic": MNEMONIC,
    "wallet.totalAccounts": str(ACCOUNTS),
    "server.host": "127.0.0.1",
    "logging.quiet": "true",
}


@dataclass(frozen=True, slots=True)
class Done:
    """
    A transaction that was mined.

    Args:
        gas: What it used.
        returned: What it returned.
        contract: The contract it deployed.
        topics: First topic of each of its events.
    """

    gas: int
    returned: bytes
    contract: Address | None
    topics: tuple[bytes, ...]


class RefusedError(Exception):
    """A contract refused a transaction that a measurement needs."""


class Chain:
    """
    One chain, whose accounts need no signing.

    Args:
        rpc: The node.
    """

    def __init__(self, rpc: Rpc) -> None:
        self.rpc = rpc
        self.accounts = [Address.parse(text) for text in rpc.call("eth_accounts")]

    @property
    def client(self) -> str:
        """What the node calls itself, without the machine it runs on."""
        return "/".join(str(self.rpc.call("web3_clientVersion")).split("/")[:2])

    @property
    def now(self) -> int:
        """Time of the last block, in Unix seconds."""
        return int(self.rpc.block()["timestamp"], 16)

    def send(self, sender: Address, to: Address | None, data: bytes) -> Done:
        """
        Send a transaction, a block after the last, and wait for it.

        It is tried first, which tells what it returns: the node then mines it at the same instant.

        Raises:
            RefusedError: The contract does not do it.
        """
        self.travel(BLOCK_S)
        request = {"from": str(sender), "data": "0x" + data.hex(), "gas": hex(BLOCK_GAS)}
        if to is not None:
            request["to"] = str(to)
        returned = self.rpc.attempt(Call("eth_call", (request, "latest")))
        if isinstance(returned, Fault):
            raise RefusedError(f"{data[:4].hex()} from {sender}: {returned.message} {returned.data}")
        receipt = self.rpc.call("eth_getTransactionReceipt", self.rpc.call("eth_sendTransaction", request))
        if receipt["status"] != "0x1":
            raise RefusedError(f"{data[:4].hex()} from {sender}: only when it was sent")
        deployed = receipt["contractAddress"]
        return Done(
            gas=int(receipt["gasUsed"], 16),
            returned=bytes.fromhex(returned[2:]),
            contract=Address.parse(deployed) if deployed else None,
            topics=tuple(bytes.fromhex(log["topics"][0][2:]) for log in receipt["logs"]),
        )

    def travel(self, seconds: int) -> None:
        """Let time pass."""
        self.rpc.call("evm_mine", self.now + seconds)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Let nothing of what happens inside remain."""
        snapshot = self.rpc.call("evm_snapshot")
        yield
        self.rpc.call("evm_revert", snapshot)


@dataclass(frozen=True, slots=True)
class Contract:
    """
    A contract on a chain.

    Args:
        chain: Where it is.
        address: Where on it.
        interface: What it can be asked.
        deployment: The transaction that made it.
    """

    chain: Chain
    address: Address
    interface: Interface
    deployment: Done

    def send(self, sender: Address, function: str, *values: Any) -> Done:
        """
        Call a function in a transaction.

        Raises:
            RefusedError: The contract did not do it.
        """
        return self.chain.send(sender, self.address, self.interface[function].call(*values))

    def read(self, function: str, *values: Any) -> tuple[Any, ...]:
        """Call a function that changes nothing."""
        asked = self.interface[function]
        request = {"to": str(self.address), "data": "0x" + asked.call(*values).hex()}
        return asked.result(bytes.fromhex(self.chain.rpc.call("eth_call", request, "latest")[2:]))

    def returned(self, function: str, done: Done) -> tuple[Any, ...]:
        """Give what a mined call of *function* returned."""
        return self.interface[function].result(done.returned)


def deploy(chain: Chain, sender: Address, artifact: Mapping[str, Any], *values: Any) -> Contract:
    """
    Deploy a contract from its `abi` and `bytecode`.

    Raises:
        RefusedError: It cannot be deployed: it is too large, or its constructor refuses.
    """
    interface = Interface(artifact["abi"])
    code = bytes.fromhex(artifact["bytecode"].removeprefix("0x"))
    done = chain.send(sender, None, code + interface.constructor.encode(values))
    if done.contract is None:
        raise RefusedError("the transaction deployed nothing")
    return Contract(chain, done.contract, interface, done)


@contextmanager
def throwaway_chain(*, any_size: bool = False) -> Iterator[Chain]:
    """
    Serve a chain, on a free port, while the block runs.

    Args:
        any_size: Let contracts be larger than real chains do, to measure one that is not finished.
    """
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        log = Path(folder) / "ganache.log"
        process = spawn(_command(port, any_size=any_size), log, detach=False)
        try:
            rpc = Rpc(f"http://127.0.0.1:{port}", timeout_s=120)
            _wait(rpc, lambda: process.poll() is None, log)
            yield Chain(rpc)
            rpc.close()
        finally:
            process.terminate()
            process.wait()


def _command(port: int, *, any_size: bool) -> Sequence[str]:
    own = ROOT / ".tools/bin/node"
    node = str(own) if own.exists() else shutil.which("node")
    if node is None:
        raise SystemExit("Node is not installed: run `make setup`.")
    options = OPTIONS | {"server.port": str(port)}
    if any_size:
        options |= {"chain.allowUnlimitedContractSize": "true", "chain.allowUnlimitedInitCodeSize": "true"}
    program = os.path.realpath(ROOT / "node_modules/.bin/ganache")
    return [node, program, *(f"--{name}={value}" for name, value in options.items())]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(rpc: Rpc, is_alive: Any, log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            rpc.call("eth_chainId")
        except RpcUnavailable:
            if not is_alive() or time.monotonic() > deadline:
                raise SystemExit(f"Ganache does not start:\n{log.read_text('utf-8')}") from None
            time.sleep(0.05)
        else:
            return
