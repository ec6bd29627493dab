"""
Events and inputs of the ledger's transactions, as values.

Tickets' events are by far the most, so their words are sliced out of the node's hexadecimal text: 2 µs an
event, where web3's decoder takes 220.
"""

import struct
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from supportledger.chain.interface import Interface
from supportledger.errors import RpcUnavailable
from supportledger.model.agent import Agent
from supportledger.model.events import (
    AgentChanged,
    Anchored,
    LedgerEvent,
    PolicyPublished,
    PolicyRetired,
    RoleChanged,
    SuccessorNamed,
)
from supportledger.model.history import Position
from supportledger.model.ids import Address, TicketId
from supportledger.model.policy import Policy
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.proof.evidence import Signed
from supportledger.proof.signature import lengthen

Log = Mapping[str, Any]

ENTRY_EVENTS: Final = (
    "Opened",
    "Replied",
    "Answered",
    "Noted",
    "Assigned",
    "Held",
    "Resumed",
    "Solved",
    "Closed",
    "Rated",
    "Escalated",
    "Repolicied",
    "Claimed",
)
"""Names of the events of `Action` 1 to 13."""
_ACTIONS: Final = {int(one): one for one in Action}
_AUTHS: Final = {int(one): one for one in Auth}
_words: Final = struct.Struct("32s32s32s").unpack
_REPEATED: Final = 1 << 13
"""Tickets, accounts and transactions that are remembered: the same ones come again and again."""


def entry(log: Log) -> EntryRecord:
    """
    Read the event of a ticket.

    Raises:
        RpcUnavailable: The node's answer is not such an event.
    """
    try:
        topics = log["topics"]
        first, second, commitment = _words(bytes.fromhex(log["data"][2:]))
        meta = int.from_bytes(first, "big")
        return EntryRecord(
            _ticket(topics[1]),
            meta >> 88,
            _ACTIONS[meta >> 80 & 0xFF],
            _AUTHS[meta >> 72 & 0xFF],
            _actor(topics[2]),
            int.from_bytes(second, "big"),
            meta >> 40 & 0xFFFFFFFF,
            meta & 0xFFFFFFFFFF,
            commitment,
            _transaction(log["transactionHash"]),
            int(log["blockNumber"], 16),
            int(log["logIndex"], 16),
        )
    except (KeyError, IndexError, ValueError, TypeError, struct.error) as error:
        raise RpcUnavailable("the node's answer holds an event that is malformed") from error


@lru_cache(_REPEATED)
def _ticket(topic: str) -> TicketId:
    return TicketId(bytes.fromhex(topic[2:]))


@lru_cache(_REPEATED)
def _actor(topic: str) -> Address:
    return Address(bytes.fromhex(topic[26:]))


@lru_cache(_REPEATED)
def _transaction(text: str) -> bytes:
    return bytes.fromhex(text[2:])


class Decoder:
    """Reads all that the contract says."""

    def __init__(self, interface: Interface) -> None:
        self._interface = interface
        self.entry_topics: Final = tuple(_topic(interface, name) for name in ENTRY_EVENTS)
        self._entry_topics = frozenset(self.entry_topics)
        self._readers: dict[str, tuple[str, Callable[..., LedgerEvent]]] = {
            _topic(interface, name): (name, read) for name, read in _READERS.items()
        }
        self.topics: Final = {
            **dict(zip(ENTRY_EVENTS, self.entry_topics, strict=True)),
            **{name: topic for topic, (name, _) in self._readers.items()},
        }
        self._skipped = _topic(interface, "ItemSkipped")

    def event(self, log: Log) -> LedgerEvent | None:
        """Read any event; None for one that changes nothing that we follow."""
        topic = log["topics"][0]
        if topic in self._entry_topics:
            return entry(log)
        if topic not in self._readers:
            return None
        name, read = self._readers[topic]
        values = self._interface.events[name].decode(log)
        at = Position(int(log["blockNumber"], 16), int(log["logIndex"], 16))
        return read(values, bytes.fromhex(log["transactionHash"][2:]), at)

    def entries(self, logs: Iterable[Log]) -> list[EntryRecord]:
        """Read the events of tickets among those of a transaction."""
        return [entry(log) for log in logs if log["topics"][0] in self._entry_topics]

    def skipped(self, logs: Iterable[Log]) -> dict[int, bytes]:
        """Read which items of a batch were refused, and why: the encoded error."""
        event = self._interface.events["ItemSkipped"]
        return dict(event.decode(log) for log in logs if log["topics"][0] == self._skipped)

    def signatures(
        self, entries: Sequence[EntryRecord], data: bytes, skipped: Callable[[], Collection[int]]
    ) -> dict[tuple[TicketId, int], Signed]:
        """
        Find the signatures of a transaction's entries in its input.

        Args:
            entries: Some or all of one transaction, in order.
            data: Its input.
            skipped: Tells which items were refused; asked only when two items look the same.

        Returns:
            By ticket and index; nothing for an input that is not a call of ours.
        """
        function = self._interface.by_selector.get(data[:4])
        reader = _INPUTS.get(function.name) if function else None
        if function is None or reader is None:
            return {}
        try:
            items = list(reader(function.inputs.decode(data, 4)))
        except RpcUnavailable:
            return {}
        if len({key for key, _ in items}) < len(items):
            refused = set(skipped())
            items = [item for at, item in enumerate(items) if at not in refused]
        return dict(_matched(entries, items))


