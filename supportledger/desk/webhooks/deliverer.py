"""
Telling endpoints what happens: one step at a time, for a worker.

1. The feed is followed. For each happening and each endpoint that wants it, one delivery is written down;
   its name is that of both, so that it is there once, whoever else does the same.
2. What is due is taken: whoever writes its next instant first has it for a minute, and nobody else sends it.
3. It is sent, and what became of it is written down: delivered, tried again later, or given up.

Whoever is killed in between leaves a delivery that is due again a minute later: it may be told twice, with
one `webhook-id`, and never not at all. Several couriers at once do no harm.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Final

from supportledger.desk.filing.bookmarks import Bookmark
from supportledger.desk.webhooks import deliveries, endpoints
from supportledger.desk.webhooks.deliveries import BACK_OFF_S, Delivery, State, Try, signed_headers
from supportledger.desk.webhooks.endpoints import Endpoint
from supportledger.desk.webhooks.webhooks import new_delivery
from supportledger.errors import Conflict, DeliveryError, InputError, NotFound
from supportledger.model.outward import Target
from supportledger.ports import Clock
from supportledger.ports.cabinet import Cabinet, Paper
from supportledger.ports.filing import Feed, Happening
from supportledger.ports.post import Post

NAME: Final = "courier"
LEASE_S: Final = 60
"""Longer than a request may take."""
GIVES_UP_S: Final = 5 * 86_400
"""An endpoint that nothing has reached for so long is disabled."""
DISABLED: Final = "webhook.disabled"
_GONE: Final = 410
_BATCH: Final = 200
_WRITTEN_AT_ONCE: Final = 50
_AT_ONCE: Final = 8
_OF_ONE: Final = 2
"""Requests to one endpoint at once: one that hangs does not hold up the others."""
_LOOKED_AT: Final = 500
_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a step has done.

    Args:
        written: Deliveries that were written down.
        sent: Requests that were made.
    """

    written: int
    sent: int

    @property
    def is_idle(self) -> bool:
        """There was nothing to do."""
        return not self.written and not self.sent


