"""What each route may answer besides what it is for: problems, each with its status."""

from collections.abc import Mapping
from typing import Any, Final

from supportledger.web.problems import MEDIA_TYPE, Problem

_SAID: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the API key does not work.",
    403: "Whoever asks may not do this.",
    404: "It does not exist, or is out of sight: nobody can tell which.",
    405: "This cannot be done to it.",
    408: "The body came too slowly.",
    409: "It collides with what has happened: read again, and decide anew.",
    410: "It was erased, on purpose and for good.",
    412: "It is not as `If-Match` says.",
    413: "The request carries too much.",
    415: "The body is of another media type than asked for.",
    422: "A value cannot be; `fields` says which.",
    429: "Too many requests: come again after `Retry-After`.",
    502: "Somebody else's server did not take it.",
    503: "The ledger's node or the store cannot be used now: come again after `Retry-After`.",
}
USUAL: Final = (400, 401, 403, 408, 413, 415, 422, 429, 503)
"""Of every route with a door."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems of a route: the usual ones, and its own."""
    return {
        status: {
            "description": _SAID[status],
            "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
        }
        for status in sorted({*USUAL, *statuses})
    }
