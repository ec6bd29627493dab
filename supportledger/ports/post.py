"""The port of requests to programs of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from supportledger.model.outward import Target

BODY_LIMIT: Final = 4_096
"""Bytes of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What somebody answered.

    Args:
        status: Of HTTP.
        body: At most `BODY_LIMIT` bytes of it, from its beginning.
        took_ms: From the beginning of the request to the end of what was read.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    took_ms: int = 0


class Post(Protocol):
    """
    Sends requests to programs of others.

    * The host is looked up once for each request. Every address that it has must be public; the connection
      goes to one of those, and to no other, while the host's name is what TLS and the other side see.
    * Redirects are not followed: they are answers.
    * Nobody can hold up the caller: connecting, and the request as a whole, have their time.
    * Safe under threads.
    """

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """
        Send a POST.

        Args:
            target: Where.
            headers: Besides Host and Content-Length.
            body: In full.

        Raises:
            DeliveryError: There was no answer: the host has no public address, nobody answers there, the
                certificate is wrong, what came is not HTTP, or the time is over.
        """
