"""Our field trees and the published EAS SDK's are the same, both ways, on random contents in many scripts."""

import random
from typing import Any

import pytest

from supportledger.errors import CommitmentMismatch
from supportledger.proof.disclosure import Disclosure, MultiProof
from supportledger.proof.field_json import fields_to_json, word_to_json
from supportledger.proof.fields import Fields, Value
from tests.interop.eas_sdk import ask

pytestmark = pytest.mark.node

CASES = 300
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz ABC,.0123456789",
    "我的提现两天了还没有到账请帮忙查一下，。！？",
    "🧾🚀👩🏽😡🇨🇳\u200d\ufe0f",
    "مرحبالميصلالتحويل \u200f\u202b\u202c",
    "שלוםההעברהלאהגיעה ",
    "e\u0301a\u0308n\u0303 ÅΩé",
    "\n\t\u0001\u007f\\\"'",
    "हिन्दी ไทย ქართ",
]
OPTIONAL = [
    "subject",
    "author",
    "channel",
    "language",
    "kind",
    "createdAt",
    "attachment.0",
    "attachment.7",
    "attachment.42",
]


def random_text(draw: random.Random) -> str:
    alphabet = draw.choice(ALPHABETS)
    return "x" + "".join(draw.choice(alphabet) for _ in range(draw.choice((0, 1, 30, 31, 32, 33, 200))))


def random_content(draw: random.Random) -> Fields:
    values: dict[str, Value] = {"body": random_text(draw)}
    for name in draw.sample(OPTIONAL, draw.randint(0, len(OPTIONAL))):
        if name == "createdAt":
            values[name] = draw.choice((0, 1_700_000_000, 2**53 + 1, 2**64 - 1))
        elif name.startswith("attachment"):
            details = {
                name: draw.randbytes(32),
                f"{name}.name": random_text(draw),
                f"{name}.size": draw.getrandbits(64),
            }
            values |= details
        else:
            values[name] = random_text(draw)
    if draw.random() < 0.5:
        values |= {"log.count": draw.getrandbits(20), "log.last": draw.randbytes(32)}
    return Fields.create(values, salt=draw.randbytes)


@pytest.fixture(scope="module")
def contents() -> list[tuple[Fields, list[int]]]:
    draw = random.Random(10)
    drawn = [random_content(draw) for _ in range(CASES)]
    return [
        (one, sorted(draw.sample(range(len(one.names)), draw.randint(1, len(one.names))))) for one in drawn
    ]


def shown(fields: Fields, places: list[int]) -> MultiProof:
    return Disclosure.of(fields, [fields.names[place] for place in places]).shown


def test_the_sdk_computes_our_leaves_roots_and_proofs(contents: list[tuple[Fields, list[int]]]) -> None:
    """For every content, leaf hashes, root and multiproof of the SDK are ours, to the byte."""
    answers = ask([{"tree": fields_to_json(fields.fields), "shown": places} for fields, places in contents])
    ours = [
        {
            "root": word_to_json(fields.root),
            "leafHashes": [word_to_json(leaf) for leaf in fields.leaves],
            "proof": shown(fields, places).to_json(),
        }
        for fields, places in contents
    ]
    assert ours == answers


def test_we_accept_what_the_sdk_proves(contents: list[tuple[Fields, list[int]]]) -> None:
    """A multiproof that the SDK makes, for leaves in an order of its own, verifies here."""
    draw = random.Random(11)
    questions = []
    for fields, places in contents:
        tree = fields_to_json(fields.fields)
        draw.shuffle(tree)
        questions.append({"tree": tree, "shown": places})
    for answer in ask(questions):
        MultiProof.from_json(answer["proof"]).verify(bytes.fromhex(answer["root"][2:]))


def test_the_sdk_accepts_what_we_prove(contents: list[tuple[Fields, list[int]]]) -> None:
    """A multiproof that we make verifies in the SDK."""
    questions = [
        {"root": word_to_json(one.root), "proof": shown(one, places).to_json()} for one, places in contents
    ]
    assert [{"accepted": True}] * CASES == ask(questions)


def test_both_refuse_a_changed_proof(contents: list[tuple[Fields, list[int]]]) -> None:
    """One change of value, salt, hash, flag or number of hashes is refused by both, or harmless to both."""
    draw = random.Random(12)
    roots = [one.root for one, _ in contents]
    proofs = [changed(shown(one, places).to_json(), draw) for one, places in contents]
    theirs = ask(
        [{"root": word_to_json(root), "proof": proof} for root, proof in zip(roots, proofs, strict=True)]
    )
    ours = [accepted(proof, root) for root, proof in zip(roots, proofs, strict=True)]
    assert [answer["accepted"] for answer in theirs] == ours
    assert ours.count(True) < CASES // 10


def changed(proof: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    leaves, hashes, flags = proof["leaves"], proof["proof"], proof["proofFlags"]
    change = draw.choice(("value", "salt", "hash", "flag", "more", "fewer", "order"))
    leaf = draw.choice(leaves)
    if change == "value":
        texts = [one for one in leaves if one["type"] == "string"]
        (texts[0] if texts else leaf).update({"value": "?"} if texts else {"salt": "0x" + "7" * 64})
    elif change == "salt" or (change in ("hash", "fewer") and not hashes) or (change == "flag" and not flags):
        leaf["salt"] = word_to_json(draw.randbytes(32))
    elif change == "hash":
        hashes[draw.randrange(len(hashes))] = word_to_json(draw.randbytes(32))
    elif change == "flag":
        place = draw.randrange(len(flags))
        flags[place] = not flags[place]
    elif change == "more":
        hashes.append(word_to_json(draw.randbytes(32)))
    elif change == "fewer":
        hashes.pop()
    else:
        leaves.reverse()
    return proof


def accepted(proof: dict[str, Any], root: bytes) -> bool:
    try:
        MultiProof.from_json(proof).verify(root)
    except CommitmentMismatch:
        return False
    return True


def test_the_sdk_accepts_what_ours_refuses() -> None:
    """The SDK takes an empty disclosure, and two bodies under one root; ours refuses both."""
    fields = Fields.create({"body": "yes", "kind": "answer"})
    two = [
        {"name": "body", "salt": word_to_json(bytes([n]) * 32), "type": "string", "value": text}
        for n, text in ((1, "yes"), (2, "no"))
    ]
    (pair,) = ask([{"tree": two, "shown": [0, 1]}])
    empty = {"leaves": [], "proof": [word_to_json(fields.root)], "proofFlags": []}
    theirs = ask(
        [{"root": word_to_json(fields.root), "proof": empty}, {"root": pair["root"], "proof": pair["proof"]}]
    )
    assert [True, True] == [answer["accepted"] for answer in theirs]
    assert [False, False] == [
        accepted(empty, fields.root),
        accepted(pair["proof"], bytes.fromhex(pair["root"][2:])),
    ]
