"""A desk to look around in has people of every role, queues, and tickets in every state."""

import secrets

import pytest

from supportledger.chain.signer import KeySigner
from supportledger.desk.filing.browsing import EVERYTHING
from supportledger.desk.questions import shipped_questions
from supportledger.desk.showcase import CUSTOMER, QUEUES, STAFF, Showcase
from supportledger.model.ids import NOBODY
from supportledger.model.people import Role
from supportledger.model.records import TicketQuery
from supportledger.model.ticket import Status
from supportledger.ports.filing import GENERAL
from supportledger.wiring.fronting import memory_front


@pytest.fixture(scope="module")
def filled():
    with memory_front() as front:
        yield front, Showcase(front, shipped_questions(), lambda: KeySigner(secrets.token_bytes(32))).fill()


def rows(front, **query):
    return front.desk.browsing.page(TicketQuery(limit=200, **query), EVERYTHING, reader=NOBODY)


def test_everybody_is_there(filled):
    """Each role is played by somebody with a key of the local chain, and one customer can sign in by mail."""
    front, _ = filled
    found = {role for account in front.people.staff() for role in account.roles}
    assert set(Role) - {Role.CUSTOMER} == found
    assert len(STAFF) == len(front.people.staff())
    assert {Role.CUSTOMER} == front.people.by_mail(CUSTOMER[1]).roles


def test_tickets_are_in_many_states(filled):
    """Some wait, some were answered, some are solved, some closed and rated."""
    front, shown = filled
    found = [row.record.state for row in rows(front)]
    assert shown.tickets == len(found)
    assert {Status.PENDING, Status.OPEN, Status.SOLVED, Status.CLOSED} <= {one.status for one in found}
    assert {3, 4, 5} == {one.rating for one in found if one.rating}


def test_tickets_are_filed_where_they_belong(filled):
    """Each queue has some, those in Chinese have their own, and every ticket has its subject."""
    front, _ = filled
    found = rows(front)
    assert {queue.name for queue in QUEUES} | {GENERAL} == {row.filing.queue for row in found}
    assert {"zh"} == {row.filing.language[:2] for row in found if row.filing.queue == "chinese"}
    assert all(row.subject for row in found)


def test_one_is_about_to_be_late(filled):
    """The ticket of the customer who can sign in must be answered within three minutes."""
    front, shown = filled
    [mine] = rows(front, person=front.people.by_mail(CUSTOMER[1]).id)
    assert shown.late == mine.record.id
    assert 180 >= mine.record.due_at - mine.record.state.opened_at


def test_filling_twice_adds_nobody(filled):
    """People, queues and macros that are there stay as they are."""
    front, _ = filled
    before = len(front.people.staff()), len(front.queues.list())
    Showcase(front, [], lambda: KeySigner(secrets.token_bytes(32)))._employ()
    Showcase(front, [], lambda: KeySigner(secrets.token_bytes(32)))._arrange()
    assert before == (len(front.people.staff()), len(front.queues.list()))
