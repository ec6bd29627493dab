"""Everything that can be done to a proof file: to its bytes, and to the values of its JSON."""

import random
from collections.abc import Iterator
from typing import Any

import rfc8785

SAME_KIND = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def bytes_changed(data: bytes, draw: random.Random, stride: int) -> Iterator[bytes]:
    for start in range(0, len(data), stride):
        at = min(start + draw.randrange(stride), len(data) - 1)
        yield from (data[:at] + bytes([other]) + data[at + 1 :] for other in others(data[at], draw))
    for at in draw.sample(range(len(data)), 1_200 // stride):
        size = draw.choice((1, 2, 64, 66))
        piece, after = data[at : at + size], data[at + size : at + 2 * size]
        yield from (data[:at] + data[at + size :], data[:at] + piece + data[at:], data[:at])
        if after != piece:
            yield data[:at] + after + piece + data[at + 2 * size :]


def others(byte: int, draw: random.Random) -> Iterator[int]:
    """Give a byte of any kind, or one of the same: a digit for a digit keeps the file readable."""
    kind = next((kind for kind in SAME_KIND if chr(byte) in kind), "")
    if kind and draw.random() < 0.6:
        yield ord(draw.choice(kind.replace(chr(byte), "")))
    else:
        yield byte ^ 1 << draw.randrange(8)


def values_changed(whole: Any, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    for path, value in list(walked(whole)):
        for how, changed in changes(value, draw):
            yield f"{how} at {path}", rfc8785.dumps(replaced(whole, path, changed))


Path = tuple[str | int, ...]


def walked(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for name, one in value.items():
            yield from walked(one, (*path, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from walked(one, (*path, at))


def replaced(value: Any, path: Path, changed: Any) -> Any:
    if not path:
        return changed
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], changed)
    return copy


def changes(value: Any, draw: random.Random) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name in value:
            yield f"dropped {name}", {one: other for one, other in value.items() if one != name}
        yield "added a member", {**value, "zzz": None}
    elif isinstance(value, list):
        yield from arrays(value)
    elif isinstance(value, bool):
        yield "turned", not value
    elif isinstance(value, int):
        yield from (("one more", value + 1), ("one less", value - 1), ("text", str(value)))
    elif isinstance(value, str):
        yield from texts(value, draw)
    else:
        yield from (("filled", other) for other in (0, "", "0x", {}, []))


def arrays(value: list[Any]) -> Iterator[tuple[str, Any]]:
    for at in range(len(value)):
        yield f"dropped {at}", value[:at] + value[at + 1 :]
        yield f"doubled {at}", value[: at + 1] + value[at:]
        if at and value[at - 1] != value[at]:
            yield f"swapped {at}", [*value[: at - 1], value[at], value[at - 1], *value[at + 1 :]]
    yield "emptied", []


def texts(value: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    yield "shortened", value[:-1]
    yield "lengthened", value + "0"
    yield "in capitals", value.upper()
    yield "with a blank", value + " "
    if value.startswith("0x") and len(value) > 2:
        yield "shorter by a byte", value[:-2]
        yield "longer by a byte", value + "00"
        for _ in range(3):
            at = draw.randrange(2, len(value))
            digit = draw.choice("0123456789abcdef".replace(value[at], ""))
            yield f"digit {at}", value[:at] + digit + value[at + 1 :]
        yield "zeroed", "0x" + "0" * (len(value) - 2)


def wildly_changed(wholes: list[Any], draw: random.Random, count: int) -> Iterator[tuple[int, bytes]]:
    """Change up to three values at once, to others of any file or to anything; give which file it was."""
    pool = [value for whole in wholes for _, value in walked(whole)]
    for _ in range(count):
        chosen = draw.randrange(len(wholes))
        whole = wholes[chosen]
        for _ in range(draw.randint(1, 3)):
            path, value = draw.choice(list(walked(whole)))
            whole = replaced(whole, path, anything(value, pool, draw))
        yield chosen, rfc8785.dumps(whole)


def anything(value: Any, pool: list[Any], draw: random.Random) -> Any:
    kind = draw.random()
    if kind < 0.4:
        return draw.choice(pool)
    if kind < 0.8:
        return draw.choice([one for _, one in changes(value, draw)] or [None])
    if isinstance(value, str) and value.startswith("0x"):
        return "0x" + draw.randbytes(draw.choice((0, 1, 20, 32, 65, 300))).hex()
    return draw.choice((None, True, [], {}, "", 0, 1, 1 << 40, 2**53 - 1, draw.getrandbits(40)))
