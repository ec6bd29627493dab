"""
Showing some fields of an entry and withholding the others.

`MultiProof` is the published EAS form: some fields and what joins them to a root. Alone it shows only that
somebody made such a root: a root can hold two fields of one name. A `Disclosure` adds all names and leaves of
the entry, which the entry's commitment binds, and is what a proof file carries.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, cast

from supportledger.errors import BundleFormatError, CommitmentMismatch, InputError
from supportledger.proof import field_tree
from supportledger.proof.commitment import check
from supportledger.proof.field_json import fields_from_json, fields_to_json, word_from_json, word_to_json
from supportledger.proof.fields import Field, Fields, checked_names


@dataclass(frozen=True, slots=True)
class MultiProof:
    """
    Some fields, and what joins them to the root of a field tree.

    Args:
        fields: Shown with their salts, by ascending leaf.
        path: Hashes of what is withheld, and how to use them.
    """

    fields: tuple[Field, ...]
    path: field_tree.Path

    def verify(self, root: bytes) -> None:
        """
        Check that these fields are in the tree.

        Accepts what `eas-sdk` accepts, except what proves nothing or contradicts itself.

        Raises:
            CommitmentMismatch: They are not, nothing is shown, or a name is shown twice.
        """
        if len({one.name for one in self.fields}) != len(self.fields):
            raise CommitmentMismatch("a field is shown twice")
        if field_tree.root_of_path([one.leaf for one in self.fields], self.path) != root:
            raise CommitmentMismatch("the shown fields are not in the tree with this root")

    def to_json(self) -> dict[str, object]:
        """Write as `eas-sdk` takes it: leaves, proof, proofFlags."""
        return {
            "leaves": fields_to_json(self.fields),
            "proof": [word_to_json(node) for node in self.path.proof],
            "proofFlags": list(self.path.flags),
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """
        Read what `to_json` writes.

        Raises:
            BundleFormatError: It is anything else.
        """
        parts = _members(data, {"leaves", "proof", "proofFlags"})
        flags = _array(parts["proofFlags"])
        if not all(isinstance(flag, bool) for flag in flags):
            raise BundleFormatError("proofFlags are true or false")
        proof = tuple(word_from_json(node) for node in _array(parts["proof"]))
        return cls(fields_from_json(parts["leaves"]), field_tree.Path(proof, tuple(map(bool, flags))))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """
    Some fields of an entry, with the names and leaves of all.

    Args:
        names: All names, ascending.
        leaves: One for each name.
        shown: At least one field, proven.
    """

    names: tuple[str, ...]
    leaves: tuple[bytes, ...]
    shown: MultiProof

    @classmethod
    def of(cls, fields: Fields, names: Collection[str]) -> Self:
        """
        Show the fields of these names and withhold the others.

        Raises:
            InputError: No name is given, one is given twice, or the entry has no such field.
        """
        unknown = set(names) - set(fields.names)
        if unknown or not names or len(set(names)) != len(names):
            raise InputError(
                f"cannot show {', '.join(sorted(unknown)) or 'nothing, or a field twice'}",
                hint=f"The entry has {', '.join(fields.names)}.",
            )
        chosen = sorted((one for one in fields.fields if one.name in names), key=lambda one: one.leaf)
        leaves = fields.leaves
        path = field_tree.prove(leaves, [one.leaf for one in chosen])
        return cls(fields.names, leaves, MultiProof(tuple(chosen), path))

    def verify(self, context: bytes, commitment: bytes) -> None:
        """
        Check that the shown fields, and no others of their names, are what was committed to.

        * all names are known, ascending and there once; each has a leaf
        * each shown field hashes to the leaf of its name
        * names and leaves, in this context, make the commitment
        * the multiproof is the one that these leaves have

        Args:
            context: Computed by the verifier from the event, never taken from the file.
            commitment: As it stands in the event.

        Raises:
            CommitmentMismatch: One of these does not hold, or nothing is shown.
        """
        leaf_of = self._leaf_of()
        for one in self.shown.fields:
            if leaf_of.get(one.name) != one.leaf:
                raise CommitmentMismatch(f"{one.name} is not what was committed to")
        check(self.names, self.leaves, context, commitment)
        leaves = [one.leaf for one in self.shown.fields]
        if (
            not leaves
            or leaves != sorted(set(leaves))
            or self.shown.path != field_tree.prove(self.leaves, leaves)
        ):
            raise CommitmentMismatch("the shown fields come without the one proof that they have")

    def _leaf_of(self) -> Mapping[str, bytes]:
        try:
            checked_names(self.names)
        except InputError as cause:
            raise CommitmentMismatch(str(cause)) from cause
        if len(self.leaves) != len(self.names):
            raise CommitmentMismatch(f"{len(self.names)} names have {len(self.leaves)} leaves")
        return dict(zip(self.names, self.leaves, strict=True))

    def to_json(self) -> dict[str, object]:
        """Write for a proof file: names, leaves (their hashes), shown (a multiproof)."""
        leaves = [word_to_json(leaf) for leaf in self.leaves]
        return {"leaves": leaves, "names": list(self.names), "shown": self.shown.to_json()}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """
        Read what `to_json` writes.

        Raises:
            BundleFormatError: It is anything else.
        """
        parts = _members(data, {"leaves", "names", "shown"})
        names = _array(parts["names"])
        if not all(isinstance(name, str) for name in names):
            raise BundleFormatError("names are strings")
        leaves = tuple(word_from_json(leaf) for leaf in _array(parts["leaves"]))
        return cls(tuple(map(str, names)), leaves, MultiProof.from_json(parts["shown"]))


def _members(data: object, names: set[str]) -> Mapping[str, object]:
    if not isinstance(data, dict) or data.keys() != names:
        raise BundleFormatError(f"expected an object with exactly {', '.join(sorted(names))}")
    return cast(Mapping[str, object], data)


def _array(data: object) -> Sequence[object]:
    if not isinstance(data, list):
        raise BundleFormatError("expected an array")
    return cast(Sequence[object], data)
