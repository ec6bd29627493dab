"""Certificates and promises as transactions of somebody's own: what is written, tried first, and found."""

from dataclasses import replace

import pytest

from supportledger.chain.ledger import Ledger
from supportledger.chain.sender import Request
from supportledger.model.agent import Agent, AgentStatus
from supportledger.model.changes import CertificateChange, Change, Publication, Retirement, Verb
from supportledger.model.refusal import (
    AgentNotFound,
    AgentStatusInvalid,
    EscalationTooFrequent,
    PolicyNotFound,
    PolicyWithdrawn,
    RoleMissing,
)
from supportledger.ports import Signer
from tests.conformance.ledger.world import DAY, STRICTER, World


@pytest.fixture
def desk(world: World) -> World:
    """A ledger with roles, agents and a policy."""
    assert 1 == world.policy
    return world


def certifying(desk: World) -> CertificateChange:
    until = desk.ledger.now() + 10 * DAY
    given = Agent(0, until, AgentStatus.CERTIFIED, 2, 0b101, 0b11, b"credential!!")
    return CertificateChange(Verb.CERTIFY, desk.senior.address, given)


def after(desk: World, verb: Verb, status: AgentStatus, **more: int) -> CertificateChange:
    who = desk.agent.address
    return CertificateChange(verb, who, replace(desk.ledger.agent(who), status=status, **more))


def send(desk: World, by: Signer, change: Change) -> bytes:
    """Send a change as a wallet does: by its input alone, where there is a chain."""
    ledger = desk.ledger
    if isinstance(ledger, Ledger):
        data = ledger.input_of(change)
        return ledger._sender.send(by, Request(ledger.deployment.ledger, data)).transaction
    if isinstance(change, Publication):
        return ledger.publish_policy(by, change.terms)[1].transaction
    if isinstance(change, Retirement):
        return ledger.retire_policy(by, change.policy).transaction
    who, result = change.account, change.result
    more = {Verb.CERTIFY: (result,), Verb.REVOKE: (result.until,)}.get(change.verb, ())
    return getattr(ledger, change.verb)(by, who, *more).transaction


def found(desk: World, change: Change, by: Signer, above: int) -> list[bytes]:
    """Give the transactions whose events say that somebody has made a change."""
    events = [one for piece in desk.ledger.events(above + 1) for one in piece]
    return [one.transaction for one in events if change.is_in(one, by.address)]


def test_each_change_is_found_as_it_was_asked_for(desk: World) -> None:
    """The input does what the words say, and its event is found, by whom alone it was asked."""
    changes = [
        (desk.certifier, certifying(desk)),
        (desk.certifier, after(desk, Verb.SUSPEND, AgentStatus.SUSPENDED)),
        (desk.certifier, after(desk, Verb.REINSTATE, AgentStatus.CERTIFIED)),
        (
            desk.certifier,
            after(desk, Verb.REVOKE, AgentStatus.REVOKED, until=desk.ledger.block().time),
        ),
        (desk.supervisor, Publication(STRICTER)),
        (desk.supervisor, Retirement(1)),
    ]
    for by, change in changes:
        above = desk.ledger.height()
        desk.ledger.check(by.address, change)
        assert [] == found(desk, change, by, above)
        transaction = send(desk, by, change)
        assert [transaction] == found(desk, change, by, above)
        assert [] == found(desk, change, desk.admin, above)
        sent = desk.ledger.sent(transaction)
        assert sent is not None
        assert (by.address, True) == (sent.sender, sent.succeeded)
        assert above < (sent.block_number or 0) <= desk.ledger.height()


def test_what_would_be_refused_is_refused_before_anything_is_sent(desk: World) -> None:
    """Nobody pays for what the ledger says beforehand; it says the same as to a transaction."""
    unknown = replace(after(desk, Verb.SUSPEND, AgentStatus.SUSPENDED), account=desk.customer.address)
    publication = Publication(replace(STRICTER, levels=1, escalate_every=1))
    refused = [
        (desk.supervisor, certifying(desk), RoleMissing),
        (desk.certifier, Retirement(1), RoleMissing),
        (desk.certifier, unknown, AgentNotFound),
        (desk.certifier, after(desk, Verb.REINSTATE, AgentStatus.CERTIFIED), AgentStatusInvalid),
        (desk.supervisor, publication, EscalationTooFrequent),
        (desk.supervisor, Retirement(7), PolicyNotFound),
    ]
    height = desk.ledger.height()
    for by, change, error in refused:
        with pytest.raises(error):
            desk.ledger.check(by.address, change)
    assert height == desk.ledger.height()
    desk.ledger.retire_policy(desk.supervisor, 1)
    with pytest.raises(PolicyWithdrawn):
        desk.ledger.check(desk.supervisor.address, Retirement(1))


def test_a_transaction_that_nobody_has_sent(desk: World) -> None:
    """A node knows nothing of a hash that was made up; and counts what was mined."""
    assert desk.ledger.sent(b"\x17" * 32) is None
    before = desk.ledger.count(desk.supervisor.address)
    send(desk, desk.supervisor, Retirement(1))
    assert before + 1 == desk.ledger.count(desk.supervisor.address)


def test_another_change_of_the_same_certificate_is_not_taken_for_it(desk: World) -> None:
    """A suspended certificate that is extended says "suspended" again, and has not been suspended by that."""
    wanted = after(desk, Verb.SUSPEND, AgentStatus.SUSPENDED)
    desk.ledger.suspend(desk.certifier, desk.agent.address)
    above = desk.ledger.height()
    desk.ledger.renew(desk.certifier, desk.agent.address, wanted.result.until + DAY)
    assert [] == found(desk, wanted, desk.certifier, above)
