"""
Which fields of which entries are shown, as people say it: `body`, `3.body`, `3.all`, `attachment.0`, `all`.

Internal notes are shown only where their entry is named by its number: nobody hands them out by saying `all`.

Source: docs/spec/proof-file.md, P7.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from supportledger.errors import InputError
from supportledger.model.records import EntryRecord
from supportledger.model.ticket import Action
from supportledger.proof.fields import field_type

ALL: Final = "all"
_FAMILIES: Final = {"attachment", "log"}
"""First words of names that stand for all fields that begin so."""
_RULE: Final = re.compile(r"(?:([0-9]{1,9})\.)?([A-Za-z].*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One thing that somebody named.

    Args:
        entry: Number of the one entry that is meant; None for all but internal notes.
        name: Of a field, or the beginning of one before a dot; `all` for every field.
    """

    entry: int | None
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read what somebody typed.

        Raises:
            InputError: No field can be meant.
        """
        found = _RULE.fullmatch(text)
        if found is None:
            raise InputError(
                f"{text[:80]!r} names no field", hint="Write it like body, 3.body, 3.all or all."
            )
        number, name = found.groups()
        if name != ALL and name not in _FAMILIES:
            field_type(name)
        return cls(int(number) if number else None, name)

    def fits(self, record: EntryRecord, name: str) -> bool:
        """Tell whether a field of an entry is meant."""
        if self.entry is None and record.action is Action.NOTE:
            return False
        is_named = self.name in {ALL, name} or name.startswith(f"{self.name}.")
        return is_named and self.entry in {None, record.index}


@dataclass(frozen=True, slots=True)
class Choice:
    """
    What is shown, and what of it is not.

    Args:
        disclosed: What is shown; when this is empty and something is withheld, everything else is.
        withheld: What is not shown, whatever else was said.
    """

    disclosed: tuple[Rule, ...] = ()
    withheld: tuple[Rule, ...] = ()

    @classmethod
    def parse(cls, disclosed: Iterable[str] = (), withheld: Iterable[str] = ()) -> Self:
        """
        Read what somebody typed.

        Raises:
            InputError: No field can be meant.
        """
        return cls(tuple(map(Rule.parse, disclosed)), tuple(map(Rule.parse, withheld)))

    def without(self, entries: Iterable[EntryRecord], actions: Collection[Action]) -> Self:
        """Show nothing of entries of some actions, whatever was said; who shows nothing, still does."""
        if not self.disclosed and not self.withheld:
            return self
        hidden = tuple(Rule(one.index, ALL) for one in entries if one.action in actions)
        return replace(self, withheld=self.withheld + hidden)

    def check(self, entries: Collection[EntryRecord]) -> None:
        """
        Make sure that every entry that is named exists.

        Raises:
            InputError: One does not.
        """
        for rule in (*self.disclosed, *self.withheld):
            if rule.entry is not None and rule.entry >= len(entries):
                raise InputError(f"the ticket has no entry {rule.entry}: it has {len(entries)}")

    def names(self, record: EntryRecord, names: Sequence[str]) -> list[str]:
        """Choose among the fields of an entry."""
        everything = (Rule(None, ALL),) if self.withheld else ()
        shown = self.disclosed or everything
        return [
            name
            for name in names
            if any(rule.fits(record, name) for rule in shown)
            and not any(_means(rule, record, name) for rule in self.withheld)
        ]


def _means(rule: Rule, record: EntryRecord, name: str) -> bool:
    """Tell whether a field is withheld: here a rule without a number means internal notes, too."""
    return rule.fits(record, name) or (
        rule.entry is None and Rule(record.index, rule.name).fits(record, name)
    )
