"""
Tickets judged by their entries: order (A3.2), rules and heads (A3.3, A3.4), authority and signatures.

It needs nothing but what it is given, so that several processes can do it at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from supportledger.desk.auditing.findings import Anomaly, Finding
from supportledger.desk.auditing.spool import Shard, Spooled
from supportledger.desk.auditing.standing import NOWHERE, Standing, of, placed
from supportledger.desk.auditing.tally import Tally
from supportledger.errors import ReplayMismatch, SignatureMismatch
from supportledger.model import refusal
from supportledger.model.entry import NOTHING, Outcome, lane
from supportledger.model.history import Registry
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.records import Deployment, EntryRecord
from supportledger.model.replay import advance
from supportledger.model.ticket import Action, Auth, Lane, TicketState
from supportledger.proof.evidence import Signed
from supportledger.proof.signed_entries import Turn, check_turn
from supportledger.proof.typed_data import Domain

_UNCERTIFIED: Final = (refusal.AgentNotInForce, refusal.TierTooLow, refusal.SupervisorOnly)
_UNTIMELY: Final = (
    refusal.NothingOverdue,
    refusal.EscalatedRecently,
    refusal.LevelsExhausted,
    refusal.ReopenWindowOpen,
    refusal.ReopenWindowPassed,
    refusal.RatingOver,
)


@dataclass(frozen=True, slots=True)
class Law:
    """
    What all tickets are judged by.

    Args:
        deployment: The ledger that the auditor means.
        registry: What the ledger knew at any event.
        signatures: Whether signatures are recovered.
    """

    deployment: Deployment
    registry: Registry
    signatures: bool = True
    domain: Domain = field(init=False)
    """Where signatures must be good: never what a node or a store says (A3.7)."""
    revoked: Mapping[Address, int] = field(init=False)
    """Certificates that are revoked, with the time as of which they are."""

    def __post_init__(self) -> None:
        """Look up once what every ticket is judged by."""
        object.__setattr__(self, "domain", Domain(self.deployment.chain_id, self.deployment.ledger))
        object.__setattr__(self, "revoked", revoked(self.registry))


@dataclass(slots=True)
class Judged:
    """
    What became of the tickets of one shard.

    Args:
        shard: Its number.
        standing: By ticket, after its last entry; without those whose entries break a rule.
        fallen: Tickets whose entries break a rule.
        findings: What is wrong.
        unsigned: Entries whose signatures were not shown, with the sequence that each must carry.
        entries: How many there were.
        actions: How many of each action.
        signatures: How many signatures were recovered.
        tally: Of the tickets.
    """

    shard: int
    standing: dict[TicketId, Standing] = field(default_factory=dict)
    fallen: set[TicketId] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    unsigned: list[Turn] = field(default_factory=list)
    entries: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    signatures: int = 0
    tally: Tally = field(default_factory=Tally)

    def stand(self, ticket: TicketId, at: "At") -> None:
        """Note how a ticket stands after its last entry."""
        state, places = at
        if state is not None:
            self.standing[ticket] = of(state, places)
            self.tally.add(state)


def judge(shard: Shard, before: Mapping[TicketId, Standing], law: Law) -> Judged:
    """
    Judge the tickets of one shard.

    Args:
        shard: Their new entries.
        before: How they stood before these, as the checkpoint has them; other tickets begin here.
        law: What they are judged by.
    """
    judged = Judged(shard.number)
    judge_ = Judge(law, judged)
    for ticket, entries in shard.tickets().items():
        judged.entries += len(entries)
        judged.actions.update([one.entry.action for one in entries])
        known = before.get(ticket)
        at = judge_.steps(ticket, (known.state, known.places) if known else BEGINNING, entries)
        if at is not None:
            judged.stand(ticket, at)
    return judged


At = tuple[TicketState | None, bytes]
"""The state of a ticket while it is judged, and the digest of the places of its entries."""
BEGINNING: Final[At] = (None, NOWHERE)


class Judge:
    """
    Judges entries, one after the other, into one result.

    Args:
        law: What they are judged by; may be replaced by one that knows more.
        judged: Where findings go.
    """

    def __init__(self, law: Law, judged: Judged) -> None:
        self.law = law
        self._judged = judged

    def steps(self, ticket: TicketId, at: At, entries: Iterable[Spooled]) -> At | None:
        """Judge a ticket's next entries; None when one of them breaks a rule."""
        for one in entries:
            after = self.step(ticket, at, one)
            if after is None:
                return None
            at = after
        return at

    def step(self, ticket: TicketId, at: At, one: Spooled) -> At | None:
        """Judge a ticket's next entry; None when it breaks a rule, and there is no state to go on from."""
        (state, places), (entry, signed), law = at, one, self.law
        expected = 0 if state is None else state.entries
        if entry.index != expected:
            self._fall(_out_of_order(ticket, expected, entry))
            return None
        try:
            outcome = advance(ticket, state, entry, law.registry, law.deployment)
        except ReplayMismatch as broken:
            self._fall(_broken(ticket, entry, broken))
            return None
        if law.signatures and (entry.auth is Auth.ECDSA or entry.action is Action.CLAIM):
            order = lane(entry.action, entry.actor, NOBODY if state is None else state.customer)
            sequence = 0 if state is None or order is Lane.NONE else state.sequence(order)
            self._signature(Turn(entry, sequence), signed)
        if entry.actor in law.revoked:
            self._authority(entry, outcome)
        return outcome.state, placed(places, entry)

    def _fall(self, finding: Finding) -> None:
        self._judged.findings.append(finding)
        if finding.ticket is not None:
            self._judged.fallen.add(finding.ticket)

    def _signature(self, turn: Turn, signed: Signed | None) -> None:
        try:
            missing = check_turn(turn, signed, self.law.registry, self.law.domain)
        except SignatureMismatch as wrong:
            self._judged.findings.append(
                Finding(Anomaly.SIGNATURE_WRONG, wrong.message, turn.entry.ticket, turn.entry.index)
            )
            return
        if missing:
            self._judged.unsigned.append(turn)
        else:
            self._judged.signatures += 1

    def _authority(self, entry: EntryRecord, outcome: Outcome) -> None:
        """Flag what was done with a certificate that has been revoked as of an earlier time (A3.8)."""
        since = self.law.revoked[entry.actor]
        if entry.time >= since and acts_as_agent(entry, outcome):
            why = (
                f"{entry.action} by {entry.actor}: the certificate has been revoked as of {since}, before it"
            )
            self._judged.findings.append(Finding(Anomaly.AGENT_NOT_CERTIFIED, why, entry.ticket, entry.index))


