"""
Fields as JSON, the way the EAS scheme writes them, in exactly one way.

A field is `{"name", "salt", "type", "value"}`, all four strings: numbers are decimal without leading zeros,
bytes are `0x` and lower-case hexadecimal. Bytes are the RFC 8785 form of that JSON. Reading accepts nothing
else, so that a changed byte is always a changed content.

Source: RFC 8785 (JSON Canonicalization Scheme), restricted to strings, booleans, arrays and objects with
ASCII names.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

from supportledger.errors import BundleFormatError, InputError
from supportledger.proof.fields import CONTENT_LIMIT, Field, Fields, FieldType, Value, field_type

SERIALISED_LIMIT: Final = 8 * CONTENT_LIMIT
"""Most bytes that are read: JSON may need six bytes for one of text."""
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_WORD: Final = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_ACTOR: Final = re.compile(r"0x[0-9a-f]{40}", re.ASCII)
_MEMBERS: Final = {"name", "salt", "type", "value"}


def to_bytes(fields: Fields) -> bytes:
    """Serialise a content with its salts: canonical JSON in UTF-8, for the store."""
    return canonical(fields_to_json(fields.fields))


def from_bytes(data: bytes) -> Fields:
    """
    Read what `to_bytes` wrote.

    Raises:
        BundleFormatError: It is anything else, by as little as one byte.
    """
    content = read(data)
    if canonical(content) != data:
        raise BundleFormatError("a content is not in its canonical form")
    try:
        return Fields(fields_from_json(content))
    except InputError as cause:
        raise BundleFormatError(f"a content cannot be: {cause}") from cause


def canonical(data: object) -> bytes:
    """Write strings, booleans, arrays and objects as RFC 8785 does."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def read(data: bytes) -> object:
    """
    Read JSON of bounded size.

    Raises:
        BundleFormatError: It is not JSON in UTF-8, too large, or too deep.
    """
    if len(data) > SERIALISED_LIMIT:
        raise BundleFormatError(f"a content of {len(data)} bytes is larger than {SERIALISED_LIMIT}")
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as cause:
        raise BundleFormatError(f"a content is not JSON: {cause}") from cause


def fields_to_json(fields: Sequence[Field]) -> list[dict[str, str]]:
    """Write fields as `eas-sdk` takes them."""
    return [
        {
            "name": one.name,
            "salt": word_to_json(one.salt),
            "type": one.type.value,
            "value": _value_to_json(one.value),
        }
        for one in fields
    ]


def fields_from_json(data: object) -> tuple[Field, ...]:
    """
    Read fields, in the order given.

    Raises:
        BundleFormatError: Something is missing, added, of another type than its name has, or not written in
            the one way.
    """
    if not isinstance(data, list):
        raise BundleFormatError("fields are an array")
    return tuple(_field_from_json(one) for one in data)


def word_to_json(word: bytes) -> str:
    """Write 32 bytes."""
    return "0x" + word.hex()


def word_from_json(data: object) -> bytes:
    """
    Read 32 bytes.

    Raises:
        BundleFormatError: It is not `0x` and 64 lower-case digits.
    """
    if not isinstance(data, str) or not _WORD.fullmatch(data):
        raise BundleFormatError("a hash or salt is 0x and 64 lower-case hexadecimal digits")
    return bytes.fromhex(data[2:])


def actor_to_json(actor: bytes) -> str:
    """Write who wrote a line of a log."""
    return "0x" + actor.hex()


def actor_from_json(data: object) -> bytes:
    """
    Read who wrote a line of a log; 20 bytes.

    Raises:
        BundleFormatError: It is not written as `actor_to_json` writes it.
    """
    if not isinstance(data, str) or not _ACTOR.fullmatch(data):
        raise BundleFormatError("the actor of a line is 0x and 40 lower-case hexadecimal digits")
    return bytes.fromhex(data[2:])


def _value_to_json(value: Value) -> str:
    if isinstance(value, bytes):
        return word_to_json(value)
    return value if isinstance(value, str) else str(value)


def _field_from_json(data: object) -> Field:
    if (
        not isinstance(data, dict)
        or data.keys() != _MEMBERS
        or not all(isinstance(one, str) for one in data.values())
    ):
        raise BundleFormatError("a field has exactly name, salt, type and value, all strings")
    text = cast(Mapping[str, str], data)
    try:
        kind = field_type(text["name"])
        if text["type"] != kind:
            raise BundleFormatError(f"{text['name']} is a {kind}, not a {text['type'][:80]}")
        return Field(text["name"], _value_from_json(kind, text["value"]), word_from_json(text["salt"]))
    except InputError as cause:
        raise BundleFormatError(f"a field cannot be: {cause}") from cause


def _value_from_json(kind: FieldType, text: str) -> Value:
    if kind is FieldType.BYTES32:
        return word_from_json(text)
    if kind is FieldType.STRING:
        return text
    if not _DECIMAL.fullmatch(text):
        raise BundleFormatError("a number is written in decimal, without sign or leading zeros")
    return int(text)
