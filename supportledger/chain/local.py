"""
A chain on this machine: started, found again, and stopped.

`<data>/local.json` says which engine keeps its chain in `<data>/chain`, what is deployed on it, and which
process serves it now. The process is only ever stopped when it is certainly the one we started.
"""

import fcntl
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from supportledger.chain.engine import HOST, Engine, command
from supportledger.chain.process import Process, spawn
from supportledger.chain.rpc import Rpc
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.errors import (
    ConfigError,
    Conflict,
    EngineFailed,
    Error,
    ForeignData,
    NotFound,
    PortTaken,
    RpcRefused,
)
from supportledger.model.ids import Address

if TYPE_CHECKING:
    from subprocess import Popen

DEFAULT_PORT: Final = 8545
_READY_S: Final = 60.0
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class LocalRecord:
    """
    What is known of a local chain.

    Args:
        engine: Keeps the chain.
        port: Where it was served last.
        genesis: Hash of its first block, which tells it from any other chain.
        ledger: Contract deployed on it.
        deployment_block: Where that was mined.
        process: Serves it, unless it has ended.
    """

    engine: Engine
    port: int
    genesis: str = ""
    ledger: Address | None = None
    deployment_block: int | None = None
    process: Process | None = None

    @property
    def rpc_url(self) -> str:
        """Address of the node."""
        return f"http://{HOST}:{self.port}"

    @property
    def chain_id(self) -> int:
        """The same for every local chain."""
        return LOCAL_CHAIN_ID

    @property
    def is_running(self) -> bool:
        """Its process is alive."""
        return self.process is not None and self.process.is_alive