def revoked(registry: Registry) -> dict[Address, int]:
    """List the certificates that are revoked, with the time as of which they are."""
    latest = ((address, registry.agent_now(address)) for address in registry.agents)
    return {address: agent.until for address, agent in latest if agent.revoked_for(agent.until)}


def acts_as_agent(entry: EntryRecord, outcome: Outcome) -> bool:
    """Tell whether a certificate entitled the actor, be it to act or to record a keyless customer."""
    if entry.auth is Auth.RECORDED:
        return True
    as_supervisor = entry.action is Action.REPOLICY or outcome.authority == SUPERVISOR_ROLE
    return entry.action is not Action.OPEN and outcome.authority != NOTHING and not as_supervisor


def states_of(
    ticket: TicketId, before: Standing | None, entries: Iterable[EntryRecord], law: Law
) -> Iterator[tuple[EntryRecord, TicketState, bytes]]:
    """
    Give the state of a ticket after each of some entries, and the digest of their places until then.

    Raises:
        ReplayMismatch: They break a rule.
    """
    state, places = (before.state, before.places) if before else (None, NOWHERE)
    for entry in entries:
        state = advance(ticket, state, entry, law.registry, law.deployment).state
        places = placed(places, entry)
        yield entry, state, places


def _out_of_order(ticket: TicketId, expected: int, entry: EntryRecord) -> Finding:
    if entry.index > expected:
        why = f"entry {expected} is not among the events: entry {entry.index} follows"
    else:
        why = f"entry {entry.index} comes where entry {expected} should be"
    return Finding(Anomaly.ENTRY_OMITTED, why, ticket, expected)


def _broken(ticket: TicketId, entry: EntryRecord, broken: ReplayMismatch) -> Finding:
    """Name the class of a rule that is broken (A2)."""
    anomaly = Anomaly.HEAD_BROKEN
    if isinstance(broken.__cause__, _UNCERTIFIED):
        anomaly = Anomaly.AGENT_NOT_CERTIFIED
    elif isinstance(broken.__cause__, _UNTIMELY) or entry.action is Action.ESCALATE:
        anomaly = Anomaly.CLOCK_MISCOUNTED
    return Finding(anomaly, broken.message, ticket, entry.index)
