"""From settings to a desk."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from supportledger import config
from supportledger.assist import guard
from supportledger.chain.deploy import deployment_block, inspect
from supportledger.chain.identities import Identities, Passphrase, passphrase_from_file
from supportledger.chain.ledger import Ledger
from supportledger.chain.local import LocalChain, LocalRecord
from supportledger.chain.reader import decode_refusal
from supportledger.chain.rpc import Rpc
from supportledger.chain.sender import Sender
from supportledger.chain.wellknown import LOCAL_CHAIN_ID
from supportledger.config import Finality, Settings
from supportledger.desk.cast import Cast
from supportledger.desk.desk import Desk
from supportledger.errors import ConfigError, RpcUnavailable
from supportledger.model.ids import Address
from supportledger.model.records import Deployment
from supportledger.store.database import DatabaseStore, open_store
from supportledger.store.files import FolderFiles
from supportledger.store.log_files import FOLDER as LOGS
from supportledger.store.log_files import FolderLogs
from supportledger.store.place import DATABASE, located
from supportledger.wiring.clock import SystemClock
from supportledger.wiring.desk_key import open_keys
from supportledger.wiring.keyring import Keyring
from supportledger.wiring.known import Known

__all__ = ["DATABASE", "IDENTITIES", "PUBLIC_CONFIRMATIONS", "connect"]

IDENTITIES: Final = "identities"
"""The folder of the keys, in the data directory."""
PUBLIC_CONFIRMATIONS: Final = 2
"""Blocks on top of one that counts, on any chain but the local one, unless a setting says otherwise."""


def connect(
    data: Path | str | None = None,
    *,
    rpc: str | None = None,
    ledger: str | None = None,
    identity: str | None = None,
    passphrase: Passphrase | None = None,
    confirmations: Finality | None = None,
    store: str | None = None,
    settings: Settings | None = None,
    waits: bool = True,
) -> Desk:
    """
    Open a desk.

    What is not given comes from the environment, the settings files, and the data directory.

    Args:
        data: The data directory.
        rpc: Address of the node; None: the local chain's.
        ledger: The contract; None: the one that the data directory knows.
        identity: Acts unless a call names somebody else.
        passphrase: Opens keystores; None: the file that the settings name.
        confirmations: Blocks on top of one that counts, or "finalized".
        store: Address of the database; None: a file in the data directory.
        settings: All of this at once, from whoever has read it; what is given besides, wins.
        waits: What is done is final when a call returns; else it is mined, and the index calls it final.

    Raises:
        ConfigError: A setting is malformed, or no ledger is known.
        RpcUnavailable: The node is away, or the local chain is not running.
        WrongNetwork: The node serves another chain.
        NotALedger: There is no contract, or other code.
        ForeignData: The data directory belongs to another deployment.
        WrongDeskKey: The desk key is missing, or not the one that the contents are sealed under.
        StoreError: The database cannot be opened.
    """
    given = {
        "data_dir": data,
        "rpc_url": rpc,
        "ledger": ledger,
        "identity": identity,
        "confirmations": confirmations,
        "store": store,
    }
    chosen = _merged(settings, given)
    place = _place(chosen)
    node = Rpc(place.rpc_url)
    try:
        return _open(chosen, place, node, passphrase, waits=waits)
    except BaseException:
        node.close()
        raise


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the ledger is."""

    rpc_url: str
    ledger: Address
    chain_id: int | None
    block: int | None


def _merged(settings: Settings | None, given: Mapping[str, Any]) -> Settings:
    besides = {name: value for name, value in given.items() if value is not None}
    if settings is not None and not besides:
        return settings  # what they leave open is not to be read again
    known = {} if settings is None else {one.name: getattr(settings, one.name) for one in fields(settings)}
    return config.load(**known | besides)


def _place(settings: Settings) -> _Place:
    local, known = LocalChain(settings.data_dir).record(), Known(settings.data_dir).read()
    named = Address.parse(settings.ledger) if settings.ledger else None
    if settings.rpc_url is None:
        return _local(local, named, settings)
    if local and settings.rpc_url.rstrip("/") == local.rpc_url:
        return _local(local, named, settings)
    if known and named in {None, known.ledger}:
        return _Place(settings.rpc_url, known.ledger, known.chain_id, known.block)
    if local and local.ledger and named in {None, local.ledger}:
        return _Place(settings.rpc_url, local.ledger, local.chain_id, local.deployment_block)
    if named is None:
        raise ConfigError(
            f"{settings.data_dir} knows no ledger",
            hint="Name its address with --ledger, or deploy one with `supportledger deploy`.",
        )
    return _Place(settings.rpc_url, named, None, None)


def _local(record: LocalRecord | None, named: Address | None, settings: Settings) -> _Place:
    if record is None or not record.is_running:
        raise RpcUnavailable(
            f"no local chain runs for {settings.data_dir}",
            hint="Start one with `supportledger up --detach`, or name a node with --rpc.",
        )
    ledger = named or record.ledger
    if ledger is None:
        raise ConfigError("nothing is deployed on the local chain", hint="Run `supportledger up` again.")
    since = record.deployment_block if ledger == record.ledger else None
    return _Place(record.rpc_url, ledger, record.chain_id, since)


def _open(
    settings: Settings, place: _Place, node: Rpc, passphrase: Passphrase | None, *, waits: bool
) -> Desk:
    found = inspect(node, place.ledger, place.chain_id)
    since = _since(place, node)
    finality = _finality(settings, found.chain_id)
    sender = Sender(node, found.chain_id, finality=finality, waits=waits, decode=decode_refusal)
    ledger = Ledger(sender, found, since=since)
    store, files = _store(settings, found)
    if place.block is None:
        Known(settings.data_dir).remember(found, since)
    identities = Identities(settings.data_dir / IDENTITIES)
    keys = Keyring(identities, found.chain_id, passphrase or _passphrase(settings))
    logs = FolderLogs(settings.data_dir / LOGS)
    cast = Cast(keys, settings.identity)
    desk = Desk(ledger, store, cast, SystemClock(), files, logs, guard, closing=ledger.close)
    desk.settle()
    return desk


def _store(settings: Settings, found: Deployment) -> tuple[DatabaseStore, FolderFiles]:
    place = located(settings.store, settings.data_dir)
    vault = open_keys(settings, place)
    try:
        files = FolderFiles(settings.data_dir, vault)
        return open_store(place, found, vault, files=files), files
    except BaseException:
        vault.close()
        raise


def _since(place: _Place, node: Rpc) -> int:
    return deployment_block(node, place.ledger) if place.block is None else place.block


def _finality(settings: Settings, chain_id: int) -> Finality:
    if settings.confirmations is not None:
        return settings.confirmations
    return 0 if chain_id == LOCAL_CHAIN_ID else PUBLIC_CONFIRMATIONS


def _passphrase(settings: Settings) -> Passphrase:
    if settings.passphrase_file is not None:
        return passphrase_from_file(settings.passphrase_file)

    def refuse(name: str) -> str:
        raise ConfigError(
            f"the identity {name} needs its passphrase",
            hint="Write it to a file and name that with --passphrase-file.",
        )

    return refuse