class LocalChain:
    """
    The local chain of one data directory.

    Args:
        data_dir: Made when the chain is first started.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir: Final = data_dir
        self.folder: Final = data_dir / "chain"
        self.log: Final = self.folder / "engine.log"
        self._file = data_dir / "local.json"
        self._child: Popen[bytes] | None = None

    def record(self) -> LocalRecord | None:
        """
        Read what is known of the chain; None when there was never one.

        Raises:
            ConfigError: The file is damaged.
        """
        try:
            text = self._file.read_text("utf-8")
        except FileNotFoundError:
            return None
        try:
            return _parsed(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{self._file} is damaged", hint="Remove it to begin anew.") from error

    def running(self) -> LocalRecord:
        """
        Give the chain that is being served.

        Raises:
            NotFound: None is.
        """
        record = self.record()
        if record is None or not record.is_running:
            raise NotFound(
                f"no local chain runs for {self.data_dir}", hint="Start one with `supportledger up --detach`."
            )
        return record

    def start(
        self, engine: Engine | None = None, port: int | None = None, *, detach: bool = False
    ) -> LocalRecord:
        """
        Start the engine and wait until it answers, with its clock not behind its own last block.

        Args:
            engine: None: the one that keeps this directory's chain, or Ganache.
            port: None: as last time, or 8545; 0: any free one.
            detach: It outlives this process; otherwise it ends with the thread that calls this, even if
                killed.

        Raises:
            Conflict: It runs already.
            ForeignData: The directory holds the chain of another engine, or what was deployed is gone.
            PortTaken: Another program listens there.
            EngineFailed: It is not installed, or ended with an error.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            record = self._planned(engine, port)
            _check_free(record.port)
            self._child = spawn(command(record.engine, record.port, self.folder), self.log, detach=detach)
            try:
                record = replace(record, process=Process.of(self._child.pid))
                self._write(record)
                return self._ready(record)
            except BaseException:
                self._end(record)
                raise

    def stop(self) -> bool:
        """Stop the engine if it runs, and tell whether it did."""
        record = self.record()
        was_running = record is not None and record.is_running
        if record is not None:
            self._end(record)
        return was_running

    def remember(self, ledger: Address, block: int) -> LocalRecord:
        """Note what is deployed on the chain that runs."""
        record = replace(self.running(), ledger=ledger, deployment_block=block)
        self._write(record)
        return record

    def _planned(self, engine: Engine | None, port: int | None) -> LocalRecord:
        known = self.record()
        if known is None:
            return LocalRecord(engine or Engine.GANACHE, _chosen(port, DEFAULT_PORT))
        if known.is_running:
            raise Conflict(
                f"the chain of {self.data_dir} is already served at {known.rpc_url}",
                hint="Use it, or stop it with `supportledger down`.",
            )
        if engine not in {None, known.engine}:
            raise ForeignData(
                f"{self.data_dir} holds a chain of {known.engine.title()}",
                hint=f"Use --engine {known.engine}, or another directory with --data.",
            )
        return replace(known, port=_chosen(port, known.port), process=None)

    def _ready(self, record: LocalRecord) -> LocalRecord:
        with _closing(Rpc(record.rpc_url, timeout_s=5.0)) as rpc:
            self._await(rpc)
            genesis = record.genesis or rpc.block(0)["hash"]
            if not _knows(rpc, genesis):
                raise ForeignData(
                    f"the chain in {self.folder} is not the one that {self._file} describes",
                    hint="Restore it, or remove both to begin anew.",
                )
            _correct_clock(rpc, record.engine)
        record = replace(record, genesis=genesis)
        self._write(record)
        return record

    def _await(self, rpc: Rpc) -> None:
        deadline = time.monotonic() + _READY_S
        while True:
            try:
                chain_id = int(rpc.call("eth_chainId"), 16)
            except Error as error:
                self._check_alive()
                if time.monotonic() > deadline:
                    raise EngineFailed(f"the local chain did not answer within {_READY_S:.0f} s") from error
                time.sleep(_POLL_S)
                continue
            self._check_alive()
            if chain_id != LOCAL_CHAIN_ID:
                raise ForeignData(f"the chain in {self.folder} has chain id {chain_id}, not {LOCAL_CHAIN_ID}")
            return

    def _check_alive(self) -> None:
        if self._child is None or self._child.poll() is None:
            return
        said = self.log.read_text("utf-8", errors="replace").strip()
        if "in use" in said or "EADDRINUSE" in said:
            raise PortTaken("another program took the port first", hint="Choose one with --port.")
        raise EngineFailed(
            f"the local chain ended: {said[-500:] or 'without a word'}", hint=f"See {self.log}."
        )

    def _end(self, record: LocalRecord) -> None:
        if record.process is not None:
            record.process.stop()
        if self._child is not None:
            self._child.wait()
            self._child = None
        if record.genesis:
            self._write(replace(record, process=None))
        else:
            self._file.unlink(missing_ok=True)

    def _write(self, record: LocalRecord) -> None:
        content = asdict(record) | {
            "chain_id": record.chain_id,
            "rpc_url": record.rpc_url,
            "ledger": str(record.ledger) if record.ledger else None,
        }
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        new.replace(self._file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from starting the same chain at the same time."""
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(f"the chain of {self.data_dir} is just being started") from None
            yield


@contextmanager
def local_chain(
    data_dir: Path, engine: Engine | None = None, port: int | None = None
) -> Iterator[LocalRecord]:
    """
    Serve a local chain for as long as a block runs, whatever ends it.

    Raises: As `LocalChain.start`.
    """
    chain = LocalChain(data_dir)
    record = chain.start(engine, port)
    try:
        yield record
    finally:
        chain.stop()


def advance(rpc: Rpc, seconds: int) -> int:
    """
    Let time pass on a local chain, and mine a block at the new time.

    Returns:
        The block's timestamp; Unix seconds.

    Raises:
        RpcRefused: The node is not a local chain's.
    """
    rpc.call("evm_increaseTime", seconds)
    rpc.call("evm_mine")
    return int(rpc.block()["timestamp"], 16)


def _correct_clock(rpc: Rpc, engine: Engine) -> None:
    """Set the clock to the last block's time where that is ahead, which engines forget when they end."""
    latest = int(rpc.block()["timestamp"], 16)
    if latest > time.time():
        rpc.call("evm_setTime", latest * 1000 if engine is Engine.GANACHE else latest)


def _chosen(port: int | None, default: int) -> int:
    if port is None:
        return default
    if port:
        return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(
                f"port {port} is taken by another program", hint="Choose one with --port, or 0 for any."
            ) from error


def _parsed(content: dict[str, Any]) -> LocalRecord:
    process, ledger = content["process"], content["ledger"]
    return LocalRecord(
        engine=Engine(content["engine"]),
        port=int(content["port"]),
        genesis=str(content["genesis"]),
        ledger=Address.parse(ledger) if ledger else None,
        deployment_block=content["deployment_block"],
        process=Process(int(process["pid"]), str(process["born"])) if process else None,
    )


@contextmanager
def _closing(rpc: Rpc) -> Iterator[Rpc]:
    try:
        yield rpc
    finally:
        rpc.close()


def _knows(rpc: Rpc, block: str) -> bool:
    """Ask by its hash: an Anvil that goes on from a file has made a first block of its own, too."""
    try:
        return rpc.call("eth_getBlockByHash", block, False) is not None  # noqa: FBT003 -- the protocol's order
    except RpcRefused:  # a damaged record: that is no hash of a block
        return False
