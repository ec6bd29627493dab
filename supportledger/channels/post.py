"""
Requests to programs of others, which may be anybody's: to the address that was checked, and for so long.

1. The host is looked up once; one address that is not public refuses them all.
2. The connection goes to an address of that answer: what the name means a moment later does not matter.
3. One clock runs over connecting, sending and reading; whoever drips bytes does not stop it.
4. No proxy, no redirect, no cookie, no decompression; of the answer, a little is read.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import httpcore
import httpx

from supportledger.errors import DeliveryError, InputError
from supportledger.model.outward import Target, check_public, is_loopback
from supportledger.ports.post import BODY_LIMIT, Answer

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, the best first."""

CONNECT_S: Final = 4.0
WHOLE_S: Final = 15.0
_MOST_ADDRESSES: Final = 3


def machine_resolver(host: str, port: int) -> list[str]:
    """
    Look a host up as this machine does.

    Raises:
        OSError: It has no address, or nobody can say.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class HttpPost:
    """
    The `Post` over HTTP/1.1.

    Args:
        is_loopback_allowed: This machine may be sent to, where its name or address is given as such.
        resolver: Looks hosts up.
        tls: What certificates are believed; None: those of the world.
        connect_s: Time to connect.
        whole_s: Time for all of it.
    """

    def __init__(
        self,
        *,
        is_loopback_allowed: bool = False,
        resolver: Resolver = machine_resolver,
        tls: ssl.SSLContext | None = None,
        connect_s: float = CONNECT_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._is_loopback_allowed = is_loopback_allowed
        self._resolver = resolver
        self._tls = tls or httpx.create_ssl_context()
        self._connect_s = connect_s
        self._whole_s = whole_s

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """As `ports.post.Post.post`."""
        begun = time.monotonic()
        addresses = self._addresses(target)
        left = self._whole_s - (time.monotonic() - begun)
        try:
            status, start = asyncio.run(self._limited(target, addresses, headers, body, left))
        except TimeoutError as cause:
            raise _failed(target, f"no answer within {self._whole_s:g} s") from cause
        except (httpcore.NetworkError, httpcore.TimeoutException, OSError) as cause:
            raise _failed(target, str(cause) or type(cause).__name__) from cause
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError) as cause:
            raise _failed(target, f"what came is not HTTP: {cause}") from cause
        return Answer(status, start, int((time.monotonic() - begun) * 1_000))

    def _addresses(self, target: Target) -> list[str]:
        """Look the host up, once, and let only public addresses pass."""
        try:
            found = list(self._resolver(target.host, target.port))
        except OSError as cause:
            raise _failed(target, f"the host is not found: {cause}") from cause
        if self._is_loopback_allowed and is_loopback(target.host) and found and all(map(is_loopback, found)):
            return found[:_MOST_ADDRESSES]
        try:
            check_public(target.host, found)
        except InputError as cause:
            raise DeliveryError(cause.message, hint=cause.hint) from cause
        return found[:_MOST_ADDRESSES]

    async def _limited(
        self, target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes, left: float
    ) -> tuple[int, bytes]:
        async with asyncio.timeout(left):
            return await self._sent(target, addresses, headers, body)

    async def _sent(
        self, target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        scheme = b"https" if target.is_tls else b"http"
        url = httpcore.URL(
            scheme=scheme, host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        sent = [("Host", target.authority), ("Content-Length", str(len(body))), *headers.items()]
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls, max_connections=1, retries=0, network_backend=_Pinned(addresses)
        )
        limits = {"timeout": {"connect": self._connect_s, "read": self._whole_s, "write": self._whole_s}}
        async with pool, pool.stream("POST", url, headers=sent, content=body, extensions=limits) as answer:
            return answer.status, await _beginning(answer)


class _Pinned(httpcore.AsyncNetworkBackend):
    """
    Connects to addresses that were checked, whatever host it is asked for.

    Args:
        addresses: The best first.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 -- names are not looked up a second time
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """As `httpcore.AsyncNetworkBackend.connect_tcp`."""
        for address in self._addresses[:-1]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the last address says why nobody answers
        return await self._inner.connect_tcp(
            self._addresses[-1], port, timeout, local_address, socket_options
        )


async def _beginning(answer: httpcore.Response) -> bytes:
    """Read as much of a body as is kept; the connection is then closed, whatever else comes."""
    found = b""
    async for chunk in answer.aiter_stream():
        found += chunk
        if len(found) >= BODY_LIMIT:
            break
    return found[:BODY_LIMIT]


def _failed(target: Target, why: str) -> DeliveryError:
    return DeliveryError(f"{target.host} was not reached: {why[:200]}")
