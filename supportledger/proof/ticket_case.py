"""
One ticket's evidence, judged step by step: 2 to 6, 9 and 10.

Each check returns what it checked, and raises `Inconclusive` when it cannot check, or the error of its step.

Source: docs/spec/verification.md, V2 to V6, V9 and V10.
"""

from collections.abc import Sequence
from typing import cast

from supportledger.errors import (
    AuthorityMismatch,
    CommitmentMismatch,
    HeadMismatch,
    Inconclusive,
    LedgerMismatch,
    ReplayMismatch,
    StateMismatch,
)
from supportledger.model.entry import NOTHING, Outcome
from supportledger.model.instant import format_instant
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.replay import Replay, replay
from supportledger.model.rules import is_terminal
from supportledger.model.ticket import Action, Auth, TicketState
from supportledger.proof.commitment import check_content, context
from supportledger.proof.erasure import Erased, check_erasure
from supportledger.proof.evidence import Evidence
from supportledger.proof.signed_entries import check_signatures, entries_named


class TicketCase:
    """One ticket's evidence, and what its replay leaves for the steps that stand on it."""

    def __init__(self, evidence: Evidence, trusted: Deployment) -> None:
        self.evidence = evidence
        self.trusted = trusted
        self.replayed: Replay | None = None

    def check_ledger(self) -> str:
        """2."""
        if self.evidence.ledger != self.trusted:
            raise LedgerMismatch(f"expected {self.trusted}, found {self.evidence.ledger}")
        return str(self.trusted)

    def check_replay(self) -> str:
        """3."""
        given = self.evidence
        replayed = replay(given.ticket, given.entries, given.registry, self.trusted)
        if given.state is not None:
            _check_same_fields(given.state, replayed.state)
        self.replayed = replayed
        return f"{counted(len(given.entries), 'entry', 'entries')}; the ticket is {replayed.state.status}"

    def check_heads(self) -> str:
        """4."""
        head, claimed = self._ground.state.head, self.evidence.state
        if claimed is not None and claimed.head != head:
            raise HeadMismatch(f"the entries make the head {head.hex()}, the state has {claimed.head.hex()}")
        return f"{counted(len(self.evidence.entries), 'head', 'heads')}; the last is {head.hex()}"

    def check_signatures(self) -> str:
        """5."""
        return check_signatures(self.evidence, self.trusted)

    def check_slot(self) -> str:
        """6."""
        slot, actual = self.evidence.slot, self._ground.state.hash()
        if slot is None:
            raise Inconclusive("the ticket's slot was not read")
        if slot != actual:
            raise StateMismatch(f"the state hashes to {actual.hex()}, the slot holds {slot.hex()}")
        return f"the state hashes to what the slot holds, {slot.hex()}"

    def check_contents(self) -> str:
        """9."""
        committed = [entry for entry in self.evidence.entries if entry.commitment != NOTHING]
        absent = [entry for entry in committed if not self._check_content(entry)]
        matching = counted(len(committed) - len(absent), "content matches", "contents match")
        erased = self._erasure() if absent else None
        if erased is None:
            covered, missing = [], absent
        else:
            covered = [entry for entry in absent if erased.covers(entry)]
            missing = [entry for entry in absent if not erased.covers(entry)]
        said = f"{matching}; {self._told(erased, covered)}" if erased and covered else matching
        if missing:
            raise Inconclusive(f"{said}; {self._missing(missing)}")
        return said

    def check_authority(self) -> str:
        """10."""
        by_agents = 0
        for entry, outcome in zip(self._ground.entries, self._ground.outcomes, strict=True):
            if _acts_as_agent(entry, outcome):
                self._check_agent(entry)
                by_agents += 1
        return f"{counted(by_agents, 'entry', 'entries')} by agents in force"

    def reach(self) -> str:
        """Say up to when the verdict holds."""
        if self.evidence.as_of is None:
            return "complete as far as the events that were given; later entries: unknown"
        block, time = self.evidence.as_of
        final = self.replayed is not None and is_terminal(self.replayed.state, time)
        later = "impossible" if final else "unknown"
        return f"complete as of block {block}, {format_instant(time)}; later entries: {later}"

    def _check_content(self, entry: EntryRecord) -> bool:
        """Check a content if it is held, and tell whether it is."""
        given, why = self.evidence, self.evidence.unreadable.get(entry.index)
        if why is not None:
            raise wrong_content(entry, why)
        fields = given.contents.get(entry.index)
        if fields is None:
            return False
        ticket = NOTHING if entry.action == Action.OPEN else given.ticket
        place = context(self.trusted.chain_id, self.trusted.ledger, ticket, entry.action, entry.actor)
        try:
            check_content(fields, place, entry.commitment)
        except CommitmentMismatch as mismatch:
            raise wrong_content(entry, mismatch.message) from mismatch
        return True

    def _erasure(self) -> Erased | None:
        """Check what shows that contents were erased, if anything is shown (V9.4)."""
        given = self.evidence
        if given.erasure is None:
            return None
        return check_erasure(given.ticket, given.erasure, given.entries)

    @staticmethod
    def _told(erased: Erased, entries: Sequence[EntryRecord]) -> str:
        """Say what was erased, when by the desk's word, and since when that is on record (V9.5)."""
        day, since = format_instant(erased.line.time), format_instant(erased.anchored_at)
        ground, named = erased.line.ground, _named(entries)
        return f"erased on purpose, {day} ({ground}), on record since {since}: that of {named}"

    def _missing(self, entries: Sequence[EntryRecord]) -> str:
        """Say what is not held, and whether the store says that it erased it (V9.8)."""
        erased = [entry for entry in entries if entry.index in self.evidence.erased]
        lost = [entry for entry in entries if entry.index not in self.evidence.erased]
        return "; ".join(filter(None, (_unshown(erased), _unheld(lost))))

    def _check_agent(self, entry: EntryRecord) -> None:
        registry = self.evidence.registry
        agent = registry.agent(entry.actor, (entry.block_number, entry.log_index))
        if not agent.in_force(entry.time):
            why = f"the certificate was {agent.status}, from {format_instant(agent.from_)} until "
            why += format_instant(agent.until)
        elif registry.agent_now(entry.actor).revoked_for(entry.time):
            since = format_instant(registry.agent_now(entry.actor).until)
            why = f"the certificate has been revoked as of {since}, before this entry"
        else:
            return
        raise AuthorityMismatch(
            f"entry {entry.index}, {entry.action} by {entry.actor}: {why}", entry=entry.index
        )

    @property
    def _ground(self) -> Replay:
        """The replay: a step that stands on it runs only after it has passed."""
        return cast(Replay, self.replayed)


