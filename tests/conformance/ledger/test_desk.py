from dataclasses import replace

import pytest

from supportledger.chain.memory import ADMIN_ROLE, ANCHORER_ROLE, CERTIFIER_ROLE
from supportledger.errors import RpcRefused
from supportledger.model.acts import Checkpoint
from supportledger.model.agent import UNCERTIFIED, Agent, AgentStatus
from supportledger.model.events import AgentChanged, PolicyPublished, RoleChanged, SuccessorNamed
from supportledger.model.hours import BusinessHours
from supportledger.model.ids import NOBODY, Address, TicketId
from supportledger.model.lifecycle import SUPERVISOR_ROLE
from supportledger.model.records import EntryRecord
from supportledger.model.refusal import (
    AdminTransferRequired,
    AgentAddressInvalid,
    AgentNotFound,
    AgentStatusInvalid,
    AnchorNotGrowing,
    AnchorStale,
    EscalationTooFrequent,
    PeriodInvalid,
    PeriodShortened,
    PolicyNotFound,
    PolicyTierMissing,
    PolicyWithdrawn,
    RevocationInFuture,
    RoleMissing,
    SuccessorAlreadyNamed,
    SuccessorInvalid,
)
from supportledger.model.ticket import Action
from supportledger.proof.places import ticket_place
from supportledger.proof.storage import prove
from tests.conformance.ledger.world import DAY, TERMS, World, content


@pytest.fixture
def desk(world: World) -> World:
    """A ledger with roles, agents and a policy."""
    assert 1 == world.policy
    return world


def test_a_certificate_lives(desk: World) -> None:
    """Given, extended, suspended, reinstated, revoked: each change is kept, with its time."""
    who, ledger, by = desk.senior.address, desk.ledger, desk.certifier
    assert UNCERTIFIED == ledger.agent(who)
    until = ledger.now() + 10 * DAY
    given = Agent(0, until, AgentStatus.CERTIFIED, 2, 0b101, 0b11, b"credential!!")
    ledger.certify(by, who, given)
    found = ledger.agent(who)
    assert replace(given, from_=found.from_) == found
    ledger.renew(by, who, until + DAY)
    ledger.suspend(by, who)
    assert (until + DAY, AgentStatus.SUSPENDED) == (ledger.agent(who).until, ledger.agent(who).status)
    ledger.reinstate(by, who)
    ledger.revoke(by, who, found.from_)
    last = ledger.agent(who)
    assert (AgentStatus.REVOKED, found.from_) == (last.status, last.until)
    changes = ledger.agent_changes(who)
    assert [1, 1, 2, 1, 3] == [one.certificate.status for one in changes]
    assert {by.address} == {one.certifier for one in changes}
    assert found == ledger.agent(who, changes[0].place.block_number)


