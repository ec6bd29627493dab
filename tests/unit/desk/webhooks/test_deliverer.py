"""Endpoints are told what happens: at least once, signed, and of nothing that anybody wrote."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from supportledger.desk.webhooks import deliveries, endpoints
from supportledger.desk.webhooks.deliverer import GIVES_UP_S, LEASE_S, Deliverer
from supportledger.desk.webhooks.deliveries import BACK_OFF_S, State
from supportledger.errors import DeliveryError
from supportledger.model.ids import TicketId
from supportledger.ports.filing import Happening
from supportledger.ports.post import Answer
from tests.unit.desk.webhooks.conftest import NOW

URL = "https://hooks.example/desk"
TICKET = TicketId(bytes(range(32)))


def _happening(kind="ticket.answered", about="3"):
    return Happening(0, kind, NOW, TICKET, "general", about)


def _fails(posted):
    raise DeliveryError("nobody answers")


def test_endpoint_is_told_once(webhooks, deliverer, feed, post):
    """What happens is sent once when it arrives."""
    made = webhooks.add(URL)
    feed.tell(_happening())
    deliverer.step()
    assert deliverer.step().is_idle
    assert [URL] == [one.target.url for one in post.posted]
    (delivery,) = webhooks.log(made.endpoint.id)
    assert (State.DELIVERED, 204) == (delivery.state, delivery.tries[0].status)


def test_what_is_told_is_signed(webhooks, deliverer, feed, post):
    """The other side verifies what it is sent with its secret, by the package of Standard Webhooks."""
    made = webhooks.add(URL)
    feed.tell(_happening())
    deliverer.step()
    (sent,) = post.posted
    told = Webhook(made.secret).verify(sent.body, sent.headers)
    assert "ticket.answered" == told["type"]
    assert {"ticket": str(TICKET), "handle": TICKET.handle, "queue": "general", "about": "3"} == told["data"]


def test_altered_body_is_not_verified(webhooks, deliverer, feed, post):
    """A body that was altered by a byte is refused by the other side."""
    made = webhooks.add(URL)
    feed.tell(_happening())
    deliverer.step()
    (sent,) = post.posted
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(sent.body.replace(b"answered", b"answerer"), sent.headers)


def test_both_secrets_sign_while_one_is_changed(webhooks, deliverer, feed, post, clock):
    """For a day after a change, what is sent is signed with both secrets; then with the new one alone."""
    old = webhooks.add(URL)
    new = webhooks.rotate(old.endpoint.id)
    feed.tell(_happening())
    deliverer.step()
    for secret in (old.secret, new.secret):
        assert (
            "ticket.answered" == Webhook(secret).verify(post.posted[0].body, post.posted[0].headers)["type"]
        )
    clock.time += 86_400
    feed.tell(_happening())
    deliverer.step()
    assert 1 == len(post.posted[1].headers["webhook-signature"].split())


def test_only_what_is_wanted_is_told(webhooks, deliverer, feed, post):
    """An endpoint is told of the kinds that it wants."""
    webhooks.add(URL, ["ticket.*", "action.rejected"])
    feed.tell(_happening("ticket.opened"), _happening("action.stored"), _happening("action.rejected"))
    deliverer.step()
    assert {"ticket.opened", "action.rejected"} == {json.loads(one.body)["type"] for one in post.posted}


def test_nothing_before_the_endpoint_is_told(webhooks, deliverer, feed, post):
    """What happened before an endpoint was made is not told to it."""
    feed.tell(_happening())
    webhooks.add(URL)
    deliverer.step()
    assert [] == post.posted


def test_back_off_follows_the_standard(webhooks, deliverer, feed, post, clock):
    """A try that fails is repeated after each rest of the table, with one id, and then given up."""
    made = webhooks.add(URL)
    post.answer = lambda _: Answer(500)
    feed.tell(_happening())
    at = []
    for _ in range(len(BACK_OFF_S) + 1):
        deliverer.step()
        at.append(clock.time)
        assert deliverer.step().is_idle
        (delivery,) = webhooks.log(made.endpoint.id)
        clock.time = max(delivery.next_at, clock.time)
    assert list(BACK_OFF_S) == [later - earlier for earlier, later in pairwise(at)]
    assert State.FAILED == delivery.state
    assert 1 == len({one.headers["webhook-id"] for one in post.posted})
    clock.time += 10 * 86_400
    assert deliverer.step().is_idle


def test_rests_differ(webhooks, cabinet, feed, post, clock):
    """Lots draw rests apart, by a tenth at most."""
    deliverer = Deliverer(cabinet, feed, post, clock, chance=lambda: 1.0)
    made = webhooks.add(URL)
    post.answer = _fails
    feed.tell(_happening())
    deliverer.step()
    clock.time += 5
    deliverer.step()
    clock.time += 1
    deliverer.step()
    (delivery,) = webhooks.log(made.endpoint.id)
    assert clock.time + 330 >= delivery.next_at > clock.time + 300


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_other_answers_are_failures(status, webhooks, deliverer, feed, post):
    """A redirect, a refusal and a fault are no arrival, and are tried again."""
    made = webhooks.add(URL)
    post.answer = lambda _: Answer(status, b"why")
    feed.tell(_happening())
    deliverer.step()
    (delivery,) = webhooks.log(made.endpoint.id)
    assert (State.WAITING, status, "why") == (
        delivery.state,
        delivery.tries[0].status,
        delivery.tries[0].body,
    )


def test_gone_endpoint_is_disabled(webhooks, deliverer, feed, post):
    """Who answers 410 is told nothing any more, and that is on the feed."""
    made = webhooks.add(URL)
    post.answer = lambda _: Answer(410)
    feed.tell(_happening())
    deliverer.step()
    assert "410" in webhooks.get(made.endpoint.id).disabled
    assert ("webhook.disabled", made.endpoint.id) == (feed.since(0)[-1].kind, feed.since(0)[-1].about)
    feed.tell(_happening())
    deliverer.step()
    assert 1 == len(post.posted)


def test_endpoint_that_fails_for_long_is_disabled(webhooks, deliverer, feed, post, clock):
    """An endpoint that nothing has reached for five days is disabled; one success begins the count again."""
    made = webhooks.add(URL)
    post.answer = _fails
    feed.tell(_happening())
    deliverer.step()
    assert NOW == webhooks.get(made.endpoint.id).failing_since
    clock.time += GIVES_UP_S - 1
    deliverer.step()
    assert "" == webhooks.get(made.endpoint.id).disabled
    clock.time += 36_001
    deliverer.step()
    assert "five days" in webhooks.get(made.endpoint.id).disabled
    post.answer = lambda _: Answer(200)
    webhooks.enable(made.endpoint.id)
    feed.tell(_happening())
    deliverer.step()
    assert None is webhooks.get(made.endpoint.id).failing_since


def test_killed_courier_leaves_what_is_told_again(webhooks, deliverer, feed, post, clock):
    """What a killed courier held is sent by the next one when the lease is over, with the same id."""
    made = webhooks.add(URL)
    feed.tell(_happening())

    def killed(_):
        raise KeyboardInterrupt

    post.answer = killed
    with pytest.raises(KeyboardInterrupt):
        deliverer.step()
    post.answer = lambda _: Answer(200)
    assert 0 == deliverer.step().sent
    clock.time += LEASE_S
    assert 1 == deliverer.step().sent
    assert 1 == len({one.headers["webhook-id"] for one in post.posted})
    assert State.DELIVERED == webhooks.log(made.endpoint.id)[0].state


def test_couriers_never_send_one_attempt_together(webhooks, cabinet, feed, post, clock):
    """While one courier sends, another one that looks at the same papers sends nothing."""
    webhooks.add(URL)
    other = Deliverer(cabinet, feed, post, clock)
    feed.tell(_happening())
    seen = []

    def answer(_):
        seen.append(other.step())
        return Answer(200)

    post.answer = answer
    Deliverer(cabinet, feed, post, clock).step()
    assert [(0, 0)] == [(one.written, one.sent) for one in seen]
    assert 1 == len(post.posted)


def test_late_courier_says_nothing(webhooks, cabinet, feed, post, clock):
    """A courier whose lease ran out while it sent does not write over what the next one has found."""
    made = webhooks.add(URL)
    other = Deliverer(cabinet, feed, post, clock)
    feed.tell(_happening())

    def answer(_):
        if len(post.posted) == 1:
            clock.time += LEASE_S
            other.step()
            raise DeliveryError("too late")
        return Answer(200)

    post.answer = answer
    Deliverer(cabinet, feed, post, clock).step()
    assert State.DELIVERED == webhooks.log(made.endpoint.id)[0].state
    assert None is webhooks.get(made.endpoint.id).failing_since


def test_one_endpoint_does_not_hold_up_others(webhooks, deliverer, feed, post):
    """Of many that are due, a few of each endpoint are sent at once."""
    webhooks.add("https://slow.example/")
    webhooks.add("https://quick.example/")
    feed.tell(*(_happening(about=str(number)) for number in range(20)))
    deliverer.step()
    hosts = [one.target.host for one in post.posted]
    assert {"slow.example": 2, "quick.example": 2} == {host: hosts.count(host) for host in hosts}
    while not deliverer.step().is_idle:
        pass
    assert 40 == len({one.headers["webhook-id"] for one in post.posted})


def test_removed_endpoint_is_told_nothing(webhooks, deliverer, feed, post, clock):
    """What waits for an endpoint that was removed is not sent, and its log is gone."""
    made = webhooks.add(URL)
    post.answer = _fails
    feed.tell(_happening())
    deliverer.step()
    webhooks.remove(made.endpoint.id)
    for rest in (5, LEASE_S):
        clock.time += rest
        deliverer.step()
    assert 1 == len(post.posted)
    assert [] == webhooks._cabinet.list(deliveries.KIND)
    assert [] == webhooks._cabinet.list(deliveries.DUE)


def test_delivery_can_be_told_again(webhooks, deliverer, feed, post):
    """A delivery that is replayed is sent with the id that it had."""
    made = webhooks.add(URL)
    feed.tell(_happening())
    deliverer.step()
    webhooks.replay(webhooks.log(made.endpoint.id)[0].id)
    deliverer.step()
    assert 2 == len(post.posted)
    assert post.posted[0].headers["webhook-id"] == post.posted[1].headers["webhook-id"]
    assert 2 == len(webhooks.log(made.endpoint.id)[0].tries)


def test_what_was_missed_is_told_on_request(webhooks, deliverer, feed, post):
    """What happened while an endpoint was disabled is told when everything since then is asked for."""
    made = webhooks.add(URL)
    feed.tell(_happening(about="1"))
    deliverer.step()
    webhooks.disable(made.endpoint.id)
    feed.tell(_happening(about="2"))
    deliverer.step()
    webhooks.enable(made.endpoint.id)
    deliverer.step()
    assert 1 == len(post.posted)
    assert 2 == webhooks.replay_since(made.endpoint.id, NOW)
    deliverer.step()
    assert ["1", "1", "2"] == sorted(json.loads(one.body)["data"]["about"] for one in post.posted)


def test_of_an_answer_only_the_last_is_kept(webhooks, deliverer, feed, post, clock):
    """The log keeps every try, and the text of the last answer."""
    made = webhooks.add(URL)
    post.answer = lambda _: Answer(500, b"\xff\x00oops")
    feed.tell(_happening())
    deliverer.step()
    clock.time += 5
    deliverer.step()
    (delivery,) = webhooks.log(made.endpoint.id)
    assert ["", "\ufffd\x00oops"] == [one.body for one in delivery.tries]


def test_endpoint_that_leads_inside_is_not_sent_to(webhooks, deliverer, feed, post, cabinet):
    """An address that was written into the store by other means is checked again when something is sent."""
    made = webhooks.add(URL)
    cabinet.write(endpoints.to_paper(replace(webhooks.get(made.endpoint.id), url="http://127.0.0.1:22/")))
    feed.tell(_happening())
    deliverer.step()
    assert [] == post.posted
    assert "cannot be sent to" in webhooks.log(made.endpoint.id)[0].tries[0].error
