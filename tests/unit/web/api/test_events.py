"""What happens is told to programs that may see it."""

import pytest

from supportledger.desk.people.api_keys import Wanted
from supportledger.model.people import Right, Role
from supportledger.ports.filing import Happening
from supportledger.web.api import events
from tests.unit.web.api.conftest import API


@pytest.fixture
def begun(monkeypatch):
    """Instead of a stream that does not end: what it would tell, and whether it would go on."""
    held = {}

    def hold(_request, wants, is_still_good, **_about):
        held.update(wants=wants, good=is_still_good)
        return events.Response("")

    monkeypatch.setattr(events, "stream", hold)
    return held


def test_staff_are_told_of_their_queues(browser, begun, front, ticket):
    """An agent of one queue is told of nothing in another."""
    agent = browser(Role.AGENT, queues={"gold"})
    assert 200 == agent.get(f"{API}/events").status_code
    (one,) = {each.ticket for each in front.feed.since(0) if each.ticket}
    told = [begun["wants"](Happening(1, "ticket.opened", 1, one, queue)) for queue in ("gold", "general")]
    assert [True, False] == told
    assert not begun["wants"](Happening(1, "webhook.disabled", 1))


def test_customers_follow_one_ticket_of_theirs(browser, customer, begun, ticket):
    """A customer names the ticket; another's is not there."""
    name = ticket.rsplit("/", 1)[1]
    assert 422 == customer.get(f"{API}/events").status_code
    assert 200 == customer.get(f"{API}/events", params={"ticket": name}).status_code
    assert 404 == browser(Role.CUSTOMER, name="Eve").get(f"{API}/events?ticket={name}").status_code


def test_a_stream_ends_with_its_key(agent, browser, begun, front):
    """Once a key is revoked, its stream is not good any more."""
    visitor = front.sessions.visitor(next(iter(agent.cookies.values())))
    made = front.api_keys.make(visitor, Wanted("x", [Right.LIST]))
    headers = {"Authorization": f"Bearer {made.token}"}
    assert 200 == browser().get(f"{API}/events", headers=headers).status_code
    assert begun["good"]()
    front.api_keys.revoke(visitor.person, made.key.id)
    assert not begun["good"]()


def test_who_has_no_tickets_follows_none(browser, begun):
    """A certifier is refused, and whoever is nobody is asked to sign in."""
    assert [403, 401] == [
        one.get(f"{API}/events").status_code for one in (browser(Role.CERTIFIER, name="Chen"), browser())
    ]


@pytest.mark.parametrize("last", ["x", "-1", "9" * 19])
def test_a_place_that_nobody_gave_is_refused(agent, begun, last):
    """What is no id of an event is refused."""
    assert 422 == agent.get(f"{API}/events", headers={"Last-Event-ID": last}).status_code
