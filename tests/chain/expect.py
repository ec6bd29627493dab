"""What a call should be refused with."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from supportledger.errors import Error, InputError


@contextmanager
def refuses(expected: Error) -> Iterator[None]:
    """Hold when the ledger refuses with exactly this."""
    actual: Error | None = None
    try:
        yield
    except Error as error:
        actual = error
    assert shown(expected) == shown(actual)


@contextmanager
def cannot_be_asked() -> Iterator[None]:
    """Hold when the package makes no such call: what is asked for has no place in its word."""
    with pytest.raises(InputError, match="does not fit into"):
        yield


def shown(error: Error | None) -> tuple[object, ...]:
    """An error as its name and arguments, to be compared."""
    if error is None:
        return ("accepted",)
    return (type(error).__name__, *getattr(error, "arguments", getattr(error, "args", ())))
