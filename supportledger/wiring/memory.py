"""A desk without node, database or disk, with the same rules and refusals."""

from datetime import UTC, datetime
from typing import Final

from supportledger.assist import guard
from supportledger.chain.memory import MemoryLedger
from supportledger.chain.signer import KeySigner, local_signer
from supportledger.chain.wellknown import LocalName
from supportledger.desk.cast import Cast
from supportledger.desk.desk import Desk
from supportledger.errors import NotFound
from supportledger.model.ids import Address
from supportledger.ports import Signer
from supportledger.store.files import MemoryFiles
from supportledger.store.log_memory import MemoryLogs
from supportledger.store.memory import MemoryStore
from supportledger.wiring.local import furnish


def memory_desk(ledger: MemoryLedger | None = None) -> Desk:
    """
    Make a desk in this process's memory, with the roles, policies and identities of a local chain.

    Args:
        ledger: The one to work on; None: a new one. Its clock stands still until `advance` moves it.
    """
    ledger = ledger or MemoryLedger(local_signer("admin").address)
    furnish(ledger)
    store = MemoryStore(ledger.deployment, now=ledger.now)
    cast, files = Cast(LocalKeys()), MemoryFiles(store.vault)
    return Desk(ledger, store, cast, LedgerClock(ledger), files, MemoryLogs(), guard)


class LedgerClock:
    """The time that a ledger in memory says it is."""

    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger

    def now(self) -> datetime:
        """As `ports.Clock.now`."""
        return datetime.fromtimestamp(self._ledger.now(), UTC)


class LocalKeys:
    """The identities of the local chain, as `desk.cast.Keys` has them."""

    def __init__(self) -> None:
        self._signers: Final = {one.name: local_signer(one.name) for one in LocalName}

    def signer(self, name: str) -> Signer:
        """As `Keys.signer`."""
        return self._get(name)

    def address(self, name: str) -> Address:
        """As `Keys.address`."""
        return self._get(name).address

    def name(self, address: Address) -> str | None:
        """As `Keys.name`."""
        return next((name for name, one in self._signers.items() if one.address == address), None)

    def _get(self, name: str) -> KeySigner:
        if name not in self._signers:
            raise NotFound(f"no identity {name}", hint=f"There are {', '.join(self._signers)}.")
        return self._signers[name]
