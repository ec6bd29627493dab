"""A courier tells endpoints what happens, and rests when there is nothing to tell."""

from supportledger.channels.post_memory import MemoryPost
from supportledger.desk.webhooks.deliverer import Deliverer
from supportledger.desk.webhooks.webhooks import Webhooks
from supportledger.ports.filing import Happening
from supportledger.workers.courier import Courier


def test_endpoints_are_told(desk, ear):
    """What happens is sent, said in the log by number, and then there is nothing to do."""
    store, post = desk.store, MemoryPost()
    Webhooks(store.cabinet, store.feed, desk.clock).add("https://hooks.example/")
    courier = Courier(Deliverer(store.cabinet, store.feed, post, desk.clock), ear)
    store.feed.tell(Happening(0, "ticket.opened", 1))
    assert (0.0, False) == (courier.step(), courier.is_idle)
    assert (1.0, True) == (courier.step(), courier.is_idle)
    assert 1 == len(post.posted)
    assert [1] == [one["requests"] for one in ear.heard("courier.sent")]
