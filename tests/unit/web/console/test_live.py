"""What the console tells while somebody looks: of a ticket only as long as it is where they see it."""

import pytest

from supportledger.desk.filing.queues import Queue
from supportledger.model.people import Role
from supportledger.ports.filing import Happening
from supportledger.web.console import live
from tests.unit.web.console.conftest import file


@pytest.fixture
def begun(monkeypatch):
    """Instead of a stream that does not end: what it would tell, and whether it would go on."""
    held = {}

    def hold(_request, wants, is_still_good):
        held.update(wants=wants, good=is_still_good)
        return live.Response("")

    monkeypatch.setattr(live, "stream", hold)
    return held


def told(begun, front, after):
    """Give the queues of what the stream would tell of all that happened since."""
    return [one.queue for one in front.feed.since(after) if begun["wants"](one)]


@pytest.mark.parametrize("query", ["?ticket={}", ""])
def test_a_ticket_that_is_moved_away_is_told_of_no_more(agent, begun, front, ticket, query):
    """Once it is in a queue that an agent does not see, a stream that has begun says nothing of it."""
    front.queues.save(Queue("secret"))
    assert 200 == agent.get("/console/events" + query.format(ticket.handle)).status_code
    after = front.feed.last()
    front.feed.tell(Happening(0, "ticket.answered", 1, ticket, "general"))
    front.queues.move([ticket], "secret")
    front.feed.tell(Happening(0, "ticket.answered", 2, ticket, "secret"))
    assert {"general"} == set(told(begun, front, after))
    assert "secret" in {one.queue for one in front.feed.since(after)}
    assert begun["good"]()
    assert 404 == agent.get(f"/console/events?ticket={ticket.handle}").status_code


def test_one_that_comes_back_is_told_of_again(agent, begun, front, ticket):
    """Who may see a ticket is asked of each happening, not once."""
    assert 200 == agent.get(f"/console/events?ticket={ticket.handle}").status_code
    after = front.feed.last()
    for queue in ("secret", "general"):
        front.feed.tell(Happening(0, "ticket.answered", 1, ticket, queue))
    assert ["general"] == told(begun, front, after)


def test_supervisors_see_where_it_goes(supervisor, begun, front, ticket):
    """Whoever sees all queues is told wherever it is."""
    file(front, ticket, queue="general")
    assert 200 == supervisor.get(f"/console/events?ticket={ticket.handle}").status_code
    after = front.feed.last()
    front.feed.tell(Happening(0, "ticket.answered", 1, ticket, "secret"))
    assert ["secret"] == told(begun, front, after)


def test_another_ticket_is_none_of_this_page(agent, begun, front, ticket):
    """A page of one ticket hears of no other."""
    other = front.desk.tickets.open("Another.", subject="Another", keyless=True).ticket
    assert 200 == agent.get(f"/console/events?ticket={ticket.handle}").status_code
    assert not begun["wants"](Happening(1, "ticket.answered", 1, other, "general"))
    assert not begun["wants"](Happening(1, "webhook.disabled", 1))


def test_it_ends_when_an_agent_is_given_other_queues(agent, begun, front, ticket):
    """A stream was begun for some queues: with others it begins anew."""
    assert 200 == agent.get(f"/console/events?ticket={ticket.handle}").status_code
    assert begun["good"]()
    front.people.set_roles(agent.account.id, [Role.AGENT], {"secret"})
    assert not begun["good"]()