def _check_same_fields(claimed: TicketState, replayed: TicketState) -> None:
    """Compare all but the head, which is the next step's."""
    differing = [
        f"{name} is {actual}, not {said}"
        for name, said, actual in zip(TicketState._fields, claimed, replayed, strict=True)
        if said != actual and name != "head"
    ]
    if differing:
        raise ReplayMismatch(f"the entries do not make the state that is claimed: {', '.join(differing)}")


def _acts_as_agent(entry: EntryRecord, outcome: Outcome) -> bool:
    """Tell whether a certificate entitled the actor, be it to act or to record a keyless customer."""
    if entry.auth == Auth.RECORDED:
        return True
    as_supervisor = entry.action == Action.REPOLICY or outcome.authority == SUPERVISOR_ROLE
    return entry.action != Action.OPEN and outcome.authority != NOTHING and not as_supervisor


def _unshown(entries: Sequence[EntryRecord]) -> str:
    if not entries:
        return ""
    return f"erased, which no anchored line says: that of {_named(entries)}"


def _unheld(entries: Sequence[EntryRecord]) -> str:
    if not entries:
        return ""
    return f"not held: that of {_named(entries)}"


def _named(entries: Sequence[EntryRecord]) -> str:
    return entries_named([entry.index for entry in entries])


def wrong_content(entry: EntryRecord, why: str) -> CommitmentMismatch:
    """Name the entry whose content is not what was committed to."""
    return CommitmentMismatch(f"entry {entry.index}, {entry.action}: {why}", entry=entry.index)


def counted(number: int, one: str, many: str) -> str:
    """Count things, for a sentence."""
    return f"{number} {one if number == 1 else many}"
