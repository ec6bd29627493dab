"""What all refusals have in common: arguments with their types, a message, and the ABI's encoding."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Self, dataclass_transform

from supportledger.errors import Error
from supportledger.model import abi
from supportledger.model.agent import AgentStatus
from supportledger.model.duration import format_duration
from supportledger.model.ids import Address, TicketId, keccak
from supportledger.model.instant import format_instant
from supportledger.model.ticket import Action, Status

_ROLES: Final = {
    bytes(32): "admin",
    **{keccak(f"{name.upper()}_ROLE".encode()): name for name in ("certifier", "supervisor", "anchorer")},
}


def _hexed(value: bytes) -> str:
    return "0x" + value.hex()


def _role(role: bytes) -> str:
    return _ROLES.get(role) or _hexed(role)


# Kinds of arguments: the type in Python, the type in the ABI, and how people read it if not by str().
Uint8 = Annotated[int, "uint8"]
Uint16 = Annotated[int, "uint16"]
Uint32 = Annotated[int, "uint32"]
Uint64 = Annotated[int, "uint64"]
Uint256 = Annotated[int, "uint256"]
Word = Annotated[int, "uint256", hex]
Seconds = Annotated[int, "uint32", format_duration]
Time40 = Annotated[int, "uint40", format_instant]
Time48 = Annotated[int, "uint48", format_instant]
Time64 = Annotated[int, "uint64", format_instant]
Time256 = Annotated[int, "uint256", format_instant]
Bytes32 = Annotated[bytes, "bytes32", _hexed]
Role = Annotated[bytes, "bytes32", _role]
Id = Annotated[TicketId, "bytes32"]
Account = Annotated[Address, "address"]
What = Annotated[Action, "uint8"]
Where = Annotated[Status, "uint8"]
Standing = Annotated[AgentStatus, "uint8"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    One argument of an error.

    Args:
        name: In Python.
        kind: Its type in the ABI.
        make: Its type in Python.
        show: Writes it for people.
    """

    name: str
    kind: str
    make: Callable[[Any], Any]
    show: Callable[[Any], str]

    def read(self, word: bytes) -> object:
        """Read it from its word; a number that an enumeration does not know stays a number."""
        if self.kind in {"address", "bytes32"}:
            return self.make(word[-20:] if self.kind == "address" else word)
        number = int.from_bytes(word, "big")
        try:
            return self.make(number)
        except ValueError:
            return number


@dataclass_transform(eq_default=False)
class Refusal(Error):  # noqa: N818 -- as in supportledger.errors
    """
    The ledger refuses; the arguments of its error are attributes, and given in order or by name.

    `text` and `advice` are the message and the hint, with the arguments in braces.
    """

    solidity: ClassVar[str] = ""
    """Name of the contract's error; that of the class unless a class says otherwise."""
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    text: ClassVar[str] = ""
    advice: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "solidity" not in cls.__dict__:
            cls.solidity = cls.__name__
        cls.parameters = tuple(
            Parameter(name, kind.__metadata__[0], kind.__origin__, (*kind.__metadata__, str)[1])
            for name, kind in inspect.get_annotations(cls).items()
        )

    def __init__(self, *args: object, **named: object) -> None:
        names = [parameter.name for parameter in self.parameters]
        given = dict(zip(names, args, strict=False), **named)
        if len(args) + len(named) != len(names) or given.keys() != set(names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names) or 'nothing'}")
        shown = {parameter.name: parameter.show(given[parameter.name]) for parameter in self.parameters}
        super().__init__(self.text.format_map(shown), hint=self.advice.format_map(shown))
        self.__dict__.update(given)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Let it cross a process boundary."""
        return type(self), self.arguments

    @property
    def arguments(self) -> tuple[object, ...]:
        """The arguments of the contract's error, in order."""
        return tuple(self.__dict__[parameter.name] for parameter in self.parameters)

    @classmethod
    def signature(cls) -> str:
        """Give the error as the ABI names it: `SeenInvalid(uint32,uint32)`."""
        return f"{cls.solidity}({','.join(parameter.kind for parameter in cls.parameters)})"

    @classmethod
    def selector(cls) -> bytes:
        """Give the four bytes with which its encoding begins."""
        return keccak(cls.signature().encode())[:4]

    def encode(self) -> bytes:
        """Give the bytes with which a single call reverts, and which a batch reports."""
        return self.selector() + b"".join(map(_word, self.arguments))


def _word(value: Any) -> bytes:
    return value.rjust(abi.WORD, b"\0") if isinstance(value, bytes) else abi.uint(value)
