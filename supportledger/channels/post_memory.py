"""Requests that go nowhere: a fake of the port, for tests and for looking around."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from supportledger.model.outward import Target
from supportledger.ports.post import Answer


@dataclass(frozen=True, slots=True)
class Posted:
    """
    A request that was sent.

    Args:
        target: Where.
        headers: As they were given.
        body: In full.
    """

    target: Target
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class MemoryPost:
    """
    The `Post` that keeps what it is given.

    Args:
        answer: What the other side says to a request; it may raise DeliveryError.
    """

    def __init__(self, answer: Callable[[Posted], Answer] = lambda _: Answer(204)) -> None:
        self.answer = answer
        self.posted: list[Posted] = []
        self._lock = Lock()

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """As `ports.post.Post.post`."""
        posted = Posted(target, dict(headers), body)
        with self._lock:
            self.posted.append(posted)
        return self.answer(posted)
