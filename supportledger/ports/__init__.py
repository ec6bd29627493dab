"""
The map of the system: what the desk needs from the world, as Protocols. Each has a fake that ships.

    Ledger    tickets, agents, policies, anchors    `chain.ledger`, `chain.memory`
    Signer    a key, here or elsewhere              `chain.signer`
    Store     contents, drafts and read models      `store.database`, `store.memory`
    Vault     the keys that contents are sealed with   `store.vault`, `store.vault_memory`
    LogStore  append-only logs                      `store.log_files`, `store.log_memory`
    WitnessStore   what a witness saw                `store.witness_files`, `store.witness_memory`
    Post      requests to programs of others         `channels.post`, `channels.post_memory`
    Clock     the time
    Guard     finds secrets, and takes them out     `assist.guard`
"""

from supportledger.ports.clock import Clock
from supportledger.ports.guard import Guard
from supportledger.ports.kept import Content, Contents, Damaged, Held, Holdings, Submission
from supportledger.ports.ledger import Ledger, LedgerReader
from supportledger.ports.logs import LogStore
from supportledger.ports.signer import Signer
from supportledger.ports.store import Store
from supportledger.ports.vault import Custody, Keys, Vault
from supportledger.ports.witness import WitnessStore

__all__ = [
    "Clock",
    "Content",
    "Contents",
    "Custody",
    "Damaged",
    "Guard",
    "Held",
    "Holdings",
    "Keys",
    "Ledger",
    "LedgerReader",
    "LogStore",
    "Signer",
    "Store",
    "Submission",
    "Vault",
    "WitnessStore",
]