def test_certificates_are_refused(desk: World) -> None:
    """Each rule of certifying has its error, and who is not a certifier may not."""
    who, ledger, by, now = desk.senior.address, desk.ledger, desk.certifier, desk.ledger.now()
    good = Agent(0, now + DAY, AgentStatus.CERTIFIED, 1)
    with pytest.raises(RoleMissing):
        ledger.certify(desk.keeper, who, good)
    with pytest.raises(AgentAddressInvalid):
        ledger.certify(by, NOBODY, good)
    with pytest.raises(PeriodInvalid):
        ledger.certify(by, who, replace(good, from_=now - DAY))
    with pytest.raises(PeriodInvalid):
        ledger.certify(by, who, replace(good, until=now - DAY))
    for act in (ledger.suspend, ledger.reinstate):
        with pytest.raises(AgentNotFound):
            act(by, who)
    ledger.certify(by, who, good)
    with pytest.raises(PeriodShortened):
        ledger.certify(by, who, replace(good, until=now + DAY // 2))
    with pytest.raises(PeriodShortened):
        ledger.renew(by, who, now + DAY)
    with pytest.raises(AgentStatusInvalid):
        ledger.reinstate(by, who)
    with pytest.raises(RevocationInFuture):
        ledger.revoke(by, who, now + DAY)
    ledger.revoke(by, who, now)
    for act in (ledger.suspend, ledger.reinstate):
        with pytest.raises(AgentStatusInvalid):
            act(by, who)
    with pytest.raises(AgentStatusInvalid):
        ledger.certify(by, who, good)


def test_a_policy_is_published_and_retired(desk: World) -> None:
    """What was published is read back in full, and retiring changes nothing but that."""
    hours = BusinessHours(0x1FF << 9, 480)
    terms = replace(TERMS, hours=hours, gate=desk.relayer.address, text_hash=content())
    number, _ = desk.ledger.publish_policy(desk.supervisor, terms)
    assert (2, terms, False) == (
        number,
        desk.ledger.policy(number).terms,
        desk.ledger.policy(number).retired,
    )
    desk.ledger.retire_policy(desk.supervisor, number)
    assert (terms, True) == (desk.ledger.policy(number).terms, desk.ledger.policy(number).retired)
    assert {1: TERMS, 2: terms} == {key: one.terms for key, one in desk.ledger.policies().items()}
    with pytest.raises(PolicyWithdrawn):
        desk.ledger.retire_policy(desk.supervisor, number)
    with pytest.raises(PolicyNotFound):
        desk.ledger.policy(3)


def test_policies_are_refused(desk: World) -> None:
    """No tier, escalations without pause, and who is not a supervisor."""
    with pytest.raises(PolicyTierMissing):
        desk.ledger.publish_policy(desk.supervisor, replace(TERMS, tier=0))
    with pytest.raises(EscalationTooFrequent):
        desk.ledger.publish_policy(desk.supervisor, replace(TERMS, escalate_every=299))
    with pytest.raises(RoleMissing):
        desk.ledger.publish_policy(desk.keeper, TERMS)
    with pytest.raises(PolicyNotFound):
        desk.ledger.retire_policy(desk.supervisor, 9)


def test_a_log_is_anchored(desk: World) -> None:
    """Its checkpoints follow each other and only grow."""
    log, ledger, by = content(), desk.ledger, desk.anchorer
    assert bytes(32) == ledger.anchor_hash(log)
    first = ledger.anchor(by, log, Checkpoint(), 3, content())
    second = ledger.anchor(by, log, first, 5, content())
    assert [first, second] == [Checkpoint(one.size, one.root, one.time) for one in ledger.anchors(log)]
    assert bytes(32) != ledger.anchor_hash(log)
    assert ledger.anchors(log) == ledger.anchors()
    with pytest.raises(AnchorStale):
        ledger.anchor(by, log, first, 9, content())
    with pytest.raises(AnchorNotGrowing):
        ledger.anchor(by, log, second, 5, content())
    with pytest.raises(RoleMissing):
        ledger.anchor(desk.keeper, log, second, 9, content())


def test_roles_are_granted_and_withdrawn(desk: World) -> None:
    """Only the admin does, never the admin's own role, and every change is kept."""
    ledger, who = desk.ledger, desk.keeper.address
    ledger.grant(desk.admin, CERTIFIER_ROLE, who)
    ledger.grant(desk.admin, CERTIFIER_ROLE, who)
    assert ledger.has_role(CERTIFIER_ROLE, who)
    ledger.withdraw(desk.admin, CERTIFIER_ROLE, who)
    assert not ledger.has_role(CERTIFIER_ROLE, who)
    kept = [(one.role, one.account, one.is_granted) for one in ledger.role_changes()]
    assert [(CERTIFIER_ROLE, who, True), (CERTIFIER_ROLE, who, False)] == kept[-2:]
    assert (ADMIN_ROLE, desk.admin.address, True) == kept[0]
    with pytest.raises(RoleMissing):
        ledger.grant(desk.keeper, ANCHORER_ROLE, who)
    with pytest.raises(AdminTransferRequired):
        ledger.grant(desk.admin, ADMIN_ROLE, who)


def test_a_successor_is_named_once(desk: World) -> None:
    """By the admin; closing may then point to it."""
    ledger, other = desk.ledger, Address(content()[:20])
    assert NOBODY == ledger.successor()
    with pytest.raises(RoleMissing):
        ledger.name_successor(desk.keeper, other)
    with pytest.raises(SuccessorInvalid):
        ledger.name_successor(desk.admin, ledger.deployment.ledger)
    ledger.name_successor(desk.admin, other)
    assert other == ledger.successor()
    with pytest.raises(SuccessorAlreadyNamed):
        ledger.name_successor(desk.admin, other)
    closed = desk.do(desk.customer, desk.opened(), Action.CLOSE, int.from_bytes(other, "big"))
    assert closed.state == ledger.ticket(closed.ticket).state


def test_everything_is_in_the_events(desk: World) -> None:
    """Reading all events gives each kind in order, and the registry that they make."""
    posted = desk.answered(desk.opened())
    desk.ledger.name_successor(desk.admin, Address(content()[:20]))
    events = [event for part in desk.ledger.events() for event in part]
    kinds = [type(event) for event in events]
    assert [RoleChanged] * 4 == kinds[:4]
    assert [AgentChanged, AgentChanged, PolicyPublished, EntryRecord, EntryRecord, SuccessorNamed] == kinds[
        4:
    ]
    assert posted.entry == events[-2]
    registry = desk.ledger.registry()
    assert desk.ledger.agent(desk.agent.address) == registry.agent_now(desk.agent.address)
    later = (desk.ledger.height() + 1, 0)
    assert (True, False) == (
        registry.is_supervisor(desk.supervisor.address, later),
        registry.is_supervisor(desk.agent.address, later),
    )
    first = posted.entry.block_number
    assert [posted.entry] == [event for part in desk.ledger.events(first, first) for event in part]


def test_the_ledger_says_where_it_is(desk: World) -> None:
    """Chain, address and time are known, and signatures are bound to them."""
    place = desk.ledger.deployment
    assert (place.chain_id, place.ledger) == (desk.ledger.domain.chain_id, desk.ledger.domain.ledger)
    before, height = desk.ledger.now(), desk.ledger.height()
    desk.advance(500)
    desk.opened()
    assert before + 500 <= desk.ledger.now()
    assert height < desk.ledger.height()


def test_blocks_have_names(desk: World) -> None:
    """The latest block, or any other, has a number, a hash of its own and a time."""
    desk.opened()
    latest = desk.ledger.block()
    before = desk.ledger.block(latest.number - 1)
    assert desk.ledger.height() == latest.number
    assert (32, 32) == (len(latest.hash), len(before.hash))
    assert latest.hash != before.hash
    assert before.time <= latest.time <= desk.ledger.now()
    with pytest.raises(RpcRefused):
        desk.ledger.block(latest.number + 10_000)


def test_a_slot_can_be_proven(desk: World) -> None:
    """The ticket's word is shown under a block's own hash, as of that block, and that another has none."""
    posted = desk.opened()
    answered = desk.answered(posted)
    places = [(ticket_place(posted.ticket), "it"), (ticket_place(TicketId(b"\x17" * 32)), "none")]
    for block, state in ((None, answered.state), (posted.entry.block_number, posted.state)):
        proof = desk.ledger.proof([place for place, _ in places], block)
        shown = prove(proof, desk.ledger.deployment, places)
        assert (state.hash(), bytes(32)) == shown.words
        assert desk.ledger.block(shown.header.number).hash == shown.header.hash
        assert desk.ledger.block(shown.header.number).time == shown.header.time


def test_an_unpublished_policy_number_cannot_be_given(desk: World) -> None:
    """A supervisor cannot move a ticket to a policy that does not exist."""
    with pytest.raises(PolicyNotFound):
        desk.do(desk.supervisor, desk.opened(), Action.REPOLICY, 77)


def test_roles_have_the_contracts_names(desk: World) -> None:
    """The supervisor's role is the one that heads bind."""
    assert desk.ledger.has_role(SUPERVISOR_ROLE, desk.supervisor.address)
