"""
What a verifier of proof files trusts: from options, a trust file, the settings, and the data directory.

A trust file is JSON: `{"chainId", "ledger", "codeHash", "blocks": {"<number>": "0x…"}}`; the last two are
optional. What is given as an option wins over it; the proof file itself is never asked.

Source: docs/spec/verification.md, V2 and V8.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from supportledger.chain.artifact import packaged
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.config import Finality, Settings
from supportledger.errors import ChainError, ConfigError, Error, InputError, NotFinal, WrongNetwork
from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.proof.trust import BlockHashes, Trust

if TYPE_CHECKING:
    from supportledger.chain.rpc import Rpc
    from supportledger.proof.witness_policy import WitnessPolicy

_NAMES: Final = {"chainId", "ledger", "codeHash", "blocks"}
_CONFIRMATIONS: Final = 2
"""Blocks on top of one that counts, on any chain but the local one, unless a setting says otherwise."""


@dataclass(frozen=True, slots=True)
class Named:
    """
    What somebody named; None where they did not.

    Args:
        chain_id: Of the ledger's chain.
        ledger: Address of the contract.
        code_hash: Of its code; None: that of the packaged contract, deployed at this address of this chain.
        blocks: Hashes by number.
        block_hash: Of the one block that is trusted, whatever its number.
        witnesses: Whose names count.
        cosigned: A note in which they name a block.
    """

    chain_id: int | None = None
    ledger: Address | None = None
    code_hash: bytes | None = None
    blocks: Mapping[int, bytes] = field(default_factory=dict)
    block_hash: bytes | None = None
    witnesses: "WitnessPolicy | None" = None
    cosigned: bytes = b""


def read_trust(path: Path) -> Named:
    """
    Read a trust file.

    Raises:
        InputError: It is none.
    """
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or not {"chainId", "ledger"} <= found.keys() <= _NAMES:
            raise InputError(f"{path} is not a trust file", hint=f"It has {', '.join(sorted(_NAMES))}.")
        code = found.get("codeHash")
        return Named(
            chain_id=int(found["chainId"]),
            ledger=Address.parse(found["ledger"]),
            code_hash=None if code is None else parse_hash(code),
            blocks={int(number): parse_hash(one) for number, one in found.get("blocks", {}).items()},
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is not a trust file: {error}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def parse_hash(text: str) -> bytes:
    """
    Read 32 bytes in hexadecimal, with or without `0x`.

    Raises:
        InputError: It is anything else.
    """
    digits = str(text).removeprefix("0x")
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        found = b""
    if len(found) != 32 or len(digits) != 64:
        raise InputError(f"not a hash: {str(text)[:80]!r}", hint="A hash is 0x and 64 hexadecimal digits.")
    return found


def trust(named: Named, settings: Settings, *, offline: bool) -> Trust:
    """
    Put together what is trusted.

    Args:
        named: By options and a trust file.
        settings: Name the ledger, and the node that is asked for the block.
        offline: Ask no node.

    Raises:
        ConfigError: Nobody named the ledger or its chain.
    """
    found = _deployment(named, settings)
    return Trust(
        found.chain_id,
        found.ledger,
        found.code_hash,
        _blocks(named, settings, found, offline=offline),
        named.witnesses,
        named.cosigned,
    )


def _deployment(named: Named, settings: Settings) -> Deployment:
    """Settle which ledger is meant: named here, in the settings, or known to the data directory."""
    address = named.ledger or (Address.parse(settings.ledger) if settings.ledger else None)
    chain_id = named.chain_id
    if address is None or chain_id is None:
        known = _known(settings)
        if known is not None and address in {None, known[1]} and chain_id in {None, known[0]}:
            chain_id, address = known
    if address is None or chain_id is None:
        raise ConfigError(
            "nobody has named the ledger that the file is to be about",
            hint="Give --chain-id and --ledger, or a file with --trust: the proof file is not believed.",
        )
    return Deployment(chain_id, address, named.code_hash or packaged().hash_deployed(chain_id, address))


def _known(settings: Settings) -> tuple[int, Address] | None:
    from supportledger.chain.local import LocalChain  # noqa: PLC0415 -- whoever names the ledger needs no chain
    from supportledger.wiring.known import Known  # noqa: PLC0415 -- as above

    remote = Known(settings.data_dir).read()
    if remote is not None:
        return remote.chain_id, remote.ledger
    local = LocalChain(settings.data_dir).record()
    return (local.chain_id, local.ledger) if local and local.ledger else None


def _blocks(named: Named, settings: Settings, ledger: Deployment, *, offline: bool) -> BlockHashes:
    if named.block_hash is not None:
        return lambda _: named.block_hash
    if named.blocks or named.cosigned or offline:
        return named.blocks
    url = settings.rpc_url or _local_url(settings)
    if url is None:
        return named.blocks
    usual = 0 if ledger.chain_id == LOCAL_CHAIN_ID else _CONFIRMATIONS
    return NodeBlocks(url, ledger, usual if settings.confirmations is None else settings.confirmations)


def _local_url(settings: Settings) -> str | None:
    from supportledger.chain.local import LocalChain  # noqa: PLC0415 -- as above

    local = LocalChain(settings.data_dir).record()
    return local.rpc_url if local and local.is_running else None


class NodeBlocks:
    """
    Hashes of blocks that a node is asked for, once it serves the right chain.

    Args:
        url: Of the node.
        ledger: Whose chain it must serve.
        finality: Blocks on top of one that counts, or "finalized".
    """

    def __init__(self, url: str, ledger: Deployment, finality: Finality) -> None:
        self._url = url
        self._ledger = ledger
        self._finality = finality
        self.failure: Error | None = None
        """Why the node could not say anything; None if it could, or was not asked."""

    def __call__(self, number: int) -> bytes:
        """
        Give the hash that the chain has for a block.

        Raises:
            NotFinal: It may still be replaced.
            WrongNetwork: The node serves another chain.
            RpcUnavailable: It gives no usable answer.
            RpcRefused: It has no such block.
        """
        from supportledger.chain.rpc import Rpc  # noqa: PLC0415 -- opens sockets, which offline nobody needs

        with closing(Rpc(self._url)) as node:
            try:
                return self._hash_of(node, number)
            except ChainError as failure:
                self.failure = failure
                raise

    def _hash_of(self, node: "Rpc", number: int) -> bytes:
        chain = int(node.call("eth_chainId"), 16)
        if chain != self._ledger.chain_id:
            raise WrongNetwork(f"the node at {node.shown} serves chain {chain}, not {self._ledger.chain_id}")
        found = bytes.fromhex(node.block(number)["hash"][2:])
        final = self._last_final(node)
        if number > final:
            raise NotFinal(f"block {number} may still be replaced: the last final one is {final}")
        return found

    def _last_final(self, node: "Rpc") -> int:
        if self._finality == "finalized":
            return int(node.block("finalized")["number"], 16)
        return int(node.call("eth_blockNumber"), 16) - self._finality
