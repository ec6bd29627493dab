"""
Proof files as bytes: RFC 8785 canonical JSON, written and read in exactly one way.

Reading refuses whatever another reader could understand otherwise: duplicate keys, numbers that are not small
integers, half characters, data behind the end, and every form but the canonical one. So a changed byte is
always a changed statement.

Source: RFC 8785 (JSON Canonicalization Scheme); docs/spec/proof-file.md, P1.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn, cast

import rfc8785

from supportledger.errors import BundleFormatError

FILE_LIMIT: Final = 16 << 20
"""Most bytes that are looked at (P1.2)."""
DEPTH_LIMIT: Final = 16
"""Most arrays and objects inside each other (P1.3)."""
_DIGITS: Final = 16
_LARGEST: Final = 2**53 - 1


def to_bytes(data: object) -> bytes:
    """
    Write canonical JSON.

    Raises:
        BundleFormatError: It cannot be written: a number or a text is none.
    """
    try:
        return rfc8785.dumps(cast(Any, data))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as cause:
        raise BundleFormatError(f"this cannot be canonical JSON: {cause}") from cause


def from_bytes(data: bytes) -> Mapping[str, object]:
    """
    Read canonical JSON of bounded size and depth (P1.1 to P1.8).

    Raises:
        BundleFormatError: It is anything else; the message says what.
    """
    if not data:
        raise BundleFormatError("the file is empty", hint="Copy it again: it was cut off.")
    if len(data) > FILE_LIMIT:
        raise BundleFormatError(f"the file has {len(data)} bytes, and {FILE_LIMIT} are the most there can be")
    found = _parsed(_text(data))
    if not isinstance(found, dict):
        raise BundleFormatError("the file is not a JSON object")
    _check_depth(found)
    _check_canonical(found, data)
    return cast(Mapping[str, object], found)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as cause:
        raise BundleFormatError(f"byte {cause.start} of the file is not UTF-8") from cause


def _parsed(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_small_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except json.JSONDecodeError as cause:
        where = f"at character {cause.pos}"
        if cause.msg == "Extra data":
            raise BundleFormatError(f"the file goes on after its end, {where}") from cause
        raise BundleFormatError(f"the file is not JSON: {cause.msg} {where}") from cause
    except RecursionError as cause:
        raise _too_deep() from cause


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise BundleFormatError(f"the name {twice[:80]!r} is there twice in one object")
    return found


def _small_integer(digits: str) -> int:
    number = int(digits) if len(digits) <= _DIGITS + 1 else _LARGEST + 1
    if abs(number) > _LARGEST:
        raise BundleFormatError(f"the number {digits[:40]} is larger than every reader can hold")
    return number


def _refuse_number(text: str) -> NoReturn:
    raise BundleFormatError(f"{text[:40]} is not a whole number")


def _check_depth(found: object) -> None:
    level: list[object] = [found]
    for _ in range(DEPTH_LIMIT):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _too_deep()


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, dict | list))
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict | list))


def _too_deep() -> BundleFormatError:
    return BundleFormatError(f"the file nests deeper than {DEPTH_LIMIT} levels")


def _check_canonical(found: object, data: bytes) -> None:
    canonical = to_bytes(found)
    if canonical == data:
        return
    pairs = zip(canonical, data, strict=False)
    at = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(canonical), len(data)))
    raise BundleFormatError(
        f"the file is not in its canonical form, from byte {at} on",
        hint="Use the file as it was exported: a program has rewritten it.",
    )
