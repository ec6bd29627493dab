"""Several couriers on one store send each delivery once, and lose none."""

import threading
from collections import Counter
from datetime import UTC, datetime

from supportledger.channels.post_memory import MemoryPost
from supportledger.desk.webhooks import deliveries
from supportledger.desk.webhooks.deliverer import LEASE_S, Deliverer
from supportledger.desk.webhooks.deliveries import State
from supportledger.desk.webhooks.webhooks import Webhooks
from supportledger.errors import DeliveryError
from supportledger.model.ids import TicketId
from supportledger.ports.filing import Happening
from supportledger.ports.post import Answer

TICKETS = 12


class _Then:
    """The store's clock, as the desk asks for it."""

    def __init__(self, clock):
        self._clock = clock

    def now(self):
        return datetime.fromtimestamp(self._clock(), UTC)


def _happen(store, clock, number=TICKETS):
    store.feed.tell(
        *(
            Happening(0, "ticket.opened", clock(), TicketId(bytes([at]) * 32), "general", "0")
            for at in range(number)
        )
    )


def _work(store, clock, post, couriers=4):
    """Let couriers work side by side until nothing is due."""
    faults = []

    def run():
        deliverer = Deliverer(store.cabinet, store.feed, post, _Then(clock), chance=lambda: 0.0)
        try:
            for _ in range(40):
                deliverer.step()
        except BaseException as fault:  # noqa: BLE001 -- told to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(couriers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [] == faults


def test_each_delivery_is_sent_once(store, clock):
    """Four couriers who work side by side send every delivery, and none of them twice."""
    webhooks, post = Webhooks(store.cabinet, store.feed, _Then(clock)), MemoryPost()
    endpoints = [webhooks.add(f"https://hooks{number}.example/").endpoint.id for number in range(2)]
    _happen(store, clock)
    _work(store, clock, post)
    sent = Counter(one.headers["webhook-id"] for one in post.posted)
    assert (2 * TICKETS, {1}) == (len(sent), set(sent.values()))
    for name in endpoints:
        assert {State.DELIVERED} == {one.state for one in webhooks.log(name)}
        assert TICKETS == len(webhooks.log(name))


def test_what_fails_is_sent_again_once_each_time(store, clock):
    """A try that fails is repeated once when it is due, whoever does it."""
    webhooks = Webhooks(store.cabinet, store.feed, _Then(clock))
    name = webhooks.add("https://hooks.example/").endpoint.id

    def fails(_):
        raise DeliveryError("nobody answers")

    post = MemoryPost(fails)
    _happen(store, clock, 3)
    _work(store, clock, post)
    assert 3 == len(post.posted)
    clock.time += 5
    post.answer = lambda _: Answer(200)
    _work(store, clock, post)
    assert 6 == len(post.posted)
    assert {(State.DELIVERED, 2)} == {(one.state, len(one.tries)) for one in webhooks.log(name)}


def test_nothing_is_left_to_look_at(store, clock):
    """When all is told and every lease is over, no paper says that something is due."""
    webhooks, post = Webhooks(store.cabinet, store.feed, _Then(clock)), MemoryPost()
    webhooks.add("https://hooks.example/")
    _happen(store, clock)
    _work(store, clock, post)
    clock.time += LEASE_S
    _work(store, clock, post)
    assert [] == store.cabinet.list(deliveries.DUE)
    assert TICKETS == len(post.posted)


def test_secrets_are_not_in_clear(store, clock, tmp_path):
    """Whoever has the database alone learns no endpoint's secret or address."""
    made = Webhooks(store.cabinet, store.feed, _Then(clock)).add("https://hidden-hooks.example/")
    for file in tmp_path.glob("**/*"):
        if file.is_file() and "sqlite3" in file.name:
            data = file.read_bytes()
            assert made.secret.removeprefix("whsec_").encode() not in data
            assert b"hidden-hooks" not in data
