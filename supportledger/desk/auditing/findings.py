"""What an audit finds, by class, and what it says in the end."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from supportledger.errors import Conflict
from supportledger.model.acts import Block
from supportledger.model.ids import TicketId
from supportledger.model.records import Deployment

MOST_LISTED: Final = 1_000
"""Findings of one class that are listed; the others are counted (A1.5)."""


class Anomaly(StrEnum):
    """The classes of what can be wrong (A2)."""

    CONTENT_ALTERED = "content altered"
    CONTENT_MISSING = "content missing"
    ROW_WITHOUT_EVENT = "row without event"
    EVENT_WITHOUT_ROW = "event without row"
    STATE_DIFFERS = "state differs from slot"
    ENTRY_OMITTED = "entry omitted or reordered"
    HEAD_BROKEN = "head broken"
    SIGNATURE_WRONG = "signature wrong"
    AGENT_NOT_CERTIFIED = "agent not certified"
    CLOCK_MISCOUNTED = "clock miscounted"
    CHECKPOINT_INCONSISTENT = "checkpoint inconsistent"
    CHAIN_REORGANISED = "chain reorganised since the last audit"
    COULD_NOT_CHECK = "could not check"
    """Not shown to be wrong, and not shown to be right: a failure of the audit, never a pass."""


class Conclusion(StrEnum):
    """What an audit says of the whole."""

    CLEAN = "clean"
    """Everything that was asked for was checked, and holds."""
    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    """Nothing is shown to be wrong, and something could not be checked."""


class Stage(StrEnum):
    """The parts of an audit, in order."""

    READING = "Reading the events"
    REPLAYING = "Applying every rule and head"
    SLOTS = "Comparing the tickets' slots"
    REGISTRY = "Comparing agents, policies and anchors"
    STORE = "Comparing rows and contents"
    LOGS = "Hashing the lines of logs"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is wrong, or could not be checked.

    Args:
        anomaly: Its class.
        detail: What was found, and what should have been.
        ticket: Whose; None when it is not about a ticket.
        entry: Index of the first wrong entry; None when it is not one entry's fault.
    """

    anomaly: Anomaly
    detail: str
    ticket: TicketId | None = None
    entry: int | None = None

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "class": str(self.anomaly),
            "ticket_id": None if self.ticket is None else str(self.ticket),
            "handle": None if self.ticket is None else self.ticket.handle,
            "entry": self.entry,
            "detail": self.detail,
        }


class Findings:
    """Collects findings: each ticket's first wrong entry of each class, and not more than can be read."""

    def __init__(self) -> None:
        self.counts: Counter[Anomaly] = Counter()
        self._listed: dict[tuple[object, ...], Finding] = {}

    def add(self, finding: Finding) -> None:
        """Take a finding; of one ticket and class, the one with the first entry is kept."""
        key = (finding.anomaly, finding.ticket or finding.detail)
        before = self._listed.get(key)
        if before is not None:
            if _entry(finding) < _entry(before):
                self._listed[key] = finding
            return
        self.counts[finding.anomaly] += 1
        if self.counts[finding.anomaly] <= MOST_LISTED:
            self._listed[key] = finding

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take several."""
        for one in findings:
            self.add(one)

    def listed(self) -> tuple[Finding, ...]:
        """Give them by class, ticket and entry."""
        order = {one: at for at, one in enumerate(Anomaly)}
        return tuple(
            sorted(
                self._listed.values(), key=lambda one: (order[one.anomaly], one.ticket or b"", _entry(one))
            )
        )


def _entry(finding: Finding) -> int:
    return -1 if finding.entry is None else finding.entry


@dataclass(slots=True)
class Figures:
    """
    What an audit went through.

    Args:
        entries: Events of tickets that were read.
        tickets: That exist.
        signatures: That were recovered.
        slots: That were compared.
        agents: Certificates that were compared.
        policies: That were compared.
        roles: Pairs of role and account that were compared.
        anchors: Checkpoints of logs that were followed.
        rows: Of the store, that were compared.
        contents: Of the store, that were hashed.
        logs: That hold, down to every line.
        lines: Of those logs.
        actions: Entries by what was done.
        statuses: Tickets by where they stand.
        flags: Tickets by what is on record of them.
        seconds: How long each part took.
    """

    entries: int = 0
    tickets: int = 0
    signatures: int = 0
    slots: int = 0
    agents: int = 0
    policies: int = 0
    roles: int = 0
    anchors: int = 0
    rows: int = 0
    contents: int = 0
    logs: int = 0
    lines: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Give them as data."""
        plain = ("entries", "tickets", "signatures", "slots", "agents", "policies", "roles", "anchors")
        return {
            **{name: getattr(self, name) for name in (*plain, "rows", "contents", "logs", "lines")},
            "actions": dict(sorted(self.actions.items())),
            "statuses": dict(sorted(self.statuses.items())),
            "flags": dict(sorted(self.flags.items())),
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }


@dataclass(frozen=True, slots=True)
class Report:
    """
    What an audit says.

    Args:
        deployment: The ledger that was meant.
        block: As of which everything was compared.
        since: Block of the checkpoint that it went on from; None when it began at the deployment.
        findings: By class, ticket and entry.
        counts: How many there are of each class, listed or not.
        figures: What was gone through.
        left_out: What the auditor was told not to look at.
        notes: What happened besides, in sentences.
    """

    deployment: Deployment
    block: Block
    since: int | None
    findings: tuple[Finding, ...]
    counts: Mapping[Anomaly, int]
    figures: Figures
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion: one wrong thing is enough, and one unchecked thing is no pass (A1.4)."""
        if any(self.counts.get(one) for one in Anomaly if one is not Anomaly.COULD_NOT_CHECK):
            return Conclusion.WRONG
        return Conclusion.INCOMPLETE if self.counts.get(Anomaly.COULD_NOT_CHECK) else Conclusion.CLEAN

    def raise_unless_clean(self) -> None:
        """
        Do nothing if everything holds.

        Raises:
            Conflict: It does not, or something could not be checked.
        """
        if self.conclusion is not Conclusion.CLEAN:
            raise Conflict(f"the audit is {self.conclusion}: there is nothing to go on from")

    def to_json(self) -> dict[str, object]:
        """Give it as data."""
        return {
            "conclusion": str(self.conclusion),
            "chain_id": self.deployment.chain_id,
            "ledger": str(self.deployment.ledger),
            "code_hash": "0x" + self.deployment.code_hash.hex(),
            "block": {
                "number": self.block.number,
                "hash": "0x" + self.block.hash.hex(),
                "time": self.block.time,
            },
            "since": self.since,
            "counts": {str(one): self.counts[one] for one in Anomaly if self.counts.get(one)},
            "findings": [one.to_json() for one in self.findings],
            "figures": self.figures.to_json(),
            "left_out": list(self.left_out),
            "notes": list(self.notes),
        }


class Watcher(Protocol):
    """Is told how far an audit has come."""

    def begin(self, stage: Stage, steps: int) -> None:
        """Note that a part begins, and how many steps it has."""

    def advance(self, done: int) -> None:
        """Note how many steps of it are done."""


class Nobody:
    """Watches nothing."""

    def begin(self, stage: Stage, steps: int) -> None:
        """As `Watcher.begin`."""

    def advance(self, done: int) -> None:
        """As `Watcher.advance`."""
