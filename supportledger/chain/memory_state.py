"""
The storage of a ledger in memory as a chain would keep it: a trie for each block, under a header that hashes.

So a ledger without a chain makes the same proofs as one with. What verifies them is the same code; what makes
them is the maintained trie, never the verifier.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import rlp
from trie import HexaryTrie

from supportledger.chain.memory_rules import checkpoint_hash
from supportledger.model import abi
from supportledger.model.acts import Checkpoint
from supportledger.model.events import (
    AgentChanged,
    Anchored,
    LedgerEvent,
    PolicyPublished,
    PolicyRetired,
    place,
)
from supportledger.model.ids import TicketId, keccak
from supportledger.model.policy import Policy, PolicyTerms
from supportledger.model.records import Deployment, EntryRecord
from supportledger.proof import places
from supportledger.proof.evidence import StateProof

_GENESIS: Final = bytes(32)
_EMPTY: Final = keccak(b"\x80")
_GAS: Final = 30_000_000

Word = tuple[bytes, bytes]
"""Place and value."""


class MemoryState:
    """
    The blocks of one ledger in memory.

    Args:
        deployment: Of the ledger.
        slot: Gives a ticket's word as of a block.
        time: Gives the time of a block.
    """

    def __init__(
        self,
        deployment: Deployment,
        slot: Callable[[TicketId, int], bytes],
        time: Callable[[int], int],
    ) -> None:
        self._deployment = deployment
        self._slot = slot
        self._time = time
        self._storage = HexaryTrie({})
        self._accounts = HexaryTrie({})
        self._roots: list[tuple[bytes, bytes]] = []
        """Of the storage, and of all accounts, by number of the block."""
        self._headers: list[bytes] = []
        self._seen = 0
        self._terms: dict[int, PolicyTerms] = {}

    def header(self, number: int, events: Sequence[LedgerEvent]) -> bytes:
        """
        Give the exact bytes of a block's header.

        Args:
            number: Of the block.
            events: All that there are, in order.
        """
        while len(self._headers) <= number:
            self._mine(len(self._headers), events)
        return self._headers[number]

    def proof(self, wanted: Sequence[bytes], number: int, events: Sequence[LedgerEvent]) -> StateProof:
        """Show some words of the ledger's storage as of a block."""
        header = self.header(number, events)
        storage_root, state_root = self._roots[number]
        return StateProof(
            header,
            _path(self._accounts, state_root, keccak(self._deployment.ledger)),
            tuple(_path(self._storage, storage_root, keccak(one)) for one in wanted),
        )

    def _mine(self, number: int, events: Sequence[LedgerEvent]) -> None:
        while self._seen < len(events) and place(events[self._seen]).block_number <= number:
            for at, value in self._words(events[self._seen], number):
                self._storage[keccak(at)] = rlp.encode(value.lstrip(b"\0"))
            self._seen += 1
        account = [1, 0, self._storage.root_hash, self._deployment.code_hash]
        self._accounts[keccak(self._deployment.ledger)] = rlp.encode(account)
        self._roots.append((self._storage.root_hash, self._accounts.root_hash))
        self._headers.append(self._header(number))

    def _words(self, event: LedgerEvent, number: int) -> Iterator[Word]:
        match event:
            case EntryRecord():
                yield places.ticket_place(event.ticket), self._slot(event.ticket, number)
            case AgentChanged():
                yield places.agent_place(event.agent), event.certificate.authority
            case PolicyPublished():
                self._terms[event.policy] = event.terms
                yield places.policy_place(event.policy), abi.uint(event.terms.word)
            case PolicyRetired():
                retired = Policy(self._terms[event.policy], retired=True)
                yield places.policy_place(event.policy), abi.uint(retired.word)
            case Anchored():
                checkpoint = Checkpoint(event.size, event.root, event.time)
                yield places.anchor_place(event.log), checkpoint_hash(checkpoint)
            case _:
                return

    def _header(self, number: int) -> bytes:
        """Write a header as chains do since 2023 (17 fields, the last for withdrawals)."""
        parent = keccak(self._headers[-1]) if self._headers else _GENESIS
        roots = (self._accounts.root_hash, _EMPTY, _EMPTY)
        fields = [parent, keccak(b"\xc0"), bytes(20), *roots, bytes(256), 0, number, _GAS, 0]
        encoded: bytes = rlp.encode([*fields, self._time(number), b"", bytes(32), bytes(8), 0, _EMPTY])
        return encoded


def _path(trie: HexaryTrie, root: bytes, key: bytes) -> tuple[bytes, ...]:
    if root == _EMPTY:
        return ()
    with trie.at_root(root) as then:
        nodes = [rlp.encode(node) for node in then.get_proof(key)]
    return tuple(node for at, node in enumerate(nodes) if at == 0 or len(node) >= abi.WORD)
