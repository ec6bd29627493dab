"""The witness of a data directory, and the blocks that its own node has."""

from contextlib import closing
from pathlib import Path
from typing import Final

from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.config import Finality, Settings
from supportledger.desk.witness import Witness
from supportledger.errors import RpcUnavailable
from supportledger.model.ids import NOBODY
from supportledger.model.records import Deployment
from supportledger.store.witness_files import FOLDER, FolderWitness
from supportledger.wiring.clock import SystemClock

_CONFIRMATIONS: Final = 2
"""Blocks on top of one that counts, on any chain but the local one, unless a setting says otherwise."""


def open_witness(data_dir: Path) -> Witness:
    """Open the witness of a data directory; it needs neither a chain nor a desk."""
    return Witness(FolderWitness(data_dir / FOLDER), SystemClock())


def final_block(settings: Settings, number: int) -> tuple[int, bytes]:
    """
    Ask the witness's own node for a block that nothing replaces any more (L6.3).

    Args:
        settings: Name the node, and how many blocks on top make one final.
        number: Of the block.

    Returns:
        Id of the chain, and hash of the block.

    Raises:
        NotFinal: It may still be replaced.
        RpcUnavailable: No node was named, or it gives no usable answer.
        RpcRefused: It has no such block.
    """
    from supportledger.chain.deploy import chain_id  # noqa: PLC0415 -- a witness of logs needs no node
    from supportledger.chain.rpc import Rpc  # noqa: PLC0415 -- as above
    from supportledger.wiring.trusting import NodeBlocks  # noqa: PLC0415 -- as above

    url = settings.rpc_url or _local_url(settings)
    with closing(Rpc(url)) as node:
        chain = chain_id(node)
    blocks = NodeBlocks(url, Deployment(chain, NOBODY, bytes(32)), _finality(settings, chain))
    return chain, blocks(number)


def _local_url(settings: Settings) -> str:
    from supportledger.chain.local import LocalChain  # noqa: PLC0415 -- as above

    local = LocalChain(settings.data_dir).record()
    if local is None or not local.is_running:
        raise RpcUnavailable("no node was named to read the block from", hint="Name one with --rpc.")
    return local.rpc_url


def _finality(settings: Settings, chain: int) -> Finality:
    if settings.confirmations is not None:
        return settings.confirmations
    return 0 if chain == LOCAL_CHAIN_ID else _CONFIRMATIONS
