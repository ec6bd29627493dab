"""The chains that are measured on: the local one as users have it, and an Anvil with the flags for bulk."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from supportledger.chain.deploy import deploy
from supportledger.chain.engine import Engine, command
from supportledger.chain.ledger import Ledger
from supportledger.chain.process import spawn
from supportledger.chain.reader import decode_refusal
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.signer import local_signer
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.desk.desk import Desk
from supportledger.errors import RpcUnavailable
from supportledger.wiring.connecting import connect
from supportledger.wiring.local import furnish, start_local, stop_local

ANVIL_IN_BULK = [
    "--block-time",
    "0.2",
    "--order",
    "fifo",
    "--gas-limit",
    "1000000000",
    "--no-request-size-limit",
]
READY_S = 30


@contextmanager
def ganache_desk() -> Iterator[Desk]:
    """Serve a desk on a new local chain, as `supportledger up` makes it."""
    with tempfile.TemporaryDirectory() as folder:
        record = start_local(folder, port=0, detach=False)
        try:
            with connect(folder, rpc=record.rpc_url, ledger=str(record.ledger), confirmations=0) as desk:
                yield desk
        finally:
            stop_local(folder)


@contextmanager
def anvil_ledger() -> Iterator[Ledger]:
    """Serve a ledger on an Anvil that mines five times a second."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        program = command(Engine.ANVIL, port, Path(folder))[0]
        arguments = [
            "--port",
            str(port),
            "--chain-id",
            str(LOCAL_CHAIN_ID),
            "--hardfork",
            "shanghai",
            "--quiet",
        ]
        process = spawn([program, *arguments, *ANVIL_IN_BULK], Path(folder) / "anvil.log", detach=False)
        try:
            with closing(Rpc(f"http://127.0.0.1:{port}", timeout_s=120)) as rpc:
                _wait(rpc)
                yield _new_ledger(rpc)
        finally:
            process.terminate()
            process.wait()


def client(desk: Desk) -> Ledger:
    """Give the client of a desk on a chain."""
    if not isinstance(desk.ledger, Ledger):
        raise TypeError("the desk is not on a chain")
    return desk.ledger


def _new_ledger(rpc: Rpc) -> Ledger:
    sender = Sender(rpc, LOCAL_CHAIN_ID, decode=decode_refusal)
    admin = local_signer("admin")
    deployed = deploy(sender, admin, admin.address)
    ledger = Ledger(sender, deployed.deployment, since=deployed.block_number)
    furnish(ledger)
    return ledger


def _wait(rpc: Rpc) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            rpc.call("eth_chainId")
        except RpcUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
