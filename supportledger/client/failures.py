"""From a problem that a desk answered with, back to the error that it was."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from supportledger import errors
from supportledger.errors import Error
from supportledger.model import refusal

_BY_STATUS: Final[Mapping[int, type[Error]]] = {
    401: errors.NotSignedIn,
    403: errors.Denied,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.ContentErased,
    412: errors.Outdated,
    429: errors.LimitReached,
    502: errors.DeliveryError,
    503: errors.StoreUnavailable,
    504: errors.StoreUnavailable,
}
"""Of answers that say no more: a proxy's, or a newer desk's."""
_WORST: Final = 500


def failure_of(status: int, said: Mapping[str, Any]) -> Error:
    """
    Give the error of an answer.

    Args:
        status: Of the answer.
        said: The problem, as JSON; empty for an answer that is none.
    """
    kind = classes().get(str(said.get("code", ""))) or _BY_STATUS.get(status)
    if kind is None:
        kind = Error if status >= _WORST else errors.InputError
    made = kind.__new__(kind)
    detail, hint = str(said.get("detail") or f"the desk answered {status}"), str(said.get("hint", ""))
    Error.__init__(made, detail, hint=hint)
    for name, value in _more(kind, said).items():
        setattr(made, name, value)
    if said.get("request_id"):
        made.add_note(f"request {said['request_id']}")
    return made


@cache
def classes() -> Mapping[str, type[Error]]:
    """List every error there is by its code, with the refusals of the ledger."""
    found = {one.code: one for one in _below(refusal.Refusal)}
    return found | {one.code: one for one in _below(Error)}


def _below(kind: type[Error]) -> Iterator[type[Error]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _below(one)


def _more(kind: type[Error], said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a class knows besides its message."""
    if issubclass(kind, errors.AmbiguousId):
        return {"candidates": tuple(map(str, said.get("candidates", ())))}
    if issubclass(kind, errors.VerificationError):
        return {"entry": said.get("entry")}
    if issubclass(kind, errors.ContentErased):
        return {"erased_at": 0}
    if issubclass(kind, errors.TransactionReverted):
        return {"name": "", "arguments": ()}
    return {}
