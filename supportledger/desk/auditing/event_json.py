"""Events of agents, policies, roles, anchors and the successor as JSON, to be kept in a checkpoint."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from supportledger.errors import InputError
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
from supportledger.model.ids import Address
from supportledger.model.policy import Policy

Json = list[Any]


def to_json(event: LedgerEvent) -> Json:
    """
    Write an event: its kind, its place, its transaction, and what it says.

    Raises:
        InputError: It is an entry, which is kept in its ticket's state.
    """
    match event:
        case AgentChanged():
            said: Json = [
                event.agent.hex(),
                event.certifier.hex(),
                event.certificate.authority.hex(),
                event.time,
            ]
        case RoleChanged():
            said = [event.role.hex(), event.account.hex(), event.by.hex(), event.is_granted]
        case PolicyPublished():
            terms = event.terms
            words = [f"{terms.word:x}", f"{terms.hours_word:x}", terms.gate.hex(), terms.text_hash.hex()]
            said = [event.policy, event.supervisor.hex(), *words]
        case PolicyRetired():
            said = [event.policy, event.supervisor.hex()]
        case Anchored():
            said = [event.log.hex(), event.anchorer.hex(), event.size, event.root.hex(), event.time]
        case SuccessorNamed():
            said = [event.successor.hex()]
        case _:
            raise InputError("an entry is kept in its ticket's state")
    return [type(event).__name__, list(event.place), event.transaction.hex(), *said]


def from_json(written: Sequence[Any]) -> LedgerEvent:
    """
    Read an event.

    Raises:
        InputError: It is none.
    """
    try:
        kind, place, transaction, *said = written
        return _READERS[kind](said, bytes.fromhex(transaction), Position(*place))
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"not an event: {error}") from error


def _agent_changed(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    agent, certifier, word, time = said
    return AgentChanged(
        _address(agent), _address(certifier), Agent.unpack(int(word, 16)), time, transaction, at
    )


def _role_changed(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    role, account, by, is_granted = said
    return RoleChanged(bytes.fromhex(role), _address(account), _address(by), is_granted, transaction, at)


def _policy_published(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    policy, supervisor, word, hours, gate, text_hash = said
    terms = Policy.unpack(int(word, 16), int(hours, 16), _address(gate), bytes.fromhex(text_hash)).terms
    return PolicyPublished(policy, _address(supervisor), terms, transaction, at)


def _policy_retired(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    return PolicyRetired(said[0], _address(said[1]), transaction, at)


def _anchored(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    log, anchorer, size, root, time = said
    return Anchored(bytes.fromhex(log), _address(anchorer), size, bytes.fromhex(root), time, transaction, at)


def _successor_named(said: Json, transaction: bytes, at: Position) -> LedgerEvent:
    return SuccessorNamed(_address(said[0]), transaction, at)


def _address(written: str) -> Address:
    return Address(bytes.fromhex(written))


_READERS: Final[Mapping[str, Callable[[Json, bytes, Position], LedgerEvent]]] = {
    "AgentChanged": _agent_changed,
    "RoleChanged": _role_changed,
    "PolicyPublished": _policy_published,
    "PolicyRetired": _policy_retired,
    "Anchored": _anchored,
    "SuccessorNamed": _successor_named,
}
