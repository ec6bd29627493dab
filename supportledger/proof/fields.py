"""
An entry's content: named fields, each a salted leaf, so that one can be shown and the others withheld.

* The type of a field is fixed by its name; a name appears once; what is absent has no leaf.
* Text becomes NFC once, in `Fields.create`; everything else takes values as they are and never normalises
  again.
* Every field has 32 random bytes of its own: a leaf cannot be guessed, and equal values cannot be seen to be
  equal.

Leaves are those of the *private data* scheme of the Ethereum Attestation Service:
`keccak256(keccak256(abi.encode(string type, string name, bytes value, bytes32 salt)))`, `value =
abi.encode([type],[value])`.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, Self

from supportledger.errors import InputError
from supportledger.model import abi
from supportledger.model.ids import keccak
from supportledger.proof import field_tree

CONTENT_LIMIT: Final = 1 << 20
"""Most bytes that the encoded values of one entry may have together; larger matter is an attachment."""
SALT_SIZE: Final = 32

Value = str | int | bytes
"""`string` is str, `uint64` is int, `bytes32` is bytes."""


class FieldType(StrEnum):
    """How a field's value is encoded, by its name in Solidity."""

    STRING = "string"
    UINT64 = "uint64"
    BYTES32 = "bytes32"


_FIXED: Final = {
    **dict.fromkeys(("kind", "subject", "body", "author", "channel", "language"), FieldType.STRING),
    "createdAt": FieldType.UINT64,
    "log.count": FieldType.UINT64,
    "log.last": FieldType.BYTES32,
}
_ATTACHMENT: Final = re.compile(r"(attachment\.(?:0|[1-9][0-9]?))(\.name|\.type|\.size)?", re.ASCII)
_ATTACHMENT_TYPES: Final = {
    None: FieldType.BYTES32,
    ".name": FieldType.STRING,
    ".type": FieldType.STRING,
    ".size": FieldType.UINT64,
}
_PYTHON_TYPES: Final = {FieldType.STRING: str, FieldType.UINT64: int, FieldType.BYTES32: bytes}


@lru_cache(maxsize=512)
def field_type(name: str) -> FieldType:
    """
    Tell the one type that fields of this name have.

    Args:
        name: A fixed name, or `attachment.N` with N from 0 to 99, alone or with `.name`, `.type`, `.size`.

    Raises:
        InputError: No field has this name.
    """
    if name in _FIXED:
        return _FIXED[name]
    attachment = _ATTACHMENT.fullmatch(name)
    if attachment is None:
        raise InputError(
            f"no field is named {name[:80]!r}", hint=f"Fields are {', '.join(_FIXED)} and attachment.N."
        )
    return _ATTACHMENT_TYPES[attachment[2]]


@dataclass(frozen=True, slots=True)
class Field:
    """
    One named value and the salt that hides it.

    Args:
        name: Decides the type.
        value: Of the Python type that goes with it; text as it will be hashed.
        salt: 32 random bytes, never used for another field.

    Raises:
        InputError: The name is unknown, the value is not of its type, or the salt is not 32 bytes.
    """

    name: str
    value: Value
    salt: bytes = field(repr=False)
    encoded: bytes = field(init=False, repr=False, compare=False)
    """`abi.encode([type], [value])`."""

    def __post_init__(self) -> None:
        """Encode the value, which is to check it."""
        if len(self.salt) != SALT_SIZE:
            raise InputError(f"the salt of {self.name} is {len(self.salt)} bytes, not {SALT_SIZE}")
        object.__setattr__(self, "encoded", _encode(self.name, self.value))

    @property
    def type(self) -> FieldType:
        """The type that the name decides."""
        return field_type(self.name)

    @property
    def leaf(self) -> bytes:
        """The hash that stands for the field; hashed twice, so that no inner node passes for it."""
        before, between = _leaf_frame(self.name)
        return keccak(keccak(before + self.salt + between + abi.dynamic(self.encoded)))


def _encode(name: str, value: Value) -> bytes:
    kind = field_type(name)
    if type(value) is not _PYTHON_TYPES[kind]:
        raise InputError(f"{name} is a {kind}, not a Python {type(value).__name__}")
    if isinstance(value, str):
        return _STRING_OFFSET + abi.dynamic(_utf8(name, value))
    return abi.uint(value, 64) if isinstance(value, int) else abi.bytes32(value)