class Deliverer:
    """
    Tells endpoints.

    Args:
        cabinet: Where endpoints and deliveries are kept.
        feed: What happens.
        post: Sends.
        clock: This machine's.
        is_loopback_allowed: As `Webhooks`.
        chance: Gives a number from 0 to 1, so that not everything is tried again at one instant; None: by
            lot.
    """

    def __init__(
        self,
        cabinet: Cabinet,
        feed: Feed,
        post: Post,
        clock: Clock,
        *,
        is_loopback_allowed: bool = False,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._cabinet = cabinet
        self._feed = feed
        self._post = post
        self._clock = clock
        self._is_loopback_allowed = is_loopback_allowed
        self._chance = chance or SystemRandom().random
        self._bookmark = Bookmark(cabinet, NAME)

    def step(self) -> Told:
        """Do some of what there is to do."""
        known = {one.id: endpoints.from_paper(one) for one in self._cabinet.list(endpoints.KIND)}
        written = self._write_down([one for one in known.values() if not one.disabled])
        return Told(written, self._send_due(known))

    # -- what is to be told ----------------------------------------------------------------------------------

    def _write_down(self, told: Sequence[Endpoint]) -> int:
        """Follow the feed; while nobody is told, it is not even read."""
        if not told:
            return 0
        place = self._bookmark.read()
        after = max(int(place.data.get("after", 0)), min(one.since for one in told))
        if after > (last := self._feed.last()):  # the store was restored, and its feed with it
            after = min(after, last)
        found = self._feed.since(after, _BATCH)
        if not found:
            return 0
        now = self._now()
        new = [
            new_delivery(endpoint, one, now) for one in found for endpoint in told if _is_for(endpoint, one)
        ]
        written = sum(self._new_of(some) for some in _some(new))
        with suppress(Conflict):  # somebody else has done the same
            self._bookmark.move(place, {"after": found[-1].id})
        return written

    def _new_of(self, some: Sequence[Delivery]) -> int:
        """Write deliveries down together, or one by one if somebody else has written some of them."""
        try:
            self._cabinet.write(*(paper for one in some for paper in deliveries.to_papers(one)))
        except Conflict:
            return sum(map(self._is_new, some))
        return len(some)

    def _is_new(self, delivery: Delivery) -> bool:
        try:
            self._cabinet.write(*deliveries.to_papers(delivery))
        except Conflict:  # somebody else has written it down
            return False
        return True

    # -- telling ---------------------------------------------------------------------------------------------

    def _send_due(self, known: dict[str, Endpoint]) -> int:
        now = self._now()
        listed = self._cabinet.list(deliveries.DUE, limit=_LOOKED_AT)
        due = _fairly([one for one in listed if deliveries.due_at(one) <= now])
        held = [one for paper in due if (one := self._claimed(paper, now)) is not None]
        if held:
            with ThreadPoolExecutor(min(_AT_ONCE, len(held))) as pool:
                results = list(pool.map(lambda one: self._sent(one, known.get(one.endpoint)), held))
            for delivery, result in zip(held, results, strict=True):
                self._note(delivery, result)
        self._cabinet.remove(deliveries.DUE, [one.id for one in due])
        return len(held)

    def _claimed(self, paper: Paper, now: int) -> Delivery | None:
        """Take a delivery for a while; None if somebody else has it, or it does not wait any more."""
        try:
            found = deliveries.from_paper(self._cabinet.read(deliveries.KIND, paper.data["delivery"]))
        except NotFound:
            return None
        if found.state is not State.WAITING or found.next_at > now:
            return None
        try:
            return self._kept(replace(found, next_at=now + LEASE_S))
        except Conflict:
            return None

    def _sent(self, delivery: Delivery, endpoint: Endpoint | None) -> Try | None:
        """Send a delivery; None when nobody is to be told any more."""
        if endpoint is None or endpoint.disabled:
            return None
        now, body = self._now(), delivery.body()
        try:
            target = Target.parse(endpoint.url, is_loopback_allowed=self._is_loopback_allowed)
            answer = self._post.post(target, signed_headers(delivery, endpoint, body, now), body)
        except (DeliveryError, InputError) as error:
            return Try(now, error=error.message)
        text = answer.body.decode("utf-8", "replace")
        return Try(now, answer.status, took_ms=answer.took_ms, body=text)

    # -- what became of it -----------------------------------------------------------------------------------

    def _note(self, delivery: Delivery, result: Try | None) -> None:
        """Write down what became of a delivery, unless the lease is over and somebody else has it."""
        now = self._now()
        done = self._judged(delivery, result, now)
        with suppress(Conflict):  # somebody else has it by now
            self._kept(done)
            if result is not None:
                self._note_endpoint(delivery.endpoint, result, now)

    def _judged(self, delivery: Delivery, result: Try | None, now: int) -> Delivery:
        if result is None:
            return replace(delivery, state=State.FAILED, next_at=now)
        tried = delivery.tried(result)
        if result.has_arrived:
            return replace(tried, state=State.DELIVERED, next_at=now)
        if result.status == _GONE or tried.round > len(BACK_OFF_S):
            return replace(tried, state=State.FAILED, next_at=now)
        rest = BACK_OFF_S[tried.round - 1] * (1 + _JITTER * self._chance())
        return replace(tried, next_at=now + max(round(rest), 1))

    def _note_endpoint(self, name: str, result: Try, now: int) -> None:
        """Keep since when an endpoint fails, and disable one that is gone, or fails for long."""
        try:
            endpoint = endpoints.from_paper(self._cabinet.read(endpoints.KIND, name))
        except NotFound:
            return
        changed = _after(endpoint, result, now)
        if changed == endpoint:
            return
        self._cabinet.write(endpoints.to_paper(changed))
        if changed.disabled and not endpoint.disabled:
            self._feed.tell(Happening(0, DISABLED, now, about=name))

    def _kept(self, delivery: Delivery) -> Delivery:
        return deliveries.from_paper(self._cabinet.write(*deliveries.to_papers(delivery))[0])

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _some(new: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    for at in range(0, len(new), _WRITTEN_AT_ONCE):
        yield new[at : at + _WRITTEN_AT_ONCE]


def _fairly(due: Sequence[Paper]) -> list[Paper]:
    """Choose what is looked at now: a few, and not all of one endpoint."""
    chosen: list[Paper] = []
    number: Counter[str] = Counter()
    for one in due:
        endpoint = deliveries.endpoint_of(one)
        if number[endpoint] < _OF_ONE and len(chosen) < _AT_ONCE:
            number[endpoint] += 1
            chosen.append(one)
    return chosen


def _is_for(endpoint: Endpoint, happening: Happening) -> bool:
    return happening.id > endpoint.since and endpoint.is_told(happening.kind)


def _after(endpoint: Endpoint, result: Try, now: int) -> Endpoint:
    if result.has_arrived:
        return replace(endpoint, failing_since=None)
    since = now if endpoint.failing_since is None else endpoint.failing_since
    why = endpoint.disabled
    if result.status == _GONE:
        why = why or "it says that it is gone (410)"
    elif now - since >= GIVES_UP_S:
        why = why or "nothing has reached it for five days"
    return replace(endpoint, failing_since=since, disabled=why)
