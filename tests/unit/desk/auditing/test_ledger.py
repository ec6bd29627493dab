"""A node that lies, or keeps something back: each lie is found, with its class, its ticket and its entry."""

from dataclasses import replace

import pytest

from supportledger.chain.signer import local_signer
from supportledger.desk.auditing.auditor import Auditor
from supportledger.desk.auditing.findings import MOST_LISTED, Anomaly, Conclusion, Finding, Findings
from supportledger.errors import LedgerMismatch, ReorgDetected, RpcUnavailable
from supportledger.model.acts import Block
from supportledger.model.events import AgentChanged, Anchored, PolicyPublished, RoleChanged
from supportledger.model.ids import Address
from supportledger.model.records import Cursor, EntryRecord
from supportledger.model.ticket import Action, Auth
from supportledger.proof.evidence import Signed
from tests.unit.desk.auditing.world import altered


def without(ticket, *indexes):
    """Make a teller that keeps entries back."""

    def tell(events):
        return [
            one
            for one in events
            if not (
                isinstance(one, EntryRecord)
                and one.ticket == ticket
                and (not indexes or one.index in indexes)
            )
        ]

    return tell


def changing(kind, **changes):
    """Make a teller that changes all events of a kind."""
    return lambda events: [replace(one, **changes) if isinstance(one, kind) else one for one in events]


@pytest.mark.parametrize("index", [0, 1, 3])
def test_a_missing_event(world, index):
    """An entry that is kept back is the first that is wrong (A3.2)."""
    world.ledger.tell = without(world.first, index)
    assert [("entry omitted or reordered", world.first, index)] == world.found(store=False)


def test_a_missing_last_event(world):
    """The last entry leaves no gap: the slot gives it away (A3.5)."""
    world.ledger.tell = without(world.first, 4)
    assert [("state differs from slot", world.first, 4)] == world.found(store=False)


def test_a_missing_ticket(world):
    """A ticket that is kept back as a whole is found by the rows of a store."""
    world.ledger.tell = without(world.first)
    found = world.found()
    assert ("row without event", world.first, 0) in found
    assert {world.first} == {ticket for _, ticket, _ in found}


def test_events_out_of_order(world):
    """Events that are listed in another order are named, though each is right (A3.1)."""

    def swapped(events):
        at = [
            number
            for number, one in enumerate(events)
            if isinstance(one, EntryRecord) and one.ticket == world.first
        ]
        events[at[1]], events[at[2]] = events[at[2]], events[at[1]]
        return events

    world.ledger.tell = swapped
    assert [("entry omitted or reordered", world.first, 1)] == world.found(store=False)


def test_events_that_are_listed_twice(world):
    """An event that comes again is not believed."""
    world.ledger.tell = lambda events: [*events, events[-1]]
    assert "entry omitted or reordered" in {anomaly for anomaly, _, _ in world.found(store=False)}


def test_an_event_of_another_block(world):
    """An event of a block that was not asked for is named."""
    world.ledger.tell = altered(4, world.first, block_number=10_000)
    assert ("entry omitted or reordered", world.first, 4) in world.found(store=False)


@pytest.mark.parametrize(
    "changes",
    [{"commitment": b"\x08" * 32}, {"time": 1_767_225_700}],
    ids=lambda changes: next(iter(changes)),
)
def test_an_altered_event(world, changes):
    """An event that breaks no rule makes another head: older slots name the entry (A3.6)."""
    world.ledger.tell = altered(1, world.first, **changes)
    assert [("state differs from slot", world.first, 1)] == world.found(store=False)


def test_an_event_that_the_ledger_would_refuse(world):
    """An event against the rules breaks the chain of its ticket there (A3.3)."""
    world.ledger.tell = altered(1, world.first, argument=99)
    assert [("head broken", world.first, 1)] == world.found(store=False)


def test_another_opener(world):
    """A ticket's id follows from its opener (A3.4)."""
    world.ledger.tell = altered(0, world.first, actor=Address(b"\x08" * 20))
    assert [("head broken", world.first, 0)] == world.found(store=False)


def test_an_agent_without_a_certificate(world):
    """An answer of somebody who was never certified is named as that."""
    world.ledger.tell = altered(1, world.first, actor=Address(b"\x08" * 20))
    assert [("agent not certified", world.first, 1)] == world.found(store=False)