_STRING_OFFSET: Final = abi.uint(32)


def _utf8(name: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as cause:
        raise InputError(
            f"{name} is not valid Unicode: a lone surrogate at character {cause.start}",
            hint="Read the text as UTF-8 before passing it on.",
        ) from cause


@lru_cache(maxsize=512)
def _leaf_frame(name: str) -> tuple[bytes, bytes]:
    """Lay out `abi.encode(type, name, value, salt)` around the salt and the value."""
    kind_tail, name_tail = abi.dynamic(field_type(name).encode()), abi.dynamic(name.encode())
    kind_at = 4 * abi.WORD
    name_at = kind_at + len(kind_tail)
    value_at = name_at + len(name_tail)
    return abi.uint(kind_at) + abi.uint(name_at) + abi.uint(value_at), kind_tail + name_tail


@dataclass(frozen=True, slots=True)
class Fields:
    """
    The whole content of an entry, with its salts: whoever holds it can show any part.

    Args:
        fields: Names ascending, each once; at least one.

    Raises:
        InputError: A name is out of order or appears twice, there are none, or they are too large together.
    """

    fields: tuple[Field, ...]
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the size, and the order of names."""
        if sum(len(one.encoded) for one in self.fields) > CONTENT_LIMIT:
            raise _too_large()
        object.__setattr__(self, "names", checked_names(tuple(one.name for one in self.fields)))

    @classmethod
    def create(cls, values: Mapping[str, Value], salt: Callable[[int], bytes] = secrets.token_bytes) -> Self:
        """
        Make a new content: normalise its text to NFC, and salt each field.

        Args:
            values: By name; text as str or as UTF-8 bytes.
            salt: Gives so many random bytes; to be replaced in tests only.

        Raises:
            InputError: A field is unknown, of the wrong type, not valid UTF-8, empty where it must not be,
                incomplete without another one, or too large.
        """
        normal = {name: _normalised(name, values[name]) for name in sorted(values)}
        _check_complete(normal)
        return cls(tuple(Field(name, value, salt(SALT_SIZE)) for name, value in normal.items()))

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """One for each name, in their order; worked out each time: most contents are only shown."""
        return tuple(one.leaf for one in self.fields)

    @property
    def root(self) -> bytes:
        """Root of the field tree, as the EAS scheme computes it; never a commitment by itself."""
        return field_tree.root(self.leaves)

    def values(self) -> dict[str, Value]:
        """All values by name, without their salts."""
        return {one.name: one.value for one in self.fields}


def checked_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """
    Pass names on if they are some, known, ascending, and each there once.

    Raises:
        InputError: They are not.
    """
    for name in names:
        field_type(name)
    if not names or any(one >= other for one, other in pairwise(names)):
        raise InputError(
            f"names of fields must be ascending and each there once: {', '.join(names)[:200] or 'none'}"
        )
    return names


def _normalised(name: str, value: Value) -> Value:
    if field_type(name) is not FieldType.STRING:
        return bytes(value) if isinstance(value, bytes) else value
    if len(value if isinstance(value, (str, bytes)) else b"") > CONTENT_LIMIT:
        raise _too_large()
    text = unicodedata.normalize("NFC", _decoded(name, value))
    if not text.strip():
        raise InputError(f"{name} is empty", hint="Leave the field out, or give it a text.")
    return text


def _decoded(name: str, value: Value) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError as cause:
            raise InputError(
                f"{name} is not valid UTF-8: byte {value[cause.start]:#04x} at position {cause.start}",
                hint="Convert the text to UTF-8, or attach it as a file.",
            ) from cause
    if not isinstance(value, str):
        raise InputError(f"{name} is a string, not a Python {type(value).__name__}")
    return str(value)


def _check_complete(values: Mapping[str, Value]) -> None:
    """Refuse a detail of an attachment that is not there, and half of a place in the log."""
    for name in values:
        attachment = _ATTACHMENT.fullmatch(name)
        if attachment and attachment[1] not in values:
            raise InputError(f"{name} describes {attachment[1]}, which is missing")
    if ("log.count" in values) != ("log.last" in values):
        raise InputError("log.count and log.last are the two halves of one place: give both or neither")


def _too_large() -> InputError:
    return InputError(
        f"the content is larger than {CONTENT_LIMIT >> 10} KiB",
        hint="Attach a long text as a file: the ledger then commits to its hash.",
    )
