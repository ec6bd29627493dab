"""Finding the entry that a draft became: by who did what with which content, or by its place in its lane."""

from collections.abc import Iterable

from supportledger.model.entry import NOTHING
from supportledger.model.records import Draft, EntryRecord
from supportledger.proof.signed_entries import Turn, turns


def became(draft: Draft, entries: Iterable[EntryRecord]) -> EntryRecord | None:
    """Find the entry that a draft became, among all of its ticket, in order."""
    return next((turn.entry for turn in turns(entries) if _is(draft, turn)), None)


def _is(draft: Draft, turn: Turn) -> bool:
    entry = turn.entry
    if (entry.action, entry.actor, entry.commitment) != (draft.action, draft.actor, draft.commitment):
        return False
    if draft.commitment != NOTHING:
        return True
    return turn.sequence == draft.sequence if turn.sequence else entry.index >= draft.sequence