_Item = tuple[tuple[object, ...], Signed]
"""What tells an entry from others of its transaction, and what was shown for it."""


def _matched(
    entries: Sequence[EntryRecord], items: Sequence[_Item]
) -> Iterator[tuple[tuple[TicketId, int], Signed]]:
    """Give each entry the first item that it can have come from; one that has none takes none from others."""
    left: defaultdict[object, list[Signed]] = defaultdict(list)
    for key, shown in items:
        left[key].append(shown)
    for one in entries:
        ticket = None if one.action is Action.OPEN else one.ticket
        alike = left[ticket, one.action, one.actor, one.argument, one.seen, one.commitment]
        at = next((at for at, shown in enumerate(alike) if _fits(one, shown)), None)
        if at is not None and (found := alike.pop(at)).signature + found.consent:
            yield (one.ticket, one.index), found


def _fits(entry: EntryRecord, shown: Signed) -> bool:
    """Tell whether an entry came with a signature, or without; what was recorded may have, or not."""
    return entry.auth is Auth.RECORDED or bool(shown.signature) == (entry.auth is not Auth.SENT)


def _act_item(
    ticket: bytes, done: tuple[bytes, Address, bytes], signature: bytes, consent: bytes = b""
) -> _Item:
    """Read what was done, by whom, and the commitment, of which the event says the same."""
    what, actor, commitment = done
    word = int.from_bytes(what, "big")
    key = (ticket, word >> 80 & 0xFF, actor, word >> 96, word >> 40 & 0xFFFFFFFF, commitment)
    return key, Signed(signature, word & 0xFFFFFFFFFF, consent)


def _signed_item(ticket: bytes, signed: Sequence[Any]) -> _Item:
    *done, r, vs = signed
    return _act_item(ticket, tuple(done), lengthen(r, vs))


def _approved_item(values: Sequence[Any]) -> _Item:
    ticket, _, what, actor, commitment, signature, consent = values
    return _act_item(ticket, (what, actor, commitment), signature, consent)


def _open_item(opening: Sequence[Any], signature: bytes) -> _Item:
    opener, _, policy, _, commitment, deadline = opening
    return (None, Action.OPEN, opener, policy, 0, commitment), Signed(signature, deadline)


def _batch(values: Sequence[Any]) -> Iterator[_Item]:
    return (_signed_item(ticket, act) for ticket, _, acts in values[0] for act in acts)


_INPUTS: Final[Mapping[str, Callable[[Sequence[Any]], Iterable[_Item]]]] = {
    "openSigned": lambda values: [_open_item(values[0], values[1])],
    "openBatch": lambda values: (_open_item(opening, lengthen(r, vs)) for opening, r, vs in values[0]),
    "actSigned": lambda values: [_signed_item(values[1], values[0])],
    "actApproved": lambda values: [_approved_item(values)],
    "actBatch": _batch,
}


def _agent_changed(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
    agent, certifier, word, time = values
    return AgentChanged(agent, certifier, Agent.unpack(word), time, transaction, at)


def _policy_published(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
    policy, supervisor, word, hours, gate, text_hash, _ = values
    terms = Policy.unpack(word, hours, gate, text_hash).terms
    return PolicyPublished(policy, supervisor, terms, transaction, at)


def _policy_retired(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
    policy, supervisor = values
    return PolicyRetired(policy, supervisor, transaction, at)


def _anchored(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
    log, anchorer, size, root, time = values
    return Anchored(log, anchorer, size, root, time, transaction, at)


def _successor_named(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
    return SuccessorNamed(values[0], transaction, at)


def _role_changed(*, is_granted: bool) -> Callable[..., LedgerEvent]:
    def read(values: Sequence[Any], transaction: bytes, at: Position) -> LedgerEvent:
        role, account, by = values
        return RoleChanged(role, account, by, is_granted, transaction, at)

    return read


_READERS: Final[Mapping[str, Callable[..., LedgerEvent]]] = {
    "AgentChanged": _agent_changed,
    "PolicyPublished": _policy_published,
    "PolicyRetired": _policy_retired,
    "RoleGranted": _role_changed(is_granted=True),
    "RoleRevoked": _role_changed(is_granted=False),
    "Anchored": _anchored,
    "SuccessorNamed": _successor_named,
}


def _topic(interface: Interface, name: str) -> str:
    return "0x" + interface.events[name].topic.hex()
