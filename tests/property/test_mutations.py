"""
No changed byte of a proof file passes.

Bytes everywhere are flipped, dropped, doubled, moved and cut off; every member, element and value of the JSON
is changed, dropped, doubled, moved. Whatever a mutation makes, the verifier says what is wrong, or that
something required could not be checked; it raises nothing.
"""

import json
import random
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from supportledger.model.ticket import Action
from supportledger.proof.trust import Trust
from supportledger.proof.verdict import PROOF_STEPS, Conclusion
from supportledger.proof.verify import verify_proof
from tests.vectors.mutating import bytes_changed, values_changed, wildly_changed
from tests.vectors.proof_story import ProofStory, anchored_lines, long_story, never_relayed

LEAST = 10_000
ALL_STEPS = PROOF_STEPS | {9, 10, 11}
STRIDES = {"keyed": 7, "keyless": 24, "conversation": 5, "absence": 6, "unopened": 12}
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
    "absence": never_relayed,
    "unopened": lambda: never_relayed(opening=True),
}


def test_files_verify_as_they_are() -> None:
    """What is mutated below holds in every step that has something to check."""
    for make in FILES.values():
        data, trust = make()
        is_ticket = json.loads(data)["kind"] == "ticket"
        verdict = verify_proof(data, trust, required=ALL_STEPS if is_ticket else None)
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
    accepted = [why for why, made in of_values(name, data) if passes(made, trust)]
    assert [] == accepted


def test_whatever_is_changed_nothing_is_raised() -> None:
    """Several values at once, to anything: a verdict comes back, and what is accepted shows no more."""
    made = [make() for make in FILES.values()]
    wholes = [json.loads(data) for data, _ in made]
    for chosen, data in wildly_changed(wholes, random.Random(31), 1_500):
        before, trust = made[chosen]
        verdict = verify_proof(data, trust)
        if verdict.verdict is Conclusion.VERIFIED:
            assert shown(data) <= shown(before)


def shown(data: bytes) -> set[str]:
    """List what a file shows, in one text for each field."""
    entries = json.loads(data).get("entries", [])
    contents = [one["content"] for one in entries if one["content"] and one["content"]["shown"]]
    return {json.dumps(field) for content in contents for field in content["shown"]["leaves"]}


def test_there_were_enough() -> None:
    """At least ten thousand mutations are tried in a run."""
    made = {name: make()[0] for name, make in FILES.items()}
    tried = sum(1 for name, data in made.items() for _ in of_bytes(name, data))
    assert LEAST <= tried + sum(1 for name, data in made.items() for _ in of_values(name, data))


def of_bytes(name: str, data: bytes) -> Iterator[bytes]:
    """Mutate bytes, wherever they are."""
    return (made for made in bytes_changed(data, random.Random(12), STRIDES[name]) if made != data)


def of_values(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Mutate values, and write them canonically; of the file that is much like another, every fourth."""
    changed = values_changed(json.loads(data), random.Random(7))
    chosen = islice(changed, 0, None, 4) if name == "keyless" else changed
    return ((why, made) for why, made in chosen if made != data)
