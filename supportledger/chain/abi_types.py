"""
Solidity's types, as an ABI lists them: values to bytes and back.

Made for one known contract: a type is read once, and then encodes a call five times as fast as eth-abi, which
takes 150 ms to import; a test holds both to the same bytes.

Source: Solidity ABI specification, "Formal Specification of the Encoding".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from supportledger.errors import InputError, RpcUnavailable
from supportledger.model import abi
from supportledger.model.ids import Address

WORD: Final = 32


class Type(Protocol):
    """One type of an ABI."""

    @property
    def size(self) -> int:
        """Bytes in the head of an encoding."""

    @property
    def is_dynamic(self) -> bool:
        """The head holds only an offset; the value is behind it."""

    def encode(self, value: Any) -> bytes:
        """
        Encode a value, without the offset.

        Raises:
            InputError: The value does not fit.
        """

    def decode(self, data: bytes, at: int) -> Any:
        """
        Read the value that begins at a byte.

        Raises:
            RpcUnavailable: The data is cut short.
        """


@dataclass(frozen=True, slots=True)
class Word:
    """A type of one word."""

    put: Callable[[Any], bytes]
    get: Callable[[bytes], Any]
    size: int = WORD
    is_dynamic: bool = False

    def encode(self, value: Any) -> bytes:
        """As `Type.encode`."""
        return self.put(value)

    def decode(self, data: bytes, at: int) -> Any:
        """As `Type.decode`."""
        word = data[at : at + WORD]
        if len(word) != WORD:
            raise _cut_short()
        return self.get(word)


@dataclass(frozen=True, slots=True)
class Bytes:
    """`bytes`, or the UTF-8 of a `string`."""

    is_text: bool = False
    size: int = WORD
    is_dynamic: bool = True

    def encode(self, value: Any) -> bytes:
        """As `Type.encode`."""
        return abi.dynamic(value.encode() if self.is_text else value)

    def decode(self, data: bytes, at: int) -> Any:
        """As `Type.decode`."""
        length = _offset(data, at)
        found = data[at + WORD : at + WORD + length]
        if len(found) != length:
            raise _cut_short()
        return found.decode(errors="replace") if self.is_text else found


@dataclass(frozen=True, slots=True)
class Tuple:
    """
    A struct, an array of fixed length, or a list of arguments.

    A value is a sequence in the order of the members; of words only, the words themselves will do.
    """

    members: tuple[Type, ...]
    size: int
    is_dynamic: bool

    def encode(self, value: Sequence[Any] | bytes) -> bytes:
        """As `Type.encode`."""
        if isinstance(value, bytes) and len(value) == self.size and not self.is_dynamic:
            return value
        if len(value) != len(self.members):
            raise InputError(f"{len(self.members)} values are expected, not {len(value)}")
        return _joined(self.members, value)

    def decode(self, data: bytes, at: int) -> tuple[Any, ...]:
        """As `Type.decode`."""
        values, place = [], at
        for member in self.members:
            values.append(_decoded(member, data, at, place))
            place += member.size
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Array:
    """`T[]`; a value is a sequence."""

    item: Type
    size: int = WORD
    is_dynamic: bool = True

    def encode(self, value: Sequence[Any]) -> bytes:
        """As `Type.encode`."""
        return len(value).to_bytes(WORD, "big") + _joined([self.item] * len(value), value)

    def decode(self, data: bytes, at: int) -> tuple[Any, ...]:
        """As `Type.decode`."""
        length, start = _offset(data, at), at + WORD
        if start + length * self.item.size > len(data):
            raise _cut_short()
        places = range(start, start + length * self.item.size, self.item.size)
        return tuple(_decoded(self.item, data, start, place) for place in places)


def parse(component: Mapping[str, Any]) -> Type:
    """
    Read a type from a parameter of an ABI.

    Raises:
        InputError: The ledger's interface has no such types: fractions, functions.
    """
    return _parsed(component["type"], component.get("components", ()))


def arguments(components: Sequence[Mapping[str, Any]]) -> Tuple:
    """Read the types of a list of parameters."""
    members = tuple(parse(component) for component in components)
    return _tuple(members)


def _parsed(name: str, components: Sequence[Mapping[str, Any]]) -> Type:
    if name.endswith("]"):
        item, _, length = name[:-1].rpartition("[")
        of = _parsed(item, components)
        return _tuple((of,) * int(length)) if length else Array(of)
    if name == "tuple":
        return arguments(components)
    if name in {"bytes", "string"}:
        return Bytes(is_text=name == "string")
    return _word(name)


def _word(name: str) -> Word:
    if name == "bool":
        return Word(lambda value: abi.uint(int(value), 1), lambda word: word[-1] == 1)
    if name == "address":
        return Word(abi.address, lambda word: Address(word[12:]))
    if name.startswith("uint"):
        bits = int(name[4:])
        return Word(lambda value: abi.uint(value, bits), lambda word: int.from_bytes(word, "big"))
    if name.startswith("bytes"):
        length = int(name[5:])
        return Word(lambda value: _padded(value, length), lambda word: word[:length])
    raise InputError(f"no type of the ledger: {name}")


def _padded(value: bytes, length: int) -> bytes:
    if len(value) != length:
        raise InputError(f"{length} bytes are expected, not {len(value)}")
    return value.ljust(WORD, b"\0")


def _tuple(members: tuple[Type, ...]) -> Tuple:
    is_dynamic = any(member.is_dynamic for member in members)
    return Tuple(members, WORD if is_dynamic else sum(member.size for member in members), is_dynamic)


def _joined(types: Sequence[Type], values: Sequence[Any]) -> bytes:
    """Lay heads side by side, and what they point to behind them."""
    heads, tails = [], []
    at = sum(one.size for one in types)
    for one, value in zip(types, values, strict=True):
        encoded = one.encode(value)
        if one.is_dynamic:
            heads.append(at.to_bytes(WORD, "big"))
            tails.append(encoded)
            at += len(encoded)
        else:
            heads.append(encoded)
    return b"".join((*heads, *tails))


def _decoded(one: Type, data: bytes, start: int, place: int) -> Any:
    return one.decode(data, start + _offset(data, place) if one.is_dynamic else place)


def _offset(data: bytes, at: int) -> int:
    if at + WORD > len(data):
        raise _cut_short()
    return int.from_bytes(data[at : at + WORD], "big")


def _cut_short() -> RpcUnavailable:
    return RpcUnavailable("the node's answer is cut short")
