"""
How often somebody may ask: limits that all processes of a desk share.

A process takes some of what a window allows at a time, so that most requests are counted in memory; what it
has not used when the window ends, is lost.

Answers of the API say what is left, in `RateLimit-Policy` and `RateLimit`. While a limit is far, that is what
is left as far as this process knows: others may have granted some of it meanwhile.

Source: draft-ietf-httpapi-ratelimit-headers-10.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from supportledger.errors import LimitReached
from supportledger.ports.cabinet import Cabinet


@dataclass(frozen=True, slots=True)
class Allowance:
    """
    How much is allowed.

    Args:
        name: Of what.
        limit: In each window.
        window_s: Length of a window, in seconds.
        share: Taken from the store at once, as long as the limit is far.
    """

    name: str
    limit: int
    window_s: int = 60
    share: int = 20

    @property
    def policy(self) -> str:
        """Give it as programs are told, a structured field."""
        return f'"{self.name}";q={self.limit};w={self.window_s}'


@dataclass(frozen=True, slots=True)
class Left:
    """
    What is left of an allowance in this window.

    Args:
        allowance: Of what.
        requests: How many.
        after_s: When the next window begins, in seconds from now.
    """

    allowance: Allowance
    requests: int
    after_s: int

    @property
    def headers(self) -> dict[str, str]:
        """Say it as the headers of an answer."""
        said = f'"{self.allowance.name}";r={self.requests};t={self.after_s}'
        return {"ratelimit-policy": self.allowance.policy, "ratelimit": said}


READING: Final = Allowance("read", 1_200)
"""Requests that change nothing, of one person or key."""
WRITING: Final = Allowance("write", 300)
"""Requests that change something."""
STRANGERS: Final = Allowance("stranger", 300)
"""Requests of nobody in particular, from one network."""
SIGNING_IN: Final = Allowance("sign-in", 20, share=1)
"""Tries to sign in, from one network."""
_MOST_HELD: Final = 50_000
_LOCKS: Final = 64


class ToldLimits:
    """
    Lets answers say what is left, where `request.state.left` was set.

    Args:
        app: The application behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""

        async def telling(message: Message) -> None:
            left: Left | None = scope.get("state", {}).get("left")
            if left and message["type"] == "http.response.start":
                message["headers"] += [
                    (name.encode(), value.encode()) for name, value in left.headers.items()
                ]
            await send(message)

        await self._app(scope, receive, telling)


class _Held(NamedTuple):
    """What a process has of a window: what it was granted and has not used, and what is left at most."""

    window: int
    granted: int
    most: int


class Limits:
    """
    Counts.

    Args:
        cabinet: Where what all processes have used is counted.
        clock: Unix seconds.
    """

    def __init__(self, cabinet: Cabinet, clock: Callable[[], float] = time.time) -> None:
        self._cabinet = cabinet
        self._clock = clock
        self._held: dict[str, _Held] = {}
        # one for some names each: whoever waits for the store holds up few others
        self._locks = [Lock() for _ in range(_LOCKS)]

    def take(self, allowance: Allowance, who: str) -> Left:
        """
        Count one request, and tell what is left.

        Raises:
            LimitReached: There is none left in this window.
        """
        now = int(self._clock())
        window, name = now // allowance.window_s, f"{allowance.name}:{who}"
        after_s = (window + 1) * allowance.window_s - now
        with self._locks[hash(name) % _LOCKS]:
            held = self._held.get(name)
            if held is None or held.window != window:
                held = _Held(window, 0, allowance.limit)
            if held.granted == 0:
                held = self._granted(allowance, name, held, now)
            if held.granted == 0:
                raise _reached(after_s)
            left = _Held(window, held.granted - 1, held.most - 1)
            self._remember(name, left)
        return Left(allowance, left.most, after_s)

    def _granted(self, allowance: Allowance, name: str, held: _Held, now: int) -> _Held:
        """Take a share of what the store has; it gives less only when there is no more."""
        share = self._cabinet.spend(
            name, allowance.share, limit=allowance.limit, window_s=allowance.window_s, now=now
        )
        return _Held(held.window, share, held.most if share == allowance.share else share)

    def _remember(self, name: str, held: _Held) -> None:
        if len(self._held) >= _MOST_HELD:
            self._held.clear()
        self._held[name] = held


def _reached(after_s: int) -> LimitReached:
    return LimitReached(
        "that was too much in too short a time", hint=f"Try again in {after_s} s.", after_s=after_s
    )
