"""What happens now reaches those who look, in order, once, and only what they may know."""

import asyncio
import json
from functools import partial
from types import SimpleNamespace

import pytest

from supportledger.desk.people.visitors import NOBODY_KNOWN
from supportledger.errors import LimitReached
from supportledger.model.ids import TicketId
from supportledger.ports.filing import Happening
from supportledger.web import live

TICKET = TicketId(bytes(31) + b"\x01")


def happened(kind="ticket.answered", queue="general"):
    return Happening(0, kind, 1, TICKET, queue, "3")


@pytest.fixture
def request_of(app):
    def make(last=""):
        headers = {"last-event-id": last} if last else {}
        state = SimpleNamespace(visitor=NOBODY_KNOWN)
        return SimpleNamespace(app=app, headers=headers, state=state)

    yield make
    app.state.broadcast.close()


async def heard(
    request, count, *, wants=lambda _: True, is_still_good=lambda: True, tell=None, is_outward=False
):
    """Listen until so many events came, and give what they say."""
    answer = live.stream(request, wants, is_still_good, is_outward=is_outward)
    found, chunks = [], answer.body_iterator
    async with asyncio.timeout(10):
        async for chunk in chunks:
            if chunk.startswith(b"retry") and tell:
                await asyncio.sleep(0.3)  # until the watching thread knows where the feed ends
                await asyncio.to_thread(tell)
            if chunk.startswith(b"id: "):
                number, data = chunk.decode().strip().split("\n")
                found.append((int(number[4:]), json.loads(data[6:])))
            if len(found) == count:
                break
    await chunks.aclose()
    return found


def test_it_is_told_at_once(front, request_of):
    """Whoever looks hears what happens, with its ticket and place, and nothing else."""
    [(_, said)] = asyncio.run(heard(request_of(), 1, tell=lambda: front.feed.tell(happened())))
    expected = {"kind": "ticket.answered", "at": 1, "ticket": TICKET.handle, "queue": "general", "about": "3"}
    assert expected == said


def test_customers_are_not_told_the_queue(front, request_of):
    """In which queue the staff have a ticket stands in no event of a customer's, old or new."""
    front.feed.tell(happened(), happened())
    after = str(front.feed.since(0)[0].id)
    tell = partial(front.feed.tell, happened(queue="suspected"))
    found = asyncio.run(heard(request_of(after), 2, tell=tell, is_outward=True))
    assert ["", ""] == [said["queue"] for _, said in found]


def test_who_was_cut_off_misses_nothing(front, request_of):
    """What happened behind the last thing seen is told first, and nothing twice."""
    front.feed.tell(happened(), happened(), happened())
    first, last = front.feed.since(0)[0].id, front.feed.last()
    found = asyncio.run(heard(request_of(str(first)), 3, tell=lambda: front.feed.tell(happened())))
    assert [first + 1, last, last + 1] == [number for number, _ in found]


def test_nobody_hears_what_is_not_for_them(front, request_of):
    """What somebody may not know is not told, neither now nor afterwards."""
    front.feed.tell(happened(queue="secret"), happened())
    found = asyncio.run(
        heard(
            request_of("0"),
            2,
            wants=lambda one: one.queue != "secret",
            tell=lambda: front.feed.tell(happened(queue="secret"), happened()),
        )
    )
    assert ["general", "general"] == [said["queue"] for _, said in found]


def test_who_cannot_keep_up_is_cut_off():
    """A listener with too much unread is ended, to begin again where it was."""

    async def slow():
        queue = asyncio.Queue(live._MOST_UNREAD)
        for _ in range(live._MOST_UNREAD + 5):
            live._put(queue, happened())
        return [queue.get_nowait() for _ in range(queue.qsize())]

    assert asyncio.run(slow())[0] is None


def test_a_stream_ends_with_its_session(front, request_of, monkeypatch):
    """Whoever was signed out is told nothing more."""
    monkeypatch.setattr(live, "_BEAT_S", 0.05)
    monkeypatch.setattr(live, "_OLDEST_CHECK_S", 0.1)
    assert [] == asyncio.run(heard(request_of(), 1, is_still_good=lambda: False))


@pytest.mark.parametrize("last", ["x", "-1", "9" * 30, "१"])
def test_nonsense_is_not_missed(front, request_of, last):
    """What is no number of an event is taken for none."""
    [(_, said)] = asyncio.run(heard(request_of(last), 1, tell=lambda: front.feed.tell(happened())))
    assert "ticket.answered" == said["kind"]


def test_one_account_does_not_take_all_places(front):
    """Whoever watches in too many windows is refused; others, and they themselves later, are not."""

    async def many():
        broadcast = live.Broadcast(front.feed)
        held = [broadcast.listen("mallory") for _ in range(20)]
        with pytest.raises(LimitReached, match="too many windows"):
            broadcast.listen("mallory")
        broadcast.listen("ann")
        broadcast.leave(held[0])
        broadcast.listen("mallory")
        broadcast.close()

    asyncio.run(many())


def test_who_is_refused_is_told_when_to_come_again(request_of, monkeypatch):
    """A stream that there is no place for ends in order, and asks for patience."""
    monkeypatch.setattr(live, "_MOST_STREAMS", 0)

    async def whole():
        answer = live.stream(request_of(), lambda _: True, lambda: True)
        return [chunk async for chunk in answer.body_iterator]

    [only] = asyncio.run(whole())
    assert only.startswith(b": too many people watch at once\nretry: 30000\n")


def test_who_was_away_for_too_long_reads_anew(front, request_of, monkeypatch):
    """Whoever missed more than is told again hears that alone; the feed is not read for them."""
    monkeypatch.setattr(live, "_MOST_RESUMED", 5)
    front.feed.tell(*[happened()] * 6)
    last, read, since = front.feed.last(), [], front.feed.since
    monkeypatch.setattr(front.feed, "since", lambda *given: read.append(given[0]) or since(*given))
    [(number, said)] = asyncio.run(heard(request_of(str(last - 6)), 1, wants=lambda _: False))
    assert (last, "reset", None, "") == (number, said["kind"], said["ticket"], said["queue"])
    assert last - 6 not in read
    found = asyncio.run(heard(request_of(str(last - 5)), 5))
    assert ["ticket.answered"] * 5 == [said["kind"] for _, said in found]


def test_an_event_that_is_still_to_come_was_not_seen(front, request_of):
    """Whoever claims to have seen what has not happened hears what happens."""
    front.feed.tell(happened())
    found = asyncio.run(heard(request_of("9" * 18), 1, tell=lambda: front.feed.tell(happened())))
    assert 1 == len(found)