def test_an_agent_revoked_since_before(world):
    """What was done with a certificate that is revoked as of an earlier time is flagged (A3.8)."""
    since = world.store.entries(world.first)[3].time
    world.ledger.revoke(local_signer("certifier"), local_signer("agent").address, since)
    found = world.found(store=False)
    assert ("agent not certified", world.first, 3) in found
    assert {"agent not certified"} == {anomaly for anomaly, _, _ in found}


def test_an_escalation_of_nothing(world):
    """An escalation without a clock that was late is miscounted."""
    ticket = world.desk.tickets.open("Late?").ticket
    policy = world.ledger.policy(world.desk.tickets.get(ticket).state.policy).terms
    world.ledger.advance(policy.first_response + 1)
    escalated = world.desk.tickets.escalate(ticket, by="keeper").entry
    assert [] == world.found(store=False)
    world.ledger.tell = altered(1, ticket, time=escalated.time - 2)
    assert [("clock miscounted", ticket, 1)] == world.found(store=False)
    world.ledger.tell = altered(1, ticket, argument=escalated.argument + 1)
    assert [("clock miscounted", ticket, 1)] == world.found(store=False)


def test_a_wrong_signature(world):
    """A signature that is not the actor's names its entry (A3.7)."""
    first, second = (world.ledger._signed[world.second, index] for index in (1, 3))
    world.ledger._signed[world.second, 1] = second
    assert [("signature wrong", world.second, 1)] == world.found(store=False)
    world.ledger._signed[world.second, 1] = Signed(first.signature, first.deadline + 1)
    assert [("signature wrong", world.second, 1)] == world.found(store=False)


def test_a_key_that_the_node_hands_out_is_not_used(world):
    """Signatures are checked against the actor of the event and the ledger that is meant alone."""
    stranger = local_signer("keeper")
    signed = world.ledger._signed[world.second, 1]
    forged = stranger._sign(b"\x01" * 32)
    world.ledger._signed[world.second, 1] = Signed(forged, signed.deadline)
    assert [("signature wrong", world.second, 1)] == world.found(store=False)


def test_a_signature_that_nobody_shows(world):
    """A signature that no transaction shows comes from what was sent from here; else it is not checked."""
    del world.ledger._signed[world.second, 1]
    assert [] == world.found()
    report = world.report(store=False)
    assert Conclusion.INCOMPLETE is report.conclusion
    assert [("could not check", world.second, 1)] == [
        (str(o.anomaly), o.ticket, o.entry) for o in report.findings
    ]


def test_a_wrong_slot(world):
    """A slot that holds something else differs, whatever the node says of it before."""
    world.ledger.claim = lambda ticket, word: b"\x08" * 32 if ticket == world.first else word
    assert [("state differs from slot", world.first, 0)] == world.found(store=False)
    world.ledger.claim = lambda ticket, word: bytes(32) if ticket == world.first else word
    assert "the slot is empty" in world.report(store=False).findings[0].detail


def test_a_slot_of_an_old_block(world):
    """A node that answers with old storage is found out."""
    old = world.ledger.slots([world.first], world.store.entries(world.first)[2].block_number)[0]
    world.ledger.claim = lambda ticket, word: old if ticket == world.first else word
    assert ["state differs from slot"] == [anomaly for anomaly, _, _ in world.found(store=False)]


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (AgentChanged, {"certifier": Address(b"\x08" * 20)}, "agent not certified"),
        (PolicyPublished, {"supervisor": Address(b"\x08" * 20)}, "agent not certified"),
        (RoleChanged, {"is_granted": False}, "state differs from slot"),
        (Anchored, {"size": 4}, "checkpoint inconsistent"),
        (Anchored, {"anchorer": Address(b"\x08" * 20)}, "checkpoint inconsistent"),
    ],
)
def test_altered_surroundings(world, kind, changes, expected):
    """Certificates, policies, roles, anchors are the contract's, by those who may (A3.9, A3.10, A3.11)."""
    world.anchor()
    assert [] == world.found(store=False)
    world.ledger.tell = changing(kind, **changes)
    assert expected in {anomaly for anomaly, _, _ in world.found(store=False)}


