"""How a client asks: again where that helps, never twice, and with the desk's own errors."""

import httpx
import pytest

from supportledger import errors
from supportledger.client.failures import classes, failure_of
from supportledger.client.following import Follower
from supportledger.client.sync import Client
from supportledger.web.problems import problem, status_of

OK = httpx.Response(200, json={"count": 7})
BUSY = httpx.Response(503, json={"code": "store-busy", "detail": "busy", "retryable": True})


def asking(*answers):
    """Make a client whose desk answers so, and give what it was asked and how long it waited."""
    asked, waited, left = [], [], list(answers)

    def answer(request):
        asked.append(request)
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Client("http://desk.test/", "slk_x", http=http, sleep=waited.append), asked, waited


def test_what_may_pass_is_tried_again_and_done_once():
    """Every try of a write carries the same key; the pauses grow."""
    client, asked, waited = asking(BUSY, httpx.ConnectError("gone"), BUSY, OK)
    client.tickets.open(subject="S", body="B")
    assert 1 == len({one.headers["idempotency-key"] for one in asked})
    assert (4, 3) == (len(asked), len(waited))
    assert 0 < waited[0] <= 0.5 < waited[2] <= 2


def test_each_write_has_a_key_of_its_own():
    """Doing the same on purpose twice is done twice; unless somebody names the key."""
    client, asked, _ = asking(OK, OK, OK)
    client.tickets.open(subject="S", body="B")
    client.tickets.open(subject="S", body="B")
    client.tickets.open(subject="S", body="B", key="mine")
    keys = [one.headers["idempotency-key"] for one in asked]
    assert 3 == len(set(keys))
    assert "mine" == keys[2]


def test_a_client_comes_again_when_it_is_told_to():
    """`Retry-After` is kept, but nobody waits for ever."""
    limit = {"code": "limit-reached", "detail": "too much", "retryable": True}
    told = [httpx.Response(429, json=limit, headers={"retry-after": one}) for one in ("7", "99999")]
    client, _, waited = asking(*told, OK)
    assert 7 == client.tickets.count()["count"]
    assert [7, 30] == waited


def test_what_does_not_pass_is_not_tried_again():
    """A refusal is told at once."""
    client, asked, _ = asking(httpx.Response(403, json={"code": "denied", "detail": "no", "hint": "Ask."}))
    with pytest.raises(errors.Denied, match="no") as told:
        client.tickets.list()
    assert (1, "Ask.") == (len(asked), told.value.hint)


def test_trying_ends():
    """In the end, the last failure is told."""
    client, asked, _ = asking(*[BUSY] * 5)
    with pytest.raises(errors.StoreBusy):
        client.tickets.list()
    assert 5 == len(asked)
    client, asked, _ = asking(*[httpx.ConnectError("gone")] * 5)
    with pytest.raises(errors.DeliveryError, match="gone"):
        client.tickets.list()


def test_names_stay_in_their_place():
    """Whatever stands in a name is one part of the path."""
    client, asked, _ = asking(OK)
    client.tickets.get("../agents?x=1#")
    assert b"/api/v1/tickets/..%2Fagents%3Fx%3D1%23" == asked[0].url.raw_path


@pytest.mark.parametrize(
    "kind", sorted(classes().values(), key=lambda one: one.code), ids=lambda one: one.code
)
def test_every_error_comes_back(kind):
    """What a desk raises is what the client raises, with the same words."""
    raised = kind.__new__(kind)
    errors.Error.__init__(raised, "what happened", hint="What to do.")
    raised.candidates, raised.entry = (), 3
    found = failure_of(status_of(kind), problem(raised, "what happened", "What to do."))
    assert (kind, "what happened", "What to do.") == (type(found), found.message, found.hint)
    assert kind.retryable == found.retryable


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, errors.NotSignedIn), (404, errors.NotFound), (418, errors.InputError), (500, errors.Error)],
)
def test_a_proxys_answer_is_understood(status, kind):
    """Where something else than the desk answers, the status says what it is."""
    assert kind is type(failure_of(status, {}))
    assert kind is type(failure_of(status, {"code": "of a later version"}))


def test_events_are_put_together_and_gone_on_with():
    """Lines make events; comments and unknown lines make none; the last id is where to go on."""
    follower = Follower("3")
    assert {"last-event-id": "3"} == follower.headers()
    lines = [": still here", "", "id: 4", "data: {", "data:}", "", "id: 5\0", "data: x"]
    assert [None, None, None, None, None, "{\n}", None, None] == [follower.take(one) for one in lines]
    assert {"last-event-id": "4"} == follower.headers()
    assert follower.take("") is None  # what was cut off is not half an event


def test_events_go_on_where_they_were_cut_off():
    """A stream that ends is asked for again, behind the last event."""
    text = 'id: {0}\ndata: {{"kind": "ticket.opened", "id": {0}}}\n\n'
    client, asked, _ = asking(
        httpx.Response(200, text=text.format(1)), BUSY, httpx.Response(200, text=text.format(2))
    )
    found = client.events()
    assert [1, 2] == [next(found)["id"], next(found)["id"]]
    assert [None, "1", "1"] == [one.headers.get("last-event-id") for one in asked]
