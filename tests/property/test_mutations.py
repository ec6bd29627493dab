"""
No changed byte of a proof file passes.

Bytes everywhere are flipped, dropped, doubled, moved and cut off; every member, element and value of the JSON
is changed, dropped, doubled, moved. Whatever a mutation makes, the verifier says what is wrong, or that
something required could not be checked; it raises nothing.
"""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rfc8785

from supportledger.model.ticket import Action
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import PROOF_STEPS, Conclusion
from supportledger.proof.verify import verify_proof
from tests.vectors.proof_story import ProofStory, anchored_lines, long_story

LEAST = 10_000
ALL_STEPS = PROOF_STEPS | {9, 10, 11}
SAME_KIND = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
STRIDES = {"keyed": 5, "keyless": 12, "conversation": 4}
"""One byte of so many is changed, each time others."""


def whole(*, keyless: bool) -> tuple[bytes, Trust]:
    """A ticket with every action, and all that may be shown of it."""
    story = long_story(keyless=keyless)
    return story.file(("all", "7.all")).to_bytes(), story.trust()


def conversation() -> tuple[bytes, Trust]:
    """A ticket with an anchored conversation."""
    story = ProofStory(signed=False)
    lines, place = anchored_lines(story, 3)
    says = {"body": "As I wrote.", "log.count": place.count, "log.last": place.last}
    story.act(Action.REPLY, story.customer, says=says)
    return story.file(("log",), lines=lines).to_bytes(), story.trust()


FILES: dict[str, Callable[[], tuple[bytes, Trust]]] = {
    "keyed": lambda: whole(keyless=False),
    "keyless": lambda: whole(keyless=True),
    "conversation": conversation,
}


def test_files_verify_as_they_are() -> None:
    """What is mutated below holds in every step that has something to check."""
    for make in FILES.values():
        data, trust = make()
        verdict = verify_proof(data, trust, required=ALL_STEPS)
        assert Conclusion.VERIFIED == verdict.verdict, verdict.steps


def passes(data: bytes, trust: Trust) -> bool:
    """Tell whether a verifier with the usual requirements accepts a file; anything raised is a failure."""
    return verify_proof(data, trust).verdict is Conclusion.VERIFIED


@pytest.mark.parametrize("name", FILES)
def test_no_byte_can_be_changed(name: str) -> None:
    """Flipped to anything, flipped to its own kind, dropped, doubled, moved, cut off: nothing passes."""
    data, trust = FILES[name]()
    accepted = [made for made in of_bytes(name, data) if passes(made, trust)]
    assert [] == accepted


@pytest.mark.parametrize("name", FILES)
def test_no_value_can_be_changed(name: str) -> None:
    """Rewritten in canonical form, with one member, element or value other than it was, nothing passes."""
    data, trust = FILES[name]()
    accepted = [why for why, made in of_values(data) if passes(made, trust)]
    assert [] == accepted


def test_there_were_enough() -> None:
    """At least ten thousand mutations are tried in a run."""
    made = {name: make()[0] for name, make in FILES.items()}
    tried = sum(1 for name, data in made.items() for _ in of_bytes(name, data))
    assert LEAST <= tried + sum(1 for data in made.values() for _ in of_values(data))


def of_bytes(name: str, data: bytes) -> Iterator[bytes]:
    """Mutate bytes, wherever they are."""
    return (made for made in bytes_changed(data, random.Random(12), STRIDES[name]) if made != data)


def of_values(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Mutate values, and write them canonically."""
    changed = values_changed(json.loads(data), random.Random(7))
    return ((why, made) for why, made in changed if made != data)


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
