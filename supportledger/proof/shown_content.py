"""
What a proof file shows of an entry's content: all names and leaves always, values of some or of none.

Source: EVIDENCE, "Content and commitment"; docs/spec/proof-file.md, P4.6.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from supportledger.errors import BundleFormatError, CommitmentMismatch, InputError
from supportledger.proof import commitment, field_tree
from supportledger.proof.disclosure import Disclosure, MultiProof
from supportledger.proof.field_json import word_from_json, word_to_json
from supportledger.proof.fields import Field, Fields, checked_names
from supportledger.proof.json_values import array, members


@dataclass(frozen=True, slots=True)
class ShownContent:
    """
    An entry's content as far as it is shown.

    Args:
        names: All names, ascending.
        leaves: One for each name.
        shown: The fields that are shown, proven; None when all are withheld.
    """

    names: tuple[str, ...]
    leaves: tuple[bytes, ...]
    shown: MultiProof | None = None

    @classmethod
    def of(cls, fields: Fields, names: Collection[str]) -> Self:
        """Show the fields of these names, as far as there are such, and withhold the others."""
        present = sorted(set(names) & set(fields.names))
        shown = Disclosure.of(fields, present).shown if present else None
        return cls(fields.names, fields.leaves, shown)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that are shown."""
        return self.shown.fields if self.shown else ()

    @property
    def withheld(self) -> tuple[str, ...]:
        """Names of the fields that are not shown."""
        shown = {one.name for one in self.fields}
        return tuple(name for name in self.names if name not in shown)

    def keeping(self, names: Collection[str]) -> Self:
        """Show no field but these, of those that are shown."""
        kept = [one for one in self.fields if one.name in names]
        if not kept:
            return replace(self, shown=None)
        path = field_tree.prove(self.leaves, [one.leaf for one in kept])
        return replace(self, shown=MultiProof(tuple(kept), path))

    def verify(self, context: bytes, expected: bytes) -> None:
        """
        Check that names, leaves and what is shown are what was committed to (V9.1 to V9.3).

        Args:
            context: Computed by the verifier from the event.
            expected: The commitment, as it stands in the event.

        Raises:
            CommitmentMismatch: They are not.
        """
        if self.shown is not None:
            Disclosure(self.names, self.leaves, self.shown).verify(context, expected)
            return
        try:
            checked_names(self.names)
        except InputError as cause:
            raise CommitmentMismatch(cause.message) from cause
        commitment.check(self.names, self.leaves, context, expected)

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "leaves": [word_to_json(leaf) for leaf in self.leaves],
            "names": list(self.names),
            "shown": self.shown.to_json() if self.shown else None,
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """
        Read one.

        Raises:
            BundleFormatError: It is malformed.
        """
        parts = members(data, {"leaves", "names", "shown"}, "a content")
        names = array(parts["names"], "names")
        if not all(isinstance(name, str) for name in names):
            raise BundleFormatError("names are strings")
        leaves = tuple(word_from_json(leaf) for leaf in array(parts["leaves"], "leaves"))
        shown = None if parts["shown"] is None else MultiProof.from_json(parts["shown"])
        return cls(tuple(map(str, names)), leaves, shown)
