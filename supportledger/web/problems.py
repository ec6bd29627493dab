"""
What an answer says when something went wrong: a status for every error there is, and a problem to read.

Programs get `application/problem+json`; the pages show the same in the reader's language.

Source: RFC 9457; EVIDENCE, "Verdicts on the command line", for the same table in `cli.exit_codes`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from supportledger import errors

MEDIA_TYPE: Final = "application/problem+json"
"""Of a problem."""

STATUSES: Final[Mapping[type[errors.Error], HTTPStatus]] = MappingProxyType(
    {
        errors.Error: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.NotFound: HTTPStatus.NOT_FOUND,
        errors.ContentErased: HTTPStatus.GONE,
        errors.Denied: HTTPStatus.FORBIDDEN,
        errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
        errors.LimitReached: HTTPStatus.TOO_MANY_REQUESTS,
        errors.Conflict: HTTPStatus.CONFLICT,
        errors.Outdated: HTTPStatus.PRECONDITION_FAILED,
        errors.VerificationError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.Inconclusive: HTTPStatus.CONFLICT,
        errors.ChainError: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.TransactionReverted: HTTPStatus.CONFLICT,
        errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.DeliveryError: HTTPStatus.BAD_GATEWAY,
        errors.ConfigError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""A class that is not listed has the status of its nearest ancestor."""
RETRY_AFTER_S: Final = 2
"""When to come again after an error that may pass by itself."""
_LIMIT_S: Final = 30
"""The same, for whoever has reached a limit that does not say when there is some again."""


class Problem(BaseModel):
    """What went wrong with a request."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:supportledger:not-found",
                "title": "Not Found",
                "status": 404,
                "detail": "no ticket SL-ABCD-2345",
                "code": "not-found",
                "hint": "Look at the list of tickets.",
                "retryable": False,
                "request_id": "9f2c4a7be01d5386",
            }
        },
    )

    type: str = Field(description="Names the kind of problem: `urn:supportledger:` and its code.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What happened, in the reader's language.")
    code: str = Field(description="Stable name of the error, for programs.")
    hint: str = Field(default="", description="What to do next.")
    retryable: bool = Field(default=False, description="The same request may succeed later.")
    request_id: str = Field(default="", description="Tell it to whoever runs the desk: their log has it.")


def status_of(kind: type[errors.Error]) -> HTTPStatus:
    """Give the status of an error's class."""
    return next(STATUSES[cls] for cls in kind.__mro__ if cls in STATUSES)


def problem(error: errors.Error, detail: str, hint: str, request_id: str = "") -> dict[str, Any]:
    """
    Say of an error what a program can use.

    Args:
        error: What went wrong.
        detail: Its message, in the reader's language.
        hint: What to do next, likewise.
        request_id: Name of the request that failed.
    """
    status = status_of(type(error))
    said = Problem(
        type=f"urn:supportledger:{error.code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=error.code,
        hint=hint,
        retryable=error.retryable,
        request_id=request_id,
    )
    return said.model_dump() | details(error)


def details(error: errors.Error) -> dict[str, Any]:
    """Give what an error says besides its message."""
    if isinstance(error, errors.AmbiguousId):
        return {"candidates": list(error.candidates)}
    if isinstance(error, errors.VerificationError):
        return {"step": error.step, "entry": error.entry}
    return {}


def headers(error: errors.Error) -> dict[str, str]:
    """Say when to come again, or how to be let in, where that helps."""
    if isinstance(error, errors.NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    after = (error.after_s or _LIMIT_S) if isinstance(error, errors.LimitReached) else RETRY_AFTER_S
    return {"Retry-After": str(after)} if error.retryable else {}
