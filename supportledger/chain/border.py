"""The border to the node: what cannot be read is the node's fault, and a later answer may be better."""

from collections.abc import Callable
from functools import wraps
from inspect import isfunction, isgeneratorfunction
from typing import Any, Final, TypeVar

from supportledger.errors import Error, RpcUnavailable

Client = TypeVar("Client")
_UNREADABLE: Final = (TypeError, ValueError, LookupError, AttributeError)
"""What reading a number, a field or a list raises that is none."""


def guarded(client: type[Client]) -> type[Client]:
    """Let the public methods of a class raise `RpcUnavailable` when they cannot read an answer."""
    for name, method in list(vars(client).items()):
        if isfunction(method) and not name.startswith("_") and not isgeneratorfunction(method):
            setattr(client, name, _guarded(method))
    return client


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def guarded(*args: Any, **named: Any) -> Any:
        try:
            return method(*args, **named)
        except Error:
            raise
        except _UNREADABLE as error:
            raise RpcUnavailable(f"the node's answer cannot be read ({type(error).__name__})") from error

    return guarded
