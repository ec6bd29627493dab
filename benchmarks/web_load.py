"""
People who ask a web desk: so many requests a second, whether it keeps up or not.

Each request is sent when it is due, over a connection that is kept; how long it took counts from then on.
What is asked: a list of fifty tickets (3 in 10), a ticket (6 in 10), an answer that is signed and sealed.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

LIST, TICKET, ANSWER = "list", "ticket", "answer"
_SHARES = {LIST: 0.3, TICKET: 0.6, ANSWER: 0.1}
_KEPT_S = 3.0
"""A connection that was idle for longer may be about to be closed by the other side."""
_TEXT = "It waits for one more confirmation; please look again in an hour."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff who is signed in, with a key unlocked."""

    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """
    Who asks for what.

    Args:
        people: Anybody of them asks.
        seen: Ids of tickets that are looked at.
        answered: Ids of tickets that are answered, one after the other.
    """

    people: Sequence[Person]
    seen: Sequence[str]
    answered: Iterator[str]


@dataclass(slots=True)
class Told:
    """How long each request took, in ms, and what was refused."""

    ms: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in _SHARES})
    refused: list[str] = field(default_factory=list)

    def p95(self, *kinds: str) -> float:
        """Give the 95th percentile of some kinds; of all, if none are named."""
        found = [one for kind in kinds or _SHARES for one in self.ms[kind]]
        return quantiles(found, n=20)[-1]


class _Connections:
    """Connections to one server, used again."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._free: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; give status and body of its answer."""
        reader, writer = await self._take()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await reader.readexactly(int(length))
        self._free.append((time.perf_counter(), reader, writer))
        return int(head[9:12]), body

    async def _take(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._free:
            since, reader, writer = self._free.pop()
            if time.perf_counter() - since < _KEPT_S:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)

    def close(self) -> None:
        for _, _, writer in self._free:
            writer.close()


def load(url: str, crowd: Crowd, rate: float, seconds: float, seed: int = 7) -> Told:
    """Ask for some time, and tell how it went."""
    return asyncio.run(_load(url, crowd, rate, seconds, random.Random(seed)))


async def _load(url: str, crowd: Crowd, rate: float, seconds: float, chance: random.Random) -> Told:
    place = urlsplit(url)
    connections, told = _Connections("127.0.0.1", place.port or 80), Told()

    async def one(kind: str, request: bytes, due: float) -> None:
        status, body = await connections.ask(request)
        told.ms[kind].append((time.perf_counter() - due) * 1e3)
        if status >= 400:
            told.refused.append(f"{kind}: {status} {body[:200].decode(errors='replace')}")

    begin = time.perf_counter() + 0.1
    async with asyncio.TaskGroup() as asked:
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            (kind,) = chance.choices(list(_SHARES), list(_SHARES.values()))
            asked.create_task(one(kind, _request(url, kind, crowd, chance), due))
    connections.close()
    return told


def _request(url: str, kind: str, crowd: Crowd, chance: random.Random) -> bytes:
    person = chance.choice(crowd.people)
    if kind == LIST:
        return _written("GET", url, "/tickets?size=50", person)
    if kind == TICKET:
        return _written("GET", url, f"/tickets/{chance.choice(crowd.seen)}", person)
    body = json.dumps({"body": _TEXT}).encode()
    return _written("POST", url, f"/tickets/{next(crowd.answered)}/answer", person, body)


def _written(method: str, url: str, path: str, person: Person, body: bytes = b"") -> bytes:
    headers = {
        "Host": urlsplit(url).netloc,
        "Cookie": f"sl_session={person.cookie}",
        "Accept": "application/json",
    }
    if body:
        headers |= {"Origin": url, "X-CSRF-Token": person.csrf, "Content-Type": "application/json"}
        headers["Content-Length"] = str(len(body))
    lines = [f"{method} /api/v1{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
