"""How a desk is asked: what stands in a request, what an answer says, and when to try again. No I/O."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx

from supportledger.client.failures import failure_of
from supportledger.errors import DeliveryError, Error

API: Final = "/api/v1"
_FIRST_S: Final = 0.5
_LONGEST_S: Final = 30.0
_TOO_MANY: Final = 429
_PASSING: Final = frozenset({_TOO_MANY, 502, 503, 504})
_OK: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One request.

    Args:
        method: GET, POST, PUT or DELETE.
        path: Behind `/api/v1`.
        query: What it asks for; what is None is not said.
        body: What it carries; None for nothing.
        if_match: The tag that a ticket must have; empty for any.
        key: Makes doing it twice impossible; empty: one is made.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    if_match: str = ""
    key: str = ""

    def headers(self) -> dict[str, str]:
        """Give its own headers; the same for every try."""
        found = {"if-match": self.if_match} if self.if_match else {}
        if self.method == "POST":
            found["idempotency-key"] = self.key or secrets.token_urlsafe(24)
        return found

    def given(self) -> dict[str, Any]:
        """Give what httpx takes."""
        query = {name: one for name, one in self.query.items() if one is not None}
        if self.body is None:
            return {"params": query}
        return {"params": query, "json": {name: one for name, one in self.body.items() if one is not None}}


def part(value: object) -> str:
    """Write a value as one part of a path, whatever is in it."""
    return quote(str(value), safe="")


def answered(response: httpx.Response) -> Any:
    """
    Give what an answer says: JSON, bytes, or None for nothing.

    Raises:
        Error: It is a problem; of the class that it was at the desk.
    """
    if response.status_code not in _OK:
        raise failure_of(response.status_code, _problem(response))
    if not response.content:
        return None
    is_json = response.headers.get("content-type", "").partition(";")[0] == "application/json"
    return response.json() if is_json else response.content


def unreachable(error: httpx.HTTPError) -> DeliveryError:
    """Say that there was no answer."""
    return DeliveryError(f"the desk gave no answer: {error}", hint="See whether its address is right.")


def passing(error: httpx.HTTPError | Error) -> Error:
    """
    Give the error of a try behind which another one may succeed.

    Raises:
        Error: None will.
    """
    if isinstance(error, httpx.HTTPError):
        made = unreachable(error)
        made.__cause__ = error
        return made
    if not error.retryable:
        raise error
    return error


def is_passing(error: Error, status: int) -> bool:
    """Tell whether the same request may succeed later."""
    return error.retryable or status in _PASSING


def pause(attempt: int, response: httpx.Response | None) -> float:
    """Tell how many seconds to wait before the next try: as told, or longer each time, never all at once."""
    said = "" if response is None else response.headers.get("retry-after", "")
    if said.isdigit():
        return min(float(said), _LONGEST_S)
    longest = min(_FIRST_S * (1 << attempt), _LONGEST_S)
    return longest / 2 + longest / 2 * secrets.randbelow(1_000) / 1_000


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        said = response.json()
    except ValueError:  # an answer of something that stands before the desk: its status says enough
        return {}
    return said if isinstance(said, dict) else {}
