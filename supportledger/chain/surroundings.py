"""
The ledger's certificates, policies and roles, followed from the deployment on.

What was read is remembered, with the hash of the last block, so that a later look asks for what is new only,
and a reorganisation makes it begin anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from supportledger.chain.contract import Contract
from supportledger.chain.decoding import Decoder
from supportledger.chain.rpc import Fault, block_call
from supportledger.model.events import LedgerEvent, place
from supportledger.model.history import Registry
from supportledger.model.registrar import grown

EVENTS: Final = (
    "AgentChanged",
    "PolicyPublished",
    "PolicyRetired",
    "RoleGranted",
    "RoleRevoked",
    "SuccessorNamed",
)
"""What tickets depend on beside their own entries."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, up to a block."""

    number: int
    hash: str = ""
    last: tuple[int, int] = (-1, -1)
    registry: Registry = Registry()  # noqa: RUF009 -- it never changes


class Followed:
    """The surroundings of one ledger's tickets. Safe under threads."""

    def __init__(self, contract: Contract, decoder: Decoder) -> None:
        self._contract = contract
        self._decoder = decoder
        self._topics = [[decoder.topics[name] for name in EVENTS]]
        self._lock = Lock()
        self._read = self._nothing()

    @property
    def is_begun(self) -> bool:
        """Something was read already, so that reading on is quick."""
        return bool(self._read.hash)

    def until_now(self, *, anew: bool = False) -> Registry:
        """
        Give everything up to the latest block.

        Args:
            anew: Do not rely on what was read before.

        Raises:
            RpcUnavailable: The node is away.
        """
        with self._lock:
            known = self._nothing() if anew else self._read
            self._read = self._advanced(known) or self._advanced(self._nothing()) or self._nothing()
            return self._read.registry

    def _nothing(self) -> _Read:
        return _Read(self._contract.since - 1)

    def _advanced(self, known: _Read) -> _Read | None:
        """Read what is new in one request; None when what was read before is not on the chain any more."""
        calls = [
            block_call("latest"),
            block_call(max(0, known.number)),
            self._contract.log_filter(self._topics, known.number + 1, None),
        ]
        answers: list[Any] = self._contract.rpc.batch(calls)
        latest, last, logs = answers
        if isinstance(latest, Fault):
            raise latest.error(calls[0].method)
        if known.hash and (not isinstance(last, dict) or last["hash"] != known.hash):
            return None
        number = int(latest["number"], 16)
        if isinstance(logs, Fault):  # the range is too wide for this node, or empty
            logs = self._contract.all_logs(self._topics, known.number + 1, number)
        events = (event for log in logs if (event := self._decoder.event(log)) is not None)
        return replace(_taken(known, events), number=number, hash=latest["hash"])


def _taken(known: _Read, events: Iterable[LedgerEvent]) -> _Read:
    """Take notice of events, but of none twice: a node may mine between two answers of one request."""
    new = [event for event in events if place(event) > known.last]
    if not new:
        return known
    return replace(known, registry=grown(known.registry, new), last=place(new[-1]))
