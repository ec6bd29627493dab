"""Agents see the tickets of their queues: those that their account names, or that their certificate suits."""

import pytest

from supportledger.desk.filing.queues import Queue
from supportledger.desk.people.visitors import Visitor
from supportledger.model.people import Role
from supportledger.ports.filing import GENERAL
from supportledger.wiring.fronting import memory_front


@pytest.fixture
def front():
    with memory_front() as made:
        made.queues.save(Queue("chinese", languages=("zh",)))
        made.queues.save(Queue("money", skills=("withdrawal",)))
        made.desk.agents.certify("agent", valid_for="7300d", skills=["withdrawal"], languages=["en"])
        yield made


def visitor(front, role, queues, identity="agent"):
    return Visitor(
        None, "Ann", frozenset({role}), queues=queues, address=front.desk.cast.keys.address(identity)
    )


def test_an_account_that_names_queues_has_these(front):
    """What the account names counts, whatever the certificate is for."""
    asked = visitor(front, Role.AGENT, frozenset({"chinese"}))
    assert frozenset({"chinese"}) == front.seeing.seen_by(asked).queues


def test_else_the_certificate_decides(front):
    """Without named queues, an agent sees those that their certificate suits."""
    asked = visitor(front, Role.AGENT, frozenset())
    assert frozenset({"money", GENERAL}) == front.seeing.seen_by(asked).queues


def test_who_may_see_all_sees_all(front):
    """No queue is taken from whoever sees all of them."""
    assert front.seeing.seen_by(visitor(front, Role.AGENT, None)).queues is None


def test_without_a_certificate_there_is_nothing_to_see(front):
    """Neither somebody who was never certified, nor one who was revoked, sees a queue by certificate."""
    front.desk.agents.revoke("senior")
    for identity in ("customer", "senior"):
        assert frozenset() == front.seeing.seen_by(visitor(front, Role.AGENT, frozenset(), identity)).queues


def test_only_agents_have_queues_by_certificate(front):
    """A customer who is certified elsewhere sees no queue."""
    assert frozenset() == front.seeing.seen_by(visitor(front, Role.CUSTOMER, frozenset())).queues
