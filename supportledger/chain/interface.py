"""A contract's interface, from its ABI: functions and errors by name and selector, events by topic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from supportledger.chain.abi_types import Tuple, arguments
from supportledger.errors import InputError
from supportledger.model.ids import keccak


@dataclass(frozen=True, slots=True)
class Function:
    """
    A function of the contract.

    Args:
        name: As in Solidity.
        selector: First four bytes of a call's input.
        inputs: Its parameters.
        outputs: What it returns.
    """

    name: str
    selector: bytes
    inputs: Tuple
    outputs: Tuple

    def call(self, *values: Any) -> bytes:
        """
        Make the input of a call.

        Raises:
            InputError: A value does not fit.
        """
        return self.selector + self.inputs.encode(values)

    def result(self, data: bytes) -> tuple[Any, ...]:
        """
        Read what a call returned.

        Raises:
            RpcUnavailable: It is cut short.
        """
        return self.outputs.decode(data, 0)


@dataclass(frozen=True, slots=True)
class Named:
    """
    An error of the contract.

    Args:
        name: As in Solidity.
        inputs: Its arguments.
        names: Of the arguments.
    """

    name: str
    inputs: Tuple
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """
    An event of the contract.

    Args:
        name: As in Solidity.
        topic: Hash of its signature; 32 bytes.
        indexed: Arguments that are topics, each one word.
        plain: Arguments in the data.
    """

    name: str
    topic: bytes
    indexed: Tuple
    plain: Tuple

    def decode(self, log: Mapping[str, Any]) -> tuple[Any, ...]:
        """
        Read a log: first its indexed arguments, then the others.

        Raises:
            RpcUnavailable: It is cut short.
        """
        topics = bytes.fromhex("".join(topic[2:] for topic in log["topics"][1:]))
        data = bytes.fromhex(log["data"][2:])
        return self.indexed.decode(topics, 0) + self.plain.decode(data, 0)


class Interface:
    """
    All that a contract can be asked and can say.

    Args:
        abi: As the compiler makes it.
    """

    def __init__(self, abi: Iterable[Mapping[str, Any]]) -> None:
        entries = tuple(abi)
        self.abi = entries
        self._functions = {f.name: f for f in map(_function, _of(entries, "function"))}
        self.by_selector = {f.selector: f for f in self._functions.values()}
        self.events = {e.name: e for e in map(_event, _of(entries, "event"))}
        self.by_topic = {e.topic: e for e in self.events.values()}
        self.errors = {_hash(one)[:4]: _error(one) for one in _of(entries, "error")}
        self.constructor = arguments(next((one["inputs"] for one in _of(entries, "constructor")), ()))

    def __getitem__(self, name: str) -> Function:
        """
        Give a function.

        Raises:
            InputError: The contract has no such function.
        """
        try:
            return self._functions[name]
        except KeyError:
            raise InputError(f"the contract has no function {name}") from None


def signature(entry: Mapping[str, Any]) -> str:
    """Write what is hashed to name a function, event or error."""
    return f"{entry['name']}{_types(entry['inputs'])}"


def _types(components: Iterable[Mapping[str, Any]]) -> str:
    return f"({','.join(_type(component) for component in components)})"


def _type(component: Mapping[str, Any]) -> str:
    name: str = component["type"]
    return _types(component["components"]) + name[5:] if name.startswith("tuple") else name


def _of(entries: Iterable[Mapping[str, Any]], kind: str) -> Iterable[Mapping[str, Any]]:
    return (entry for entry in entries if entry["type"] == kind)


def _hash(entry: Mapping[str, Any]) -> bytes:
    return keccak(signature(entry).encode())


def _function(entry: Mapping[str, Any]) -> Function:
    return Function(entry["name"], _hash(entry)[:4], arguments(entry["inputs"]), arguments(entry["outputs"]))


def _error(entry: Mapping[str, Any]) -> Named:
    names = tuple(argument["name"] for argument in entry["inputs"])
    return Named(entry["name"], arguments(entry["inputs"]), names)


def _event(entry: Mapping[str, Any]) -> Event:
    return Event(
        entry["name"],
        _hash(entry),
        arguments([one for one in entry["inputs"] if one["indexed"]]),
        arguments([one for one in entry["inputs"] if not one["indexed"]]),
    )