def test_a_log_that_shrinks(world):
    """A log has more lines at each checkpoint."""
    before = world.anchor(5)
    world.ledger.anchor(local_signer("relayer"), b"\x07" * 32, before, 6, b"\x02" * 32)
    world.ledger.tell = lambda events: [
        replace(one, size=7) if isinstance(one, Anchored) and one.size == 5 else one for one in events
    ]
    assert ("checkpoint inconsistent", None, None) in world.found(store=False)


def test_a_node_that_has_pruned_the_beginning(world):
    """Without the events of the deployment nothing is judged, and nothing passes (A4.2)."""
    world.ledger.tell = lambda events: [one for one in events if not isinstance(one, RoleChanged)]
    report = world.report()
    assert (Conclusion.INCOMPLETE, 0) == (report.conclusion, report.figures.tickets)
    assert "the events of the deployment are missing" in report.findings[0].detail


@pytest.mark.parametrize("name", ["events", "slots", "agents", "signatures"])
def test_what_a_node_refuses_is_no_pass(world, name):
    """Whatever the node will not give makes the audit fail aloud (A1.4)."""
    world.ledger.refused = {name}
    report = world.report(store=False)
    assert Conclusion.INCOMPLETE is report.conclusion
    assert any("pruned" in one.detail for one in report.findings)


@pytest.mark.parametrize("name", ["events", "slots", "agents", "signatures"])
def test_a_lost_connection_is_never_swallowed(world, name):
    """An audit whose node goes away says nothing at all: it raises (A1.3)."""
    world.ledger.silent = {name}
    with pytest.raises(RpcUnavailable):
        world.audit(store=False)


def test_another_ledger_than_the_one_meant(world):
    """The ledger is named by the auditor, not by the node (A1.1)."""
    meant = replace(world.store.deployment, code_hash=b"\x08" * 32)
    with pytest.raises(LedgerMismatch):
        Auditor(world.ledger, meant).run()


def test_a_chain_that_changes_meanwhile(world, monkeypatch):
    """A chain that is another one at the end is not what was audited (A1.2)."""

    def gone(block):
        raise ReorgDetected("another block")

    monkeypatch.setattr(world.ledger, "confirm", gone)
    with pytest.raises(ReorgDetected):
        world.audit()


def test_a_block_that_was_not_asked_for(world, monkeypatch):
    """A node that answers with another block gives no usable answer."""
    other = world.ledger.block(3)
    monkeypatch.setattr(world.ledger, "block", lambda number=None: other)
    with pytest.raises(RpcUnavailable, match="gives block 3"):
        world.audit(block=5)


def test_a_node_that_is_behind_the_time(world):
    """A node whose last block is too old cannot say how things are."""
    report = world.report(not_before=world.ledger.now() + 10)
    assert Conclusion.INCOMPLETE is report.conclusion
    assert "older than it should be" in report.findings[0].detail


def test_a_node_that_is_behind_the_store(world):
    """A node that lacks a block that the store has read is told."""
    block = world.ledger.block()
    world.store.record(cursor=replace_cursor(block, number=block.number + 5))
    assert [("chain reorganised since the last audit", None, None)] == world.found()
    world.store.record(cursor=replace_cursor(block, hash=b"\x08" * 32))
    assert [("chain reorganised since the last audit", None, None)] == world.found()


def replace_cursor(block: Block, **changes):
    """Say that the store has read another block."""
    other = replace(block, **changes)
    return Cursor(other.number, other.hash)


def test_findings_are_counted_when_they_are_too_many():
    """More than can be read are counted, not kept (A1.5)."""
    findings = Findings()
    findings.extend(Finding(Anomaly.CONTENT_MISSING, f"number {number}") for number in range(MOST_LISTED + 5))
    assert (MOST_LISTED, MOST_LISTED + 5) == (
        len(findings.listed()),
        findings.counts[Anomaly.CONTENT_MISSING],
    )


def test_keyless_tickets(world):
    """What is recorded for a customer without a key is judged by the recorder's certificate."""
    ticket = world.desk.tickets.open("By mail", by="service", keyless=True).ticket
    assert Auth.RECORDED is world.store.entries(ticket)[0].auth
    assert [] == world.found()
    world.ledger.tell = altered(0, ticket, actor=local_signer("customer").address)
    assert (ticket, 0) in {(one, entry) for _, one, entry in world.found(store=False)}
    assert Action.OPEN is world.store.entries(ticket)[0].action
