"""The attacks that EVIDENCE names are tried here, with trees and hashes of the attacker's own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportledger.errors import BundleFormatError, CommitmentMismatch, InputError
from supportledger.proof import field_tree
from supportledger.proof.commitment import commit, commitment, context, manifest
from supportledger.proof.disclosure import Disclosure, MultiProof
from supportledger.proof.field_json import fields_from_json, word_to_json
from supportledger.proof.fields import Field, Fields

EAS = json.loads((Path(__file__).parents[2] / "vectors/eas_private_data.json").read_text(encoding="utf-8"))
PLACE = context(1337, b"\x01" * 20, bytes(32), 1, b"\x02" * 20)
FIELDS = Fields.create(
    {"body": "yes", "kind": "answer", "author": "Alice", "channel": "web", "language": "en"}
)
COMMITMENT = commit(FIELDS, PLACE)
SHOWN = Disclosure.of(FIELDS, ["body", "language"])
YES, NO = Field("body", "yes", b"\x01" * 32), Field("body", "no", b"\x02" * 32)


@pytest.mark.parametrize("case", EAS)
def test_multiproofs_are_those_of_eas(case: dict[str, Any]) -> None:
    """Multiproofs that the SDK made verify here and come out of our own making, to the byte."""
    fields, theirs = Fields(fields_from_json(case["fields"])), MultiProof.from_json(case["proof"])
    theirs.verify(fields.root)
    assert theirs == Disclosure.of(fields, [one.name for one in theirs.fields]).shown
    assert case["proof"] == theirs.to_json()


def test_shows_what_it_should_and_no_more() -> None:
    """Every choice of fields verifies and holds neither value nor salt of the others."""
    for choice in range(1, 1 << len(FIELDS.names)):
        names = [name for place, name in enumerate(FIELDS.names) if choice >> place & 1]
        disclosure = Disclosure.of(FIELDS, names)
        disclosure.verify(PLACE, COMMITMENT)
        disclosure.shown.verify(FIELDS.root)
        assert set(names) == {one.name for one in disclosure.shown.fields}
        written = json.dumps(disclosure.to_json())
        withheld = [one for one in FIELDS.fields if one.name not in names]
        assert [] == [one.name for one in withheld if one.salt.hex() in written]


def test_comes_back_from_json() -> None:
    """A disclosure written as JSON is read as the same."""
    assert SHOWN == Disclosure.from_json(json.loads(json.dumps(SHOWN.to_json())))


@pytest.mark.parametrize("names", [[], ["subject"], ["body", "body"], ["body", "text"]])
def test_is_made_of_fields_that_are_there(names: list[str]) -> None:
    """Showing nothing, a field that is not there, or one twice is an InputError that lists the fields."""
    with pytest.raises(InputError, match="cannot show") as caught:
        Disclosure.of(FIELDS, names)
    assert "author, body" in caught.value.hint


def test_another_place_or_commitment_fails() -> None:
    """A disclosure copied to another context, or held against another commitment, is a CommitmentMismatch."""
    for place, expected in ((bytes(32), COMMITMENT), (PLACE, bytes(32)), (b"", COMMITMENT)):
        with pytest.raises(CommitmentMismatch):
            SHOWN.verify(place, expected)


class TestAttack:
    def test_two_bodies_under_one_root(self) -> None:
        """One root verifies two contradicting bodies as bare multiproofs; no commitment does."""
        leaves = tuple(sorted((YES.leaf, NO.leaf)))
        root = field_tree.root(leaves)
        for one in (YES, NO):
            MultiProof((one,), field_tree.prove(leaves, [one.leaf])).verify(root)

        with pytest.raises(InputError):
            manifest(["body", "body"], [YES.leaf, NO.leaf])
        made = commitment(PLACE, root, manifest(["body", "kind"], [YES.leaf, NO.leaf]))
        for names in (("body", "kind"), ("body", "body"), ("author", "body"), ("body",)):
            disclosure = Disclosure(
                names, (YES.leaf, NO.leaf), MultiProof((NO,), field_tree.prove(leaves, [NO.leaf]))
            )
            with pytest.raises(CommitmentMismatch):
                disclosure.verify(PLACE, made)

    def test_both_bodies_at_once(self) -> None:
        """A multiproof that shows one name twice is refused even against its root."""
        chosen = sorted((YES, NO), key=lambda one: one.leaf)
        both = MultiProof(tuple(chosen), field_tree.prove([YES.leaf, NO.leaf], [one.leaf for one in chosen]))
        with pytest.raises(CommitmentMismatch, match="twice"):
            both.verify(field_tree.root([YES.leaf, NO.leaf]))

    def test_a_root_that_is_not_of_these_leaves(self) -> None:
        """A commitment made over a foreign root fails: the verifier computes the root from the leaves."""
        made = commitment(PLACE, field_tree.root([NO.leaf]), manifest(FIELDS.names, FIELDS.leaves))
        with pytest.raises(CommitmentMismatch):
            SHOWN.verify(PLACE, made)

    def test_nothing_shown(self) -> None:
        """An empty disclosure, which holds for every root in the SDK, is refused in every form."""
        nothing = MultiProof((), field_tree.Path((FIELDS.root,), ()))
        with pytest.raises(CommitmentMismatch, match="proof of nothing"):
            nothing.verify(FIELDS.root)
        for shown in (nothing, MultiProof((), field_tree.Path((), ()))):
            with pytest.raises(CommitmentMismatch):
                replace(SHOWN, shown=shown).verify(PLACE, COMMITMENT)

    def test_an_inner_node_as_a_leaf(self) -> None:
        """Two nodes in place of four leaves make the same root, another commitment, and no field."""
        four = Fields.create({"author": "a", "body": "b", "channel": "c", "kind": "k"})
        lowest = sorted(four.leaves)
        nodes = tuple(sorted((field_tree.root(lowest[:2]), field_tree.root(lowest[2:]))))
        assert four.root == field_tree.root(nodes)
        body = next(one for one in four.fields if one.name == "body")
        forged = Disclosure(
            ("body", "kind"), nodes, MultiProof((body,), field_tree.Path((nodes[1],), (False,)))
        )
        with pytest.raises(CommitmentMismatch):
            forged.verify(PLACE, commit(four, PLACE))
        with pytest.raises(CommitmentMismatch):
            forged.verify(PLACE, commitment(PLACE, four.root, manifest(("body", "kind"), nodes)))

    @pytest.mark.parametrize(
        "change",
        [
            {"names": ("author", "body", "channel", "kind", "subject")},
            {"names": FIELDS.names[:-1]},
            {"names": (*FIELDS.names, "text")},
            {"names": ("author", "author", *FIELDS.names[2:])},
            {"names": ()},
            {"leaves": FIELDS.leaves[::-1]},
            {"leaves": FIELDS.leaves[:-1]},
            {"leaves": (*FIELDS.leaves, bytes(32))},
            {"leaves": tuple(leaf + b"\x00" for leaf in FIELDS.leaves)},
            {"names": (), "leaves": ()},
        ],
        ids=str,
    )
    def test_another_manifest(self, change: dict[str, Any]) -> None:
        """Names or leaves other than those committed to are a CommitmentMismatch."""
        with pytest.raises(CommitmentMismatch):
            replace(SHOWN, **change).verify(PLACE, COMMITMENT)

    def test_another_spelling_of_the_proof(self) -> None:
        """A disclosure has one multiproof: reordered, or with a hash or flag changed, it is refused."""
        proof, flags = SHOWN.shown.path.proof, SHOWN.shown.path.flags
        paths = [
            field_tree.Path(proof[::-1], flags),
            field_tree.Path(proof, flags[::-1]),
            field_tree.Path((), ()),
        ]
        paths.append(field_tree.Path((*proof, bytes(32)), flags))
        others = [replace(SHOWN.shown, path=path) for path in paths if path != SHOWN.shown.path]
        others.append(replace(SHOWN.shown, fields=SHOWN.shown.fields[::-1]))
        for shown in others:
            with pytest.raises(CommitmentMismatch):
                replace(SHOWN, shown=shown).verify(PLACE, COMMITMENT)

    @pytest.mark.parametrize(
        "path",
        [
            field_tree.Path((), (True,)),
            field_tree.Path((), (False,)),
            field_tree.Path((bytes(32),), (True,)),
            field_tree.Path((bytes(32), bytes(32)), (False,)),
            field_tree.Path((bytes(31),), (False,)),
            field_tree.Path((bytes(32),), ()),
        ],
    )
    def test_a_malformed_path(self, path: field_tree.Path) -> None:
        """Hashes, flags and leaves that do not fit together are refused before they are believed."""
        with pytest.raises(CommitmentMismatch):
            MultiProof((YES,), path).verify(YES.leaf)


@pytest.mark.parametrize(
    "change",
    [
        {"names": "body"},
        {"names": [1]},
        {"leaves": [1]},
        {"leaves": ["0x" + "AB" * 32]},
        {"shown": {}},
        {"shown": {"leaves": [], "proof": [], "proofFlags": [1]}},
        {"shown": {"leaves": [], "proof": "0x", "proofFlags": []}},
        {"shown": {"leaves": {}, "proof": [], "proofFlags": []}},
        {"extra": 1},
    ],
    ids=str,
)
def test_json_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    """Anything that a disclosure does not write is a BundleFormatError."""
    with pytest.raises(BundleFormatError):
        Disclosure.from_json({**SHOWN.to_json(), **change})
    with pytest.raises(BundleFormatError):
        Disclosure.from_json([word_to_json(bytes(32))])
